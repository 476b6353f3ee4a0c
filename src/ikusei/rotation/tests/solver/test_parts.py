"""Parts of the search that a whole run would hide: whom a dive seats, where a plan loses, what is listed for what is short."""

from __future__ import annotations

import numpy as np
import pytest

from ikusei.rotation.solver import greedy
from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.columns import Columns, Lister, describe, none, paid
from ikusei.rotation.solver.dive import _Dive, _surest
from ikusei.rotation.solver.improve import COLUMNS, FIRST, Improvement, _Width
from ikusei.rotation.solver.incumbent import Incumbent
from ikusei.rotation.solver.lagrange import Ascent, Pricer
from ikusei.rotation.solver.master import Chosen
from ikusei.rotation.solver.neighbourhood import Neighbourhood
from ikusei.rotation.solver.problem import parse
from ikusei.rotation.solver.search import Search
from ikusei.rotation.solver.tables import Tables, compile_tables
from ikusei.rotation.tests.formats.problems import FREE, person, post, problem
from tools.rotation_instances import make


@pytest.fixture(scope="module")
def search() -> Search:
    """Twenty people and four years, with the prices of some rounds and the first plan."""
    tables = compile_tables(parse(make(people=20, years=4, seed=5)))
    first = greedy.first_plan(tables, lambda: False)
    search = Search(
        tables, Incumbent(tables, first.paths), Budget(None, 100), seed=0, threads=1, near=1 - 1e-6
    )
    pricer = Pricer(tables, 1)
    for number in range(60):
        search.ascent.step(pricer.price(search.ascent.point), number / 60)
    return search


def wanting(capacity: int) -> tuple[Tables, Columns]:
    """Two people who may sit in A or B, and the column of each way."""
    posts = [post("A", capacity=capacity), post("B", capacity=2)]
    people = [person(name, {"A": 5, "B": 1}) for name in ("E1", "E2")]
    tables = compile_tables(parse(problem(posts, people, weights=FREE | {"over_capacity": 50})))
    path = np.repeat(np.array([[0], [1], [0], [1]]), tables.option_open.shape[1], axis=1)
    return tables, describe(tables, np.array([0, 0, 1, 1]), path)


@pytest.mark.parametrize(("capacity", "seated"), [(1, [0]), (2, [0, 1])])
def test_a_dive_seats_nobody_in_a_seat_that_it_has_just_given_away(capacity: int, seated: list[int]) -> None:
    tables, columns = wanting(capacity)
    run = _Dive(tables, Lister(tables, 10), Ascent(tables), Budget(None, 1), 1.0)
    taken = _surest(run, columns, np.array([0.9, 0.1, 0.8, 0.2]), wanted=2)
    assert taken.person.tolist() == seated
    assert set(taken.path.ravel().tolist()) == {0}


def test_a_dive_that_finds_no_free_seat_takes_one_all_the_same() -> None:
    tables, columns = wanting(1)
    run = _Dive(tables, Lister(tables, 10), Ascent(tables), Budget(None, 1), 1.0)
    run.seat(columns.take(np.array([0])))
    assert _surest(run, columns.take(np.array([2])), np.array([1.0]), wanted=1).person.tolist() == [1]


def test_what_plan_and_bound_are_apart_is_what_it_loses_on_people_and_on_rows(search: Search) -> None:
    ascent, people = search.ascent, np.arange(len(search.tables.first))
    pool = search.lister.near(ascent.best, people, search.margin, 20).columns
    near = Neighbourhood(search.tables, pool, ascent.best, ascent.unit)
    plan = search.incumbent.columns
    lost = near.losses(plan).sum() + near.row_losses(plan).sum()
    assert lost == pytest.approx(search.incumbent.objective - ascent.bound, rel=1e-6)
    assert lost > 0


def test_columns_and_plan_are_paid_for_at_the_prices_that_pricing_uses(search: Search) -> None:
    priced = Pricer(search.tables, 1).price(search.ascent.best)
    columns = describe(search.tables, np.arange(len(priced.costs)), priced.paths)
    assert paid(columns, search.ascent.best) == pytest.approx(priced.costs)
    assert len(none(search.tables)) == 0


def test_a_thread_asks_for_more_where_it_can_prove_and_for_less_where_it_cannot() -> None:
    width = _Width(1000)
    assert (width.size, width.columns) == (FIRST, COLUMNS)
    taken = np.zeros(3, dtype=np.int64)
    width.learn(Chosen(taken, proven=True, nodes=1, bound=0.0), gain=0.0)
    assert width.size > FIRST
    assert width.columns > COLUMNS
    size, columns = width.size, width.columns
    width.learn(Chosen(taken, proven=True, nodes=1, bound=0.0), gain=5.0)
    assert (width.size, width.columns) == (size, columns)
    width.learn(Chosen(taken, proven=False, nodes=9, bound=0.0), gain=0.0)
    assert width.size < size
    assert width.columns < columns
    few = _Width(3)
    few.narrow()
    assert few.size == 3


def test_where_a_seat_is_short_its_neighbourhood_is_given_columns_that_fill_it() -> None:
    """E1 alone may fill the post that must not be empty; no path near his cheapest goes there."""
    posts = [post("A", capacity=2), post("B", minimum=1)]
    people = [person("E1", {"A": 900, "B": 1}), person("E2", {"A": 900}), person("E3", {"A": 5})]
    tables = compile_tables(
        parse(problem(posts, people, weights=FREE | {"below_minimum": 100_000, "over_capacity": 300_000}))
    )
    years = tables.option_open.shape[1]
    everybody_in_a = Incumbent(tables, np.zeros((3, years), dtype=np.int64))
    search = Search(tables, everybody_in_a, Budget(None, 100), seed=0, threads=1, near=1e-6)
    search.margin = 0.001
    improvement = Improvement(search, np.empty((0, years + 1), dtype=np.int64))
    plan, pool = everybody_in_a.columns, improvement.pool
    part = improvement._part(pool, np.arange(3), plan)
    assert part.is_short
    assert not (part.columns.path == 1).any()
    worth = improvement._priced(search.lister, part, plan)
    assert worth is not None
    assert (worth.columns.path == 1).any()
