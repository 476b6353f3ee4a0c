"""The planner's promises: a proven bound, the rules, the time, the same again."""

from __future__ import annotations

import itertools
import math
import time

import pytest

from ikusei.rotation.solver import improve, lagrange, lattice, master
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.curve import curve
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem, parse
from ikusei.rotation.solver.solve import Found, Impossible, Progress, Unknown, solve, whole
from ikusei.rotation.solver.tables import compile_tables
from ikusei.rotation.solver.whatif import WhatIf
from ikusei.rotation.tests.formats.problems import FREE, person, post, problem, small, strange
from tools.rotation_instances import make


@pytest.fixture(scope="module")
def office() -> Problem:
    """A dozen people and four years, like the published ones."""
    return parse(make(people=12, years=4, seed=7))


def cost(outcome: Found) -> float:
    assert outcome.plan.objective is not None
    return outcome.plan.objective


def found(searched: Problem, **asked: object) -> Found:
    outcome = solve(searched, **{"iterations": 60, "threads": 1} | asked)  # type: ignore[arg-type]
    assert isinstance(outcome, Found)
    return outcome


def test_the_plan_keeps_the_rules_and_lies_near_its_bound(office: Problem) -> None:
    outcome = found(office, iterations=250)
    verdict = check(office, outcome.plan)
    assert verdict.broken == []
    assert verdict.objective == outcome.plan.objective == outcome.searched
    assert outcome.bound <= verdict.objective
    assert outcome.gap < 1.5
    assert outcome.seat_prices.shape == (len(office.posts), 4)


def test_a_wrong_bound_is_told_as_it_is_and_not_hidden(
    office: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lagrange, "proven", lambda _costs, _rows: 1e9)
    told: list[Progress] = []
    outcome = found(office, progress=told.append)
    assert cost(outcome) < outcome.bound == outcome.plan.bound == told[-1].bound == 1e9
    assert outcome.gap < 0


def test_a_bound_above_the_plan_by_rounding_alone_is_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = parse(small())
    reached = found(searched).searched
    monkeypatch.setattr(lagrange, "proven", lambda _costs, _rows: reached + 1e-10)
    outcome = found(searched)
    assert not whole(searched)
    assert (outcome.searched, outcome.bound, outcome.gap) == (reached, reached, 0.0)


def test_rounds_on_one_thread_give_the_same_plan_again(office: Problem) -> None:
    first, second = found(office, seed=3), found(office, seed=3)
    assert first.plan.assignments == second.plan.assignments
    assert (first.bound, first.iterations) == (second.bound, second.iterations)


