"""Branching raises the bound of the linear program and never above the best plan there is."""

from __future__ import annotations

from itertools import count

import pytest

from ikusei.rotation.solver.branching import branch
from ikusei.rotation.solver.outcome import Found
from ikusei.rotation.solver.problem import Problem, parse
from ikusei.rotation.solver.solve import solve
from tools.rotation_instances import make


def best(people: int, seed: int) -> tuple[Problem, Found]:
    """A small problem and its best plan, proven by the search."""
    problem = parse(make(people=people, years=3, seed=seed))
    found = solve(problem, iterations=300, threads=1)
    assert isinstance(found, Found)
    assert found.gap == 0.0
    return problem, found


@pytest.mark.parametrize(("seed", "own"), [(2, 6.5), (5, 15.0)])
def test_where_the_linear_program_lies_below_the_best_plan_branching_says_by_how_much(
    seed: int, own: float
) -> None:
    problem, found = best(20, seed)
    turns = count()
    told = branch(problem, found.prices, found.searched, seconds=40, clock=lambda: next(turns))
    assert found.searched - told.root == pytest.approx(own, abs=0.05)
    assert told.bound == pytest.approx(found.searched, abs=1e-4)
    assert (told.nodes, told.left) == (3, 0)


@pytest.mark.parametrize("seed", range(1, 9))
def test_no_bound_lies_above_the_best_plan(seed: int) -> None:
    problem, found = best(10, seed)
    turns = count()
    # A plan that is not the best is known: halves that hold better ones are not closed by it.
    told = branch(problem, found.prices, found.searched + 500.0, seconds=15, clock=lambda: next(turns))
    assert told.root <= told.bound <= found.searched + 1e-6


def test_out_of_time_it_tells_the_root() -> None:
    problem, found = best(20, 5)
    told = branch(problem, found.prices, found.searched, seconds=0)
    assert (told.bound, told.nodes, told.left) == (told.root, 1, 1)
