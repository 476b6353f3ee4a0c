"""Changes against value: what announced moves that are kept cost, for several prices on changing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ikusei.rotation.solver.check import Verdict, check
from ikusei.rotation.solver.outcome import Found, Outcome, Progress
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem
from ikusei.rotation.solver.solve import Announced, solve
from ikusei.rotation.solver.verified import changed_seats, disagrees


@dataclass(frozen=True, slots=True)
class Point:
    """One plan of the curve: the price on a change, announced seats changed, the file's objective as the independent
    checker counts it, the bound and the gap of what was searched (objective and price of the changes together).
    """

    change_price: float
    changes: int
    objective: float
    bound: float
    gap: float
    plan: Plan
    verdict: Verdict
    found: Found


class RefusedPoint(Exception):
    """The independent checker contradicts the search at a price: nothing of that plan may be used."""

    def __init__(self, change_price: float, verdict: Verdict, found: Found) -> None:
        super().__init__(f"the checker disagrees with the plan for {change_price} points a change.")
        self.change_price, self.verdict, self.found = change_price, verdict, found


class NoPoint(Exception):
    """No plan came out at a price: `outcome` says whether none exists or it cannot be told."""

    def __init__(self, change_price: float, outcome: Outcome) -> None:
        super().__init__(f"no plan for {change_price} points a change.")
        self.change_price, self.outcome = change_price, outcome


def point(
    problem: Problem,
    announced: Announced,
    change_price: float,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Point:
    """The plan for one price on changing an announced seat, as far as the independent checker agrees with every figure.

    Raises RefusedPoint where it does not, NoPoint where the search brings no plan.
    """
    found = solve(
        problem,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        threads=threads,
        start=start,
        progress=progress,
        stop=stop,
        announced=announced,
        change_price=change_price,
    )
    if not isinstance(found, Found):
        raise NoPoint(change_price, found)
    return verified(problem, announced, change_price, found)


def verified(problem: Problem, announced: Announced, change_price: float, found: Found) -> Point:
    """What a search found as a point, checked. Raises RefusedPoint where the checker contradicts it."""
    verdict = check(problem, found.plan)
    changes = len(changed_seats(problem, found.plan, announced))
    paid = change_price * changes
    if disagrees(verdict, found.plan, found.bound, paid=paid, searched=found.searched):
        raise RefusedPoint(change_price, verdict, found)
    return Point(
        change_price=change_price,
        changes=changes,
        objective=verdict.objective,
        bound=found.bound,
        gap=found.gap,
        plan=found.plan,
        verdict=verdict,
        found=found,
    )


def curve(
    problem: Problem,
    announced: Announced,
    change_prices: Sequence[float],
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[Point]:
    """A point for each price, in ascending order; each search gets an equal part of `seconds` and begins with the plan before.

    Ends early, with the points so far, where it is stopped or no plan comes out. Raises RefusedPoint for a plan that the
    independent checker contradicts: then no point of the curve is handed over.
    """
    points: list[Point] = []
    last = start
    for price in sorted(set(change_prices)):
        if stop is not None and stop():
            break
        try:
            one = point(
                problem,
                announced,
                price,
                seconds=None if seconds is None else seconds / len(set(change_prices)),
                iterations=iterations,
                seed=seed,
                threads=threads,
                start=last,
                stop=stop,
            )
        except NoPoint:
            break
        last = one.plan
        points.append(one)
    return points
