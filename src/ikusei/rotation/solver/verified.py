"""Whether the independent checker agrees with what a search says of its plan. Plain Python, counted anew.

With a price on changing announced seats the search minimises the file's objective plus that price for each of them that
differs; its bound is of that sum. Nothing of the search is used here to count the differing seats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ikusei.rotation.solver.check import Verdict
from ikusei.rotation.solver.objective import rounding
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Problem

type Seats = Mapping[tuple[str, int], str]
"""(person, year) -> the post announced."""

NEAR = 1e-6
"""Objectives this close to each other, in parts of their size, are the same."""


def changed_seats(problem: Problem, plan: Plan, announced: Seats) -> list[tuple[str, int]]:
    """The announced seats, of people and years that the problem knows, in which a plan puts something else."""
    changed = []
    for person in problem.people:
        row = plan.assignments.get(person.id, ())
        for year, post in zip(problem.years, row, strict=False):
            said = announced.get((person.id, year))
            if said is not None and person.start <= year < person.until and said != post:
                changed.append((person.id, year))
    return changed


def disagrees(
    verdict: Verdict, plan: Plan, bound: float, *, paid: float = 0.0, searched: float | None = None
) -> bool:
    """Whether the checker contradicts the planner: a broken rule, another objective, or a bound above the plan.

    `paid` is what its changes cost at the price asked, `searched` the sum that the search says it reached. A figure that is
    no number agrees with nothing; a bound of minus infinity says nothing and contradicts nothing.
    """
    edge = NEAR * max(1.0, abs(verdict.objective))
    said = verdict.objective if plan.objective is None else plan.objective
    whole = verdict.objective + paid
    agrees = (
        not verdict.broken
        and math.isfinite(whole)
        and abs(said - verdict.objective) <= edge
        and (searched is None or abs(searched - whole) <= NEAR * max(1.0, abs(whole)))
        and bound <= whole + rounding(whole)
    )
    return not agrees
