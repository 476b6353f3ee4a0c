"""The offline round trip: a sheet out, filled in, looked at, and saved whole; or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from ikusei.audit.models import Entry
from ikusei.files.models import StoredFile
from ikusei.org import access
from ikusei.org.services import posts
from ikusei.skills.models import Cycle, Phase, Rater, Review
from ikusei.skills.queries.confirmation.sheet import own_sheet
from ikusei.skills.services import confirmation_sheets as service
from ikusei.skills.services import confirming
from ikusei.skills.sheets.confirmation_reading import read_sheet
from ikusei.skills.sheets.confirmation_sheet import COLUMNS
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews
from tests import assessment as assessed
from tests.office import Office
from tests.page_client import PageClient
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]
PLACE = {column.key: index for index, column in enumerate(COLUMNS, 1)}


def filled(content: bytes, *rows: dict[str, Any]) -> SimpleUploadedFile:
    """The sheet with cells changed, row by row from the first one on."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for number, cells in enumerate(rows, 2):
        for key, value in cells.items():
            sheet.cell(number, PLACE[key], value)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("確認.xlsx", target.getvalue())


AGREE = {"decision": "確認する / confirm"}
DIFFER = {"decision": "見方が異なる / differ", "seen_level": 2, "reason": "支援を受けていた"}
ASK = {"decision": "ask", "reason": "成果物はありますか"}


def keep(office: Office, upload: SimpleUploadedFile, key: str = "manager") -> StoredFile:
    return service.keep_sheet(actor=office.viewer(key), upload=upload, proxy=key == "steward")


def test_a_sheet_holds_a_row_a_person_and_skill_with_open_cells_and_instructions(
    office: Office, cycle: Cycle
) -> None:
    book = load_workbook(io.BytesIO(own_sheet(office.viewer("manager"))))
    sheet, explained = book.worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 3
    assert (rows[0][PLACE["number"] - 1], rows[0][PLACE["name"] - 1]) == ("S-owner", "青木 花")
    assert (rows[0][PLACE["level"] - 1], rows[0][PLACE["last"] - 1]) == (2, 2)
    assert sheet.protection.sheet
    assert sheet.cell(2, PLACE["level"]).protection.locked
    assert not sheet.cell(2, PLACE["decision"]).protection.locked
    assert sheet.column_dimensions["A"].hidden
    assert len(sheet.data_validations.dataValidation) == 2
    assert "根拠を求める" in str(explained["A4"].value)
    assert "ask for evidence" in str(explained["B4"].value)
    look = Entry.objects.filter(verb="skills.confirmation.sheet")
    assert not look.exists()  # looks are written after the response


def test_a_formula_in_a_name_stays_a_text(office: Office, cycle: Cycle) -> None:
    person = office.person("owner")
    person.name = "=1+1"
    person.save()
    book = load_workbook(io.BytesIO(own_sheet(office.viewer("manager"))))
    cell = book.worksheets[0].cell(2, PLACE["name"])
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_filled_in_sheet_is_looked_at_and_then_saved_whole(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    content = b"".join(client.get("/confirmation/sheet.xlsx"))
    page = client.send("/confirmation/sheet/", {"file": filled(content, AGREE, DIFFER, ASK)})
    where = page.response.headers["Location"]
    look = client.open(where)
    assert "全3行を保存" in look
    assert not Review.objects.exists()
    digest = look.find_all("input", name="digest")[0].get("value")
    client.send(where, {"digest": digest})
    assert [one.decision for one in reviews(participant(cycle, office))] == ["agree", "differ", "ask"]
    assert not StoredFile.objects.exists()
    client.send(where, {"digest": digest}, status=404)
    assert Review.objects.count() == 3


def test_the_same_sheet_brought_back_twice_changes_nothing_the_second_time(
    office: Office, cycle: Cycle
) -> None:
    manager = office.viewer("manager")
    for written in (2, 0):
        sheet = filled(own_sheet(manager), AGREE, DIFFER)
        stored = keep(office, sheet)
        found = service.check_sheet(actor=manager, stored=stored)
        assert not found.problems
        assert service.apply_sheet(actor=manager, stored=stored, digest=found.digest) == written
    assert Review.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ({"decision": "たぶん"}, "判断 Decision", "一覧にない"),
        ({"reason": "理由だけ"}, "判断 Decision", "選ばれていない"),
        ({**DIFFER, "seen_level": 1, "reason": None}, "判断 Decision", "理由を書いて"),
        ({**DIFFER, "seen_level": 7}, "判断 Decision", "レベルを選んで"),
        ({**DIFFER, "seen_level": "高い"}, "あなたの見るレベル Level you see", "レベルではありません"),
        ({**AGREE, "row": "1.x"}, "照合用 Row", "隠れている列"),
        ({**AGREE, "row": "999999.1"}, "氏名 Name", "確認対象"),
        ({**AGREE, "revision": "1:"}, "判断 Decision", "改めました"),
    ],
)
def test_a_row_that_cannot_be_saved_is_listed_with_its_place_and_a_fix(
    office: Office, cycle: Cycle, row: dict[str, Any], column: str, says: str
) -> None:
    manager = office.viewer("manager")
    stored = keep(office, filled(own_sheet(manager), row, AGREE))
    found = service.check_sheet(actor=manager, stored=stored)
    (problem,) = found.problems
    assert (problem.row, problem.column) == (2, column)
    assert says in problem.reason
    assert problem.fix
    assert found.good == 1


