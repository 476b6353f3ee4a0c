"""Why no plan exists: for everybody without a way through the years, the rules that cannot all hold.

Capacity, minimum, experts and continuity are prices, not rules: whether a plan exists is decided person by person, and
exactly. Of the rules of one person few are told: they cannot all hold, and without any one of them the others could.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from ikusei.rotation.solver.problem import Person, Pin, Post, Problem

type Kind = Literal["pin", "presence", "options", "forbidden", "tenure_min", "tenure_max"]

TOLD = 50
"""People whose conflict is worked out; the others are counted."""
SHOWN = 5
"""Options named in a sentence."""
ANYWHERE = ""
"""A post that may be added to the options: where only the options stand in the way, this one frees it. No id is empty."""
DROPPED_FIRST: tuple[Kind, ...] = ("tenure_max", "tenure_min", "forbidden", "options", "pin")
"""What somebody set by hand is dropped last, so that it is told."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a conflict: its kind, the path of the field that makes it, what it names, and a sentence."""

    kind: Kind
    path: str
    text: str
    post: str | None = None
    year: int | None = None

    def as_dict(self) -> dict[str, object]:
        """The rule as it is printed; what it does not name is left out."""
        named = {
            name: value for name, value in (("post", self.post), ("year", self.year)) if value is not None
        }
        return {"kind": self.kind, "path": self.path, **named, "text": self.text}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules of one person that cannot all hold; without any one of them the others could.

    A person may be stuck in more ways than one: then a change of these rules shows the next.
    """

    person: str
    path: str
    rules: tuple[Rule, ...]

    @property
    def text(self) -> str:
        """The conflict in sentences."""
        return " ".join([f"No plan can seat {self.person}.", *(rule.text for rule in self.rules)])

    def as_dict(self) -> dict[str, object]:
        """The conflict as it is printed."""
        rules = [rule.as_dict() for rule in self.rules]
        return {"person": self.person, "path": self.path, "rules": rules, "text": self.text}


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Everybody for whom no plan exists: the first `TOLD` with their rules, and how many they are."""

    conflicts: tuple[Conflict, ...]
    people: int

    def as_dict(self) -> dict[str, object]:
        """What `ikusei rotation solve` prints where no plan exists."""
        return {"people": self.people, "conflict": [conflict.as_dict() for conflict in self.conflicts]}


def find(problem: Problem, people: Collection[str] | None = None) -> Conflicts | None:
    """Why no plan exists, or None where everybody (of `people`, ids, where given) has a way through the years.

    Exact: None means that a plan exists. Takes time linear in people, options and years.
    """
    posts = {post.id: (place, post) for place, post in enumerate(problem.posts)}
    pins: dict[str, list[tuple[int, Pin]]] = {}
    for place, pin in enumerate(problem.pins):
        pins.setdefault(pin.person, []).append((place, pin))
    stuck = []
    for place, person in enumerate(problem.people):
        if people is None or person.id in people:
            case = _Case(problem.years, posts, place, person, pins.get(person.id, []))
            if case.absent_pin is not None or not case.has_way(case.keys):
                stuck.append(case)
    if not stuck:
        return None
    return Conflicts(tuple(case.conflict() for case in stuck[:TOLD]), len(stuck))


type _Key = tuple[Kind, str, int]
"""(kind, post or empty, year, or the place of a pin, or 0): one rule that can be dropped."""


