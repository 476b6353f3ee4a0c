"""Changes against value: what announced moves that are kept cost, for several prices on changing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ikusei.rotation.solver.outcome import Found
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem
from ikusei.rotation.solver.solve import Announced, changes, solve


@dataclass(frozen=True, slots=True)
class Point:
    """One plan of the curve: the price on a change, announced seats changed, the file's objective, the gap searched."""

    change_price: float
    changes: int
    objective: float
    gap: float
    plan: Plan


def curve(
    problem: Problem,
    announced: Announced,
    change_prices: Sequence[float],
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[Point]:
    """A point for each price, in ascending order; each search gets an equal part of `seconds` and begins with the plan before.

    Ends early, with the points so far, where it is stopped or no plan exists.
    """
    points: list[Point] = []
    last: Plan | None = None
    for price in sorted(change_prices):
        if stop is not None and stop():
            break
        outcome = solve(
            problem,
            seconds=None if seconds is None else seconds / len(change_prices),
            iterations=iterations,
            seed=seed,
            threads=threads,
            start=last,
            stop=stop,
            announced=announced,
            change_price=price,
        )
        if not isinstance(outcome, Found):
            break
        last = outcome.plan
        changed = changes(problem, outcome.plan, announced)
        file_objective = outcome.searched - price * changed
        points.append(Point(price, changed, file_objective, outcome.gap, outcome.plan))
    return points
