"""The search itself: prices by ascent, prices by the linear program, a dive, then neighbourhoods in whole numbers.

Runs in a thread of its own, so that whoever asked for it can watch, and take the best plan at any time.
"""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.columns import Columns, Lister, joined
from ikusei.rotation.solver.dive import CROWD, dive
from ikusei.rotation.solver.incumbent import Incumbent
from ikusei.rotation.solver.lagrange import Ascent, Priced, Pricer
from ikusei.rotation.solver.master import Chosen, Restricted
from ikusei.rotation.solver.neighbourhood import Neighbourhood
from ikusei.rotation.solver.tables import Tables

ASCENT = 300  # rounds
ASCENT_SHARE, ASCENT_SHARE_OF_ROUNDS = 0.25, 0.6  # of the time, or of the rounds, at most
ROOM = 1500  # columns of one person at most
EACH = 40  # columns a person, on average
POLISH_SHARE, POLISH_SHARE_OF_ROUNDS = 0.06, 0.15
POLISHES = 12  # linear programs where rounds are counted
EXACT = 2e-4  # units a person: prices whose bound is this near to the linear program's are exact
NARROWEST = 24  # people in a neighbourhood at least
NODES, NODES_OF_ROUNDS = 300, 100  # of a neighbourhood's tree: where time is given, where rounds are
WIDEN, NARROW = 1.12, 0.8
PROOF_NODES, PROOF_COLUMNS = 1500, 6000  # where every column of a better plan is there, if no more than this


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
        self.priced: Priced | None = None
        self.settled = -math.inf

    @property
    def bound(self) -> float:
        """The proven bound: of the prices, or of every column that a better plan could have."""
        return max(self.ascent.bound, self.settled)

    def run(self, pool_paths: NDArray[np.int64]) -> None:
        """Search until the budget is over. pool_paths (n, T + 1): people and paths to have among the columns."""
        pricer = Pricer(self.tables, self.threads)
        try:
            self._climb(pricer)
            self._polish(pricer)
            if not self.budget.stopped() and not self.closed():
                paths = dive(self.tables, self.lister, self.ascent, self.budget, self.margin)
                if paths is not None:
                    self.incumbent.offer(np.arange(len(paths)), paths)
            if not self.budget.over() and not self.closed():
                self._improve(pool_paths)
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
        columns, _ = self.lister.near(self.ascent.best, everybody, self.margin, each)
        begun, programs = self.budget.spent(), 0
        while not self.budget.stopped() and not self.closed():
            programs += 1
            timed = self.budget.seconds is not None
            if self.budget.spent() - begun > (POLISH_SHARE if timed else POLISH_SHARE_OF_ROUNDS):
                return
            if not timed and programs > POLISHES:
                return
            model = Restricted(self.tables, columns, outside)
            relaxed = model.relax(self.budget.left(), self.budget.stopped)
            if not relaxed.solved:
                return
            if relaxed.objective - self.ascent.bound < EXACT * self.ascent.unit * len(everybody) + self.near:
                return
            touched = np.zeros(outside.size, dtype=np.bool_)
            touched[model.row] = True
            prices = np.where(touched.reshape(outside.shape), relaxed.prices, self.ascent.best)
            for part in (1.0, 0.5, 0.2):
                point = self.ascent.clip(self.ascent.best + part * (prices - self.ascent.best))
                if not self.budget.round():
                    return
                before = self.ascent.bound
                self.ascent.know(pricer.price(point))
                more, _ = self.lister.near(point, everybody, 0.4 * self.margin, each)
                columns = joined(self.tables, columns, more.person, more.path)
                if self.ascent.bound > before:
                    break

    def _improve(self, pool_paths: NDArray[np.int64]) -> None:
        """Neighbourhoods on every thread until the budget is over."""
        shared = _Shared(self, pool_paths)
        if self.threads == 1:
            shared.work(0)
            return
        with ThreadPoolExecutor(self.threads) as workers:
            list(workers.map(shared.work, range(self.threads)))


@dataclass(frozen=True, slots=True)
class _Pool:
    """Columns to choose from, ordered by person, and whom to choose together.

    least (N,): everybody's cheapest cost at the prices. complete: a plan below this objective has no column but these.
    """

    columns: Columns
    near: Neighbourhood
    least: NDArray[np.float64]
    complete: float


