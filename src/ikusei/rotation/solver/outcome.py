"""What the planner answers: a plan with its proven bound, people who have no way, or that it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.conflict import Conflicts
from ikusei.rotation.solver.plan import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: seconds since it began, rounds, the proven bound, the best plan's objective if there is one."""

    seconds: float
    iterations: int
    bound: float
    objective: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """A plan that keeps every hard rule.

    bound: proven, no plan lies below it. gap: 100 x (objective - bound) / V; nan where V is not positive. Both are of the
    objective searched, which `searched` tells; it differs from the file's (plan.objective) only by the price of
    changing announced seats. prices (3, P, T): of a seat, an expert, a stayer, by post and year; seat_prices (P, T).
    first_seconds: when the first plan stood.
    """

    plan: Plan
    bound: float
    gap: float
    seconds: float
    iterations: int
    searched: float
    prices: NDArray[np.float64]
    first_seconds: float

    @property
    def seat_prices(self) -> NDArray[np.float64]:
        """(P, T): what one more seat would be worth; negative where the post lacks people."""
        seats: NDArray[np.float64] = self.prices[0]
        return seats


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists: the conflict names people who have no way through the years, and the rules that leave them none."""

    conflict: Conflicts


@dataclass(frozen=True, slots=True)
class Unknown:
    """No plan was found and none is ruled out."""

    reason: str


type Outcome = Found | Impossible | Unknown
