"""What a round is drafted on, in memory: posts, people, where they sit, what is decided, and how moves change it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ikusei.lib.fields import BilingualName, pick

HOME, DISPATCH, CONCURRENT = "home", "dispatch", "concurrent"
PIN, FORBID, ONE_OF = "pin", "forbid", "one-of"
OF_DRAFT, OF_ROUND, OF_REJECTION = "draft", "round", "rejection"
"""Where a restriction was set: in the draft, for all drafts, by a rejected move."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A posting: the post, since when, how many years of it lie before the round's moves, its kind and share of time."""

    post: int
    since: date
    years: float
    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class PostFacts(BilingualName):
    """A post in rotation, with its terms on the day of the round's moves. Sits in the fiscal years
    [from_year, until_year), None where no end is known. `grades` and `job_types` say who may sit there (empty: anyone).
    """

    id: int
    code: str
    name_ja: str
    name_en: str
    unit_id: int
    unit_ja: str
    unit_en: str
    path: str
    employer_id: int
    employer_ja: str
    employer_en: str
    is_host: bool
    grade: str
    grades: frozenset[str]
    job_type: str
    job_types: frozenset[str]
    capacity: int
    authorised: int
    gq_share: float
    dq_share: float
    growth: str
    colour: int
    needs: Mapping[str, int]
    tenure_min: int
    tenure_max: int
    minimum: int
    continuity: int
    expert_axis: str
    expert_level: int
    expert_count: int
    from_year: int
    until_year: int | None

    @property
    def unit(self) -> str:
        """The name of the unit in the active language."""
        return pick(self, "unit")

    @property
    def employer(self) -> str:
        """The name of the employer to which the unit belongs."""
        return pick(self, "employer")

    def is_there(self, year: int) -> bool:
        """Whether the post exists in a fiscal year."""
        return self.from_year <= year and (self.until_year is None or year < self.until_year)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody in the round, present in the fiscal years [from_year, until_year) (None: no end known).

    `main` and `concurrent` are the postings of the day before the moves; `base` and `base_concurrent` where live data puts
    them in each year of the round. `gq` and `dq` are the index, `gq_years` and `dq_years` the ledger on the day of the moves.
    """

    key: str
    id: int
    public_id: str
    name: str
    grade: str
    job_type: str
    levels: Mapping[str, int]
    gq: float
    dq: float
    gq_years: float
    dq_years: float
    from_year: int
    until_year: int | None
    main: Seat | None
    concurrent: tuple[Seat, ...]
    base: tuple[int | None, ...]
    base_concurrent: tuple[tuple[tuple[int, float], ...], ...]
    wishes: tuple[int, ...] = ()
    is_away: bool = False
    is_planned: bool = False
    grade_since: date | None = None

    def is_there(self, year: int) -> bool:
        """Whether they are employed in a fiscal year."""
        return self.from_year <= year and (self.until_year is None or year < self.until_year)


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """A move of a draft (`rotation.models.Move`), people by their key. No post: on the unassigned list from that year."""

    person: str
    year: int
    post: int | None
    kind: str = HOME
    share: float = 1.0
    until_year: int | None = None
    return_post: int | None = None
    from_post: int | None = None
    is_pinned: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class RestrictionFacts:
    """A pin, a forbid, or "one of these", for the fiscal years [from_year, until_year).

    `held`: who drafts lifts one of the draft, the personnel section one of the round; that of a rejected move goes with
    the rejection alone.
    """

    person: str
    kind: str
    posts: frozenset[int]
    from_year: int
    until_year: int
    reason: str = ""
    id: int = 0
    held: str = OF_DRAFT


@dataclass(frozen=True, slots=True)
class QuotaFacts:
    """At most so many moves a year into a unit and below (`paths` contain /unit_id/)."""

    unit_id: int
    unit: str
    most: int


@dataclass(frozen=True, slots=True)
class ProtectedFacts:
    """What a protected reason asks for, without its words: "stay", "place" or "consider"; until a day."""

    person: str
    ask: str
    until: date | None


@dataclass(frozen=True, slots=True)
class ReservedFacts:
    """A post kept for somebody who comes back from a dispatch, from the fiscal year of the return on."""

    person: str
    post: int
    year: int


@dataclass(frozen=True)
class Picture:
    """All of a round, as far as somebody plans for it. `others` is (post, fiscal year) -> how many people sit there, by live
    data, for whom somebody else plans. `growth` is class -> (rho of GQ, rho of DQ); `targets` the index aimed at on (GQ, DQ)."""

    years: tuple[int, ...]
    effective_on: date
    employer_id: int
    posts: Mapping[int, PostFacts]
    people: Mapping[str, PersonFacts]
    restrictions: tuple[RestrictionFacts, ...] = ()
    quotas: tuple[QuotaFacts, ...] = ()
    protected: tuple[ProtectedFacts, ...] = ()
    reserved: tuple[ReservedFacts, ...] = ()
    others: Mapping[tuple[int, int], int] = field(default_factory=dict)
    growth: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    targets: tuple[float, float] = (65.0, 65.0)

    @cached_property
    def place(self) -> Mapping[int, int]:
        """Fiscal year -> its place in every tuple of years."""
        return {year: place for place, year in enumerate(self.years)}

    @cached_property
    def teams(self) -> Mapping[int, tuple[int, ...]]:
        """Unit -> its posts."""
        found: dict[int, list[int]] = {}
        for post in self.posts.values():
            found.setdefault(post.unit_id, []).append(post.id)
        return {unit: tuple(posts) for unit, posts in found.items()}


@dataclass(frozen=True)
class Seating:
    """Who sits where in each year under some moves.

    `main` person -> post or None for each year (None also where they are not employed); `concurrent` person -> for each
    year the posts beside the main one, with their shares.
    """

    picture: Picture
    moves: tuple[MoveFacts, ...]
    main: Mapping[str, tuple[int | None, ...]]
    concurrent: Mapping[str, tuple[tuple[tuple[int, float], ...], ...]]

    @cached_property
    def _sitting(self) -> Mapping[tuple[int, int], tuple[str, ...]]:
        found: dict[tuple[int, int], list[str]] = {}
        for person, posts in self.main.items():
            for year, post in zip(self.picture.years, posts, strict=True):
                if post is not None:
                    found.setdefault((post, year), []).append(person)
        return {seat: tuple(people) for seat, people in found.items()}

    @cached_property
    def _filled(self) -> Mapping[tuple[int, int], int]:
        found = {seat: len(people) for seat, people in self._sitting.items()}
        for seat, more in self.picture.others.items():
            found[seat] = found.get(seat, 0) + more
        return found

    def sitting(self, post: int, year: int) -> tuple[str, ...]:
        """The people whose main post it is in a fiscal year."""
        return self._sitting.get((post, year), ())

    def filled(self, post: int, year: int) -> int:
        """How many people have it as their main post in a fiscal year, those for whom somebody else plans among them."""
        return self._filled.get((post, year), 0)

    def at(self, person: str, year: int) -> int | None:
        """Somebody's main post in a fiscal year."""
        return self.main[person][self.picture.place[year]]

    def before(self, person: str, year: int) -> int | None:
        """Their main post the year before; for the first year the one they sit in before the moves."""
        place = self.picture.place[year]
        if place:
            return self.main[person][place - 1]
        seat = self.picture.people[person].main
        return None if seat is None else seat.post

    def has_moved(self, person: str, year: int) -> bool:
        """Whether somebody who had a seat begins the year in another."""
        here, there = self.before(person, year), self.at(person, year)
        return here is not None and there is not None and here != there

    def unassigned(self, year: int) -> list[str]:
        """The people who are employed in a fiscal year and have no seat."""
        place = self.picture.place[year]
        return [
            key
            for key, facts in self.picture.people.items()
            if facts.is_there(year) and self.main[key][place] is None
        ]


