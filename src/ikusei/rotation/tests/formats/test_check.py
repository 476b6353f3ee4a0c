"""The independent checker on plans small enough to be counted by hand. The sums stand beside the tests."""

from __future__ import annotations

from typing import Any

import pytest

from ikusei.rotation.solver.check import Verdict, check
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import parse
from ikusei.rotation.tests.formats.problems import FREE, Document, person, post, problem

type Seat = str | None


def verdict(document: Document, **assignments: list[Seat]) -> Verdict:
    return check(parse(document), Plan({name: tuple(seats) for name, seats in assignments.items()}))


def rules(found: Verdict) -> list[tuple[Any, Any, Any]]:
    return [(entry["rule"], entry.get("post"), entry.get("year")) for entry in found.broken]


def weighing(**weights: float) -> Document:
    return {"weights": FREE | weights}


def test_values_add_up_over_people_and_years() -> None:
    document = problem([post("A"), post("B")], [person("E1", {"A": 10, "B": 20.5}), person("E2", {"A": -4})])
    found = verdict(document, E1=["A", "B", "B"], E2=["A", "A", "A"])
    assert found.objective == -(10 + 20.5 + 20.5 - 4 - 4 - 4)
    assert found.broken == []


def test_the_first_change_is_counted_from_the_current_post() -> None:
    document = problem(
        [post("A"), post("B")],
        [
            person("E1", {"A": 0, "B": 0}, current={"post": "A", "years": 1}),
            person("E2", {"A": 0, "B": 0}, current={"post": "A", "years": 1}),
            person("E3", {"A": 0, "B": 0}),
        ],
        **weighing(move=60),
    )
    found = verdict(document, E1=["A", "A", "B"], E2=["B", "A", "A"], E3=["B", "A", "A"])
    # E1: A|A A B 1; E2: A|B A A 2; E3 comes from nowhere: 1.
    assert found.moves == 4
    assert found.objective == 240


def test_a_current_post_that_is_no_option_is_left_with_a_change() -> None:
    document = problem(
        [post("A"), post("B")],
        [person("E1", {"B": 0}, current={"post": "A", "years": 1})],
        **weighing(move=60),
    )
    assert verdict(document, E1=["B", "B", "B"]).moves == 1


def test_the_headroom_shrinks_with_each_year_served_whatever_the_order() -> None:
    # gq 50, line 0.9 twice, lab 1.0: 100 - 50 x 0.81 = 59.5; dq 50, lab 0.5 once: 75.
    # Targets 70: short by 10.5 on gq and by nothing on dq: floor(110.25 + 0.5) = 110.
    document = problem(
        [post("A"), post("L", growth="lab")],
        [person("E1", {"A": 0, "L": 0}), person("E2", {"A": 0, "L": 0})],
        targets={"gq": 70, "dq": 70},
        **weighing(balance=2),
    )
    found = verdict(document, E1=["A", "A", "L"], E2=["L", "A", "A"])
    assert found.objective == 2 * 110 + 2 * 110


def test_the_worse_axis_counts_and_halves_are_rounded_up() -> None:
    # gq 50 -> 100 - 50 x 0.9^3 = 63.55: short of 64 by 0.45; dq stays 50: short of 52.5 by 2.5: floor(6.25 + 0.5) = 6.
    document = problem(
        [post("A")], [person("E1", {"A": 0})], targets={"gq": 64, "dq": 52.5}, **weighing(balance=1)
    )
    assert verdict(document, E1=["A", "A", "A"]).objective == 6
    # 0.75 points short: 0.5625 + 0.5 = 1.0625, floor 1; 0.7 points: 0.49 + 0.5 = 0.99, floor 0.
    assert verdict(document | {"targets": {"gq": 0, "dq": 50.75}}, E1=["A", "A", "A"]).objective == 1
    assert verdict(document | {"targets": {"gq": 0, "dq": 50.7}}, E1=["A", "A", "A"]).objective == 0


def test_the_headroom_never_passes_a_hundred_and_is_cut_after_all_years() -> None:
    # headroom 80 x 2 x 2 x 0.5 = 160, cut to 100: index 0. Cut every year it would be 100 x 0.5 = 50: index 50.
    document = problem(
        [post("A"), post("L", growth="lab")],
        [person("E1", {"A": 0, "L": 0}, gq=20)],
        growth={"line": {"gq": 2.0, "dq": 1.0}, "lab": {"gq": 0.5, "dq": 1.0}},
        targets={"gq": 10, "dq": 0},
        **weighing(balance=1),
    )
    assert verdict(document, E1=["A", "A", "L"]).objective == 100
    assert verdict(document, E1=["A", "A", "A"]).objective == 100


