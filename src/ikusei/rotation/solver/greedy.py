"""A first plan within a second, in plain Python: it stands while the compiled search is still being loaded.

The same program as in `paths` without the growth of anybody: stints end at year boundaries, one person after the other
takes the cheapest way past the seats already taken. Whether somebody has a way at all is decided here, exactly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.tables import NOBODY, Tables


@dataclass(slots=True)
class First:
    """paths (N, T); people without any way; what everybody would cost with every seat free, and the sum of the sizes
    of these costs; done: nobody was left out."""

    paths: NDArray[np.int64]
    stuck: list[int] = field(default_factory=list)
    free: float = 0.0
    size: float = 0.0
    done: bool = True


@dataclass(frozen=True, slots=True)
class _Stint:
    """A stay in a post over years [start, end)."""

    post: int
    start: int
    end: int
    cost: float


def first_plan(tables: Tables, stop: Callable[[], bool]) -> First:
    """A plan that keeps every hard rule. Those with the fewest ways to go choose first."""
    people, years = len(tables.first), tables.option_open.shape[1]
    taken = np.zeros((len(tables.capacity), years), dtype=np.int64).tolist()
    reader = _Reader(tables)
    plan = First(np.full((people, years), NOBODY, dtype=np.int64))
    order = sorted(range(people), key=lambda person: int(tables.option_open[reader.span(person)].sum()))
    for person in order:
        if stop():
            plan.done = False
            return plan
        if tables.blocked[person]:
            plan.stuck.append(person)
            continue
        found = reader.way(person, taken)
        if found is None:
            plan.stuck.append(person)
            continue
        plan.free += found[0]
        plan.size += abs(found[0])
        for stint in found[1]:
            for year in range(stint.start, stint.end):
                plan.paths[person, year] = stint.post
                taken[stint.post][year] += 1
    plan.stuck.sort()
    return plan


def only_plan(tables: Tables) -> bool:
    """Has nobody more than one way to go, so that the first plan is the only one there is."""
    reader = _Reader(tables)
    return all(reader.ways(person) <= 1 for person in range(len(tables.first)))


class _Reader:
    """Reads the tables as plain lists, which plain Python reads faster than arrays."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.options: list[int] = tables.options.tolist()
        self.post: list[int] = tables.option_post.tolist()
        self.value: list[list[float]] = tables.option_value.tolist()
        self.open: list[list[bool]] = tables.option_open.tolist()
        self.shortest: list[int] = tables.tenure_min.tolist()
        self.longest: list[int] = tables.tenure_max.tolist()
        self.capacity: list[int] = tables.capacity.tolist()
        self.minimum: list[int] = tables.minimum.tolist()

    def span(self, person: int) -> slice:
        """The person's options."""
        return slice(self.options[person], self.options[person + 1])

    def way(self, person: int, taken: list[list[int]]) -> tuple[float, list[_Stint]] | None:
        """(his least cost if seats were free, his cheapest stints past the seats taken); None where there is no way."""
        first, last = int(self.tables.first[person]), int(self.tables.last[person])
        if first >= last:
            return 0.0, []
        free = self._search(person, first, last, None)
        if free is None:
            return None
        past = self._search(person, first, last, taken)
        return None if past is None else (free[0], past[1])

    def ways(self, person: int) -> int:
        """How many paths keep the person's hard rules."""
        first, last = int(self.tables.first[person]), int(self.tables.last[person])
        if first >= last:
            return 1
        # For each year: how many ways lead there, by the post they come from.
        known: list[Counter[int]] = [Counter() for _ in range(last + 1)]
        current = int(self.tables.current_post[person])
        if current == NOBODY or self.tables.current_years[person] >= self.shortest[current]:
            known[first][current] = 1
        if current != NOBODY:
            for stint in self._stints(person, first, last, None, current):
                known[stint.end][stint.post] += 1
        for year in range(first, last):
            number = known[year].total()
            for stint in self._stints(person, year, last, None, NOBODY) if number else ():
                known[stint.end][stint.post] += number - known[year][stint.post]
        return known[last].total()

    def _search(
        self, person: int, first: int, last: int, taken: list[list[int]] | None
    ) -> tuple[float, list[_Stint]] | None:
        """Cheapest stints by a program over (year, last post): the best two labels with different posts per year."""
        labels: list[list[tuple[float, int, list[_Stint]]]] = [[] for _ in range(last + 1)]
        current = int(self.tables.current_post[person])
        if current == NOBODY or self.tables.current_years[person] >= self.shortest[current]:
            labels[first].append((0.0, current, []))
        if current != NOBODY:
            for stint in self._stints(person, first, last, taken, current):
                _keep(labels[stint.end], (stint.cost, stint.post, [stint]))
        for year in range(first, last):
            if not labels[year]:
                continue
            for stint in self._stints(person, year, last, taken, NOBODY):
                for cost, before, stints in labels[year]:
                    if before != stint.post:
                        moved = self.tables.move if before != NOBODY else 0.0
                        _keep(labels[stint.end], (cost + moved + stint.cost, stint.post, [*stints, stint]))
                        break
        if not labels[last]:
            return None
        best = labels[last][0]
        return best[0], best[2]

    def _stints(
        self, person: int, start: int, last: int, taken: list[list[int]] | None, going_on: int
    ) -> Iterator[_Stint]:
        """Every stint that may begin this year; with `going_on`, only the one that goes on in the current post."""
        served = int(self.tables.current_years[person]) if going_on != NOBODY else 0
        for option in range(self.options[person], self.options[person + 1]):
            post = self.post[option]
            if going_on not in (NOBODY, post):
                continue
            cost = 0.0
            for year in range(start, min(last, start + self.longest[post] - served)):
                if not self.open[option][year]:
                    break
                cost += self._year(option, post, year, taken)
                if served + year + 1 - start >= self.shortest[post] or year + 1 == last:
                    yield _Stint(post, start, year + 1, cost)
            if going_on != NOBODY:
                return

    def _year(self, option: int, post: int, year: int, taken: list[list[int]] | None) -> float:
        """What one year in the option costs, the seat included unless every seat counts as free."""
        cost = -self.value[option][year]
        if taken is not None:
            if taken[post][year] >= self.capacity[post]:
                cost += self.tables.over_capacity
            if taken[post][year] < self.minimum[post]:
                cost -= self.tables.below_minimum
        return cost


def _keep(labels: list[tuple[float, int, list[_Stint]]], label: tuple[float, int, list[_Stint]]) -> None:
    """Keep the label if it is the cheapest, or the cheapest with another last post. The cheapest stands first."""
    others = [known for known in labels if known[1] != label[1]]
    same = [known for known in labels if known[1] == label[1]]
    if same and same[0][0] <= label[0]:
        return
    labels[:] = sorted([*others, label], key=lambda known: known[0])[:2]


def bound(first: First) -> float:
    """A proven bound from the first plan's search: everybody's best years with every row free, rounded down."""
    if not first.done or first.stuck:
        return -math.inf
    return first.free - 1e-9 * (1.0 + first.size)
