"""Whom to take out of the plan together: people whose good paths meet in the same posts and years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.columns import Columns, counts_of, paid, row_costs, signed
from ikusei.rotation.solver.lagrange import terms
from ikusei.rotation.solver.tables import Tables

SEEDS = 3
SHARPNESS = 0.15  # units: a column that costs so much more than the cheapest counts a third


class Neighbourhood:
    """Chooses people by what the plan loses on them, or on a row, and by the rows that they would share.

    What plan and bound are apart is the sum of what it loses on people (paths above the cheapest at the prices of the
    bound) and on rows (what they cost above the least that they could at these prices).
    """

    def __init__(self, tables: Tables, pool: Columns, prices: NDArray[np.float64], unit: float) -> None:
        self.tables, self.pool, self.prices, self.unit = tables, pool, prices, unit
        self.people = len(tables.first)
        self.rows = prices.size
        # A column counts the more, the nearer it is to the cheapest.
        self.weight = np.exp(-pool.reduced / (SHARPNESS * unit))
        self.begin = np.searchsorted(pool.person, np.arange(self.people + 1))
        self.least = np.full(self.people, np.inf)
        np.minimum.at(self.least, pool.person, paid(pool, prices))

    def losses(self, plan: Columns) -> NDArray[np.float64]:
        """(N,): how far each person's path lies above his cheapest at the prices of the bound."""
        loss: NDArray[np.float64] = np.maximum(paid(plan, self.prices) - self.least, 0.0)
        return loss

    def row_losses(self, plan: Columns) -> NDArray[np.float64]:
        """(3 * P * T,): how far each row's cost lies above the least that it could be at the prices of the bound."""
        counts = counts_of(plan, self.prices.shape)
        least = terms(self.tables, self.prices)
        loss: NDArray[np.float64] = row_costs(self.tables, counts) - signed(self.prices) * counts - least
        return np.maximum(loss, 0.0).ravel()

    def choose(
        self, plan: Columns, size: int, chance: np.random.Generator, busy: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """About `size` people, sorted; nobody who is busy."""
        free = np.nonzero(~busy)[0]
        if size >= len(free):
            return free
        seeds = self._seeds(plan, min(SEEDS, len(free)), chance, busy)
        chosen = self._grown(plan, seeds, min(size, max(12, size // 6)), chance, busy)
        return np.sort(self._grown(plan, chosen, size, chance, busy))

    def _seeds(
        self, plan: Columns, number: int, chance: np.random.Generator, busy: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """People to begin with: by their own losses, or those whose good paths meet in a row that loses."""
        likely = np.where(busy, 0.0, self.losses(plan) + 0.05 * self.unit)
        rows = self.row_losses(plan)
        if chance.random() * (likely.sum() + rows.sum()) < rows.sum():
            row = int(chance.choice(len(rows), p=rows / rows.sum()))
            touches = (self.pool.rows == row).any(axis=1)
            near = np.bincount(self.pool.person, weights=touches * self.weight, minlength=self.people)
            near += (plan.rows == row).any(axis=1)
            near[busy] = 0.0
            if np.count_nonzero(near) >= number:
                likely = near
        return chance.choice(self.people, size=number, replace=False, p=likely / likely.sum())

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
