"""What a wish would cost, at once: one person priced anew while the price of every seat stands still.

An estimate: prices say what one seat more is worth to everybody else, not what a whole chain of moves would bring. A
search with the wish as a pin confirms it.

Plain Python, so that web processes may load it: the same program as `paths`, for one person at a time, which takes some
tens of milliseconds. Both are held together by a test.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ikusei.rotation.solver.problem import Option, Person, Post, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Seat = tuple[str, int]
"""(post, year)"""
type Prices = Sequence[Sequence[Sequence[float]]] | NDArray[np.float64]
"""(3, P, T): of a seat, of an expert, of a stayer, by post and year, as `Found.prices` has them."""
type _Node = tuple[int, ...]
"""Years served in each growth class."""

HAIR = 1e-9
"""An index this much below a level counts as reaching it."""
NOWHERE = ""
"""Sat in no post before. No post's id is empty."""


@dataclass(frozen=True, slots=True)
class Way:
    """The cheapest path of a person under the prices: its cost, seats included, and a post or None for every year."""

    cost: float
    posts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Stint:
    """Years in one post, one after the other: from a node to a node, and what they cost without the change of post."""

    post: str
    length: int
    after: _Node
    cost: float


@dataclass(frozen=True, slots=True)
class _Label:
    """The cheapest way to or from a node: its cost, the post at this end, and where it goes on."""

    cost: float
    post: str
    origin: tuple[_Node, int] | None = None
    length: int = 0


class WhatIf:
    """Answers for one problem at fixed prices; each announced seat ((person, year) -> post) that differs costs `change_price`."""

    def __init__(
        self,
        problem: Problem,
        prices: Prices,
        announced: Mapping[tuple[str, int], str] | None = None,
        change_price: float = 0.0,
    ) -> None:
        self.problem, self.prices = problem, prices
        self.announced, self.change_price = announced or {}, change_price
        self.people = {person.id: person for person in problem.people}
        self.posts = {post.id: place for place, post in enumerate(problem.posts)}

    def path(self, person: str, *, pins: Sequence[Seat] = (), forbids: Sequence[Seat] = ()) -> Way | None:
        """The person's cheapest path with these seats taken and those avoided; None where the rules leave none.

        Raises KeyError for a person or post the problem does not know, ValueError for a year outside the horizon.
        """
        return self._case(person, pins, forbids).cheapest()

    def with_pin(self, person: str, post: str, year: int) -> float | None:
        """How much dearer the person's best path becomes if he has to sit there that year; None: the rules forbid it."""
        return self._difference(person, self.path(person, pins=[(post, year)]))

    def with_forbid(self, person: str, post: str, year: int) -> float | None:
        """How much dearer the person's best path becomes if he may not sit there that year; None: nothing is left."""
        return self._difference(person, self.path(person, forbids=[(post, year)]))

    def alternatives(self, person: str, year: int) -> list[tuple[str, float]]:
        """(post, how much dearer than the person's best path) of every post that he could sit in that year, cheapest first."""
        through = self.through(person)
        best = min(through.values(), default=0.0)
        priced = [(post, max(0.0, cost - best)) for (post, sat_in), cost in through.items() if sat_in == year]
        return sorted(priced, key=lambda entry: entry[1])

    def through(self, person: str) -> dict[Seat, float]:
        """(Post, year) -> the cost of the cheapest path that sits there then; a seat that no path reaches is left out."""
        return self._case(person, (), ()).through()

    def cost(self, person: str, posts: Sequence[str | None]) -> float:
        """What a path costs under the prices: a post or None for every year of the horizon. Its rules are not checked."""
        return self._case(person, (), ()).cost(posts)

    def _difference(self, person: str, way: Way | None) -> float | None:
        best = self.path(person)
        return None if way is None or best is None else max(0.0, way.cost - best.cost)

    def _case(self, person: str, pins: Sequence[Seat], forbids: Sequence[Seat]) -> _Case:
        for post, year in (*pins, *forbids):
            self.problem.years.index(year)
            self.posts[post]
        return _Case(self, self.people[person], pins, forbids)


