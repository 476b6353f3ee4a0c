"""The first half of a search: prices by ascent, then those of the linear program. Plans come from `improve`.

Runs in a thread of its own, so that whoever asked for it can watch, and take the best plan at any time.
"""

from __future__ import annotations

import math

import numpy as np

from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.columns import Lister, joined, none
from ikusei.rotation.solver.dive import CROWD
from ikusei.rotation.solver.incumbent import Incumbent
from ikusei.rotation.solver.lagrange import Ascent, Pricer
from ikusei.rotation.solver.master import Restricted
from ikusei.rotation.solver.tables import Tables

ROOM = 1500  # columns of one person at most
ASCENT = 300  # rounds
ASCENT_SHARE, ASCENT_SHARE_OF_ROUNDS = 0.25, 0.6  # of the time, or of the rounds, at most
EACH = 40  # columns a person, on average
POLISH_SHARE, POLISH_SHARE_OF_ROUNDS = 0.06, 0.15
POLISHES = 12  # linear programs where rounds are counted
EXACT = 2e-4  # units a person: prices whose bound is this near to the linear program's are exact
TRACE = 1e-4  # share of a column in the linear program that is worth remembering


class Search:
    """One run. `incumbent` and `ascent` hold the best plan and bound at any time."""

    def __init__(
        self, tables: Tables, incumbent: Incumbent, budget: Budget, *, seed: int, threads: int, near: float
    ) -> None:
        self.tables, self.incumbent, self.budget = tables, incumbent, budget
        self.seed, self.threads, self.near = seed, threads, near
        self.ascent = Ascent(tables)
        self.lister = Lister(tables, ROOM)
        self.margin = 0.5 * self.ascent.unit
        self.settled = -math.inf
        self.generated = none(tables)  # what the linear program took of paths

    @property
    def bound(self) -> float:
        """The proven bound: of the prices, or of every column that a better plan could have."""
        return max(self.ascent.bound, self.settled)

    def price(self) -> None:
        """Find the prices, as near to the best as their part of the budget allows."""
        pricer = Pricer(self.tables, self.threads)
        try:
            self._climb(pricer)
            self._polish(pricer)
        finally:
            pricer.close()

    def closed(self) -> bool:
        """Is the plan proven the best: no other lies between the bound and it."""
        return self.incumbent.objective - self.bound <= self.near

    def _climb(self, pricer: Pricer) -> None:
        """Raise the bound by ascent."""
        rounds = ASCENT
        if self.budget.iterations is not None:
            rounds = max(1, min(rounds, round(self.budget.iterations * ASCENT_SHARE_OF_ROUNDS)))
        for number in range(rounds):
            done = max(number / rounds, 0.0)
            if self.budget.seconds is not None:
                done = max(done, self.budget.elapsed() / (ASCENT_SHARE * self.budget.seconds))
            if done >= 1.0 or not self.budget.round():
                return
            priced = pricer.price(self.ascent.point)
            self.ascent.step(priced, done)
            if self.closed():
                return

    def _polish(self, pricer: Pricer) -> None:
        """Bring the prices to those of the linear program over all paths, by column generation from the ascent's end.

        Its dual has many solutions, and those of few columns may lie far off: prices are tried half way and less
        (in-out separation: Ben-Ameur, Neto 2007), and rows that no column touches keep theirs.
        """
        everybody = np.arange(len(self.tables.first))
        outside = np.zeros(self.ascent.best.shape, dtype=np.int64)
        each = EACH if len(everybody) <= CROWD else EACH // 4
        columns = self.lister.near(self.ascent.best, everybody, self.margin, each).columns
        begun, programs = self.budget.spent(), 0
        while not self.budget.stopped() and not self.closed():
            programs += 1
            timed = self.budget.seconds is not None
            if self.budget.spent() - begun > (POLISH_SHARE if timed else POLISH_SHARE_OF_ROUNDS):
                return
            if not timed and programs > POLISHES:
                return
            relaxed = Restricted(self.tables, columns, outside).relax(self.budget.left(), self.budget.stopped)
            if not relaxed.solved:
                return
            self.generated = columns.take(relaxed.shares > TRACE)
            if relaxed.objective - self.ascent.bound < EXACT * self.ascent.unit * len(everybody) + self.near:
                return
            prices = relaxed.priced(self.ascent.best)
            for part in (1.0, 0.5, 0.2):
                point = self.ascent.clip(self.ascent.best + part * (prices - self.ascent.best))
                if not self.budget.round():
                    return
                before = self.ascent.bound
                self.ascent.know(pricer.price(point))
                more = self.lister.near(point, everybody, 0.4 * self.margin, each).columns
                columns = joined(self.tables, columns, more.person, more.path)
                if self.ascent.bound > before:
                    break