class _Case:
    """One person, and the rules that can be dropped one at a time."""

    def __init__(
        self,
        years: tuple[int, ...],
        posts: dict[str, tuple[int, Post]],
        place: int,
        person: Person,
        pins: list[tuple[int, Pin]],
    ) -> None:
        self.person = person
        self.path = f"people[{place}]"
        self.posts = posts
        self.years = [year for year in years if person.start <= year < person.until]
        self.pins = pins
        self.options = {option.post: option for option in person.options}
        self.near = {*self.options, *(pin.post for _place, pin in pins)}
        """Posts that are asked about; dropping the options opens these to the person, and `ANYWHERE`."""
        if person.current is not None:
            self.near.add(person.current.post)
        self.absent_pin = next((pin for pin in pins if pin[1].year not in self.years), None)

    @property
    def keys(self) -> frozenset[_Key]:
        """Every rule of this person."""
        keys: set[_Key] = {("options", "", 0)}
        keys.update(("pin", pin.post, place) for place, pin in self.pins)
        for post in self.near:
            keys.update({("tenure_min", post, 0), ("tenure_max", post, 0)})
        for option in self.options.values():
            keys.update(
                ("forbidden", option.post, year) for year in option.forbidden_years if year in self.years
            )
        return frozenset(keys)

    def has_way(self, keys: frozenset[_Key]) -> bool:
        """Whether some sequence of posts through the years of presence breaks none of these rules.

        Goes forward by year over every (post, years served) that can be reached.
        """
        current = self.person.current
        reached: dict[str, set[int]] = {current.post: {current.years}} if current else {}
        is_free = current is None
        for year in self.years:
            open_posts = self._open(keys, year)
            leavers = {post for post, served in reached.items() if self._may_leave(keys, post, served)}
            following: dict[str, set[int]] = {}
            for post in open_posts:
                served = {
                    years + 1 for years in reached.get(post, ()) if self._may_stay(keys, post, years + 1)
                }
                if is_free or len(leavers) > (post in leavers):
                    served.add(1)
                if served:
                    following[post] = served
            if not following:
                return False
            reached, is_free = following, False
        return True

    def _open(self, keys: frozenset[_Key], year: int) -> set[str]:
        pinned = {
            pin.post for place, pin in self.pins if pin.year == year and ("pin", pin.post, place) in keys
        }
        if len(pinned) > 1:
            return set()
        found = set(self.options) if ("options", "", 0) in keys else {*self.near, ANYWHERE}
        return {
            post for post in (found & pinned if pinned else found) if ("forbidden", post, year) not in keys
        }

    def _may_leave(self, keys: frozenset[_Key], post: str, served: set[int]) -> bool:
        return ("tenure_min", post, 0) not in keys or max(served) >= self.posts[post][1].tenure.min

    def _may_stay(self, keys: frozenset[_Key], post: str, years: int) -> bool:
        return ("tenure_max", post, 0) not in keys or years <= self.posts[post][1].tenure.max

    def conflict(self) -> Conflict:
        """The rules that cannot all hold, found by dropping: first kinds as a whole, then one by one."""
        if self.absent_pin is not None:
            place, pin = self.absent_pin
            rules = [self._rule(("pin", pin.post, place)), self._presence(pin.year)]
            return Conflict(self.person.id, self.path, tuple(rules))
        keys = self.keys
        for kind in DROPPED_FIRST:
            rest = frozenset(key for key in keys if key[0] != kind)
            if not self.has_way(rest):
                keys = rest
        for key in sorted(keys, key=lambda key: (DROPPED_FIRST.index(key[0]), key)):
            if not self.has_way(keys - {key}):
                keys -= {key}
        told = sorted(keys, key=lambda key: (-DROPPED_FIRST.index(key[0]), key))
        return Conflict(self.person.id, self.path, tuple(self._rule(key) for key in told))

    def _rule(self, key: _Key) -> Rule:
        kind, post, number = key
        name = self.person.id
        match kind:
            case "pin":
                year = next(pin.year for place, pin in self.pins if place == number)
                text = f"{name} is pinned to {post} in {year}."
                return Rule(kind, f"pins[{number}]", text, post, year)
            case "forbidden":
                place = list(self.options).index(post)
                text = f"{post} is forbidden to {name} in {number}."
                return Rule(kind, f"{self.path}.options[{place}].forbidden_years", text, post, number)
            case "tenure_min" | "tenure_max":
                return self._tenure_rule(kind, post)
            case _:
                return Rule("options", f"{self.path}.options", self._options_text())

    def _tenure_rule(self, kind: Kind, post: str) -> Rule:
        place, facts = self.posts[post]
        if kind == "tenure_min":
            path, text = "min", f"{post} is not left before years served: {facts.tenure.min}."
        else:
            path, text = "max", f"Nobody serves more years in {post} than {facts.tenure.max}."
        current = self.person.current
        if current is not None and current.post == post:
            text += f" {self.person.id} comes from {post}, years served there: {current.years}."
        return Rule(kind, f"posts[{place}].tenure.{path}", text, post)

    def _options_text(self) -> str:
        names = list(self.options)
        if not names:
            return f"{self.person.id} has no options."
        if len(names) > SHOWN:
            return f"{self.person.id} may sit in the {len(names)} options only: {', '.join(names[:SHOWN])} and so on."
        return f"{self.person.id} may sit in the options only: {', '.join(names)}."

    def _presence(self, year: int) -> Rule:
        person = self.person
        text = f"{person.id} is absent in {year}: present from {person.start}, until before {person.until}."
        return Rule("presence", f"{self.path}.from", text, year=year)
