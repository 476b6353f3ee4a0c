import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from ikusei.lib.tabular import (
    Problem,
    TabularError,
    find_header,
    list_sheets,
    read_table,
    read_with_header,
)
from ikusei.lib.tabular.cells import Merged
from ikusei.lib.tests.office import saved, with_part, with_shared_strings, xls, xlsx, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"
ROWS: list[list[str | float]] = [["番号", "氏名"], ["001", "髙﨑"], [2, 2.5]]


def problem_of(data: bytes, **how: str) -> Problem:
    with override("en"), pytest.raises(TabularError) as caught:
        read_table(data, file="list.xlsx", **how)
    assert caught.value.problem.fix
    return caught.value.problem


def test_cells_come_as_what_they_are() -> None:
    moment = datetime.fromisoformat("2025-04-01T09:30:00")
    table = read_table(
        xlsx([["0012", 12, 1.5, True, date(2025, 4, 1), moment, time(9, 30), None, "髙﨑　邉"]])
    )
    assert table.rows == [["0012", 12, 1.5, True, date(2025, 4, 1), moment, time(9, 30), "", "髙﨑　邉"]]
    assert isinstance(table.rows[0][1], int)
    assert (table.encoding, table.sheet, table.sheets) == ("xlsx", "名簿", ("名簿",))


def test_furigana_stored_beside_a_name_is_not_part_of_it_and_styled_runs_are_joined() -> None:
    data = with_shared_strings(
        xlsx([["氏名", "氏名"]]),
        '<si><t>佐藤</t><rPh sb="0" eb="2"><t>サトウ</t></rPh><phoneticPr fontId="1"/></si>'
        '<si><r><t>髙</t></r><r><rPr><b/></rPr><t>﨑</t></r><rPh sb="0" eb="1"><t>タカサキ</t></rPh></si>',
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>',
    )
    assert read_table(data).rows[1] == ["佐藤", "髙﨑"]


def test_rows_keep_the_numbers_and_columns_excel_shows() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet["C3"] = "番号"
    sheet["C5"] = 1
    table = read_table(saved(workbook))
    assert table.rows == [["", "", ""], ["", "", ""], ["", "", "番号"], ["", "", ""], ["", "", 1]]
    assert table.row_number(2) == 3


def test_merged_ranges_are_told() -> None:
    table = read_table(xlsx([["名簿", None], ["a", "b"]], merge=["A1:B1"]))
    assert table.merged == (Merged(0, 0, 0, 1),)


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(xlsx(ROWS))
    assert read_table(path).encoding == "xlsx"
    assert read_table(path).file == "list.csv"


def test_the_old_format_is_read() -> None:
    table = read_table(xls(ROWS))
    assert table.rows == ROWS
    assert table.encoding == "xls"
    assert list_sheets(xls(ROWS)) == ["Sheet1"]
    assert problem_of(xls(ROWS), sheet="x").fix == "Its sheets are: Sheet1."


@pytest.mark.parametrize("cut", [600, 1100, 1600])
def test_a_damaged_file_of_the_old_format_is_a_problem_and_not_a_crash(cut: int) -> None:
    assert problem_of(xls(ROWS)[:cut]).reason == "The workbook is damaged or was not copied completely."


def test_without_a_name_the_first_visible_sheet_with_something_in_it_is_read() -> None:
    data = xlsx_of({"隠し": [["x"]], "空": [], "名簿": ROWS, "他": [["y"]]}, hidden=["隠し"])
    assert read_table(data).sheet == "名簿"
    assert read_table(data).sheets == ("空", "名簿", "他")
    assert list_sheets(data) == ["空", "名簿", "他"]
    assert read_table(data, sheet="隠し").rows == [["x"]]


def test_a_cover_sheet_does_not_hide_the_list() -> None:
    data = xlsx_of({"表紙": [["記入要領"], ["氏名は漢字で"]], "名簿": ROWS})
    table, header = read_with_header(data, {"id": ["番号"], "name": ["氏名"]})
    assert table.sheet == "名簿"
    assert header.columns == {"id": 0, "name": 1}


def test_a_chosen_sheet_is_read_with_its_header() -> None:
    data = xlsx_of({"旧": [["氏名"], ["佐藤"]], "新": ROWS})
    table, header = read_with_header(data, {"id": ["番号"], "name": ["氏名"]}, sheet="旧")
    assert table.sheet == "旧"
    assert header.missing(["id", "name"]) == ["id"]


def test_a_sheet_that_is_not_there_is_said_with_those_that_are() -> None:
    problem = problem_of(xlsx(ROWS), sheet="職員")
    assert problem.reason == "The workbook has no sheet named 職員."
    assert problem.fix == "Its sheets are: 名簿."


