from datetime import date

import pytest
from django.utils.translation import override

from ikusei.lib.tabular import Body, Cell, Problem, body, cell_text, column_letters, find_header, read_table
from ikusei.lib.tests.office import xlsx

WANTED = {"id": ["職員番号"], "name": ["氏名"], "unit": ["所属"], "grade": ["職級"]}
HEADING = "職員番号,氏名,所属,職級"


def body_of(*lines: str, heading: str = HEADING) -> Body:
    table = read_table("\n".join([heading, *lines]).encode(), file="list.csv")
    with override("en"):
        return body(table, find_header(table, WANTED))


def test_rows_carry_the_numbers_the_office_sees() -> None:
    found = body_of("1,佐藤,総務局,主任", "", "2,鈴木,総務局,主事")
    assert [(row.number, row.cells[0]) for row in found.rows] == [(2, "1"), (4, "2")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", "blank"),
        (",,,", "blank"),
        (" ,　,,", "blank"),
        ("合計,2,,", "total"),
        ("合　計,2,35,7", "total"),
        ("小計（2人）,,,", "total"),
        (",総計,,12", "total"),
        ("計,2,,", "total"),
        ("Total:,2,,", "total"),
        ("Grand Total,,,2", "total"),
        ("総務局計,12,,", "total"),
        ("総務局,小計,,", "total"),
        ("人事課の計,12,,", "total"),
        ("総務局 合計,12,,", "total"),
        ("平均,,,2.5", "total"),
        ("職員番号,氏名,所属,職級", "heading"),
        ("※ 令和7年4月1日現在,,,", "note"),
        ("（注1）休職者を含む,,,", "note"),
        ("以上,,,", "note"),
    ],
)
def test_what_is_no_data_is_left_out_and_told(line: str, kind: str) -> None:
    found = body_of("1,佐藤,総務局,主任", line, "2,鈴木,総務局,主事")
    assert [row.number for row in found.rows] == [2, 4]
    (skipped,) = found.skipped
    assert (skipped.row, skipped.kind) == (3, kind)
    assert skipped.as_dict()["reason"].endswith(".")  # type: ignore[union-attr] # reason is the one str of the four


@pytest.mark.parametrize(
    "line",
    [
        "会計,佐藤,,",
        "1,計 太郎,総務局,主任",
        "9,統計,総務局,",
        "設計,,,",
        "佐藤 計,,,",
        "家計調査,,,",
        "1,佐藤,合計課,主任",
        "T,,,",
    ],
)
def test_words_that_only_look_like_totals_are_data(line: str) -> None:
    assert [row.number for row in body_of(line, "2,鈴木,総務局,主事").rows] == [2, 3]


def test_a_row_that_is_too_long_is_a_problem_and_the_others_are_read() -> None:
    found = body_of("1,佐藤,総務局,主任", "2,鈴木,総務局,人事部,主事", "3,高橋,総務局,主事,,")
    assert found.problems == [
        Problem(
            3,
            "E",
            "主事",
            "The row has 5 cells, the heading 4.",
            "Put a text that contains the separator between quotation marks.",
            "list.csv",
        )
    ]
    assert [row.number for row in found.rows] == [2, 4]


def test_a_row_that_is_too_short_names_the_first_missing_column() -> None:
    (problem,) = body_of("1,佐藤", "2,鈴木,総務局,主事").problems
    assert (problem.row, problem.column) == (2, "所属")


def test_unnamed_columns_at_the_end_may_be_missing() -> None:
    assert not body_of("1,佐藤,総務局,主任", "2,鈴木,総務局,主事,,", heading=HEADING + ",,").problems


def test_a_value_merged_over_several_rows_reaches_each_of_them() -> None:
    rows: list[list[Cell]] = [
        ["所属", "職員番号", "氏名"],
        ["総務局", 1, "佐藤"],
        ["", 2, "鈴木"],
        ["", "小計", 2],
        ["", 3, "高橋"],
        ["財務局", 4, "田中"],
    ]
    table = read_table(xlsx(rows, merge=["A2:A5"]))
    found = body(table, find_header(table, WANTED))
    assert [(row.number, *row.cells) for row in found.rows] == [
        (2, "総務局", 1, "佐藤"),
        (3, "総務局", 2, "鈴木"),
        (5, "総務局", 3, "高橋"),
        (6, "財務局", 4, "田中"),
    ]
    assert [skipped.row for skipped in found.skipped] == [4]
    assert table.rows[2][0] == ""


def test_an_error_of_excel_in_a_column_we_need_is_a_problem_and_elsewhere_is_not() -> None:
    rows: list[list[Cell]] = [["職員番号", "氏名", "備考"], ["1", "佐藤", "#N/A"], ["2", "#REF!", ""]]
    table = read_table(xlsx(rows), file="list.xlsx")
    assert table.errors == {(1, 2), (2, 1)}
    with override("en"):
        found = body(table, find_header(table, WANTED))
    assert [row.number for row in found.rows] == [2]
    assert [(problem.row, problem.column) for problem in found.problems] == [(3, "氏名")]
    assert found.problems[0].reason == "The cell shows an error of Excel, such as #N/A."


def test_every_row_below_the_heading_is_accounted_for() -> None:
    found = body_of("1,佐藤,総務局,主任", "", "合計,1,,", "2,鈴木", "3,高橋,総務局,主事")
    numbers = (
        [row.number for row in found.rows] + [s.row for s in found.skipped] + [p.row for p in found.problems]
    )
    assert sorted(filter(None, numbers)) == [2, 3, 4, 5, 6]


def test_a_problem_is_json_with_the_file_only_where_one_is_named() -> None:
    problem = Problem(3, "氏名", "x", "why", "what")
    assert problem.as_dict() == {"row": 3, "column": "氏名", "value": "x", "reason": "why", "fix": "what"}
    assert Problem(None, "", "", "why", "what", "a.csv").as_dict()["file"] == "a.csv"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" x　", "x"),
        (5.0, "5"),
        (5, "5"),
        (2.5, "2.5"),
        (date(2025, 4, 1), "2025-04-01"),
        (None, ""),
        (True, "True"),
    ],
)
def test_any_cell_has_a_text(cell: Cell | None, text: str) -> None:
    assert cell_text(cell) == text


def test_columns_have_the_letters_excel_shows() -> None:
    assert [column_letters(i) for i in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
