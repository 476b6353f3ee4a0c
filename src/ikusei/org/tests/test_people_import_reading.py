"""Staff lists as offices keep them are read; what cannot be read is told with a reason and a fix."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from ikusei.org.imports.reading import find_columns, read_staff_list
from ikusei.org.imports.rows import StaffList, StaffRow
from ikusei.org.tests.staff_lists import AS_OF, csv_of, workbook_of


def read(source: bytes, **overrides: str | int | None) -> StaffList:
    table, header = find_columns(source, overrides=overrides)
    return read_staff_list(table, header, as_of=AS_OF)


def one(**cells: Any) -> StaffRow:
    """The only person of a list with these cells, by heading."""
    staff = read(csv_of(list(cells.values()), headings=list(cells)))
    assert staff.problems == []
    assert staff.stops == []
    return staff.rows[0]


def fault(**cells: Any) -> tuple[str, str]:
    """(column, fix) of the only problem of a list with these cells."""
    with translation.override("en"):
        staff = read(csv_of(list(cells.values()), headings=list(cells)))
    assert len(staff.problems) == 1
    assert staff.rows == []
    return staff.problems[0].column, staff.problems[0].fix


def test_a_cp932_list_with_title_rows_is_read() -> None:
    rows = [
        ["令和８年度　職員名簿", "", "", ""],
        ["（令和８年４月１日現在）", "", "", ""],
        ["", "", "", ""],
        ["職員番号", "氏　名", "ﾌﾘｶﾞﾅ", "採用年月日"],
        ["００１２３", "髙橋　花子", "ﾀｶﾊｼ ﾊﾅｺ", "令和7年4月1日"],
        ["", "", "", ""],
        ["合計", "1名", "", ""],
    ]
    staff = read("\r\n".join(",".join(row) for row in rows).encode("cp932"))
    assert [(row.row, row.number, row.name, row.kana, row.hired_on) for row in staff.rows] == [
        (5, "00123", "髙橋 花子", "タカハシ ハナコ", date(2025, 4, 1))
    ]
    assert [(row["row"], row["kind"]) for row in staff.skipped] == [
        (1, "title"), (2, "title"), (3, "blank"), (6, "blank"), (7, "total"),
    ]  # fmt: skip


def test_a_workbook_with_a_merged_group_heading_and_merged_units_is_read() -> None:
    source = workbook_of(
        [
            ["職員名簿"],
            ["基本情報", None, "所属", None, "兼務", None],
            ["職員番号", "氏名", "局", "課", "所属", "職名"],
            [1001, "青木 太郎", "総務局", "人事課", None, None],
            [1002, "髙橋 花", None, None, "総務局/文書課", "主査"],
        ],
        merged=["A1:F1", "A2:B2", "C2:D2", "E2:F2", "C4:C5", "D4:D5"],
    )
    staff = read(source)
    assert staff.problems == []
    first, second = staff.rows
    assert (first.number, first.place) == ("1001", second.place)
    assert second.place is not None
    assert second.place.path == ("総務局", "人事課")
    assert second.concurrent is not None
    assert [(one.place.path, one.post) for one in second.concurrent] == [(("総務局", "文書課"), "主査")]
    assert first.concurrent == ()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和7年4月1日", date(2025, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R7.4.1", date(2025, 4, 1)),
        ("H31.4.1", date(2019, 4, 1)),
        ("Ｈ３１．４．１", date(2019, 4, 1)),
        ("2025/04/01", date(2025, 4, 1)),
        ("", None),
    ],
)
def test_days_are_read_as_offices_write_them(written: str, day: date | None) -> None:
    assert one(職員番号="1", 氏名="林 空", 採用年月日=written).hired_on == day


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("性別", "女性", "sex", "f"),
        ("性別", "無回答", "sex", None),
        ("職種", "一般事務", "category", "clerical"),
        ("職種", "ＩＣＴ職", "category", "ict"),
        ("職種", "デジタル", "category", "ict"),
        ("職種", "土木", "category", "engineering"),
        ("職種", "保健師", "category", "welfare"),
        ("職種", "診療放射線技師", "category", "welfare"),
        ("職種", "技能Ⅰ", "category", "skilled"),
        ("任用形態", "会計年度任用職員（パートタイム）", "kind", "annual"),
        ("任用形態", "暫定再任用（短時間）", "kind", "re-employed"),
        ("任用区分", "任期付職員", "kind", "fixed-term"),
        ("任用形態", "正規", "kind", "regular"),
        ("任用形態", "非常勤", "kind", "annual"),
        ("任用形態", "常勤", "kind", "regular"),
        ("職級", "３級", "grade", "3級"),
        ("メール", "ｈａｎａ＠example.jp", "email", "hana@example.jp"),
        ("任期満了日", "R9.3.31", "until", date(2027, 4, 1)),
        ("旧姓使用", "佐藤 花", "used_name", "佐藤 花"),
        ("旧姓使用", "－", "used_name", ""),
        ("ふりがな", "たかはし はな", "kana", "タカハシ ハナ"),
        ("本務割合", "80%", "share", None),
    ],
)
def test_words_of_the_trade_are_understood(heading: str, cell: str, field: str, value: Any) -> None:
    row = one(**{"職員番号": "1", "氏名": "髙橋 花", heading: cell})
    if field == "share":
        assert str(row.share) == "0.800"
    else:
        assert getattr(row, field) == value


def test_names_in_two_columns_are_joined_and_variants_kept() -> None:
    row = one(職員番号="1", 姓="邉󠄀", 名="﨑子", セイ="ﾅﾍﾞ", メイ="ｻｷｺ")
    assert (row.name, row.kana) == ("邉󠄀 﨑子", "ナベ サキコ")


def test_gaiji_are_kept_and_told() -> None:
    staff = read(csv_of(["1", "\ue000田 一"], headings=["職員番号", "氏名"]))
    assert staff.rows[0].name == "\ue000田 一"
    assert "U+E000" in staff.warnings[0].reason


@pytest.mark.parametrize(
    ("cells", "column", "fix"),
    [
        ({"職員番号": "", "氏名": "林 空"}, "職員番号", "Write the staff number."),
        ({"職員番号": "1", "氏名": ""}, "氏名", "Write the name."),
        ({"職員番号": "1", "氏名": "林 空", "採用年月日": "令和7年2月30日"}, "採用年月日", "令和7年2月28日"),
        ({"職員番号": "1", "氏名": "林 空", "採用年月日": "平成32年4月1日"}, "採用年月日", "令和2年4月1日"),
        ({"職員番号": "1", "氏名": "林 空", "メール": "sora@example,jp"}, "メール", "sora@example.jp"),
        (
            {"職員番号": "1", "氏名": "林 空", "採用年月日": "2026-04-02"},
            "採用年月日",
            "Correct the date, or import the list as of that day.",
        ),
        (
            {"職員番号": "1", "氏名": "林 空", "生年月日": "R4.4.4"},
            "生年月日",
            "Correct the year; look for a wrong era.",
        ),
        (
            {"職員番号": "1", "氏名": "林 空", "任用形態": "謎"},
            "任用形態",
            "Write 正規, 任期付, 再任用 or 会計年度任用.",
        ),
        ({"職員番号": "1" * 41, "氏名": "林 空"}, "職員番号", "Shorten the text."),
        ({"職員番号": "1", "氏名": "林 空", "所属コード": "9" * 41}, "所属コード", "Shorten the text."),
        (
            {"職員番号": "1", "氏名": "林 空", "兼務": "文書課", "兼務割合": "3倍"},
            "兼務割合",
            "Write 0.5 or 50 %.",
        ),
    ],
)
def test_what_cannot_be_read_comes_with_a_fix(cells: dict[str, str], column: str, fix: str) -> None:
    assert fault(**cells) == (column, fix)


def test_a_staff_number_that_stands_twice_is_a_problem_of_both_rows() -> None:
    staff = read(csv_of(["1", "林 空"], ["１", "森 陸"], ["2", "青木 花"], headings=["職員番号", "氏名"]))
    assert [problem.row for problem in staff.problems] == [2, 3]
    assert [row.number for row in staff.rows] == ["2"]


def test_one_person_under_two_numbers_is_only_warned_of() -> None:
    staff = read(
        csv_of(
            ["1", "林 空", "H2.2.2"], ["2", "林　空", "1990-02-02"], headings=["職員番号", "氏名", "生年月日"]
        )
    )
    assert staff.problems == []
    assert [warning.row for warning in staff.warnings] == [3]


def test_an_unknown_category_is_recorded_as_other_and_told_once() -> None:
    staff = read(
        csv_of(["1", "林 空", "謎職"], ["2", "森 陸", "謎職"], headings=["職員番号", "氏名", "職種"])
    )
    assert [row.category for row in staff.rows] == ["other", "other"]
    assert [warning.value for warning in staff.warnings] == ["謎職"]


def test_headings_that_mean_nothing_are_listed_and_guesses_can_be_corrected() -> None:
    source = csv_of(["1", "ア", "林 空", "x"], headings=["職員番号", "氏名", "なまえ", "備考"])
    assert read(source).not_read == ["なまえ", "備考"]
    assert read(source, name="なまえ").rows[0].name == "林 空"
    assert read(source, name="なまえ").not_read == ["氏名", "備考"]


def test_a_list_without_staff_numbers_is_stopped() -> None:
    staff = read(csv_of(["林 空", "総務課"], headings=["氏名", "所属"]))
    assert [problem.column for problem in staff.stops] == ["number"]
    assert staff.rows == []


def test_the_unit_before_is_not_taken_for_the_unit() -> None:
    staff = read(csv_of(["1", "林 空", "総務課"], headings=["職員番号", "氏名", "前所属"]))
    assert staff.rows[0].place is None
    assert staff.not_read == ["前所属"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("総務局　人事部　人事課", ("総務局", "人事部", "人事課")),
        ("総務局/人事課", ("総務局", "人事課")),
        ("総務局 人事課", ("総務局", "人事課")),
        ("General Affairs Section", ("General Affairs Section",)),
        ("総務局人事課", ("総務局人事課",)),
    ],
)
def test_one_text_may_hold_the_whole_way_to_a_unit(text: str, path: tuple[str, ...]) -> None:
    place = one(職員番号="1", 氏名="林 空", 所属=text).place
    assert place is not None
    assert place.path == path


def test_a_ditto_mark_means_the_unit_of_the_row_above() -> None:
    staff = read(csv_of(["1", "林 空", "総務局"], ["2", "森 陸", "〃"], headings=["職員番号", "氏名", "局"]))
    assert staff.rows[0].place == staff.rows[1].place
