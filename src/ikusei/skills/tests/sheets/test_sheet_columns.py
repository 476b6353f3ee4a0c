"""Headings of a skill sheet are found and understood as offices write them; what is guessed is said to be."""

import pytest

from ikusei.lib.tests.office import xlsx, xlsx_of
from ikusei.skills.sheets.columns import UnknownColumn, column_faults, reads_of
from ikusei.skills.tests.sheets.ground import HEADINGS, catalogue, columns_of, csv, sheet_of


def reads(content: bytes) -> list[str]:
    return [column.reads for column in columns_of(content).all]


@pytest.mark.parametrize(
    "heading",
    [
        "業務改革（BPR）",
        "業務改革(BPR)",
        "業務改革",
        "1. 業務改革",
        "A-3 業務改革（BPR）",
        "(1) 業務改革",
        "①業務改革（BPR）",
        "No.1 業務改革",
        "業務 改革※",
        "Process reform",
        "1.2 PROCESS REFORM",
        "reform",
    ],
)
def test_a_skill_is_known_by_key_or_name_whatever_its_number_and_width(heading: str) -> None:
    found = columns_of(csv(["職員番号", heading, "データ分析"], ["1", 2, 3])).all[1]
    assert (found.reads, found.is_guess) == ("skill:reform", False)


@pytest.mark.parametrize(
    ("heading", "skill"), [("クラウド", "skill:cloud"), ("データ分析スキル", "skill:data")]
)
def test_the_beginning_of_one_name_is_a_guess_to_be_confirmed(heading: str, skill: str) -> None:
    found = columns_of(csv(["職員番号", heading, "情報セキュリティ"], ["1", 2, 3])).all[1]
    assert (found.reads, found.is_guess) == (skill, True)


def test_a_surer_column_takes_a_skill_from_a_guess() -> None:
    assert reads(csv(["職員番号", "クラウド", "クラウド基盤"], ["1", 2, 3])) == ["number", "", "skill:cloud"]


def test_columns_that_say_nothing_known_are_listed_as_not_read() -> None:
    columns = columns_of(
        csv(["職員番号", "氏名", "備考", *HEADINGS, "合計点"], ["1", "青木", "済", 1, 2, 3, 4, 10])
    )
    assert [column.title for column in columns.not_read] == ["備考", "合計点"]


def test_titles_above_and_a_merged_group_line_are_understood() -> None:
    content = xlsx(
        [
            ["令和8年度 スキルシート", "", "", "", "", ""],
            ["デジタル局", "", "", "", "", ""],
            ["職員番号", "氏名", "1 戦略", "", "2 技術", ""],
            ["", "", "1-1 業務改革", "1-2 データ分析", "2-1 クラウド基盤", "2-2 情報セキュリティ"],
            ["S-1", "青木 花", 1, 2, 3, 4],
        ],
        merge=["A3:A4", "B3:B4", "C3:D3", "E3:F3", "A1:F1"],
    )
    sheet = sheet_of(content)
    assert [skill.key for skill in sheet.skills] == ["reform", "data", "cloud", "security"]
    assert [(row.row, row.number, row.levels) for row in sheet.rows] == [(5, "S-1", (1, 2, 3, 4))]


def test_the_sheet_that_holds_the_levels_is_found_behind_a_cover() -> None:
    content = xlsx_of(
        {
            "表紙": [["スキルシート"], ["提出先", "人事課"]],
            "記入例": [["氏名", "データ分析"], ["例", 3]],
            "回答": [["職員番号", "氏名", *HEADINGS], ["S-1", "青木 花", 1, 2, 3, 4]],
        }
    )
    assert [row.number for row in sheet_of(content).rows] == ["S-1"]


def test_a_person_corrects_what_a_column_is() -> None:
    content = csv(["職員番号", "備考", "クラウド"], ["1", 2, 3])
    columns = columns_of(content, c1="skill:cloud", c2="")
    assert [column.reads for column in columns.all] == ["number", "skill:cloud", ""]
    assert not any(column.is_guess for column in columns.all)


def test_the_name_of_a_skill_or_field_is_taken_in_both_languages() -> None:
    known = catalogue()
    assert reads_of("クラウド基盤", known) == reads_of("cloud platform", known) == "skill:cloud"
    assert reads_of("職員番号", known) == reads_of("Staff number", known) == "number"
    assert reads_of("", known) == reads_of("-", known) == ""
    with pytest.raises(UnknownColumn):
        reads_of("クラ", known)


@pytest.mark.parametrize(
    "headings",
    [["データ分析", "クラウド基盤"], ["職員番号", "氏名"], ["職員番号", "データ分析", "2. データ分析"]],
    ids=["nobody", "no skill", "a skill twice"],
)
def test_a_sheet_that_says_nothing_or_says_it_twice_is_stopped_with_a_fix(headings: list[str]) -> None:
    (fault,) = column_faults(columns_of(csv(headings, ["1", *[2] * (len(headings) - 1)])))
    assert fault.reason
    assert fault.fix
