"""Sheets out and in as files: a look first, problems by row and column, everything that is good or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from ikusei.files.models import StoredFile
from ikusei.lib import clock
from ikusei.lib.tabular import TabularError, write_xlsx
from ikusei.rotation.models import ProtectedReason, RankedPost, Sheet, Source
from ikusei.rotation.services import wish_files as service
from ikusei.rotation.sheets.wish_columns import heading_of
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from ikusei.rotation.tests.sheets import SECRET_WORDS, file_sheet
from tests.office import Office
from tests.page_client import PageClient

type Clients = Callable[[str | None], PageClient]
type Cells = dict[str, str]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Files of a test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round of FY2026 beside the office."""
    return lay(office)


@pytest.fixture(autouse=True)
def after_the_sheets() -> Iterator[date]:
    """A day between the sheets and the notice."""
    with clock.fixed(TODAY) as day:
        yield day


def filled(content: bytes, rows: dict[str, Cells]) -> bytes:
    """The workbook with cells (key of a column -> text) filled in, by the name of the person."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for row in range(2, sheet.max_row + 1):
        name = str(sheet.cell(row, places[heading_of("name")]).value)
        for key, text in rows.get(name, {}).items():
            sheet.cell(row, places[heading_of(key)], text)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def brought(laid: Ground, content: bytes) -> StoredFile:
    """The file, kept for a look."""
    upload = SimpleUploadedFile("sheets.xlsx", content)
    return service.keep_file(actor=laid.office.viewer("planner"), round_=laid.round, upload=upload)


def look(laid: Ground, stored: StoredFile) -> service.Checked:
    """What the file would do."""
    return service.check_file(actor=laid.office.viewer("planner"), round_=laid.round, stored=stored)


def apply(laid: Ground, stored: StoredFile, digest: str) -> int:
    """Do it."""
    return service.apply_file(
        actor=laid.office.viewer("planner"), round_=laid.round, stored=stored, digest=digest
    )


def out(laid: Ground) -> bytes:
    """The list of everybody."""
    return service.list_file(actor=laid.office.viewer("planner"), round_=laid.round)


GOOD: Cells = {"intent": "異動したい / move", "places": "北部", "kinds": "govtech", "dispatch": "はい"}


def test_a_list_goes_out_and_comes_back(laid: Ground) -> None:
    post = laid.posts["steward"]
    cells = GOOD | {"post1": f"{post.pk}: 企画課 担当", "why1": "近い"}
    stored = brought(laid, filled(out(laid), {"井上 蓮": cells}))
    found = look(laid, stored)
    assert (len(found.good), found.empty, found.problems) == (1, 2, [])
    assert not Sheet.objects.exists(), "a look writes nothing"
    assert apply(laid, stored, found.digest) == 1
    sheet = Sheet.objects.get(person=laid.office.person("colleague"))
    assert (sheet.source, sheet.said_by, sheet.intent) == (Source.SHEET, "井上 蓮", "move")
    assert (sheet.places, sheet.growth_classes, sheet.may_dispatch) == ("北部", ["govtech"], True)
    assert [(row.post, row.reason) for row in RankedPost.objects.all()] == [(post, "近い")]
    assert not StoredFile.objects.exists()


def test_problems_name_row_and_column(laid: Ground) -> None:
    wrong = {
        "井上 蓮": GOOD | {"intent": "たぶん"},
        "工藤 恵": GOOD | {"post1": "999999: どこか"},
        "青木 花": {"places": "北部"},
    }
    found = look(laid, brought(laid, filled(out(laid), wrong)))
    assert found.good == []
    told = {(one.row, one.column) for one in found.problems}
    assert told == {(2, heading_of("intent")), (3, heading_of("intent")), (4, heading_of("post1"))}


def test_good_rows_are_saved_beside_bad_ones_all_at_once(laid: Ground) -> None:
    stored = brought(laid, filled(out(laid), {"井上 蓮": GOOD, "工藤 恵": GOOD | {"kinds": "航海"}}))
    found = look(laid, stored)
    assert [one.value for one in found.problems] == ["航海"]
    assert apply(laid, stored, found.digest) == 1
    assert [sheet.person for sheet in Sheet.objects.all()] == [laid.office.person("colleague")]


def test_what_the_person_wrote_meanwhile_is_not_overwritten(laid: Ground) -> None:
    content = filled(out(laid), {"青木 花": GOOD})
    stored = brought(laid, content)
    before = look(laid, stored)
    file_sheet(laid)
    found = look(laid, stored)
    assert (len(before.good), len(found.good), len(found.problems)) == (1, 0, 1)
    with pytest.raises(service.FileChanged):
        apply(laid, stored, before.digest)
    assert Sheet.objects.get().places == "北部"
    assert Sheet.objects.get().source == Source.SELF


def test_the_form_of_one_person_brings_a_protected_reason_and_an_empty_part_changes_none(
    laid: Ground,
) -> None:
    def bring(cells: Cells) -> None:
        _round, content = service.own_form(
            actor=laid.office.viewer("planner"),
            round_id=laid.round.public_id,
            person_id=laid.office.person("colleague").public_id,
        )
        stored = brought(laid, filled(content, {"井上 蓮": cells}))
        assert apply(laid, stored, look(laid, stored).digest) == 1

    reason = {"protected_kind": "健康", "protected_ask": "考慮を求める", "protected_text": SECRET_WORDS}
    bring(GOOD | reason | {"protected_until": "令和9年3月31日"})
    kept = ProtectedReason.objects.get()
    assert (kept.text, kept.until) == (SECRET_WORDS, date(2027, 3, 31))
    bring(GOOD | {"places": "南部"})
    assert ProtectedReason.objects.get().text == SECRET_WORDS


def test_a_row_of_another_round_or_of_nobody_asked_is_a_problem(laid: Ground) -> None:
    stranger = laid.office.person("stranger").pk
    content = filled(out(laid), {"井上 蓮": GOOD | {"row": f"{laid.round.pk}.{stranger}"}})
    found = look(laid, brought(laid, content))
    assert (found.good, [one.row for one in found.problems]) == ([], [3])


def test_another_workbook_is_refused_whole(laid: Ground) -> None:
    with pytest.raises(TabularError):
        look(laid, brought(laid, write_xlsx([["名前"], ["井上"]])))


def test_only_the_section_gets_and_brings_files(laid: Ground) -> None:
    with pytest.raises(PermissionDenied):
        service.list_file(actor=laid.office.viewer("manager"), round_=laid.round)
    with pytest.raises(PermissionDenied):
        service.keep_file(
            actor=laid.office.viewer("steward"), round_=laid.round, upload=SimpleUploadedFile("a.xlsx", b"a")
        )


def test_files_nobody_applied_are_removed_after_a_week(laid: Ground) -> None:
    stored = brought(laid, out(laid))
    assert service.remove_old_files() == 0
    StoredFile.objects.filter(pk=stored.pk).update(created_at=stored.created_at - service.KEPT * 2)
    assert service.remove_old_files() == 1


def test_the_pages_take_a_file_through(laid: Ground, client_as: Clients) -> None:
    client = client_as("planner")
    answer: Any = client.get("/rotation/wishes/files/list.xlsx")
    content = b"".join(answer.streaming_content)
    client.open("/rotation/wishes/files/")
    upload = SimpleUploadedFile("sheets.xlsx", filled(content, {"井上 蓮": GOOD}))
    sent = client.send("/rotation/wishes/files/", {"file": upload})
    url = sent.response.headers["Location"]
    page = client.open(url)
    client.send(url, {"digest": page.find_all("input", name="digest")[0].get("value")})
    assert Sheet.objects.get().source == Source.SHEET
