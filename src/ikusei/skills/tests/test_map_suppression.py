"""Numbers outside one's scope: in steps of five, and in no way to be worked out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikusei.skills.queries.maps.suppression import STEP, Shown, group_told, may_divide, shown


@pytest.mark.parametrize(
    ("seen", "hidden", "low", "high"),
    [
        (0, 0, 0, 0),
        (3, 0, 3, 3),
        (0, 1, 1, 4),
        (0, 4, 1, 4),
        (0, 5, 5, 9),
        (0, 9, 5, 9),
        (0, 10, 10, 14),
        (2, 3, 3, 6),
        (2, 7, 7, 11),
    ],
)
def test_people_in_scope_are_exact_and_others_stand_in_steps_of_five(
    seen: int, hidden: int, low: int, high: int
) -> None:
    assert shown(seen, hidden) == Shown(low, high)


def test_nobody_stays_nobody() -> None:
    assert shown(0, 0).nobody
    assert shown(0, 0).words() == "0"


def test_where_nothing_is_told_only_those_in_scope_are_counted() -> None:
    assert shown(2, 3, told=False) == Shown(2, None)
    assert shown(2, 3, told=False) == shown(2, 0, told=False)
    assert shown(0, 3, told=False).words() == "–"


def test_fewer_than_five_stand_as_such() -> None:
    assert shown(0, 3).words() == "5人未満"


@pytest.mark.parametrize(("staff", "told"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_group_of_one_to_four_others_is_not_told(staff: int, told: bool) -> None:
    assert group_told(staff) is told


def consistent(told: Shown, number: int) -> bool:
    return told.low <= number <= (STEP - 1 if told.high is None else told.high)


@given(st.lists(st.tuples(st.integers(0, 7), st.booleans()), min_size=1, max_size=4))
def test_no_part_but_an_empty_one_can_be_worked_out_from_the_whole(parts: list[tuple[int, bool]]) -> None:
    parts = [(number if told else min(number, STEP - 1), told) for number, told in parts]
    whole = sum(number for number, _told in parts)
    divided = may_divide(whole, parts)
    told = [shown(0, number, told=told and divided) for number, told in parts]
    total = shown(0, whole)
    most = 12 if not divided else STEP * 2 - 1
    ranges = [
        [
            number
            for number in range(most + 1)
            if (part.high is None and (number < STEP or not divided)) or consistent(part, number)
        ]
        for part in told
    ]
    worlds = [world for world in product(*ranges) if consistent(total, sum(world))]
    assert tuple(number for number, _told in parts) in worlds
    for place, (number, _told) in enumerate(parts):
        if number:
            assert len({world[place] for world in worlds}) > 1


def test_four_parts_under_five_of_a_whole_under_five_are_not_told_apart() -> None:
    assert not may_divide(4, [(1, True)] * 4)
    assert may_divide(4, [(1, True)] * 3 + [(0, True)]) is True
    assert may_divide(7, [(5, True), (2, True)])