class _Shared:
    """What the threads of the improvement share: the pool, and who is being worked on."""

    def __init__(self, search: Search, known: NDArray[np.int64]) -> None:
        self.search, self.known = search, known
        self.margin, self.each = search.margin, EACH // 2
        self.busy = np.zeros(len(search.tables.first), dtype=np.bool_)
        self.lock = threading.Lock()
        self.nodes = NODES if search.budget.iterations is None else NODES_OF_ROUNDS
        self.all_asked = False  # for every column of a better plan at once
        self.pool = self._listed()

    def _listed(self) -> _Pool:
        """List the pool: what is nearly the cheapest, and paths known from elsewhere."""
        search, known = self.search, self.known
        prices, people = search.ascent.best, len(self.busy)
        columns, self.margin = search.lister.near(prices, np.arange(people), self.margin, self.each)
        complete = search.ascent.bound + self.margin
        columns = joined(search.tables, columns, known[:, 0], known[:, 1:])
        near = Neighbourhood(search.tables, columns, prices, search.ascent.unit)
        least = np.full(people, np.inf)
        np.minimum.at(least, columns.person, near.losses(columns))
        return _Pool(columns, near, least, complete)

    def work(self, worker: int) -> None:
        """One thread's neighbourhoods."""
        search, budget = self.search, self.search.budget
        chance = np.random.default_rng([search.seed, worker])
        people = len(self.busy)
        size = min(float(people), 120.0)
        while not search.closed() and budget.round():
            pool, chosen, paths = self._pick(round(size), chance)
            try:
                answer = self._solve(pool, chosen, paths)
            finally:
                with self.lock:
                    self.busy[chosen] = False
            if answer is None:
                size = max(NARROWEST, size * NARROW)
                continue
            taken, gain = answer
            if taken.proven and gain <= 0.0 and len(chosen) < people:
                size = min(float(people), size * WIDEN)
            elif not taken.proven:
                size = max(NARROWEST, size * NARROW)
            elif len(chosen) == people and not self._widen(pool, taken):
                return  # the best plan there is

    def _widen(self, pool: _Pool, taken: Chosen) -> bool:
        """List more columns, after the best plan of those in the pool was found; False where no other can be in a better one.

        A column that costs more than plan and bound of the prices are apart stands in no better plan. Where every
        other one was there to be taken, what was proven of them is proven of all plans.
        """
        search = self.search
        objective = search.incumbent.objective
        with self.lock:
            if pool.complete >= objective:
                search.settled = max(search.settled, min(taken.bound, pool.complete))
                return False
            if self.pool is not pool:
                return True
            # A hair more than they are apart: the last listed is not lost to rounding.
            apart = 1.001 * (objective - search.ascent.bound) + 1e-6
            if not self.all_asked and 4 * len(pool.columns) <= PROOF_COLUMNS:
                self.all_asked = True
                self.margin, self.each = apart, max(self.each, PROOF_COLUMNS // len(self.busy))
            elif self.each > ROOM:
                return False
            else:
                self.margin, self.each = min(4 * self.margin, apart), 3 * self.each
            self.pool = self._listed()
        return True

    def _pick(self, size: int, chance: np.random.Generator) -> tuple[_Pool, NDArray[np.int64], Columns]:
        """The pool, people to work on, and the plan they are in. Other threads' people are left to them where enough remain."""
        with self.lock:
            plan = self.search.incumbent.columns
            alone = (~self.busy).sum() < 2 * size
            busy = np.zeros_like(self.busy) if alone else self.busy
            chosen = self.pool.near.choose(plan, self.pool.least, size, chance, busy)
            self.busy[chosen] = True
            return self.pool, chosen, plan

    def _solve(self, pool: _Pool, chosen: NDArray[np.int64], plan: Columns) -> tuple[Chosen, float] | None:
        """Seat the chosen people anew as well as possible. (answer, gain of the whole plan)."""
        search = self.search
        inside = np.zeros(len(self.busy), dtype=np.bool_)
        inside[chosen] = True
        columns = joined(
            search.tables, pool.columns.take(inside[pool.columns.person]), chosen, plan.path[chosen]
        )
        outside = np.zeros(search.ascent.best.size, dtype=np.int64)
        others = plan.rows[~inside]
        np.add.at(outside, others[others >= 0], 1)
        model = Restricted(search.tables, columns, outside.reshape(search.ascent.best.shape))
        same = (columns.path == plan.path[columns.person]).all(axis=1)
        everything = len(chosen) == len(self.busy) and pool.complete >= search.incumbent.objective
        proof = everything and len(columns) <= PROOF_COLUMNS
        answer = model.choose(
            seconds=search.budget.left(),
            patience=self._patience(),
            nodes=PROOF_NODES if proof else self.nodes,
            # Whole numbers: the bound of the answer, lowered against rounding, is still rounded up to it.
            near=min(search.near, 0.5) if proof else search.near,
            stop=search.budget.stopped,
            known=np.nonzero(same)[0],
        )
        if answer is None:
            return None
        found = columns.take(answer.columns)
        return answer, search.incumbent.offer(found.person, found.path)

    def _patience(self) -> float:
        """Processor seconds for one neighbourhood; rounds are bounded by nodes alone, so that they do not depend on the clock."""
        seconds = self.search.budget.seconds
        return math.inf if seconds is None else min(12.0, max(1.0, seconds / 10))
