"""Last year's outlook on this year's records: which of its moves a new round begins with, and what became of the others. Pure.

The outlook of a draft are its moves of later years, the returns of those whom it sent away until a later year, and that
people stay where it put them: whoever went there, and by the records leaves in the new round, is moved there again.
Fiscal years stay what they are: what was announced for FY2028 is announced for FY2028.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ikusei.rotation.picture import CONCURRENT, HOME, MoveFacts, Picture, seating


class Fate(StrEnum):
    """What becomes of an announced move in a new round."""

    CARRIED = "carried"
    ELSEWHERE = "elsewhere"
    THERE = "there"
    LEFT = "left"
    NOT_HIRED = "not-hired"
    POST_GONE = "post-gone"
    REJECTED = "rejected"
    NO_TIME = "no-time"


GOES_ON = frozenset({Fate.CARRIED, Fate.ELSEWHERE})
"""What becomes a move of the new round: as it was, or from another seat than it was drafted from."""
SETTLED = frozenset({Fate.CARRIED, Fate.THERE})
"""What nobody needs to look at."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A move as it was announced, what it is in the new round (people by their key of today), and what becomes of it."""

    was: MoveFacts
    now: MoveFacts
    fate: Fate
    is_return: bool = False
    is_stay: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the new round begins with it."""
        return self.fate in GOES_ON


def outlook_of(moves: Iterable[MoveFacts], first: int) -> list[tuple[MoveFacts, bool]]:
    """The moves of a draft from the fiscal year `first` on, and the returns that fall there; whether each is a return."""
    kept = sorted(moves, key=lambda move: (move.year, move.kind == CONCURRENT, move.id))
    later = {(move.person, move.year) for move in kept if move.year >= first and move.kind != CONCURRENT}
    found = [(move, False) for move in kept if move.year >= first]
    for move in kept:
        back = move.until_year
        if move.year >= first or back is None or back < first or move.kind == CONCURRENT:
            continue
        if move.return_post is not None and (move.person, back) not in later:
            found.append((_return(move, back), True))
    return sorted(found, key=lambda one: (one[0].year, one[0].kind == CONCURRENT, one[0].id))


def _return(move: MoveFacts, year: int) -> MoveFacts:
    return MoveFacts(
        move.person, year, move.return_post, kind=HOME, from_post=move.post, is_pinned=move.is_pinned
    )


def carry(
    picture: Picture,
    moves: Iterable[MoveFacts],
    *,
    hired: Mapping[str, str] | None = None,
    rejected: Iterable[tuple[str, int]] = (),
) -> list[Announced]:
    """What becomes of each announced move of a draft in the round of the picture, in the order of their years.

    `hired`: key of somebody not yet hired -> key of the person they are now. `rejected`: (person, post) of moves that were
    rejected in the round of the announcement; they are not carried over.
    """
    refused = set(rejected)
    going: list[MoveFacts] = []
    found: list[Announced] = []
    moves = tuple(moves)
    for was in _stays(picture, moves, hired or {}):
        now = replace(was, person=(hired or {}).get(was.person, was.person), id=0)
        going.append(now)
        found.append(Announced(was, now, Fate.CARRIED, is_stay=True))
    for was, is_return in outlook_of(moves, picture.years[0]):
        if was.year > picture.years[-1]:
            continue
        key = (hired or {}).get(was.person, was.person)
        now = _fitted(picture, replace(was, person=key, id=0))
        fate = _fate(picture, going, now, refused)
        if fate in GOES_ON:
            now = replace(now, from_post=_before(picture, going, now))
            going.append(now)
        found.append(Announced(was, now, fate, is_return))
    return found


def _stays(picture: Picture, moves: Iterable[MoveFacts], hired: Mapping[str, str]) -> Iterator[MoveFacts]:
    """The seats in which a draft left people who went there, and which end by the records when the new round begins."""
    first = picture.years[0]
    last: dict[str, MoveFacts] = {}
    for move in sorted(moves, key=lambda move: (move.year, move.id)):
        if move.kind != CONCURRENT and move.year <= first:
            last[move.person] = move
    for move in last.values():
        person = picture.people.get(hired.get(move.person, move.person))
        post = picture.posts.get(move.post or 0)
        if move.year == first or move.until_year is not None or person is None or post is None:
            continue
        went = person.main is not None and person.main.post == post.id
        if went and person.is_there(first) and post.is_there(first) and person.base[0] != post.id:
            yield replace(move, year=first, from_post=post.id)


def _fitted(picture: Picture, move: MoveFacts) -> MoveFacts:
    """The move without a return to a post that is no longer there: nobody can be promised it."""
    back, post = move.until_year, move.return_post
    if back is None or post is None or (post in picture.posts and picture.posts[post].is_there(back)):
        return move
    return replace(move, return_post=None)


def _fate(picture: Picture, going: list[MoveFacts], move: MoveFacts, refused: set[tuple[str, int]]) -> Fate:
    person = picture.people.get(move.person)
    if person is None:
        return Fate.NOT_HIRED if move.person.startswith("n") else Fate.LEFT
    if not person.is_there(move.year):
        return Fate.LEFT
    if move.post is not None and not (
        move.post in picture.posts and picture.posts[move.post].is_there(move.year)
    ):
        return Fate.POST_GONE
    if move.post is not None and (move.person, move.post) in refused:
        return Fate.REJECTED
    if move.kind == CONCURRENT:
        return Fate.CARRIED if _has_time(picture, going, move) else Fate.NO_TIME
    seats = seating(picture, [one for one in going if one.person == move.person])
    if move.until_year is None and seats.at(move.person, move.year) == move.post:
        return Fate.THERE
    return Fate.CARRIED if seats.before(move.person, move.year) == move.from_post else Fate.ELSEWHERE


def _has_time(picture: Picture, going: list[MoveFacts], move: MoveFacts) -> bool:
    """Whether the shares of concurrent posts leave something of somebody's time; a post held already is not held twice."""
    beside = seating(picture, [one for one in going if one.person == move.person]).concurrent[move.person]
    there = dict(beside[picture.place[move.year]])
    return move.post not in there and sum(there.values()) + move.share < 1.0


def _before(picture: Picture, going: list[MoveFacts], move: MoveFacts) -> int | None:
    if move.kind == CONCURRENT:
        return move.from_post
    return seating(picture, [one for one in going if one.person == move.person]).before(
        move.person, move.year
    )
