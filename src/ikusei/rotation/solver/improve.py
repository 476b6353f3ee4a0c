"""Making a plan better: people are taken out together and seated anew in whole numbers, on every thread, until time is over."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.columns import Columns, Lister, counts_of, joined, paid, row_costs
from ikusei.rotation.solver.dive import dive
from ikusei.rotation.solver.master import Chosen, Relaxed, Restricted
from ikusei.rotation.solver.neighbourhood import Neighbourhood
from ikusei.rotation.solver.search import ROOM, Search

EACH = 20  # columns a person, on average
FIRST = 100  # people in the first neighbourhood
NARROWEST = 24  # people in a neighbourhood at least
NODES, NODES_OF_ROUNDS = 300, 100  # of a neighbourhood's tree: where time is given, where rounds are
WIDEN, NARROW = 1.1, 0.93
COLUMNS, FEWEST = (
    1500,
    400,
)  # of a neighbourhood at first, and at least: those of more take long and seldom end
WIDER_LIMIT, FEW_EACH = (
    1.03,
    4,
)  # a limit that was too narrow grows by so much; columns a person always allowed
LITTLE = 0.1  # units: where a plan can gain no more than this, other people are taken
SHORT = 4.0  # units: a row that costs so much more than it has to lacks columns that would help it
AGAIN = 4  # times at most that these are listed
SOONER = 1.3  # times: neighbourhoods widen so much where something is short
HALF_WAY = 0.5  # between the prices of the bound and those of a neighbourhood: where more columns are listed
PROOF_NODES, PROOF_COLUMNS = 1500, 6000  # where every column of a better plan is there, if no more than this


def improve(search: Search, known: NDArray[np.int64]) -> None:
    """Dives, then neighbourhoods, on every thread until the budget is over or the plan is proven the best.

    known (n, T + 1): people and paths to have among the columns.
    """
    if search.budget.stopped() or search.closed():
        return
    shared = Improvement(search, known)
    if search.threads == 1:
        shared.work(0)
        return
    with ThreadPoolExecutor(search.threads) as workers:
        list(workers.map(shared.work, range(search.threads)))


@dataclass(frozen=True, slots=True)
class _Pool:
    """Columns to choose from, ordered by person, and whom to choose together.

    complete: a plan below this objective has no column but these.
    """

    columns: Columns
    near: Neighbourhood
    complete: float


@dataclass(frozen=True, slots=True)
class _Part:
    """People taken out of a plan: the columns they have, what those count who keep their seats, (3, P, T), and what the
    plan costs that they are in, without the others' own costs. is_short: a row costs far more than it would have to.
    """

    people: NDArray[np.int64]
    columns: Columns
    outside: NDArray[np.int64]
    value: float
    is_short: bool


class _Width:
    """How many people one thread takes out at once, and how many columns they may have. Both follow what was proven."""

    def __init__(self, people: int) -> None:
        self.people = float(people)
        self.size, self.columns = min(float(people), float(FIRST)), float(COLUMNS)

    def widen(self, times: float = WIDEN) -> None:
        """More people: these are where they are best."""
        self.size = min(self.people, self.size * times)

    def narrow(self) -> None:
        """Fewer people."""
        self.size = max(float(min(NARROWEST, self.people)), self.size * NARROW)

    def learn(self, taken: Chosen, gain: float) -> None:
        """After an answer: more columns and people where it was proven, fewer where it was not."""
        if not taken.proven:
            self.columns = max(float(FEWEST), self.columns * NARROW)
            self.narrow()
        elif gain <= 0.0:
            if len(taken.columns):
                self.columns *= WIDEN
            self.widen()


class Improvement:
    """What the threads share: the pool, and who is being worked on."""

    def __init__(self, search: Search, known: NDArray[np.int64]) -> None:
        self.search, self.known = search, known
        self.margin, self.each = search.margin, EACH
        self.busy = np.zeros(len(search.tables.first), dtype=np.bool_)
        self.lock = threading.Lock()
        self.nodes = NODES if search.budget.iterations is None else NODES_OF_ROUNDS
        self.all_asked = False  # for every column of a better plan at once
        self.pool = self._listed()

    def _listed(self) -> _Pool:
        """List the pool: what is nearly the cheapest, what the linear program took, and paths known from elsewhere."""
        search, known = self.search, self.known
        prices = search.ascent.best
        columns, self.margin, _least = search.lister.near(
            prices, np.arange(len(self.busy)), self.margin, self.each
        )
        complete = search.ascent.bound + self.margin
        columns = joined(search.tables, columns, search.generated.person, search.generated.path)
        columns = joined(search.tables, columns, known[:, 0], known[:, 1:])
        near = Neighbourhood(search.tables, columns, prices, search.ascent.unit)
        return _Pool(columns, near, complete)

    def work(self, worker: int) -> None:
        """One thread: a dive, careful on the first one and quick on the second, then neighbourhoods.

        Where a seat outweighs all wishes the quick one alone: it can afford to take steps back.
        """
        search, budget = self.search, self.search.budget
        lister = Lister(search.tables, ROOM)
        heavy = search.ascent.heavy
        if worker < (1 if heavy else 2) and not budget.stopped():
            self._dive(lister, quick=heavy or worker > 0)
        chance = np.random.default_rng([search.seed, worker])
        people = len(self.busy)
        width = _Width(people)
        while not search.closed() and budget.round():
            pool, chosen, plan = self._pick(round(width.size), chance)
            try:
                answer = self._solve(lister, pool, chosen, plan, width)
            finally:
                with self.lock:
                    self.busy[chosen] = False
            if answer is None:
                width.narrow()
                continue
            taken, gain = answer
            width.learn(taken, gain)
            if taken.proven and len(chosen) == people and not self._widen(pool, taken):
                return  # the best plan there is

    def _dive(self, lister: Lister, *, quick: bool) -> None:
        search = self.search
        paths = dive(search.tables, lister, search.ascent, search.budget, search.margin, quick=quick)
        if paths is not None:
            search.incumbent.offer(np.arange(len(paths)), paths)

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
            chosen = self.pool.near.choose(plan, size, chance, busy)
            self.busy[chosen] = True
            return self.pool, chosen, plan

    def _solve(
        self,
        lister: Lister,
        pool: _Pool,
        chosen: NDArray[np.int64],
        plan: Columns,
        width: _Width,
    ) -> tuple[Chosen, float] | None:
        """Seat the chosen people anew as well as possible. (answer, gain of the whole plan); None without any."""
        search = self.search
        part = self._part(pool, chosen, plan)
        everybody = len(chosen) == len(self.busy)
        complete = everybody and pool.complete >= search.incumbent.objective
        if not everybody or (part.is_short and not complete):
            worth = self._priced(lister, part, plan)
            if worth is None:
                return None
            if part.is_short:
                width.widen(SOONER)
            if worth is part and not everybody:
                return Chosen(np.empty(0, dtype=np.int64), proven=True, nodes=0, bound=-math.inf), 0.0
            if not part.is_short and len(worth.columns) > max(width.columns, len(chosen) * FEW_EACH):
                width.columns *= WIDER_LIMIT
                return None
            part = worth
        columns = part.columns
        same = (columns.path == plan.path[columns.person]).all(axis=1)
        proof = complete and len(columns) <= PROOF_COLUMNS
        answer = Restricted(search.tables, columns, part.outside).choose(
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

    def _part(self, pool: _Pool, chosen: NDArray[np.int64], plan: Columns) -> _Part:
        """The chosen people with their columns of the pool and of the plan."""
        tables, shape = self.search.tables, self.search.ascent.best.shape
        inside = np.zeros(len(self.busy), dtype=np.bool_)
        inside[chosen] = True
        columns = pool.columns.take(inside[pool.columns.person])
        value = float(plan.cost[chosen].sum() + row_costs(tables, counts_of(plan, shape)).sum())
        return _Part(
            chosen,
            joined(tables, columns, chosen, plan.path[chosen]),
            counts_of(plan.take(~inside), shape),
            value,
            # Where wishes outweigh a seat, the prices of the bound list what fills it as well.
            is_short=self.search.ascent.heavy
            and bool(pool.near.row_losses(plan).max(initial=0.0) > SHORT * self.search.ascent.unit),
        )

    def _priced(self, lister: Lister, part: _Part, plan: Columns) -> _Part | None:
        """The part with columns that are good beside those who keep their seats; the same where nothing can be gained.

        None where the linear program was not solved. Prices of the bound know nothing of what stands around these people:
        those of their own linear program do, and leave out what costs more than the plan could gain.
        """
        search, best = self.search, self.search.ascent.best
        columns, relaxed = part.columns, self._relaxed(part, part.columns)
        for _again in range(AGAIN if part.is_short else 0):
            if not relaxed.solved or self._gain(part, relaxed) > 0.0:
                break
            # What is short has its full price here: whoever could fill it, and whoever could fill his place, is listed.
            columns = self._more(lister, columns, part, search.ascent.clip(relaxed.priced(best)))
            relaxed = self._relaxed(part, columns)
        if not relaxed.solved:
            return None
        if self._gain(part, relaxed) <= 0.0:
            return part
        point = search.ascent.clip(best + HALF_WAY * (relaxed.priced(best) - best))
        columns = self._more(lister, columns, part, point)
        relaxed = self._relaxed(part, columns)
        if not relaxed.solved:
            return None
        above = paid(columns, relaxed.priced(best))
        least = np.full(len(self.busy), np.inf)
        np.minimum.at(least, columns.person, above)
        kept = above - least[columns.person] <= part.value - relaxed.objective
        if part.is_short:
            kept[:] = True
        kept |= (columns.path == plan.path[columns.person]).all(axis=1)
        return replace(part, columns=columns.take(kept))

    def _relaxed(self, part: _Part, columns: Columns) -> Relaxed:
        """The linear program of a part over these columns."""
        budget = self.search.budget
        return Restricted(self.search.tables, columns, part.outside).relax(budget.left(), budget.stopped)

    def _more(self, lister: Lister, columns: Columns, part: _Part, prices: NDArray[np.float64]) -> Columns:
        """The columns, and those that are good at these prices."""
        found = lister.near(prices, part.people, self.search.margin, EACH).columns
        return joined(self.search.tables, columns, found.person, found.path)

    def _gain(self, part: _Part, relaxed: Relaxed) -> float:
        """By how much more than a little the linear program lies below the plan."""
        little = max(self.search.near, LITTLE * self.search.ascent.unit)
        return part.value - relaxed.objective - little

    def _patience(self) -> float:
        """Processor seconds for one neighbourhood; rounds are bounded by nodes alone, so that they do not depend on the clock."""
        seconds = self.search.budget.seconds
        return math.inf if seconds is None else min(12.0, max(1.0, seconds / 10))