def test_an_empty_workbook_is_empty() -> None:
    assert problem_of(xlsx([])).reason == "The file is empty."
    assert problem_of(xlsx([[None, " "], ["　", ""]])).reason == "The file is empty."


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_workbook_is_damaged(share: float) -> None:
    data = xlsx(ROWS)
    assert problem_of(data[: int(len(data) * share)]).reason == (
        "The workbook is damaged or was not copied completely."
    )


def test_an_encrypted_workbook_asks_for_a_copy_without_password() -> None:
    container = xls(ROWS)[:1024] + "EncryptedPackage".encode("utf-16-le")
    assert problem_of(container).reason == "The workbook is protected by a password."


def zipped(**parts: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(word__document_xml=b"<w/>"), "This is not a table file."),
        (zipped(content_xml=b"<o/>"), "Workbooks in the format ODS are not read here."),
        (zipped(xl__workbook_bin=b"x"), "Workbooks in the format XLSB are not read here."),
        (zipped(xl__workbook_xml=b"<workbook/>"), "The workbook is damaged or was not copied completely."),
        (zipped(), "This is not a table file."),
    ],
)
def test_other_archives_are_refused_by_what_they_are(data: bytes, reason: str) -> None:
    assert problem_of(data).reason == reason


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ikusei.lib.tabular.package.MAX_UNPACKED", 8 * 2**20)
    data = with_part(xlsx(ROWS), "xl/sharedStrings.xml", b" " * 9 * 2**20)
    assert problem_of(data).reason == "Unpacked, the workbook would take 9 MB."


def test_pictures_do_not_count_as_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ikusei.lib.tabular.package.MAX_UNPACKED", 8 * 2**20)
    data = with_part(xlsx(ROWS), "xl/media/image1.png", b" " * 9 * 2**20)
    assert read_table(data).rows == ROWS


def test_a_part_larger_than_it_declares_is_damage() -> None:
    data = with_part(xlsx(ROWS), "xl/styles.xml", b"<styleSheet/>" + b" " * 5000)
    size = (13 + 5000).to_bytes(4, "little")
    assert data.count(size) == 2  # in the local header and in the directory
    assert problem_of(data.replace(size, (100).to_bytes(4, "little"))).reason == (
        "The workbook is damaged or was not copied completely."
    )


@pytest.mark.parametrize(
    "corner",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row><row r="2"><c r="XFD2" t="inlineStr"><is><t>x</t></is></c></row>',
        b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="9">'
        b'<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_cell_in_the_far_corner_is_refused_and_named_before_memory_is_asked_for(corner: bytes) -> None:
    workbook = xlsx(ROWS)
    sheet = zipfile.ZipFile(BytesIO(workbook)).read(SHEET)
    problem = problem_of(with_part(workbook, SHEET, sheet.replace(b"</sheetData>", corner + b"</sheetData>")))
    assert problem.reason == "The sheet reaches to cell XFD1048576: more than 5000000 cells."
    assert (problem.row, problem.column) == (1_048_576, "XFD")


def test_formatting_without_content_far_below_is_no_matter() -> None:
    workbook = xlsx(ROWS)
    sheet = zipfile.ZipFile(BytesIO(workbook)).read(SHEET)
    corner = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert read_table(with_part(workbook, SHEET, sheet.replace(b"</sheetData>", corner))).rows == ROWS


def test_a_document_type_is_refused() -> None:
    workbook = xlsx(ROWS)
    sheet = zipfile.ZipFile(BytesIO(workbook)).read(SHEET)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet
    assert "damaged" in problem_of(with_part(workbook, SHEET, bomb)).reason


def test_a_text_longer_than_excel_allows_is_refused() -> None:
    workbook = xlsx(ROWS)
    sheet = zipfile.ZipFile(BytesIO(workbook)).read(SHEET)
    long = b'<row r="9"><c r="B9" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c></row></sheetData>"
    problem = problem_of(with_part(workbook, SHEET, sheet.replace(b"</sheetData>", long)))
    assert (problem.row, problem.column) == (9, "B")
    assert problem.reason == "The cell holds more than 32767 characters."


def test_a_header_can_be_found_in_a_workbook_with_merged_titles() -> None:
    rows: list[list[object]] = [
        ["令和7年度 職員名簿", None, None, None],
        [None, None, "令和7年4月1日現在", None],
        ["職員番号", "氏名", None, "採用年月日"],
        [None, "漢字", "カナ", None],
        ["001", "髙﨑", "ﾀｶｻｷ", date(2025, 4, 1)],
    ]
    table = read_table(xlsx(rows, merge=["A1:D1", "C2:D2", "A3:A4", "B3:C3", "D3:D4"]))
    header = find_header(
        table, {"id": ["職員番号"], "name": ["氏名漢字"], "kana": ["氏名カナ"], "hired": ["採用年月日"]}
    )
    assert (header.row_index, header.lines) == (2, 2)
    assert header.columns == {"id": 0, "name": 1, "kana": 2, "hired": 3}
    assert header.headings == ("職員番号", "氏名 / 漢字", "氏名 / カナ", "採用年月日")