def test_the_same_row_twice_is_a_problem(office: Office, cycle: Cycle) -> None:
    manager = office.viewer("manager")
    content = own_sheet(manager)
    first = load_workbook(io.BytesIO(content)).worksheets[0]
    again = {"row": first.cell(2, 1).value, "revision": first.cell(2, 2).value, **AGREE}
    (problem,) = read_sheet(filled(content, AGREE, again).read()).problems
    assert problem.row == 3


def test_rows_of_people_out_of_reach_are_refused_one_by_one(office: Office, cycle: Cycle) -> None:
    colleague = participant(cycle, office, "colleague")
    assessed.hand_in(colleague)
    content = own_sheet(office.viewer("manager"))
    rows = [AGREE] * 6
    stored = keep(office, filled(content, *rows), "host_supervisor")
    found = service.check_sheet(actor=office.viewer("host_supervisor"), stored=stored)
    assert len(found.problems) == 3
    assert found.good == 3
    service.apply_sheet(actor=office.viewer("host_supervisor"), stored=stored, digest=found.digest)
    assert {one.participant.person_id for one in Review.objects.select_related("participant")} == {
        office.person("owner").pk
    }


def test_what_happened_between_the_look_and_the_saving_asks_for_another_look(
    office: Office, cycle: Cycle
) -> None:
    manager = office.viewer("manager")
    stored = keep(office, filled(own_sheet(manager), AGREE, DIFFER))
    found = service.check_sheet(actor=manager, stored=stored)
    row = participant(cycle, office)
    second = answers(row)[1]
    confirming.agree(
        actor=manager, participant_id=row.pk, skill_id=second.skill_id, seen=second.statement_id or 0
    )
    with pytest.raises(service.SheetChanged):
        service.apply_sheet(actor=manager, stored=stored, digest=found.digest)
    assert Review.objects.count() == 1


def test_a_sheet_for_a_closed_cycle_saves_nothing(office: Office, cycle: Cycle) -> None:
    manager = office.viewer("manager")
    stored = keep(office, filled(own_sheet(manager), AGREE, DIFFER))
    Cycle.objects.update(phase=Phase.CLOSED)
    found = service.check_sheet(actor=manager, stored=stored)
    assert (found.good, len(found.problems)) == (0, 2)


def test_somebody_else_s_upload_is_not_there(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    stored = keep(office, filled(own_sheet(office.viewer("manager")), AGREE))
    client_as("host_supervisor").open(f"/confirmation/sheet/{stored.public_id}/", status=404)


def test_another_workbook_is_refused_with_what_to_do(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    book = load_workbook(io.BytesIO(own_sheet(office.viewer("manager"))))
    book.worksheets[0].delete_cols(1, 3)
    target = io.BytesIO()
    book.save(target)
    page = client.send("/confirmation/sheet/", {"file": SimpleUploadedFile("a.xlsx", target.getvalue())})
    assert "確認シートではありません" in client.open(page.response.headers["Location"])
    page = client.send("/confirmation/sheet/", {"file": SimpleUploadedFile("a.xlsx", b"<html>")}, status=200)
    assert page.find_all("p", class_="field__error") or "確認シート" in page


def test_a_sheet_brought_in_for_a_supervisor_names_who_said_it(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("steward")
    unit = office.units["services"].pk
    assert "サービス課" in client.open("/confirmation/proxy-sheet/")
    content = b"".join(client.get(f"/confirmation/proxy-sheet.xlsx?unit={unit}"))
    data = {"file": filled(content, AGREE, DIFFER), "name": "江口 実", "channel": "paper", "unit": unit}
    where = client.send("/confirmation/proxy-sheet/", data).response.headers["Location"]
    look = client.open(where)
    assert "江口 実" in look
    client.send(where, {"digest": look.find_all("input", name="digest")[0].get("value")})
    first, second = reviews(participant(cycle, office))
    assert first.statement is not None
    assert (first.spoken_by, first.spoken_how) == ("江口 実", "paper")
    assert (first.statement.entered_by, first.statement.spoken_by) == (office.user("steward"), "江口 実")
    assert (first.statement.rater, first.statement.share) == (Rater.SUPERVISOR, Decimal("0.5"))
    assert second.decision == "differ"
    page = client_as("manager").open(f"/confirmation/{office.person('owner').public_id}/")
    assert "江口 実さんの見方" in page


def test_sheets_that_nobody_applied_go_after_a_week(office: Office, cycle: Cycle) -> None:
    stored = keep(office, filled(own_sheet(office.viewer("manager")), AGREE))
    assert service.remove_old_sheets() == 0
    StoredFile.objects.update(created_at=stored.created_at - timedelta(days=8))
    assert service.remove_old_sheets() == 1


def test_a_former_supervisor_s_sheet_is_refused_row_by_row(office: Office, cycle: Cycle) -> None:
    upload = filled(own_sheet(office.viewer("manager")), AGREE, AGREE)
    stored = keep(office, upload)
    posting = office.person("manager").postings.get()
    posts.end_posting(actor=access.operator(), posting=posting, on=TODAY)
    found = service.check_sheet(actor=office.viewer("manager"), stored=stored)
    assert (found.good, len(found.problems)) == (0, 2)
