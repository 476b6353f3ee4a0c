"""Price and dive: solve the linear program, let the surest people take their paths, list columns anew, until all sit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.budget import Budget
from ikusei.rotation.solver.columns import Columns, Lister, counts_of, joined
from ikusei.rotation.solver.lagrange import Ascent
from ikusei.rotation.solver.master import Restricted
from ikusei.rotation.solver.tables import Tables

SURE = 0.999
CROWD = 400  # more people than this are seated in bigger steps, on fewer columns each
SHARE, SHARE_OF_CROWD = 0.08, 0.25  # of the people left, at least so many are seated in each step
LAST = 40  # people whom the whole-number solver seats at the end
EACH, EACH_OF_CROWD = 40, 9  # columns listed for each person
NODES = 200


def dive(
    tables: Tables, lister: Lister, ascent: Ascent, budget: Budget, margin: float
) -> NDArray[np.int64] | None:
    """A whole plan's paths (N, T), or None where time ran out."""
    people = np.arange(len(tables.first))
    paths = np.full((len(people), tables.option_open.shape[1]), -1, dtype=np.int64)
    outside = np.zeros(ascent.best.shape, dtype=np.int64)
    left = people
    each = EACH if len(people) <= CROWD else EACH_OF_CROWD
    columns, _ = lister.near(ascent.best, left, margin, each)
    while len(left) > LAST:
        relaxed = Restricted(tables, columns, outside).relax(budget.left(), budget.stopped)
        if not relaxed.solved:
            return None
        share = SHARE if len(left) <= CROWD else SHARE_OF_CROWD
        seated = _surest(columns, relaxed.shares, math.ceil(share * len(left)), len(left) - LAST)
        paths[seated.person] = seated.path
        outside = outside + counts_of(seated, outside.shape)
        left = np.setdiff1d(left, seated.person)
        # What was good before stays: the new prices know nothing of seats that only just filled up.
        columns = columns.take(np.isin(columns.person, left))
        more, _ = lister.near(ascent.clip(relaxed.prices), left, margin, each // 3)
        columns = joined(tables, columns, more.person, more.path)
    chosen = Restricted(tables, columns, outside).choose(
        seconds=budget.left(),
        patience=math.inf if budget.seconds is None else 10.0,
        nodes=NODES,
        near=0.0,
        stop=budget.stopped,
    )
    if chosen is None:
        return None
    last = columns.take(chosen.columns)
    paths[last.person] = last.path
    return paths


def _surest(columns: Columns, shares: NDArray[np.float64], least: int, most: int) -> Columns:
    """The columns to fix: whole ones up to `most`, and at least `least` (of one person each) by their share."""
    order = np.lexsort((shares, columns.person))
    # The last column of each person in this order has the greatest share.
    top = order[np.append(np.diff(columns.person[order]) > 0, True)]
    ranked = top[np.argsort(-shares[top], kind="stable")]
    sure = int((shares[ranked] >= SURE).sum())
    return columns.take(ranked[: max(least, min(sure, most))])