def test_nobody_grows_in_years_of_absence_and_everybody_is_weighed() -> None:
    # E1 serves 2027 only: 100 - 50 x 0.9 = 55, short of 60 by 5: 25. E2 leaves after 2026: the same. E3 never sits:
    # short by 10: 100.
    document = problem(
        [post("A")],
        [
            person("E1", {"A": 0}, **{"from": 2027, "until": 2028}),
            person("E2", {"A": 0}, until=2027),
            person("E3", {"A": 0}, **{"from": 2029, "until": 2035}),
        ],
        targets={"gq": 60, "dq": 0},
        **weighing(balance=1),
    )
    nobody: list[Seat] = [None, None, None]
    found = verdict(document, E1=[None, "A", None], E2=["A", None, None], E3=nobody)
    assert found.objective == 25 + 25 + 100
    assert found.broken == []
    assert verdict(document, E1=[None, "A", None], E2=["A", None, None]).broken == []


def test_seats_over_capacity_and_under_the_minimum_are_counted_by_post_and_year() -> None:
    document = problem(
        [post("A", capacity=1, minimum=1), post("B", minimum=2)],
        [person("E1", {"A": 0, "B": 0}), person("E2", {"A": 0, "B": 0})],
        **weighing(over_capacity=6000, below_minimum=2000),
    )
    found = verdict(document, E1=["A", "A", "B"], E2=["A", "B", "B"])
    # 2026: A 1 over, B 2 under. 2027: B 1 under. 2028: A 1 under.
    assert (found.over_capacity, found.below_minimum) == (1, 4)
    assert found.objective == 6000 + 4 * 2000


def test_an_expert_is_one_at_the_start_of_the_year() -> None:
    # line: 50, 55, 59.5, ... The first year in A does not count for itself; 55 is at the level from 2027 on.
    document = problem(
        [post("A", experts={"axis": "gq", "level": 55, "count": 1})],
        [person("E1", {"A": 0})],
        **weighing(missing_expert=800),
    )
    found = verdict(document, E1=["A", "A", "A"])
    assert found.missing_expert == 1
    assert found.objective == 800


def test_experts_of_another_post_or_axis_do_not_count() -> None:
    document = problem(
        [post("A", experts={"axis": "dq", "level": 60, "count": 2}), post("B")],
        [
            person("E1", {"A": 0, "B": 0}, dq=60),
            person("E2", {"A": 0, "B": 0}, dq=90),
            person("E3", {"A": 0}, gq=99),
        ],
    )
    found = verdict(document, E1=["A", "A", "A"], E2=["B", "B", "A"], E3=["A", "A", "A"])
    assert found.missing_expert == 1 + 1 + 0


def test_a_stayer_sat_there_the_year_before_and_the_current_post_counts_in_the_first_year() -> None:
    document = problem(
        [post("A", continuity=1)],
        [
            person("E1", {"A": 0}, current={"post": "A", "years": 1}, until=2027),
            person("E2", {"A": 0}, **{"from": 2027}),
        ],
        **weighing(missing_continuity=500),
    )
    found = verdict(document, E1=["A", None, None], E2=[None, "A", "A"])
    # 2026: E1 stays. 2027: E2 is new. 2028: E2 stays.
    assert found.missing_continuity == 1
    assert found.objective == 500


def test_who_arrives_late_comes_from_the_current_post_and_is_no_stayer_in_that_year() -> None:
    document = problem(
        [post("A", continuity=1, tenure={"min": 3, "max": 4}), post("B")],
        [person("E1", {"A": 0, "B": 0}, current={"post": "A", "years": 2}, **{"from": 2027})],
        **weighing(move=60),
    )
    stays = verdict(document, E1=[None, "A", "A"])
    assert (stays.moves, stays.missing_continuity, stays.broken) == (0, 1 + 1 + 0, [])
    leaves = verdict(document, E1=[None, "B", "B"])
    assert leaves.moves == 1
    assert rules(leaves) == [("tenure_min", "A", 2027)]


def test_years_in_a_post_never_exceed_its_longest_term_and_those_of_the_current_post_count() -> None:
    document = problem(
        [post("A", tenure={"min": 1, "max": 3}), post("B", tenure={"min": 1, "max": 2})],
        [person("E1", {"A": 0, "B": 0}, current={"post": "A", "years": 2})],
    )
    assert rules(verdict(document, E1=["A", "B", "B"])) == []
    assert rules(verdict(document, E1=["A", "A", "A"])) == [("tenure_max", "A", 2027)]
    assert rules(verdict(document, E1=["B", "B", "B"])) == [("tenure_max", "B", 2028)]
    document["people"][0]["current"]["years"] = 7
    assert rules(verdict(document, E1=["B", "A", "A"])) == []
    assert rules(verdict(document, E1=["A", "B", "B"])) == [("tenure_max", "A", 2026)]