class _Case:
    """One person at fixed prices, with some seats taken and some avoided."""

    def __init__(self, known: WhatIf, person: Person, pins: Sequence[Seat], forbids: Sequence[Seat]) -> None:
        self.problem, self.person = known.problem, person
        self.facts: dict[str, Post] = {post: self.problem.posts[place] for post, place in known.posts.items()}
        self.prices = {
            post: tuple(rows[place] for rows in known.prices) for post, place in known.posts.items()
        }
        self.years = [year for year in self.problem.years if person.start <= year < person.until]
        asked = [*((pin.post, pin.year) for pin in self.problem.pins if pin.person == person.id), *pins]
        self.is_blocked = any(year not in self.years for _post, year in asked)
        pinned: dict[int, set[str]] = {}
        for post, year in asked:
            pinned.setdefault(year, set()).add(post)
        avoided = set(forbids)
        self.open = {
            option.post: [self._is_open(option, year, pinned, avoided) for year in self.years]
            for option in person.options
        }
        self.value = {option.post: option.value for option in person.options}
        self.announced = [known.announced.get((person.id, year)) for year in self.years]
        self.change_price = known.change_price
        self.offset = self.problem.years.index(self.years[0]) if self.years else 0
        self._name_classes()

    @staticmethod
    def _is_open(option: Option, year: int, pinned: dict[int, set[str]], avoided: Collection[Seat]) -> bool:
        if year in option.forbidden_years or (option.post, year) in avoided:
            return False
        return pinned.get(year, {option.post}) == {option.post}

    def _name_classes(self) -> None:
        """Growth classes with the same rates are one."""
        rates = {}
        for post in self.open:
            growth = self.problem.growth[self.facts[post].growth]
            rates[post] = (growth.gq, growth.dq)
        self.rates = sorted(set(rates.values()))
        self.kind = {post: self.rates.index(rate) for post, rate in rates.items()}
        self.root: _Node = (0,) * len(self.rates)

    def index(self, node: _Node, axis: int) -> float:
        """The index on GQ (0) or DQ (1) after these years."""
        left = 100.0 - (self.person.dq if axis else self.person.gq)
        for rate, count in zip(self.rates, node, strict=True):
            left *= rate[axis] ** count
        return 100.0 - min(100.0, left)

    def shortfall(self, node: _Node) -> float:
        """What the imbalance at the end costs: the balance weight times floor(s^2 + 0.5)."""
        targets = self.problem.targets
        worst = max(0.0, targets["gq"] - self.index(node, 0), targets["dq"] - self.index(node, 1))
        return self.problem.weights.balance * math.floor(worst * worst + 0.5 - HAIR)

    def _is_expert(self, post: str, node: _Node) -> bool:
        wanted = self.facts[post].experts
        return wanted is not None and self.index(node, wanted.axis == "dq") >= wanted.level - HAIR

    def year_cost(self, post: str, level: int, node: _Node, *, has_stayed: bool) -> float:
        """What the `level`th year of presence costs in a post, seat, expert and stayer counted."""
        seat, expert, stayer = self.prices[post]
        place = self.offset + level
        cost = float(seat[place]) - self.value.get(post, 0.0)
        if self.announced[level] not in (None, post):
            cost += self.change_price
        if expert[place] and self._is_expert(post, node):
            cost -= float(expert[place])
        return cost - float(stayer[place]) if has_stayed else cost

    def _grown(self, node: _Node, post: str) -> _Node:
        kind = self.kind[post]
        return (*node[:kind], node[kind] + 1, *node[kind + 1 :])

    def first_stints(self) -> Iterator[_Stint]:
        """Staying in the post of before for some years; of no years where it may be left at once."""
        current, last = self.person.current, len(self.years)
        if current is None:
            return
        tenure = self.facts[current.post].tenure
        if current.years >= tenure.min:
            yield _Stint(current.post, 0, self.root, 0.0)
        cost, node, is_open = 0.0, self.root, self.open.get(current.post, [])
        for length in range(1, last + 1):
            if current.years + length > tenure.max or not is_open or not is_open[length - 1]:
                return
            stayed = length > 1 or self.offset == 0
            cost += self.year_cost(current.post, length - 1, node, has_stayed=stayed)
            node = self._grown(node, current.post)
            if current.years + length >= tenure.min or length == last:
                yield _Stint(current.post, length, node, cost)

    def stints(self, node: _Node) -> Iterator[_Stint]:
        """Every stint that may begin at a node."""
        start, last = sum(node), len(self.years)
        for post, is_open in self.open.items():
            tenure = self.facts[post].tenure
            cost, after = 0.0, node
            for length in range(1, min(tenure.max, last - start) + 1):
                level = start + length - 1
                if not is_open[level]:
                    break
                cost += self.year_cost(post, level, after, has_stayed=length > 1)
                after = self._grown(after, post)
                if length >= tenure.min or level + 1 == last:
                    yield _Stint(post, length, after, cost)

    @cached_property
    def following(self) -> dict[_Node, list[_Stint]]:
        """Node -> its stints, for every node that can be reached, by years served."""
        found: dict[_Node, list[_Stint]] = {}
        begun = {self.root, *(stint.after for stint in self.first_stints())}
        by_level: list[set[_Node]] = [set() for _level in range(len(self.years) + 1)]
        for node in begun:
            by_level[sum(node)].add(node)
        for nodes in by_level:
            for node in sorted(nodes):
                found[node] = list(self.stints(node))
                for stint in found[node]:
                    by_level[sum(stint.after)].add(stint.after)
        return found

    @cached_property
    def arriving(self) -> dict[_Node, list[_Label]]:
        """Node -> the two cheapest ways to it with different last posts."""
        found: dict[_Node, list[_Label]] = {}
        if self.person.current is None:
            found[self.root] = [_Label(0.0, NOWHERE)]
        for stint in self.first_stints():
            _relax(found, stint.after, _Label(stint.cost, stint.post, None, stint.length))
        move = self.problem.weights.move
        for node, stints in self.following.items():
            labels = found.get(node, [])
            for stint in stints:
                slot = _other(labels, stint.post)
                if slot is not None:
                    change = move if labels[slot].post else 0.0
                    cost = labels[slot].cost + change + stint.cost
                    _relax(found, stint.after, _Label(cost, stint.post, (node, slot), stint.length))
        return found

    @cached_property
    def leaving(self) -> dict[_Node, list[_Label]]:
        """Node -> the two cheapest ways from it to the end with different next posts, the change into them counted."""
        found: dict[_Node, list[_Label]] = {}
        move = self.problem.weights.move
        for node in reversed(self.following):
            if sum(node) == len(self.years):
                found[node] = [_Label(self.shortfall(node), NOWHERE)]
            for stint in self.following[node]:
                rest = found.get(stint.after, [])
                slot = _other(rest, stint.post)
                if slot is not None:
                    _relax(found, node, _Label(move + stint.cost + rest[slot].cost, stint.post))
        return found

    def cheapest(self) -> Way | None:
        """The cheapest path."""
        if self.is_blocked:
            return None
        ends = [
            (label.cost + self.shortfall(node), node, slot)
            for node, labels in self.arriving.items()
            if sum(node) == len(self.years)
            for slot, label in enumerate(labels)
        ]
        if not ends:
            return None
        cost, node, slot = min(ends)
        posts: list[str | None] = [None] * len(self.problem.years)
        here: tuple[_Node, int] | None = (node, slot)
        while here is not None:
            label = self.arriving[here[0]][here[1]]
            end = self.offset + sum(here[0])
            posts[end - label.length : end] = [label.post] * label.length
            here = label.origin
        return Way(cost, tuple(posts))

    def through(self) -> dict[Seat, float]:
        """(Post, year) -> the cost of the cheapest path that sits there then."""
        found: dict[Seat, float] = {}
        if self.is_blocked:
            return found
        for stint in self.first_stints():
            self._note(found, stint, 0, stint.cost)
        move = self.problem.weights.move
        for node, stints in self.following.items():
            labels = self.arriving.get(node, [])
            for stint in stints:
                slot = _other(labels, stint.post)
                if slot is not None:
                    change = move if labels[slot].post else 0.0
                    self._note(found, stint, sum(node), labels[slot].cost + change + stint.cost)
        return found

    def _note(self, found: dict[Seat, float], stint: _Stint, level: int, cost: float) -> None:
        rest = self.leaving.get(stint.after, [])
        slot = _other(rest, stint.post)
        if slot is None:
            return
        whole = cost + rest[slot].cost
        for year in self.years[level : level + stint.length]:
            seat = (stint.post, year)
            found[seat] = min(whole, found.get(seat, math.inf))

    def cost(self, posts: Sequence[str | None]) -> float:
        """What a path costs: a post or None for every year of the horizon."""
        total, node = 0.0, self.root
        before = self.person.current.post if self.person.current else None
        for level, _year in enumerate(self.years):
            post = posts[self.offset + level]
            if post is None:
                continue
            stays = post == before and (level > 0 or self.offset == 0)
            if before is not None and post != before:
                total += self.problem.weights.move
            total += self.year_cost(post, level, node, has_stayed=stays)
            node, before = self._grown(node, post), post
        return total + self.shortfall(node)


def _other(labels: Sequence[_Label], post: str) -> int | None:
    """The place of the cheapest label with another post."""
    return next((slot for slot, label in enumerate(labels) if label.post != post), None)


def _relax(found: dict[_Node, list[_Label]], node: _Node, label: _Label) -> None:
    """Keep the label if it is the cheapest at its node, or the cheapest with another post."""
    labels = [kept for kept in found.get(node, ()) if kept.post != label.post or kept.cost <= label.cost]
    if all(kept.post != label.post for kept in labels):
        labels.append(label)
    found[node] = sorted(labels, key=lambda kept: kept.cost)[:2]
