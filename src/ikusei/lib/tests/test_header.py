import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ikusei.lib.tabular import Cell, Table, TabularError, find_header

WANTED = {
    "id": ["職員番号", "Staff number"],
    "name": ["氏名", "氏名漢字", "Name"],
    "kana": ["フリガナ", "氏名カナ"],
    "hired": ["採用年月日", "Date of hire"],
    "unit": ["所属", "Unit"],
}
STAFF: list[Cell] = ["001", "佐藤", "サトウ", "R7.4.1", "総務局"]


def table(*rows: list[Cell]) -> Table:
    return Table(list(rows), "utf-8", delimiter=",", file="list.csv")


@pytest.mark.parametrize(
    "headings",
    [
        ["職員番号", "氏名", "フリガナ", "採用年月日", "所属"],
        ["職員　番号", "氏　名", "ﾌﾘｶﾞﾅ", "採用\n年月日", "所属"],
        ["職員番号※", "氏名（漢字）", "氏名(カナ)", "採用年月日（和暦）", "【所属】"],
        ["STAFF NUMBER", "name", "フリガナ", "Date of Hire", "unit"],
        ["*職員番号", "氏名：", "フリガナ (全角)", "採用年月日 ※和暦", "所属*必須"],
    ],
)
def test_headings_are_recognised_in_any_width_spacing_and_with_remarks(headings: list[Cell]) -> None:
    header = find_header(table(headings, STAFF), WANTED)
    assert header.columns == {"id": 0, "name": 1, "kana": 2, "hired": 3, "unit": 4}
    assert header.row_index == 0
    assert not header.uncertain
    assert not header.unknown


def test_title_rows_above_are_passed_over() -> None:
    header = find_header(
        table(
            ["令和7年度　職員名簿（氏名、所属）"],
            [],
            ["", "", "", "", "総務局人事部"],
            ["職員番号", "氏名", "フリガナ", "採用年月日", "所属"],
            STAFF,
        ),
        WANTED,
    )
    assert (header.row_index, header.lines, header.first_row_index) == (3, 1, 4)


def test_a_group_heading_over_its_parts_is_joined_and_single_headings_beside_it_stay_whole() -> None:
    header = find_header(
        table(
            ["職員番号", "氏名", "", "採用年月日", "現在の配属", ""],
            ["", "漢字", "カナ", "", "所属", "職名"],
            ["001", "佐藤", "サトウ", "R7.4.1", "総務局", "主任"],
        ),
        WANTED,
    )
    assert header.lines == 2
    assert header.columns == {"id": 0, "name": 1, "kana": 2, "hired": 3, "unit": 4}
    assert header.headings[4:] == ("現在の配属 / 所属", "現在の配属 / 職名")
    assert header.unknown == ["現在の配属 / 職名"]
    assert header.scores["unit"] == pytest.approx(0.85)


def test_three_lines_are_joined_too() -> None:
    header = find_header(
        table(
            ["職員", "", "", "発令", ""],
            ["番号", "氏名", "", "採用", "配置"],
            ["", "漢字", "カナ", "年月日", "所属"],
            STAFF,
        ),
        WANTED,
    )
    assert header.lines == 3
    assert header.columns["hired"] == 3
    assert header.columns["id"] == 0


def test_data_below_is_not_taken_for_a_second_line() -> None:
    header = find_header(table(["氏名", "所属"], ["単位", "Unit"], ["佐藤", "総務局"]), WANTED)
    assert header.lines == 1


def test_a_heading_that_only_contains_the_name_is_an_uncertain_guess() -> None:
    header = find_header(
        table(["職員番号コード", "所属長氏名", "採用年月日"], ["1", "佐藤", "R7.4.1"]), WANTED
    )
    assert header.columns == {"id": 0, "name": 1, "hired": 2}
    assert set(header.uncertain) == {"id", "name"}
    assert header.scores["hired"] == 1


def test_the_exact_heading_wins_over_one_that_contains_it() -> None:
    header = find_header(table(["管理職氏名", "氏名", "氏名"], ["佐藤", "鈴木", "鈴木"]), WANTED)
    assert header.columns == {"name": 1}
    assert header.unknown == ["管理職氏名", "氏名"]


def test_where_nothing_matches_the_headings_are_shown_for_correction() -> None:
    header = find_header(table(["名簿"], ["甲", "乙", "丙"], ["1", "2", "3"]), WANTED)
    assert header.columns == {}
    assert header.row_index == 1
    assert header.unknown == ["甲", "乙", "丙"]
    assert header.missing(["id", "name"]) == ["id", "name"]


def test_a_person_corrects_the_mapping() -> None:
    header = find_header(table(["番", "氏名", "カナ氏名", "所属"], ["1", "佐藤", "サトウ", "総務局"]), WANTED)
    corrected = header.apply_mapping({"id": 0, "kana": "カナ氏名", "unit": None})
    assert corrected.columns == {"name": 1, "id": 0, "kana": 2}
    assert corrected.scores["id"] == 1
    assert corrected.unknown == ["所属"]
    assert header.columns == {"name": 1, "unit": 3}


def test_a_column_given_to_one_field_is_taken_from_the_other() -> None:
    header = find_header(table(["氏名", "所属"], ["佐藤", "総務局"]), WANTED)
    assert header.apply_mapping({"kana": "氏名"}).columns == {"unit": 1, "kana": 0}


@pytest.mark.parametrize("overrides", [{"id": "職員"}, {"id": 7}, {"id": -1}, {"id": 0, "kana": 0}])
def test_an_impossible_mapping_is_refused(overrides: dict[str, int | str | None]) -> None:
    header = find_header(table(["氏名", "所属"], ["佐藤", "総務局"]), WANTED)
    with pytest.raises(TabularError) as caught:
        header.apply_mapping(overrides)
    assert caught.value.problem.fix


def test_a_person_says_which_row_is_the_heading() -> None:
    rows: list[list[Cell]] = [["氏名", "所属"], ["職員番号", "備考"], ["1", "x"]]
    assert find_header(table(*rows), WANTED).row_index == 0
    assert find_header(table(*rows), WANTED, row_number=2).columns == {"id": 0}
    with override("en"), pytest.raises(TabularError, match="The file has no row 9"):
        find_header(table(*rows), WANTED, row_number=9)


def test_a_row_is_read_by_field() -> None:
    header = find_header(table(["氏名", "", "所属"], ["佐藤", "", "総務局"]), WANTED)
    assert header.record(["佐藤", "x", "総務局"]) == {"name": "佐藤", "unit": "総務局"}
    assert header.record(["佐藤"]) == {"name": "佐藤", "unit": ""}
    assert header.column_name("unit") == "所属"
    assert header.apply_mapping({"id": 1}).column_name("id") == "B"
    assert header.column_name("kana") == ""


def test_a_table_without_rows_is_empty() -> None:
    with override("en"), pytest.raises(TabularError, match="The file is empty"):
        find_header(table(), WANTED)


cells = (
    st.sampled_from(["", "氏名", "所属", "職員番号", "1", "佐藤", "※", "()", " "])
    | st.text(max_size=4)
    | st.floats()
)


@given(st.lists(st.lists(cells, max_size=5), min_size=1, max_size=6))
def test_any_table_has_a_header_within_it(rows: list[list[Cell]]) -> None:
    header = find_header(table(*rows), WANTED)
    assert header.first_row_index <= len(rows)
    assert len(set(header.columns.values())) == len(header.columns)
    assert all(0 <= column < len(header.headings) for column in header.columns.values())
