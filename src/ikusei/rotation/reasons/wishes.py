"""Why not: the rules that keep somebody out of a post in a year, and the smallest changes that would free it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ikusei.rotation.picture import DISPATCH, HOME, MoveFacts, Picture, seating
from ikusei.rotation.rules import Breach, Choice, Step, apply_steps, breaches_of
from ikusei.rotation.rules.scene import Scene

BESIDE = frozenset({"shares", "same-post", "two-mains"})
"""Rules about posts beside the main one: what they find without the wish does not stand against it."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A rule that keeps somebody out, and the changes of the draft that were tried and free the seat (may be none)."""

    breach: Breach
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Wish:
    """Somebody in a post from a fiscal year on, as if it were drafted.

    `binding` rules hinder an order; `prices` are broken by it newly and do not hinder. `free_from` is the first later
    year in which nothing binds. `is_there`: the draft has them there already.
    """

    person: str
    post: int
    year: int
    step: Step
    binding: tuple[Binding, ...]
    prices: tuple[Breach, ...]
    free_from: int | None
    is_there: bool

    @property
    def is_free(self) -> bool:
        """Whether no rule hinders it."""
        return not self.binding


def ask(picture: Picture, moves: Iterable[MoveFacts], person: str, post: int, year: int) -> Wish:
    """What the rules say to somebody in a post from a year on; all three are to be known to the picture."""
    moves = list(moves)
    found = _Case(picture, moves, person, post, year)
    later = [one for one in picture.years if one > year] if found.binding else []
    free = (one for one in later if not _Case(picture, moves, person, post, one).binding)
    return Wish(
        person=person,
        post=post,
        year=year,
        step=found.step,
        binding=tuple(Binding(breach, found.freeing(breach)) for breach in found.binding),
        prices=found.prices,
        free_from=next(free, None),
        is_there=found.is_there,
    )


class _Case:
    """One wish tried on the seats."""

    def __init__(
        self, picture: Picture, moves: Sequence[MoveFacts], person: str, post: int, year: int
    ) -> None:
        self.picture, self.person, self.post, self.year = picture, person, post, year
        before = seating(picture, moves)
        self.is_there = before.at(person, year) == post
        self.step = Step("put", _move(picture, moves, person, post, year))
        self.moves = moves if self.is_there else apply_steps(picture, moves, [self.step])[1]
        self.touched = {post, *(one for one in before.main[person] if one is not None)}
        self.known = {one.key for one in breaches_of(picture, before, [person], self.touched)}
        after = seating(picture, self.moves)
        self.broken = breaches_of(picture, after, [person], self.touched)
        hindering = [one for one in self.broken if one.is_must and self._hinders(one)]
        self.binding = sorted(hindering, key=lambda one: one.person != person)

    @property
    def prices(self) -> tuple[Breach, ...]:
        """What the seat would break newly without being hindered."""
        return tuple(one for one in self.broken if not one.is_must and one.key not in self.known)

    def _hinders(self, breach: Breach) -> bool:
        """Whether a broken rule is about this person in this year, or about this post then."""
        if not breach.year <= self.year <= breach.facts.get("last", breach.year):
            return False
        if breach.rule in BESIDE and breach.key in self.known:
            return False
        if breach.rule == "quota":
            return f"/{breach.part}/" in self.picture.posts[self.post].path
        return breach.person == self.person or breach.post == self.post

    def freeing(self, breach: Breach) -> tuple[Choice, ...]:
        """Of what would satisfy a rule, that which leaves the person in the post and breaks nothing else until that year.

        What comes after the longest term of a post is the next thing to be drafted, as for all ways (`rules.ways`).
        """
        choices = () if breach.fix is None else breach.fix.choices
        return tuple(choice for choice in choices if self._frees(breach, choice))

    def _frees(self, breach: Breach, choice: Choice) -> bool:
        picture, moves = apply_steps(self.picture, self.moves, choice.steps)
        then = seating(picture, moves)
        if then.at(self.person, self.year) != self.post:
            return False
        people = [self.person, choice.person]
        touched = {*self.touched, *([] if choice.post is None else [choice.post])}
        mine = {one.key for one in self.broken}
        was = mine | {
            one.key for one in breaches_of(self.picture, seating(self.picture, self.moves), people, touched)
        }
        now = [one for one in breaches_of(picture, then, people, touched) if one.is_must]
        is_less = _amount(breach, now) < _amount(breach, self.broken)
        return is_less and all(one.key in was or one.year > self.year for one in now)


def _amount(breach: Breach, found: Iterable[Breach]) -> int:
    """How badly a rule is broken: the seats, moves or years too many, 0 where it is kept."""
    same = next((one for one in found if one.key == breach.key), None)
    if same is None:
        return 0
    return int(same.facts.get("over") or 1)


def _move(picture: Picture, moves: Sequence[MoveFacts], person: str, post: int, year: int) -> MoveFacts:
    facts = picture.posts[post]
    before = Scene(seating(picture, moves)).seating.before(person, year)
    return MoveFacts(person, year, post, kind=DISPATCH if facts.is_host else HOME, from_post=before)