def test_who_comes_back_begins_anew() -> None:
    document = problem(
        [post("A", tenure={"min": 1, "max": 1}), post("B", tenure={"min": 1, "max": 1})],
        [person("E1", {"A": 0, "B": 0}, current={"post": "B", "years": 1})],
    )
    assert rules(verdict(document, E1=["A", "B", "A"])) == []


def test_a_post_is_left_after_its_shortest_term_only() -> None:
    document = problem(
        [post("A", tenure={"min": 2, "max": 9}), post("B", tenure={"min": 2, "max": 9})],
        [person("E1", {"A": 0, "B": 0}, current={"post": "A", "years": 1})],
    )
    assert rules(verdict(document, E1=["A", "B", "B"])) == []
    assert rules(verdict(document, E1=["B", "B", "B"])) == [("tenure_min", "A", 2026)]
    assert rules(verdict(document, E1=["A", "B", "A"])) == [("tenure_min", "B", 2028)]


@pytest.mark.parametrize(("until", "seats"), [(2029, ["A", "A", "B"]), (2028, ["A", "B", None])])
def test_the_end_of_the_horizon_or_of_presence_excuses_a_short_term(until: int, seats: list[Seat]) -> None:
    document = problem(
        [post("A"), post("B", tenure={"min": 5, "max": 9})], [person("E1", {"A": 0, "B": 0}, until=until)]
    )
    assert verdict(document, E1=seats).broken == []


def test_presence_beyond_the_horizon_is_presence() -> None:
    document = problem([post("A")], [person("E1", {"A": 5}, **{"from": 2020, "until": 2050})])
    found = verdict(document, E1=["A", "A", "A"])
    assert (found.broken, found.objective, found.moves) == ([], -15, 0)


def test_every_rule_broken_is_told_with_person_post_and_year() -> None:
    document = problem(
        [post("A"), post("B"), post("C")],
        [
            person("E1", {"A": 1, "B": 1}),
            person("E2", {"A": 1}, until=2028),
            person("E3", {"A": 1}),
            person("E4", {"A": 1}),
            person("E5", {"A": 1}),
        ],
        pins=[{"person": "E1", "post": "B", "year": 2028}],
    )
    document["people"][0]["options"][0]["forbidden_years"] = [2027]
    found = verdict(
        document,
        E1=["A", "A", "A"],
        E2=["A", "A", "A"],
        E3=["C", "Z", None],
        E4=["A", "A"],
        E9=["A", "A", "A"],
    )
    assert [
        (entry["rule"], entry["person"], entry.get("post"), entry.get("year")) for entry in found.broken
    ] == [
        ("unknown_person", "E9", None, None),
        ("unknown_post", "E3", "Z", 2027),
        ("length", "E4", None, None),
        ("missing_person", "E5", None, None),
        ("forbidden", "E1", "A", 2027),
        ("absent", "E2", "A", 2028),
        ("option", "E3", "C", 2026),
        ("unseated", "E3", None, 2027),
        ("unseated", "E3", None, 2028),
        ("unseated", "E4", None, 2028),
        ("unseated", "E5", None, 2026),
        ("unseated", "E5", None, 2027),
        ("unseated", "E5", None, 2028),
        ("pin", "E1", "B", 2028),
    ]
    assert found.broken[4]["text"] == "E1 sits in 2027 in A, which is forbidden in that year."
    assert found.broken[-1]["text"] == "E1 is pinned to B in 2028 and sits in A."


def test_a_plan_with_too_many_years_is_told_and_counted_without_them() -> None:
    document = problem([post("A")], [person("E1", {"A": 5})])
    found = verdict(document, E1=["A", "A", "A", "A"])
    assert [entry["text"] for entry in found.broken] == ["E1 has 4 entries; the problem has 3 years."]
    assert found.objective == -15


def test_nobody_is_a_plan_and_what_is_short_is_paid() -> None:
    found = verdict(
        problem(
            [post("A", minimum=2, continuity=1, experts={"axis": "gq", "level": 1, "count": 1})],
            [],
            **weighing(below_minimum=10, missing_continuity=2, missing_expert=3),
        )
    )
    assert found.objective == 3 * (20 + 2 + 3)
    assert found.as_dict() == {
        "objective": 75,
        "broken": [],
        "over_capacity": 0,
        "below_minimum": 6,
        "missing_expert": 3,
        "missing_continuity": 3,
        "moves": 0,
    }
