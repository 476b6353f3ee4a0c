"""A round as the planner's problem and back: valid, with the rules it can say inside, and plans that keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ikusei.rotation.compiling import CHECKED_AFTERWARDS, compile_problem, moves_of, plan_of_draft
from ikusei.rotation.considerations import Considerations, points, value
from ikusei.rotation.picture import (
    CONCURRENT,
    FORBID,
    ONE_OF,
    PIN,
    MoveFacts,
    ProtectedFacts,
    QuotaFacts,
    RestrictionFacts,
    seating,
)
from ikusei.rotation.rules import breaches
from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.problem import Current, Option, Pin, Problem, parse, to_document
from ikusei.rotation.tests import scenes
from ikusei.rotation.tests.scenes import person, picture, post


def options(problem: Problem, key: str) -> dict[str, Option]:
    (one,) = [one for one in problem.people if one.id == key]
    return {option.post: option for option in one.options}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_round_compiles_into_a_valid_problem(seed: int) -> None:
    round_, moves = scenes.by_chance(seed)
    problem = compile_problem(round_, moves)
    assert parse(to_document(problem)) == problem


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_found_for_a_round_breaks_no_must_but_those_checked_afterwards(seed: int) -> None:
    from ikusei.rotation.solver.solve import Found, solve

    round_, moves = scenes.by_chance(seed, posts=12, people=12, moves=4)
    round_ = replace(round_, restrictions=())
    kept = [replace(move, is_pinned=False) for move in moves]
    problem = compile_problem(round_, kept)
    if (conflicts := conflict.find(problem)) is not None:
        stuck = {one.person for one in conflicts.conflicts}
        people = {key: facts for key, facts in round_.people.items() if key not in stuck}
        round_, kept = replace(round_, people=people), [move for move in kept if move.person in people]
        problem = compile_problem(round_, kept)
    outcome = solve(problem, iterations=3, threads=1)
    assert isinstance(outcome, Found)
    assert check(problem, outcome.plan).broken == []
    found = moves_of(problem, outcome.plan, round_)
    seats = seating(round_, found)
    assert plan_of_draft(problem, round_, found).assignments == outcome.plan.assignments
    planned = {one.id for one in problem.people}
    broken = {
        one.rule
        for one in breaches(round_, seats)
        if one.is_must and (one.person in planned or not one.person)
    }
    assert broken <= CHECKED_AFTERWARDS


def test_the_post_of_today_counts_with_whole_years() -> None:
    problem = compile_problem(picture([post(1)], [person("p1", 1, date(2024, 10, 1))]))
    assert problem.people[0].current == Current("1", 2)


def test_posts_that_somebody_may_not_take_are_no_options_but_todays_is() -> None:
    posts = [post(1, grades=frozenset({"課長"})), post(2, grades=frozenset({"課長"})), post(3)]
    problem = compile_problem(picture(posts, [person("p1", 1, grade="主事")]))
    assert set(options(problem, "p1")) == {"1", "3"}


def test_decisions_become_pins_and_forbidden_years() -> None:
    decided = (
        RestrictionFacts("p1", PIN, frozenset({2}), 2026, 2028, id=1),
        RestrictionFacts("p1", FORBID, frozenset({1}), 2029, 2030, id=2),
        RestrictionFacts("p1", ONE_OF, frozenset({1, 2}), 2030, 2031, id=3),
    )
    posts = [post(1), post(2), post(3)]
    problem = compile_problem(picture(posts, [person("p1", 1)], restrictions=decided))
    assert problem.pins == (Pin("p1", "2", 2026), Pin("p1", "2", 2027))
    closed = {key: set(option.forbidden_years) for key, option in options(problem, "p1").items()}
    assert closed == {"1": {2029}, "2": set(), "3": {2030}}


def test_a_pinned_move_holds_and_one_for_a_year_with_its_return() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, date(2024, 4, 1)), person("p2", 1)])
    away = MoveFacts("p1", 2026, 2, until_year=2027, return_post=1, is_pinned=True)
    free = MoveFacts("p2", 2026, 2)
    problem = compile_problem(round_, [away, free])
    assert problem.pins == (Pin("p1", "2", 2026), Pin("p1", "1", 2027))


def test_leave_and_protected_reasons_keep_people_where_they_are() -> None:
    round_ = picture(
        [post(1), post(2)],
        [person("p1", 1, date(2024, 4, 1), is_away=True), person("p2", 1, date(2024, 4, 1))],
        protected=(ProtectedFacts("p2", "stay", date(2028, 3, 31)),),
    )
    problem = compile_problem(round_)
    assert problem.pins == (Pin("p1", "1", 2026),)
    assert options(problem, "p2")["2"].forbidden_years == {2026, 2027}


def test_a_quota_of_none_closes_a_host() -> None:
    host = post(2, path="/2/12/", is_host=True)
    round_ = picture([post(1), host], [person("p1", 1), person("p2", 2)], quotas=(QuotaFacts(2, "Host", 0),))
    problem = compile_problem(round_)
    assert "2" not in options(problem, "p1")
    assert "2" in options(problem, "p2")


def test_who_was_promoted_leaves_the_bureau_in_the_first_year() -> None:
    posts = [post(1, path="/1/11/"), post(2, path="/1/12/"), post(3, path="/3/13/")]
    promoted = person("p1", 1, date(2024, 4, 1), grade="主任", grade_since=date(2025, 10, 1))
    found = options(compile_problem(picture(posts, [promoted])), "p1")
    assert [set(found[key].forbidden_years) for key in "123"] == [{2026}, {2026}, set()]


def test_the_value_of_a_year_is_the_sum_of_what_is_said() -> None:
    one = person("p1", 1, wishes=(2, 1), levels={"cloud": 2})
    said = Considerations(intents={"p1": "stay"}, opinions={"p1": "move"}, needed=frozenset({2}))
    assert points(one, post(1), said) == {
        "base": 40,
        "fit": 10,
        "wish": 40,
        "intent": 15,
        "opinion": -10,
    }
    assert points(one, post(2, needs={"cloud": 4}), said) == {"base": 40, "fit": 10, "wish": 50, "needed": 8}
    host = post(3, is_host=True, tenure_min=1, tenure_max=1)
    assert value(one, host) == 25
    assert value(one, host, Considerations(open_to_dispatch=frozenset({"p1"}))) == 50


def test_one_seat_of_coverage_outweighs_all_wishes() -> None:
    round_, moves = scenes.by_chance(5, people=40)
    problem = compile_problem(round_, moves)
    gain = sum(
        (max(values) - min(values)) * sum(one.start <= year < one.until for year in problem.years)
        for one in problem.people
        if (values := [option.value for option in one.options])
    )
    assert problem.weights.below_minimum > gain
    assert problem.weights.over_capacity > problem.weights.below_minimum


def test_concurrent_moves_are_not_the_planners() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1)])
    beside = MoveFacts("p1", 2026, 2, kind=CONCURRENT, share=0.2, is_pinned=True)
    assert compile_problem(round_, [beside]).pins == ()


def test_a_post_that_the_draft_gives_somebody_beside_is_not_planned_as_their_main_one() -> None:
    round_ = picture([post(1), post(2), post(3)], [person("p1", 1), person("p2", 3)])
    beside = MoveFacts("p1", 2027, 2, kind=CONCURRENT, share=0.2, until_year=2029)
    problem = compile_problem(round_, [beside])
    assert options(problem, "p1")["2"].forbidden_years == {2027, 2028}
    assert options(problem, "p2")["2"].forbidden_years == frozenset()
    pinned = MoveFacts("p1", 2028, 2, is_pinned=True)
    assert options(compile_problem(round_, [beside, pinned]), "p1")["2"].forbidden_years == {2027}


def test_a_post_held_beside_today_may_become_the_main_one_and_ends_as_a_concurrent_one() -> None:
    held = tuple(((2, 0.2),) for _year in scenes.YEARS)
    round_ = picture([post(1), post(2)], [person("p1", 1, base_concurrent=held)])
    assert options(compile_problem(round_), "p1")["2"].forbidden_years == frozenset()
    seats = seating(round_, [MoveFacts("p1", 2027, 2), MoveFacts("p1", 2029, 1)])
    assert seats.concurrent["p1"] == (((2, 0.2),), (), (), (), ())
    assert breaches(round_, seats) == []
