"""Cells of a skill sheet are read as levels, or refused with a fix; nothing is guessed."""

from datetime import date

import pytest

from ikusei.org.imports.values import Unreadable
from ikusei.skills.tests.sheets.ground import catalogue


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        (3, 3),
        (3.0, 3),
        (0, 0),
        ("3", 3),
        ("３", 3),
        (" 3 ", 3),
        ("③", 3),
        ("❸", 3),
        ("Lv3", 3),
        ("LV.3", 3),
        ("L3", 3),
        ("Level 3", 3),
        ("レベル３", 3),
        ("ﾚﾍﾞﾙ3", 3),
        ("一人でできる", 3),
        ("does alone", 3),
        ("3 一人でできる", 3),
        ("3：一人でできる", 3),
        ("Lv3（一人でできる）", 3),
        ("3.0", 3),
        ("", None),
        ("-", None),
        ("－", None),
        ("ー", None),
        ("　", None),
        ("N/A", None),
        ("未評価", None),
    ],
)
def test_a_level_is_read_as_offices_write_it(cell: str | int | float, level: int | None) -> None:
    assert catalogue().scale.read(cell) == level


@pytest.mark.parametrize("mark", ["〇", "○", "◎", "△", "×", "x"])
def test_marks_are_refused_and_the_scale_is_proposed(mark: str) -> None:
    with pytest.raises(Unreadable) as refused:
        catalogue().scale.read(mark)
    assert "3 一人でできる" in refused.value.fix


@pytest.mark.parametrize(
    "cell",
    [5, -1, "9", "Lv7", 2.5, True, date(2026, 3, 4), "2～3", "A", "三", "できる", "3 教えられる", "#REF!"],
)
def test_what_is_no_level_of_the_scale_is_refused(cell: str | int | float | bool | date) -> None:
    with pytest.raises(Unreadable):
        catalogue().scale.read(cell)
