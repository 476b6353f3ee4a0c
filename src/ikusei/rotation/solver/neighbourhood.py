"""Whom to take out of the plan together: people whose good paths meet in the same posts and years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.columns import Columns
from ikusei.rotation.solver.tables import Tables


class Neighbourhood:
    """Chooses people by what the plan loses on them and by the rows that they would share."""

    def __init__(self, tables: Tables, pool: Columns, prices: NDArray[np.float64], unit: float) -> None:
        self.tables, self.pool, self.prices, self.unit = tables, pool, prices, unit
        self.people = len(tables.first)
        self.rows = prices.size
        # A column counts the more, the nearer it is to the cheapest.
        self.weight = np.exp(-pool.reduced / (0.15 * unit))
        self.begin = np.searchsorted(pool.person, np.arange(self.people + 1))

    def losses(self, plan: Columns) -> NDArray[np.float64]:
        """(N,): how far each person's path lies above his cheapest at the prices of the bound."""
        price = np.append(self.prices.ravel(), 0.0)
        price[self.rows // 3 : self.rows] *= -1.0
        reduced: NDArray[np.float64] = plan.cost + price[plan.rows].sum(axis=1)
        return reduced

    def choose(
        self,
        plan: Columns,
        least: NDArray[np.float64],
        size: int,
        chance: np.random.Generator,
        busy: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """About `size` people, sorted; nobody who is busy. least (N,): everybody's cheapest cost at the prices."""
        free = np.nonzero(~busy)[0]
        if size >= len(free):
            return free
        loss = np.maximum(self.losses(plan) - least, 0.0)
        likely = np.where(busy, 0.0, loss + 0.05 * self.unit)
        seeds = chance.choice(self.people, size=min(3, len(free)), replace=False, p=likely / likely.sum())
        chosen = self._grown(plan, seeds, min(size, max(12, size // 6)), chance, busy)
        return np.sort(self._grown(plan, chosen, size, chance, busy))

    def _grown(
        self,
        plan: Columns,
        seeds: NDArray[np.int64],
        size: int,
        chance: np.random.Generator,
        busy: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """The seeds and those who have most in common with them."""
        crowd = np.zeros(self.rows + 1)
        for person in seeds.tolist():
            span = slice(self.begin[person], self.begin[person + 1])
            weight = self.weight[span] / max(self.weight[span].sum(), 1e-9)
            rows = self.pool.rows[span]
            np.add.at(crowd, rows, weight[:, None])
            np.add.at(crowd, plan.rows[person], 1.0)
        crowd[-1] = 0.0
        touch = np.sqrt(crowd)
        score = touch[plan.rows].sum(axis=1)
        each = touch[self.pool.rows].sum(axis=1) * self.weight
        total = np.bincount(self.pool.person, weights=each, minlength=self.people)
        score += total / np.maximum(
            np.bincount(self.pool.person, weights=self.weight, minlength=self.people), 1e-9
        )
        score *= np.exp(0.5 * chance.standard_normal(self.people))
        score[busy] = -np.inf
        score[seeds] = np.inf
        return np.argpartition(-score, size - 1)[:size]
