"""Price and dive: solve the linear program, let the surest people take their paths, list columns anew, until all sit."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.columns import Columns, Lister, counts_of, joined
from ikusei.rotation.solver.lagrange import Ascent
from ikusei.rotation.solver.master import Relaxed, Restricted
from ikusei.rotation.solver.tables import Tables

SURE = 0.999
CROWD = 400  # more people than this are seated in bigger steps, on fewer columns each
SHARE, SHARE_OF_CROWD = 0.08, 0.25  # of the people left, at least so many are seated in each step
LAST = 40  # people whom the whole-number solver seats at the end
EACH, EACH_OF_CROWD = 40, 9  # columns listed for each person
NODES = 200
QUICK = 2  # a quick dive takes so many times bigger steps, on so many times fewer columns
UNDONE, FEWER = 10, 4  # steps taken back at most, and so many times fewer are then seated
HURRY, HURRIED = 0.4, 0.34  # of the time: a dive that is not at its end then seats so many of those left
DEARER = 2.0  # units: a step that costs so much more has run out of seats, and more columns are listed for it
MORE = 3  # times at most


def dive(
    tables: Tables,
    lister: Lister,
    ascent: Ascent,
    budget: Budget,
    margin: float,
    *,
    quick: bool = False,
) -> NDArray[np.int64] | None:
    """A whole plan's paths (N, T), or None where time ran out.

    A quick dive takes bigger steps on fewer columns; so does one that has used up its share of the time.
    """
    left = np.arange(len(tables.first))
    run = _Dive(tables, lister, ascent, budget, margin)
    crowd = len(left) > CROWD
    each = (EACH_OF_CROWD if crowd else EACH) // (QUICK if quick else 1)
    share = SHARE_OF_CROWD if crowd else SHARE
    columns = lister.near(ascent.best, left, margin, each).columns
    before, undone = None, 0
    while len(left) > LAST:
        columns, relaxed = run.relaxed(columns, left, each)
        if not relaxed.solved:
            return None
        if run.is_dear and before is not None and before.number > 1 and undone < (UNDONE if quick else 0):
            # Those seated last took what others cannot do without: fewer of them, the surest, then look again.
            undone += 1
            run, columns, relaxed = before.run, before.columns, before.relaxed
            number = max(1, before.number // FEWER)
        else:
            part = max(share * (QUICK if quick else 1), HURRIED if budget.spent() > HURRY else 0.0)
            sure = min(int((relaxed.shares >= SURE).sum()), len(left) - LAST)
            number = max(math.ceil(part * len(left)), sure)
        before = _Before(copy(run), columns, relaxed, number)
        run.seat(_surest(run, columns, relaxed.shares, number))
        left = np.nonzero(run.is_left)[0]
        # What was good before stays: the new prices know nothing of seats that only just filled up.
        columns = run.more(columns.take(run.is_left[columns.person]), relaxed, left, max(1, each // 3))
    chosen = Restricted(tables, columns, run.outside).choose(
        seconds=budget.left(),
        patience=math.inf if budget.seconds is None else 10.0,
        nodes=NODES,
        near=0.0,
        stop=budget.stopped,
    )
    if chosen is None:
        return None
    run.seat(columns.take(chosen.columns))
    return run.paths


@dataclass(frozen=True, slots=True)
class _Before:
    """Where a dive stood before it seated the last `number` people."""

    run: _Dive
    columns: Columns
    relaxed: Relaxed
    number: int


class _Dive:
    """Where a dive stands: who is seated (paths, and what they count), and what the last linear program came to."""

    def __init__(self, tables: Tables, lister: Lister, ascent: Ascent, budget: Budget, margin: float) -> None:
        self.tables, self.lister, self.ascent, self.budget, self.margin = (
            tables,
            lister,
            ascent,
            budget,
            margin,
        )
        people, years = len(tables.first), tables.option_open.shape[1]
        self.paths = np.full((people, years), -1, dtype=np.int64)
        self.is_left = np.ones(people, dtype=np.bool_)
        self.outside = np.zeros(ascent.best.shape, dtype=np.int64)
        self.cost, self.before, self.is_dear = 0.0, math.inf, False

    def seat(self, columns: Columns) -> None:
        """These columns are taken."""
        # Copies: where the dive stood before may be gone back to.
        self.paths, self.is_left = self.paths.copy(), self.is_left.copy()
        self.paths[columns.person] = columns.path
        self.is_left[columns.person] = False
        self.outside = self.outside + counts_of(columns, self.outside.shape)
        self.cost += float(columns.cost.sum())

    def relaxed(self, columns: Columns, left: NDArray[np.int64], each: int) -> tuple[Columns, Relaxed]:
        """The linear program over the columns; over more of them while it is far dearer than the one before."""
        room = DEARER * self.ascent.unit
        last, most = math.inf, MORE if self.ascent.heavy else 0
        for number in range(most + 1):
            relaxed = Restricted(self.tables, columns, self.outside).relax(
                self.budget.left(), self.budget.stopped
            )
            cost = self.cost + relaxed.objective
            if (
                not relaxed.solved
                or cost <= self.before + room
                or number == most
                or cost > last - 0.01 * room
            ):
                break
            last = cost
            columns = self.more(columns, relaxed, left, each)
        self.is_dear = cost > self.before + room
        self.before = cost
        return columns, relaxed

    def more(self, columns: Columns, relaxed: Relaxed, left: NDArray[np.int64], each: int) -> Columns:
        """The columns, and those that are good at the prices of the linear program."""
        found = self.lister.near(self.ascent.clip(relaxed.prices), left, self.margin, each).columns
        return joined(self.tables, columns, found.person, found.path)


def _surest(run: _Dive, columns: Columns, shares: NDArray[np.float64], wanted: int) -> Columns:
    """The columns to fix, of one person each: those with the greatest shares.

    Two halves of one seat are not both taken, as long as others can be.
    """
    order = np.lexsort((shares, columns.person))
    # The last column of each person in this order has the greatest share.
    top = order[np.append(np.diff(columns.person[order]) > 0, True)]
    ranked = top[np.argsort(-shares[top], kind="stable")]
    free = (run.tables.capacity[:, None] - run.outside[0]).ravel()
    taken, clashing = [], []
    for column in ranked.tolist():
        seats = columns.rows[column, : columns.path.shape[1]]
        seats = seats[seats >= 0]
        if (free[seats] > 0).all():
            free[seats] -= 1
            taken.append(column)
        else:
            clashing.append(column)
        if len(taken) == wanted:
            break
    return columns.take(np.array((taken or clashing)[:wanted]))
