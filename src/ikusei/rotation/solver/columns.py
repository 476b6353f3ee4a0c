"""Columns of the restricted problem: whole paths of people, with their cost and the rows of post and year they touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver import paths
from ikusei.rotation.solver.tables import Tables

NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """Paths of people, ordered by person. C columns, T years.

    person: (C,). path: (C, T) post or -1. cost: (C,) own cost. reduced: (C,) cost above the person's cheapest path at
    the prices they were listed at. rows: (C, 3T) row touched, kind * P * T + post * T + year with kind 0 seat, 1 expert,
    2 stayer; NO_ROW fills up.
    """

    person: NDArray[np.int64]
    path: NDArray[np.int64]
    cost: NDArray[np.float64]
    reduced: NDArray[np.float64]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.person)

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Columns:
        """These columns only."""
        return Columns(
            self.person[which], self.path[which], self.cost[which], self.reduced[which], self.rows[which]
        )


def describe(
    tables: Tables,
    person: NDArray[np.int64],
    path: NDArray[np.int64],
    reduced: NDArray[np.float64] | None = None,
) -> Columns:
    """Columns of these paths; reduced costs are nothing where none are given."""
    cost = np.empty(len(person))
    rows = np.empty((len(person), 3 * path.shape[1]), dtype=np.int64)
    paths.describe(tables, person, path, cost, rows)
    return Columns(person, path, cost, np.zeros(len(person)) if reduced is None else reduced, rows)


class Listed(NamedTuple):
    """Columns that were listed; the margin up to which none is left out; everybody's least cost at the prices, (n,)."""

    columns: Columns
    complete: float
    least: NDArray[np.float64]


class Lister:
    """Lists the columns that are nearly the cheapest at given prices."""

    def __init__(self, tables: Tables, room: int) -> None:
        self.tables = tables
        self.labels = paths.labels(tables)
        self.memory = paths.ahead(tables)
        self.found = np.empty((room, tables.option_open.shape[1]), dtype=np.int64)
        self.reduced = np.empty(room)

    def near(
        self, prices: NDArray[np.float64], people: NDArray[np.int64], margin: float, each: int
    ) -> Listed:
        """Columns of `people` within a margin of their cheapest, about `each` a person: the cheapest of them all.

        Fewer where there is no room for them or too many are as cheap: `complete` is then less than the margin.
        """
        owners, found, reduced = [], [], []
        complete, least = margin, np.empty(len(people))
        for place, person in enumerate(people.tolist()):
            number, least[place], kept_within = paths.near_paths(
                self.tables, prices, person, self.labels, self.memory, margin, self.found, self.reduced
            )
            complete = min(complete, kept_within)
            owners.append(np.full(number, person, dtype=np.int64))
            found.append(self.found[:number].copy())
            reduced.append(self.reduced[:number].copy())
        if not owners:
            years = self.found.shape[1]
            return Listed(
                describe(self.tables, people, np.empty((0, years), dtype=np.int64)), complete, least
            )
        person, path, above = np.concatenate(owners), np.concatenate(found), np.concatenate(reduced)
        most = each * len(people)
        if len(above) > most:
            last = float(np.partition(above, most)[most])
            kept = above < last
            kept |= above <= 0.0
            person, path, above = person[kept], path[kept], above[kept]
            complete = min(complete, last)
        return Listed(describe(self.tables, person, path, above), complete, least)


def joined(tables: Tables, columns: Columns, person: NDArray[np.int64], path: NDArray[np.int64]) -> Columns:
    """The columns and these paths, each path once, ordered by person."""
    people = np.concatenate([columns.person, person])
    ways = np.concatenate([columns.path, path])
    above = np.concatenate([columns.reduced, np.zeros(len(person))])
    _keys, first = np.unique(np.column_stack([people, ways]), axis=0, return_index=True)
    return describe(tables, people[first], ways[first], above[first])


def none(tables: Tables) -> Columns:
    """No columns."""
    years = tables.option_open.shape[1]
    return describe(tables, np.empty(0, dtype=np.int64), np.empty((0, years), dtype=np.int64))


def paid(columns: Columns, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C,): what the columns cost with the prices (3, P, T) of the rows that they touch."""
    price = np.append(signed(prices).ravel(), 0.0)
    cost: NDArray[np.float64] = columns.cost + price[columns.rows].sum(axis=1)
    return cost


def signed(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices (3, P, T) as a path pays them: seats are paid for, experts and stayers earn."""
    return np.stack([prices[0], -prices[1], -prices[2]])


def counts_of(columns: Columns, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """(3, P, T): how many of these columns touch each row."""
    touched = columns.rows[columns.rows >= 0]
    return np.bincount(touched, minlength=int(np.prod(shape))).reshape(shape)


def row_costs(tables: Tables, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each row costs at these counts, (3, P, T)."""
    over = np.maximum(0, counts[0] - tables.capacity[:, None])
    under = np.maximum(0, tables.minimum[:, None] - counts[0])
    experts = np.maximum(0, tables.expert_count[:, None] - counts[1])
    stayers = np.maximum(0, tables.continuity[:, None] - counts[2])
    return np.stack(
        [
            tables.over_capacity * over + tables.below_minimum * under,
            tables.missing_expert * experts,
            tables.missing_continuity * stayers,
        ]
    ).astype(np.float64)
