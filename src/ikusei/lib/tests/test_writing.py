from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ikusei.lib.tabular import Cell, Unwritten, read_table, write_csv, write_xlsx
from ikusei.lib.tabular.formulas import guard, unguard

ROWS: list[list[Cell | None]] = [
    ["職員番号", "氏名", "採用日"],
    ["001", "髙﨑　邉子", date(2025, 4, 1)],
    ["002", None, datetime(2025, 4, 1, 9, 30, tzinfo=UTC)],
]


def test_csv_is_written_for_excel() -> None:
    written = write_csv(ROWS)
    assert (
        written.content
        == (
            "\ufeff職員番号,氏名,採用日\r\n001,髙﨑　邉子,2025-04-01\r\n002,,2025-04-01 09:30:00+00:00\r\n"
        ).encode()
    )
    assert written.unwritten == []


def test_cp932_replaces_what_it_cannot_write_and_says_so() -> None:
    written = write_csv([["番号", "氏名"], ["1", "𠮷田𠮷子"], ["2", "髙﨑 10〜20"]], "cp932")
    assert written.content.decode("cp932") == "番号,氏名\r\n1,〓田〓子\r\n2,髙﨑 10～20\r\n"
    assert written.unwritten == [Unwritten(2, "B", "𠮷", "𠮷田𠮷子")]
    assert written.unwritten[0].as_dict()["code"] == "U+20BB7"


def test_half_a_surrogate_pair_does_not_stop_an_export() -> None:
    written = write_csv([["a\ud800", "ok"]])
    assert written.content.decode("utf-8-sig") == "a〓,ok\r\n"
    assert [unwritten.column for unwritten in written.unwritten] == ["A"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝１＋１", "=\n1", "'=1"]
)
def test_text_that_excel_would_run_is_guarded_and_comes_back_as_it_was(text: str) -> None:
    written = write_csv([[text, "x"]])
    assert ("'" + text).encode() in written.content
    assert read_table(written.content).rows == [[text, "x"]]


@pytest.mark.parametrize("cell", [-5, -2.5, "-5", "+81", "-2.5", "-", "－", "=", "O'Brien", "'quoted'"])
def test_numbers_and_lone_signs_are_not_guarded(cell: Cell) -> None:
    assert write_csv([[cell, "x"]]).content.decode("utf-8-sig") == f"{cell},x\r\n"


@given(st.text(alphabet="'=+-@\t\r\n＝1x", max_size=6) | st.text())
def test_the_guard_is_undone_exactly(text: str) -> None:
    assert unguard(guard(text)) == text


def test_a_workbook_keeps_values_and_shows_its_heading() -> None:
    data = write_xlsx(ROWS, sheet_name="名簿/2025", widths=[10, 20])
    assert read_table(data).rows[1] == ["001", "髙﨑　邉子", date(2025, 4, 1)]
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert sheet.title == "名簿_2025"
    assert sheet.column_dimensions["B"].width == 20
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert sheet["A1"].font.b
    assert not sheet["A2"].font.b


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("x")', "#N/A", "+1", "@x"])
def test_nothing_in_a_workbook_becomes_a_formula(text: str) -> None:
    data = write_xlsx([[text], [text]])
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert [cell.data_type for cell in (sheet["A1"], sheet["A2"])] == ["s", "s"]
    assert read_table(data).rows == [[text], [text]]


def test_control_characters_do_not_stop_an_export() -> None:
    assert read_table(write_xlsx([["a\x00\x0bb\ud800", 1]])).rows == [["ab", 1]]


@pytest.mark.parametrize("name", ["", "x" * 50, "[a]:*?/\\", "'"])
def test_any_text_serves_as_a_sheet_name(name: str) -> None:
    sheet = read_table(write_xlsx([["a"]], sheet_name=name)).sheet
    assert 1 <= len(sheet) <= 31


def test_an_export_without_rows_is_still_a_file() -> None:
    assert load_workbook(BytesIO(write_xlsx([]))).sheetnames == ["Sheet1"]
    assert write_csv([]).content.decode("utf-8-sig") == ""
