"""The pages of skill sheets: a look first, columns corrected, recorded, taken back; nobody else gets in."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ikusei.audit.models import Entry
from ikusei.jobs import services as jobs
from ikusei.lib.tabular import read_table
from ikusei.org.models import Employer, RoleGrant, Scope
from ikusei.skills.models import Assessment, SheetImport
from ikusei.skills.services.sheets import uploads
from ikusei.skills.tests.sheets.ground import HEADINGS, csv, framework, hire
from tests.office import CAST, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count

pytestmark = pytest.mark.django_db

type ClientAs = Callable[[str | None], PageClient]

HEAD = ["職員番号", "氏名", *HEADINGS]
OWNER = ["S-owner", "青木 花", 1, 2, 3, 4]
COLLEAGUE = ["S-colleague", "井上 蓮", 0, 1, "", "-"]
BAD = ["S-colleague", "井上 蓮", "〇", 1, "", "-"]


@pytest.fixture(autouse=True)
def version(office: Office) -> None:
    framework()


@pytest.fixture
def steward(client_as: ClientAs) -> PageClient:
    return client_as("steward")


def bring(client: PageClient, content: bytes, **changes: object) -> str:
    """The address that bringing in a sheet leads to."""
    given = {
        "file": SimpleUploadedFile("スキルシート.csv", content),
        "employer": Employer.objects.get(code="city").pk,
        "stated_on": "2026-04-01",
        "rater": "supervisor",
        "version": "",
    }
    return str(client.send(reverse("skills:sheet_new"), given | changes).response.headers["Location"])


def figures(page: Page) -> list[str]:
    return [page.text(one) for one in page.find_all("p", class_="figure__number")]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", ["sheets", "sheet_new", "sheet_template"])
def test_the_pages_are_read_in_both_languages(steward: PageClient, name: str, language: str) -> None:
    steward.open(reverse(f"skills:{name}"), language=language)


def test_a_look_shows_the_counts_and_records_nothing(steward: PageClient) -> None:
    page = steward.open(bring(steward, csv(HEAD, OWNER, COLLEAGUE)), language="en")
    assert figures(page) == ["6", "0", "0", "0"]
    assert "Record 6 levels" in page
    assert not Assessment.objects.exists()


def test_recording_and_taking_back(steward: PageClient) -> None:
    url = bring(steward, csv(HEAD, OWNER, COLLEAGUE))
    steward.send(f"{url}apply/")
    assert Assessment.objects.count() == 6
    asked = steward.open(f"{url}undo/", language="en")
    assert "Statements that are removed: 6." in asked
    assert Assessment.objects.count() == 6
    steward.send(f"{url}undo/")
    assert not Assessment.objects.exists()
    assert "Taken back on" in steward.open(url, language="en")


def test_nothing_is_recorded_twice(steward: PageClient) -> None:
    url = bring(steward, csv(HEAD, OWNER))
    steward.send(f"{url}apply/")
    steward.send(f"{url}apply/")
    assert Assessment.objects.count() == 4
    again = steward.open(bring(steward, csv(HEAD, OWNER)), language="en")
    assert figures(again) == ["0", "0", "4", "0"]
    assert "The sheet says nothing new" in again


def test_a_sheet_with_problems_offers_the_good_rows_and_the_others_to_be_mended(steward: PageClient) -> None:
    url = bring(steward, csv(HEAD, OWNER, BAD))
    page = steward.open(url, language="en")
    assert "Record only the good rows: 4 levels" in page
    assert page.text(page.find_all("samp")[0]) == "〇"
    steward.send(f"{url}apply/")
    assert not Assessment.objects.exists(), "as a whole it is refused"
    steward.send(f"{url}apply/", {"good_rows": "on"})
    assert Assessment.objects.count() == 4
    answer = steward.get(f"{url}to-mend/")
    table = read_table(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert [row[:3] for row in table.rows] == [
        ["職員番号", "氏名", "業務改革（BPR）"],
        ["S-colleague", "井上 蓮", "〇"],
    ]


def test_guessed_columns_have_to_be_looked_at(steward: PageClient) -> None:
    url = bring(steward, csv(["職員番号", "クラウド"], ["S-owner", 3]))
    refused = steward.send(f"{url}apply/", status=200)
    assert refused.find_all("input", name="looked")
    assert not Assessment.objects.exists()
    steward.send(f"{url}apply/", {"looked": "on"})
    assert Assessment.objects.get().skill.key == "cloud"


def test_a_person_corrects_the_columns(steward: PageClient) -> None:
    url = bring(steward, csv(["職員番号", "備考", "クラウド"], ["S-owner", 2, 3]))
    steward.send(f"{url}columns/", {"column-0": "Staff number", "column-1": "データ分析", "column-2": ""})
    page = steward.open(url, language="en")
    assert [one.get("value") for one in page.find_all("input", list="readings")] == [
        "Staff number",
        "Data analysis",
        "",
    ]
    steward.send(f"{url}apply/")
    assert Assessment.objects.values_list("skill__key", "level").get() == ("data", 2)


def test_a_name_that_nobody_knows_changes_nothing(steward: PageClient) -> None:
    url = bring(steward, csv(["職員番号", "データ分析"], ["S-owner", 2]))
    steward.send(f"{url}columns/", {"column-1": "料理"})
    assert "料理" in steward.open(url)
    assert SheetImport.objects.get().mapping == {}


def test_a_file_that_is_no_table_is_refused_on_the_form(
    steward: PageClient,
) -> None:
    given = {
        "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing"),
        "employer": Employer.objects.get(code="city").pk,
    }
    page = steward.send(
        reverse("skills:sheet_new"), given | {"stated_on": "2026-04-01", "rater": "self"}, status=200
    )
    assert page.find_all("div", role="alert")
    assert not SheetImport.objects.exists()


def test_a_file_in_which_nothing_stands_is_told_on_its_page(steward: PageClient) -> None:
    page = steward.open(bring(steward, b" \n \n"), language="en")
    assert "The file cannot be read" in page
    assert SheetImport.objects.get().state == "failed"
    assert not page.find_all("form", action="apply")


def test_a_day_ahead_is_refused_on_the_form(steward: PageClient) -> None:
    given = {
        "file": SimpleUploadedFile("a.csv", csv(HEAD, OWNER)),
        "employer": Employer.objects.get(code="city").pk,
    }
    page = steward.send(
        reverse("skills:sheet_new"), given | {"stated_on": "2026-04-16", "rater": "self"}, status=200
    )
    assert page.find_all("div", role="alert")


def test_records_that_changed_since_the_look_are_told(steward: PageClient) -> None:
    url = bring(steward, csv(HEAD, OWNER))
    first = bring(steward, csv(HEAD, ["S-owner", "青木 花", 1, "", "", ""]))
    steward.send(f"{first}apply/")
    steward.send(f"{url}apply/")
    assert Assessment.objects.count() == 1
    steward.send(f"{url}check/")
    assert figures(steward.open(url)) == ["3", "0", "1", "0"]


def test_a_large_sheet_is_read_recorded_and_taken_back_by_jobs(
    steward: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    assert bring(steward, csv(HEAD, OWNER)).startswith("/jobs/")
    record = SheetImport.objects.get()
    url = reverse("skills:sheet", args=(record.public_id,))
    assert "The sheet is being worked on" in steward.open(url, language="en")
    for step, count in (("", 0), ("apply/", 4), ("undo/", 0)):
        if step:
            steward.send(f"{url}{step}")
        jobs.run_waiting()
        assert Assessment.objects.count() == count
        steward.open(url)
    record.refresh_from_db()
    assert record.state == "undone"


def test_a_refused_undo_lists_what_stands_against_it(steward: PageClient) -> None:
    first = bring(steward, csv(HEAD, OWNER))
    steward.send(f"{first}apply/")
    later = bring(steward, csv(HEAD, ["S-owner", "", 2, "", "", ""]), stated_on="2026-04-10")
    steward.send(f"{later}apply/")
    assert steward.open(f"{first}undo/").find_all("table", id="obstacles")
    steward.send(f"{first}undo/", status=200)
    assert Assessment.objects.count() == 5


def test_the_template_comes_as_a_workbook_and_goes_round(steward: PageClient) -> None:
    steward.send(f"{bring(steward, csv(HEAD, OWNER, COLLEAGUE))}apply/")
    query = {"employer": str(Employer.objects.get(code="city").pk), "unit": "", "ict": "on"}
    answer = steward.get(reverse("skills:sheet_template_file"), query)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    page = steward.open(bring(steward, content, stated_on="2026-04-15"), language="en")
    assert figures(page) == ["0", "0", "6", "0"]


def test_looks_at_people_are_logged(steward: PageClient) -> None:
    steward.open(bring(steward, csv(HEAD, OWNER)))
    entry = Entry.objects.get(verb="skills.sheet.open")
    assert (entry.kind, entry.count, entry.purpose) == (Entry.Kind.LOOK, 4, "development")


OTHERS = [member.key for member in CAST if member.key != "steward"]


@pytest.mark.parametrize("name", ["sheets", "sheet_new", "sheet_template", "sheet_template_file"])
def test_nobody_but_a_steward_gets_in(client_as: ClientAs, name: str) -> None:
    for role in OTHERS:
        client_as(role).open(reverse(f"skills:{name}"), status=403)
    client_as(None).open(reverse(f"skills:{name}"), status=302)


def test_a_steward_of_another_unit_does_not_see_the_sheet(office: Office, steward: PageClient) -> None:
    url = bring(steward, csv(HEAD, OWNER))
    SheetImport.objects.update(created_by=office.user("administrator"))
    RoleGrant.objects.filter(user=office.user("steward")).update(
        scope=Scope.UNIT, unit=office.units["welfare"]
    )
    for step in ("", "undo/", "to-mend/"):
        steward.open(f"{url}{step}", status=404)
    for step in ("apply/", "columns/", "check/", "undo/"):
        steward.send(f"{url}{step}", status=404)


def test_a_sheet_costs_the_same_for_few_rows_and_for_many(steward: PageClient) -> None:
    rows = [[f"N-{number}", f"職員 {number}", 1, 2, "〇", 4] for number in range(300)]
    for number in range(300):
        hire(f"N-{number}", f"職員 {number}")
    few, many = bring(steward, csv(HEAD, *rows[:10])), bring(steward, csv(HEAD, *rows))
    assert assert_query_count("skill-sheet", steward, few) == assert_query_count("skill-sheet", steward, many)
    assert_query_count("skill-sheets", steward, reverse("skills:sheets"))