def test_where_rounds_are_counted_no_neighbourhood_searches_a_large_tree(
    office: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    choose = master.Restricted.choose

    def watched(self: master.Restricted, **limits: object) -> object:
        asked.append(limits["nodes"])  # type: ignore[arg-type]  # handed on as they came
        return choose(self, **limits)  # type: ignore[arg-type]

    monkeypatch.setattr(master.Restricted, "choose", watched)
    monkeypatch.setattr(improve, "PROOF_COLUMNS", 0)
    found(office, iterations=40)
    assert asked
    assert max(asked) <= 200


def test_where_a_seat_outweighs_all_wishes_the_prices_still_get_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = make(people=30, years=4, seed=4)
    document["weights"] |= {"over_capacity": 114_300, "below_minimum": 38_100}
    compiled = compile_tables(parse(document))

    def climbed() -> float:
        pricer, ascent = lagrange.Pricer(compiled, 1), lagrange.Ascent(compiled)
        for number in range(100):
            ascent.step(pricer.price(ascent.point), number / 100)
        return ascent.bound

    wide = climbed()
    monkeypatch.setattr(lagrange.Ascent, "HEAVY", math.inf)
    narrow = climbed()
    assert wide > 1.1 * narrow > 0


def test_seconds_are_kept_and_progress_is_told(office: Problem) -> None:
    told: list[Progress] = []
    began = time.monotonic()
    outcome = solve(office, seconds=1.0, progress=told.append)
    assert time.monotonic() - began < 6
    assert isinstance(outcome, Found)
    assert told
    assert all(before.bound <= after.bound for before, after in itertools.pairwise(told))
    assert told[-1].objective == outcome.searched


def test_stopped_before_anything_it_cannot_tell_and_stopped_later_it_keeps_its_plan(office: Problem) -> None:
    assert isinstance(solve(office, seconds=20, stop=lambda: True), Unknown)
    began = time.monotonic()
    outcome = solve(office, seconds=60, stop=lambda: time.monotonic() - began > 1.5)
    assert isinstance(outcome, Found)
    assert time.monotonic() - began < 10
    assert check(office, outcome.plan).broken == []


def test_nobody_and_nothing_is_a_plan() -> None:
    outcome = found(parse(problem([], [])))
    assert (outcome.plan.assignments, outcome.plan.objective, outcome.bound) == ({}, 0, 0)
    assert math.isnan(outcome.gap)


def test_nobody_to_plan_for_or_one_plan_only_is_told_at_once() -> None:
    wanting = FREE | {"below_minimum": 9, "missing_expert": 4, "over_capacity": 5}
    short = post("A", minimum=2, capacity=0, experts={"axis": "gq", "level": 90, "count": 1})
    fixed = [
        person("E1", {"A": 1, "B": 2}, current={"post": "A", "years": 0}),
        person("E2", {"A": 3}),
        person("E3", {}, until=2026, **{"from": 2020}),
    ]
    bound_to_stay = short | {"tenure": {"min": 9, "max": 9}}
    for document, costs in [
        (problem([short], [], weights=wanting), 66),
        (problem([], [person("E1", {}, **{"from": 2029, "until": 2030})], weights=wanting), 0),
        (problem([bound_to_stay, post("B")], fixed, weights=wanting), -12 + 30 + 12),
    ]:
        searched, told = parse(document), list[Progress]()
        outcome = solve(searched, seconds=60, progress=told.append)
        assert isinstance(outcome, Found)
        assert check(searched, outcome.plan).objective == outcome.plan.objective == outcome.bound == costs
        assert outcome.iterations == 0
        assert outcome.seconds < 5
        assert [point.bound for point in told] == [costs]


def test_a_plan_that_meets_its_bound_ends_the_search() -> None:
    free = parse(problem([post("A"), post("B")], [person("E1", {"A": 0.1, "B": 0.7})]))
    assert found(free).iterations == 0
    # Two want the one good seat; a price on it of what the other seat lacks closes the bound.
    seats = [post("A", capacity=1), post("B", minimum=2)]
    two = [person("E1", {"A": 9.7, "B": 0.2}), person("E2", {"A": 8.4, "B": 0.1})]
    rare = parse(problem(seats, two, weights=FREE | {"over_capacity": 50, "below_minimum": 3.3}))
    outcome = found(rare, iterations=1000)
    assert outcome.gap == pytest.approx(0.0, abs=1e-5)
    assert outcome.iterations < 700


def test_who_has_no_way_is_named() -> None:
    outcome = solve(parse(problem([post("A")], [person("E1", {"A": 1}), person("E2", {})])), iterations=5)
    assert isinstance(outcome, Impossible)
    assert [conflict.person for conflict in outcome.conflict.conflicts] == ["E2"]


def test_fractions_and_a_minimum_above_capacity_are_counted_as_the_checker_does() -> None:
    dear = {
        "over_capacity": 10.25,
        "below_minimum": 3.5,
        "missing_expert": 0,
        "missing_continuity": 0.1,
        "move": 0.3,
    }
    document = problem(
        [post("A", capacity=1, minimum=3, continuity=1), post("B", growth="lab", capacity=1)],
        [person(f"E{number}", {"A": 0.1 * number, "B": 1.7}) for number in range(4)],
    )
    searched = parse(document | {"weights": document["weights"] | dear})
    outcome = found(searched, iterations=200)
    assert outcome.plan.objective == pytest.approx(check(searched, outcome.plan).objective, abs=1e-9)
    assert outcome.bound <= cost(outcome)


def test_with_merged_growth_classes_the_bound_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = {seed: solve(parse(strange(seed)), iterations=120, threads=1) for seed in range(12)}
    build = lattice.build
    monkeypatch.setattr(lattice, "build", lambda rho, years: build(rho, years, most=3))
    for seed, known in exact.items():
        coarse = solve(parse(strange(seed)), iterations=120, threads=1)
        assert type(coarse) is type(known)
        if isinstance(coarse, Found) and isinstance(known, Found):
            assert coarse.bound <= known.searched + 1e-6
            assert coarse.plan.objective == pytest.approx(check(parse(strange(seed)), coarse.plan).objective)


def test_ten_years_are_planned() -> None:
    searched = parse(make(people=6, years=10, seed=2))
    outcome = found(searched, iterations=30)
    assert check(searched, outcome.plan).broken == []
    assert outcome.bound <= cost(outcome)


def test_a_plan_to_begin_with_is_never_lost_and_one_that_breaks_rules_does_no_harm(office: Problem) -> None:
    good = found(office, iterations=200)
    again = found(office, iterations=2, start=good.plan)
    assert again.searched <= good.searched
    nonsense = Plan(dict.fromkeys(good.plan.assignments, ("nowhere",) * 4))
    assert check(office, found(office, iterations=2, start=nonsense).plan).broken == []


def test_a_price_on_changes_keeps_announced_seats_and_its_bound_holds(office: Problem) -> None:
    last = found(office, iterations=60, seed=1).plan
    announced = {(name, 2026): row[0] for name, row in last.assignments.items() if row[0] is not None}
    points = curve(office, announced, [100_000, 0], iterations=120, threads=1)
    assert [point.change_price for point in points] == [0, 100_000]
    assert points[1].changes == 0
    assert points[0].objective <= points[1].objective
    for point in points:
        assert check(office, point.plan).objective == point.objective
        assert point.plan.bound is not None
        assert point.plan.bound <= point.objective
        assert point.gap >= 0


def test_what_a_wish_costs_is_the_price_of_the_best_path_with_it(office: Problem) -> None:
    outcome = found(office)
    answers = WhatIf(office, outcome.prices)
    somebody = next(one for one in office.people if one.start <= 2026 and one.until > 2029)
    offers = answers.alternatives(somebody.id, 2028)
    assert offers[0][1] == pytest.approx(0.0, abs=1e-6)
    assert [extra for _post, extra in offers] == sorted(extra for _post, extra in offers)
    best = answers.path(somebody.id)
    assert best is not None
    seat = best.posts[2]
    assert seat is not None
    assert answers.with_pin(somebody.id, seat, 2028) == pytest.approx(0.0, abs=1e-6)
    second = next(extra for place, extra in offers if place != seat)
    assert answers.with_forbid(somebody.id, seat, 2028) == pytest.approx(second)
    nowhere = next(
        place.id for place in office.posts if place.id not in {option.post for option in somebody.options}
    )
    assert answers.with_pin(somebody.id, nowhere, 2028) is None
