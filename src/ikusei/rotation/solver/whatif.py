"""What a wish would cost, at once: one person priced anew while the price of every seat stands still.

An estimate: prices say what one seat more is worth to everybody else, not what a whole chain of moves would bring. A
search with the wish as a pin confirms it. Milliseconds for a person; runs in the worker, since it needs compiled code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver import paths
from ikusei.rotation.solver.problem import Problem
from ikusei.rotation.solver.tables import NOBODY, compile_tables

type Seat = tuple[str, int]
"""(post, year)"""


@dataclass(frozen=True, slots=True)
class Way:
    """The cheapest path of a person under the prices: its cost, seats included, and a post or None for every year."""

    cost: float
    posts: tuple[str | None, ...]


class WhatIf:
    """Answers for one problem at fixed prices (3, P, T), as `Found.prices` has them. Not for two threads at once."""

    def __init__(self, problem: Problem, prices: NDArray[np.float64]) -> None:
        self.problem, self.prices = problem, prices
        self.tables = compile_tables(problem)
        self.labels = paths.labels(self.tables)
        self.people = {person.id: place for place, person in enumerate(problem.people)}
        self.posts = {post.id: place for place, post in enumerate(problem.posts)}

    def path(self, person: str, *, pins: Sequence[Seat] = (), forbids: Sequence[Seat] = ()) -> Way | None:
        """The person's cheapest path with these seats taken and those avoided; None where the rules leave none.

        Raises KeyError for a person or post the problem does not know, ValueError for a year outside the horizon.
        """
        place, tables = self.people[person], self.tables
        options = slice(int(tables.options[place]), int(tables.options[place + 1]))
        opened = tables.option_open.copy()
        for post, year in pins:
            opened[options, self.problem.years.index(year)] &= tables.option_post[options] == self.posts[post]
        for post, year in forbids:
            opened[options, self.problem.years.index(year)] &= tables.option_post[options] != self.posts[post]
        if any(not self._present(place, year) for _post, year in pins):
            return None
        row = np.full(len(self.problem.years), NOBODY, dtype=np.int64)
        changed = tables._replace(option_open=opened)
        cost = float(paths.cheapest(changed, self.prices, place, self.labels, row))
        if math.isinf(cost):
            return None
        return Way(
            cost, tuple(None if post == NOBODY else self.problem.posts[post].id for post in row.tolist())
        )

    def with_pin(self, person: str, post: str, year: int) -> float | None:
        """How much dearer the person's best path becomes if he has to sit there that year; None: the rules forbid it."""
        return self._difference(person, self.path(person, pins=[(post, year)]))

    def with_forbid(self, person: str, post: str, year: int) -> float | None:
        """How much dearer the person's best path becomes if he may not sit there that year; None: nothing is left."""
        return self._difference(person, self.path(person, forbids=[(post, year)]))

    def alternatives(self, person: str, year: int) -> list[tuple[str, float]]:
        """(post, how much dearer than the person's best path) of every post that he could sit in that year, cheapest first."""
        options = self.problem.people[self.people[person]].options
        priced = [(option.post, self.with_pin(person, option.post, year)) for option in options]
        return sorted(
            ((post, extra) for post, extra in priced if extra is not None), key=lambda entry: entry[1]
        )

    def _difference(self, person: str, way: Way | None) -> float | None:
        best = self.path(person)
        return None if way is None or best is None else max(0.0, way.cost - best.cost)

    def _present(self, place: int, year: int) -> bool:
        person = self.problem.people[place]
        return person.start <= year < person.until
