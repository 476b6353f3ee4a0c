"""The pages of staff lists: who may open them, and the way from a file to the records and back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ikusei.jobs import services as jobs
from ikusei.jobs.models import Job
from ikusei.lib.tabular import read_table
from ikusei.org.models import Employer, Employment, PeopleImport, Role, RoleGrant, Scope
from ikusei.org.services.people_import import background
from ikusei.org.tests.staff_lists import HANA, STAFF, TARO, changed, csv_of, load, new_employer
from tests.office import Office
from tests.page_client import Page, PageClient

NEW = "/imports/people/new/"
type ClientAs = Callable[[Any], PageClient]


@pytest.fixture
def town(office: Office) -> Employer:
    return new_employer()


@pytest.fixture
def client(client_as: ClientAs) -> PageClient:
    return client_as("administrator")


def send(client: PageClient, source: bytes, *, employer: str = "town", as_of: str = "2026-04-01") -> Page:
    """The page to which sending a list leads."""
    file = SimpleUploadedFile("名簿.csv", source)
    answer = client.send(NEW, {"employer": employer, "as_of": as_of, "file": file})
    return client.open(answer.response.headers["Location"])


def path(page: Page) -> str:
    address: str = page.response.request["PATH_INFO"]
    return address


def test_only_administrators_open_the_pages(office: Office, town: Employer, client_as: ClientAs) -> None:
    record = load(town, csv_of(*STAFF)).record
    assert record is not None
    own = f"/imports/people/{record.public_id}/"
    for address in ("/imports/", NEW, own, f"{own}columns/", f"{own}undo/"):
        client_as("administrator").open(address)
        for role in ("manager", "planner", "auditor", "stranger", "steward", "executive"):
            client_as(role).open(address, status=403)
        client_as(None).open(address, status=302)
    for address in ("apply/", "undo/", "columns/"):
        client_as("planner").send(f"{own}{address}", status=403)


def test_an_administrator_of_another_employer_does_not_see_the_import(
    office: Office, town: Employer, client: PageClient
) -> None:
    record = load(town, csv_of(*STAFF)).record
    assert record is not None
    grants = RoleGrant.objects.filter(user=office.user("administrator"), role=Role.ADMINISTRATOR)
    grants.update(scope=Scope.EMPLOYER, employer=office.employers["city"])
    client.open(f"/imports/people/{record.public_id}/", status=404)
    assert "list.csv" not in client.open("/imports/")
    client.send(
        NEW,
        {"employer": "town", "as_of": "2026-04-01", "file": SimpleUploadedFile("a.csv", csv_of(TARO))},
        status=200,
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_list_is_checked_applied_and_taken_back(town: Employer, client: PageClient, language: str) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = send(client, csv_of(*STAFF))
    assert "髙橋 花" in page
    assert "総務局 人事課" in page
    assert not Employment.objects.filter(employer=town).exists()
    own = path(page)
    client.send(f"{own}apply/")
    assert Employment.objects.filter(employer=town).count() == 6
    assert client.open(own).find_all("a", href=f"{own}undo/")
    client.open(f"{own}undo/")
    client.send(f"{own}undo/")
    assert not Employment.objects.filter(employer=town).exists()
    assert PeopleImport.objects.get().state == "undone"
    client.open("/imports/")
    client.open(own)


def test_problem_rows_are_shown_handed_out_and_left_aside(town: Employer, client: PageClient) -> None:
    page = send(client, csv_of(TARO, changed(HANA, 生年月日="平成40年1月1日")))
    assert "令和10年1月1日" in page
    own = path(page)
    client.send(f"{own}apply/")
    assert not Employment.objects.filter(employer=town).exists()
    file = client.get(f"{own}problems/")
    assert read_table(file.content).rows[1][0] == "1002"
    client.send(f"{own}apply/", {"good_rows": "on"})
    assert Employment.objects.filter(employer=town).count() == 1


def test_changed_and_ended_people_are_shown_before_anything_is_written(
    town: Employer, client: PageClient
) -> None:
    load(town, csv_of(*STAFF))
    page = send(client, csv_of(changed(TARO, 職級="3級"), *STAFF[1:-1]), as_of="2026-04-10")
    assert "2級" in page.text(page.find_all("table", id="changed")[0])
    assert "森 陸" in page.text(page.find_all("table", id="ended")[0])


def test_many_endings_are_asked_about(town: Employer, client: PageClient) -> None:
    load(town, csv_of(*STAFF))
    page = send(client, csv_of(TARO), as_of="2026-04-10")
    assert page.find_all("input", name="allow_ended")
    own = path(page)
    client.send(f"{own}apply/")
    assert Employment.objects.filter(employer=town, until=None).count() == 6
    client.send(f"{own}apply/", {"allow_ended": "on"})
    assert Employment.objects.filter(employer=town, until=None).count() == 1


def test_columns_can_be_corrected(town: Employer, client: PageClient) -> None:
    page = send(client, csv_of(["1", "林 空"], headings=["ばんごう", "なまえ"]))
    own = path(page)
    client.open(f"{own}columns/")
    client.send(f"{own}columns/", {"column-0": "number", "column-1": "number"}, status=200)
    client.send(f"{own}columns/", {"column-0": "number", "column-1": "name"})
    assert "林 空" in client.open(own)


def test_a_plan_that_has_become_another_is_shown_again_instead_of_applied(
    town: Employer, client: PageClient
) -> None:
    own = path(send(client, csv_of(*STAFF)))
    load(town, csv_of(TARO))
    client.send(f"{own}apply/")
    assert Employment.objects.filter(employer=town).count() == 1
    assert PeopleImport.objects.get(file__isnull=False).report["new"] == 5


def test_an_undo_that_something_stands_against_names_it(town: Employer, client: PageClient) -> None:
    record = load(town, csv_of(*STAFF)).record
    assert record is not None
    Employment.objects.filter(staff_number="1003").update(grade="9級")
    page = client.open(f"/imports/people/{record.public_id}/undo/")
    assert "渡邉 次郎" in page
    client.send(f"/imports/people/{record.public_id}/undo/")
    assert Employment.objects.filter(employer=town).count() == 6


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"PK\x03\x04x"])
def test_a_file_of_another_kind_is_refused_on_the_form(
    town: Employer, client: PageClient, content: bytes
) -> None:
    file = SimpleUploadedFile("list.csv", content)
    page = client.send(NEW, {"employer": "town", "as_of": "2026-04-01", "file": file}, status=200)
    assert page.find_all("p", class_="field__error")


def test_a_text_that_is_no_list_says_so(town: Employer, client: PageClient) -> None:
    page = send(client, "これは表ではありません\n".encode())
    assert page.find_all("table", id="problems")
    send(client, b'a,b\n"c,d\n')


def test_a_large_list_is_worked_on_in_the_background(
    town: Employer, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LARGE", 1)
    send(client, csv_of(*STAFF))
    record = PeopleImport.objects.get()
    own = f"/imports/people/{record.public_id}/"
    client.open(own)
    for step in ("", "apply/", "undo/"):
        if step:
            client.send(f"{own}{step}")
        assert jobs.run_waiting() == 1
        assert Job.objects.latest("pk").result == {"url": own}
        client.open(own)
    assert PeopleImport.objects.get().state == "undone"
    assert not Employment.objects.filter(employer=town).exists()
