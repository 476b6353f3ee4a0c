"""Rows of ugly sheets end up read, silent, skipped with a reason, or as a problem with a fix."""

from datetime import date

from ikusei.skills.tests.sheets.ground import HEADINGS, ON, csv, sheet_of


def test_a_cp932_file_with_full_width_digits_is_read() -> None:
    content = csv(
        ["職員番号", "氏名", *HEADINGS], ["１２３４", "髙橋　花", "３", "２", "", "－"], encoding="cp932"
    )
    (row,) = sheet_of(content).rows
    assert (row.number, row.name, row.levels) == ("1234", "髙橋 花", (3, 2, None, None))


def test_what_is_said_once_counts_where_a_row_says_nothing() -> None:
    content = csv(
        ["職員番号", "評価者", "評価日", "データ分析"],
        ["1", "", "", 2],
        ["2", "本人", "令和8年3月31日", 2],
        ["3", "江口 実", "2026/3/30", 2],
    )
    rows = sheet_of(content).rows
    assert [(row.stated_on, row.rater, row.rater_name) for row in rows] == [
        (ON, "supervisor", ""),
        (date(2026, 3, 31), "self", ""),
        (date(2026, 3, 30), "supervisor", "江口 実"),
    ]


def test_a_row_with_one_bad_cell_stays_out_and_says_where_why_and_what_to_write() -> None:
    sheet = sheet_of(csv(["職員番号", *HEADINGS], ["1", 1, "〇", 3, 9], ["2", 1, 2, 3, 4]))
    assert [row.number for row in sheet.good_rows] == ["2"]
    assert [(problem.row, problem.column, problem.value) for problem in sheet.problems] == [
        (2, "データ分析", "〇"),
        (2, "情報セキュリティ", "9"),
    ]
    assert all(problem.reason and problem.fix for problem in sheet.problems)


def test_a_day_ahead_and_a_row_that_names_nobody_are_problems() -> None:
    sheet = sheet_of(
        csv(
            ["職員番号", "氏名", "評価日", "データ分析"],
            ["1", "", "2026-04-16", 2],
            ["", "", "", 3],
            ["2", "", "32日", 1],
        )
    )
    assert [(problem.row, problem.column) for problem in sheet.problems] == [
        (2, "評価日"),
        (3, "職員番号"),
        (4, "評価日"),
    ]


def test_blank_and_total_rows_are_skipped_and_rows_without_levels_say_nothing() -> None:
    sheet = sheet_of(
        csv(
            ["職員番号", "氏名", *HEADINGS],
            ["1", "青木", 1, 2, 3, 4],
            [""] * 6,
            ["2", "井上", "", "-", "", ""],
            ["平均", "", 1, 2, 3, 4],
        )
    )
    assert [row.number for row in sheet.rows] == ["1"]
    assert sheet.silent == 1
    assert {skipped.kind for skipped in sheet.skipped} == {"blank", "total"}


def test_a_sheet_with_nobody_in_it_is_stopped() -> None:
    assert sheet_of(csv(["職員番号", *HEADINGS], ["", "", "", "", ""])).stops


def test_the_name_may_stand_in_two_columns_and_the_unit_in_several() -> None:
    content = csv(["姓", "名", "局", "課", "データ分析"], ["青木", "花", "デジタル局", "サービス課", 3])
    (row,) = sheet_of(content).rows
    assert (row.name, row.unit) == ("青木 花", ("デジタル局", "サービス課"))
