"""The exact program for one person, against every path there is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ikusei.rotation.solver import lattice, paths, tables
from ikusei.rotation.solver.allowed import allowed
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.columns import Columns, Lister, describe
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem, parse
from ikusei.rotation.tests.formats.problems import strange


def ways(problem: Problem, place: int) -> list[list[int]]:
    """Every path of one person that the checker allows, posts as numbers."""
    person = problem.people[place]
    alone = replace(
        problem, people=(person,), pins=tuple(pin for pin in problem.pins if pin.person == person.id)
    )
    posts = [post.id for post in problem.posts]
    seats = [
        [option.post for option in person.options] if person.start <= year < person.until else [None]
        for year in problem.years
    ]
    return [
        [-1 if seat is None else posts.index(seat) for seat in row]
        for row in itertools.product(*seats)
        if not check(alone, Plan({person.id: row})).broken
    ]


def costs(compiled: tables.Tables, prices: np.ndarray, columns: Columns) -> list[float]:
    """What columns cost under prices, from their rows."""
    signed = np.stack([prices[0], -prices[1], -prices[2]]).ravel()
    return [
        float(cost + sum(signed[row] for row in rows if row >= 0))
        for cost, rows in zip(columns.cost, columns.rows.tolist(), strict=True)
    ]


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_cheapest_path_and_all_near_it_are_those_of_trying_everything(first: int) -> None:
    tried = 0
    for seed in range(first, first + 40):
        problem = parse(strange(seed))
        compiled = tables.compile_tables(problem)
        shape = (3, len(problem.posts), len(problem.years))
        chance = np.random.default_rng(seed)
        prices = np.abs(chance.normal(size=shape)) * 40
        prices[0] -= 30
        labels, lister = paths.labels(compiled), Lister(compiled, 5000)
        for place in range(len(problem.people)):
            known = ways(problem, place)
            row = np.full(shape[2], -1, dtype=np.int64)
            cost = paths.cheapest(compiled, prices, place, labels, row)
            if not known:
                assert np.isinf(cost)
                continue
            every = describe(compiled, np.full(len(known), place), np.array(known, dtype=np.int64))
            paid = costs(compiled, prices, every)
            assert cost == pytest.approx(min(paid), abs=1e-6)
            assert row.tolist() in known
            near = lister.near(prices, np.array([place]), 25.0, 10_000).columns
            within = {tuple(way) for way, price in zip(known, paid, strict=True) if price <= min(paid) + 25.0}
            assert {tuple(way) for way in near.path.tolist()} == within
            tried += 1
    assert tried > 20


def test_what_is_allowed_is_what_the_checker_allows() -> None:
    for seed in range(60):
        problem = parse(strange(seed))
        compiled = tables.compile_tables(problem)
        for place in range(len(problem.people)):
            everything = itertools.product(range(-1, len(problem.posts)), repeat=len(problem.years))
            rows = [[place, *row] for row in everything]
            kept = allowed(compiled, np.array(rows, dtype=np.int64))
            assert [row[1:] for row, good in zip(rows, kept, strict=True) if good] == sorted(
                ways(problem, place)
            )


def test_growth_is_exact_while_it_fits_and_flatters_when_it_does_not() -> None:
    rho = np.array([[0.9, 1.02], [1.03, 0.8], [0.9, 1.02], [0.88, 0.98]])
    exact = lattice.build(rho, 4)
    assert exact.exact
    assert len(exact.following) == 35  # three classes, four years: C(7, 3)
    served = exact.following[exact.following[0, exact.post_class[0]], exact.post_class[1]]
    assert exact.shrink[served] == pytest.approx([0.9 * 1.03, 1.02 * 0.8])

    merged = lattice.build(rho, 4, most=20)
    assert not merged.exact
    node, product = 0, np.ones(2)
    for post in (0, 1, 3, 3):
        node, product = merged.following[node, merged.post_class[post]], product * rho[post]
    assert (merged.shrink[node] <= product + 1e-12).all()