def seating(picture: Picture, moves: Iterable[MoveFacts]) -> Seating:
    """Who sits where when the moves are made; those of one person in the order of their years."""
    theirs: dict[str, list[MoveFacts]] = {}
    kept = tuple(sorted(moves, key=lambda move: (move.year, move.kind == CONCURRENT, move.id)))
    for move in kept:
        theirs.setdefault(move.person, []).append(move)
    main: dict[str, tuple[int | None, ...]] = {}
    concurrent: dict[str, tuple[tuple[tuple[int, float], ...], ...]] = {}
    for key, facts in picture.people.items():
        mine = theirs.get(key, ())
        main[key] = _main(picture, facts, [move for move in mine if move.kind != CONCURRENT])
        concurrent[key] = _beside(picture, facts, main[key], mine)
    return Seating(picture=picture, moves=kept, main=main, concurrent=concurrent)


def _main(picture: Picture, facts: PersonFacts, moves: Sequence[MoveFacts]) -> tuple[int | None, ...]:
    posts = list(facts.base)
    for move in moves:
        for place, year in enumerate(picture.years):
            if year < move.year:
                continue
            ended = move.until_year is not None and year >= move.until_year
            posts[place] = move.return_post if ended else move.post
    return tuple(
        post if facts.is_there(year) else None for year, post in zip(picture.years, posts, strict=True)
    )


def _beside(
    picture: Picture, facts: PersonFacts, main: Sequence[int | None], moves: Sequence[MoveFacts]
) -> tuple[tuple[tuple[int, float], ...], ...]:
    """A concurrent posting of today ends where its post becomes the main one, as orders do it (`org.services.placing`)."""
    found = []
    ended: set[int | None] = set()
    for place, year in enumerate(picture.years):
        ended.add(main[place])
        beside = {post: share for post, share in facts.base_concurrent[place] if post not in ended}
        for move in moves:
            if (
                move.kind == CONCURRENT
                and move.post is not None
                and move.year <= year
                and (move.until_year is None or year < move.until_year)
            ):
                beside[move.post] = move.share
        found.append(tuple(sorted(beside.items())) if facts.is_there(year) else ())
    return tuple(found)
