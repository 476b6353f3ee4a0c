"""A seating as the rules look at it: terms in a post, indices by year, free seats. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ikusei.rotation.picture import (
    CONCURRENT,
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    RestrictionFacts,
    Seating,
)

EDGE = 1e-9
"""An index this close below a level has reached it: products of the same factors differ in their last digit."""
HALF_A_YEAR, A_YEAR = 6, 12


def whole_years(since: date, on: date) -> int:
    """Whole years in a post from a day until a day: six months or more of a year count as one, less as none.

    A post entered on 1 October 2025 counts one year on 1 April 2026; one entered on 2 October 2025 counts none.
    """
    months = (on.year - since.year) * A_YEAR + on.month - since.month - (on.day < since.day)
    return max(0, (months + A_YEAR - HALF_A_YEAR) // A_YEAR)


def bureau(post: PostFacts) -> tuple[int, str]:
    """What tells the bureau (局) of a post: its employer and the unit at the top of the tree."""
    return post.employer_id, post.path.strip("/").split("/")[0]


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive years of one person in one main post: whole years before the round, then fiscal years of the round."""

    post: int
    past: int
    years: tuple[int, ...]
    left: int | None
    """The fiscal year in which they sit in another post instead; None where they stay, go or have no seat."""
    is_current: bool

    @property
    def served(self) -> int:
        """Years in the post at the end of the term."""
        return self.past + len(self.years)


class Scene:
    """One seating, with what several rules ask of it worked out once.

    `mends`: whether ways to satisfy a broken rule are looked for; which rules are broken is the same without.
    """

    def __init__(self, seating: Seating, *, mends: bool = True) -> None:
        self.seating, self.mends = seating, mends
        self.picture: Picture = seating.picture
        self.years = seating.picture.years
        self._terms: dict[str, tuple[Term, ...]] = {}
        self._indices: dict[str, tuple[tuple[float, float], ...]] = {}

    @cached_property
    def main_moves(self) -> Mapping[str, list[MoveFacts]]:
        """Person -> their moves of the main post, in the order of their years."""
        return self._moves(beside=False)

    @cached_property
    def concurrent_moves(self) -> Mapping[str, list[MoveFacts]]:
        """Person -> their moves into posts beside the main one."""
        return self._moves(beside=True)

    @cached_property
    def restrictions(self) -> Mapping[str, list[RestrictionFacts]]:
        """Person -> pins, forbids and "one of these"."""
        found: dict[str, list[RestrictionFacts]] = {}
        for one in self.picture.restrictions:
            found.setdefault(one.person, []).append(one)
        return found

    def _moves(self, *, beside: bool) -> Mapping[str, list[MoveFacts]]:
        found: dict[str, list[MoveFacts]] = {}
        for move in self.seating.moves:
            if (move.kind == CONCURRENT) == beside:
                found.setdefault(move.person, []).append(move)
        return found

    def person(self, key: str) -> PersonFacts:
        """The facts of somebody."""
        return self.picture.people[key]

    def post(self, post: int | None) -> PostFacts | None:
        """The facts of a post; None for no post, or one that is not in rotation."""
        return None if post is None else self.picture.posts.get(post)

    def is_outside(self, key: str) -> bool:
        """Whether somebody sits in a post that is not in rotation, and the draft leaves it so: no rule asks about them."""
        seat = self.person(key).main
        return (
            seat is not None
            and seat.post not in self.picture.posts
            and not self.main_moves.get(key)
            and not any(self.seating.main[key])
        )

    def room(self, post: PostFacts, year: int) -> int:
        """Free seats of a post in a fiscal year; below 0 where too many people sit there."""
        return post.capacity - self.seating.filled(post.id, year)

    def terms(self, key: str) -> tuple[Term, ...]:
        """Somebody's terms in order, the current post's first. Who comes back to a post begins anew."""
        if key not in self._terms:
            self._terms[key] = tuple(self._work_out_terms(self.person(key)))
        return self._terms[key]

    def _work_out_terms(self, person: PersonFacts) -> list[Term]:
        terms: list[Term] = []
        post: int | None = None
        past, is_current = 0, False
        years: list[int] = []
        if person.main is not None:
            post, is_current = person.main.post, True
            past = whole_years(person.main.since, self.picture.effective_on)
        for year, here in zip(self.years, self.seating.main[person.key], strict=True):
            if not person.is_there(year):
                continue
            if here != post:
                if post is not None:
                    terms.append(Term(post, past, tuple(years), year if here else None, is_current))
                post, past, years, is_current = here, 0, [], False
            if here is not None:
                years.append(year)
        if post is not None:
            terms.append(Term(post, past, tuple(years), None, is_current))
        return terms

    def term_at(self, key: str, year: int) -> Term | None:
        """The term to which a fiscal year belongs; None without a seat."""
        return next((term for term in self.terms(key) if year in term.years), None)

    def term_before(self, key: str, year: int) -> Term | None:
        """The term that ended with the year before, or lasts from then on; None for who had no seat."""
        first = year == self.years[0]
        for term in self.terms(key):
            if (year - 1 in term.years) or (first and term.is_current):
                return term
        return None

    def served_before(self, key: str, year: int) -> int:
        """Whole years in the post of the year before, at its end."""
        term = self.term_before(key, year)
        return 0 if term is None else term.past + sum(one < year for one in term.years)

    def may_leave(self, key: str, year: int) -> bool:
        """Whether the shortest term of the post of the year before has been served when a fiscal year begins."""
        term = self.term_before(key, year)
        post = self.post(term.post) if term else None
        return post is None or self.served_before(key, year) >= post.tenure_min

    def index(self, key: str, year: int, axis: str) -> float:
        """The index on "gq" or "dq" at the start of a fiscal year, after the main posts of the years before it."""
        if key not in self._indices:
            self._indices[key] = self._work_out_indices(self.person(key))
        return self._indices[key][self.picture.place[year]][axis == "dq"]

    def _work_out_indices(self, person: PersonFacts) -> tuple[tuple[float, float], ...]:
        gq, dq, found = 100 - person.gq, 100 - person.dq, []
        for here in self.seating.main[person.key]:
            found.append((100 - min(100.0, gq), 100 - min(100.0, dq)))
            post = self.post(here)
            rho_gq, rho_dq = self.picture.growth.get(post.growth, (1.0, 1.0)) if post else (1.0, 1.0)
            gq, dq = gq * rho_gq, dq * rho_dq
        return tuple(found)
