"""Up to three drafts beside one another and beside live data: sums, people, units."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from ikusei.org.access import NotVisible, Viewer
from ikusei.rotation import access
from ikusei.rotation.consequences import distance_after
from ikusei.rotation.models import Draft, Move
from ikusei.rotation.picture import MoveFacts, Picture, Seating, seating
from ikusei.rotation.queries.picture import load, move_facts
from ikusei.rotation.rules import breaches
from ikusei.rotation.rules.scene import Scene

MOST = 3
PAGE = 50


@dataclass(frozen=True, slots=True)
class Sums:
    """A whole seating in numbers: moves, rules broken, first wishes met in the first year, mean distance from 50:50."""

    moves: int
    musts: int
    shoulds: int
    first_wishes: int
    wishers: int
    distance: float | None


@dataclass(frozen=True, slots=True)
class Way:
    """A stretch of the same post: its first fiscal year and the post."""

    year: int
    post: int | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Where somebody sits by live data and in each draft."""

    key: str
    name: str
    live: tuple[Way, ...]
    drafts: tuple[tuple[Way, ...], ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """People of a unit in the first year: by live data, and in each draft (come, gone, there)."""

    unit: str
    live: int
    drafts: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Comparison:
    """What the page shows. `live` stands for live data alone; sums in the order of the drafts."""

    drafts: tuple[Draft, ...]
    picture: Picture
    live: Sums
    sums: tuple[Sums, ...]
    page: Page[PersonLine]
    units: tuple[UnitLine, ...]
    others: tuple[Draft, ...]


def compare(viewer: Viewer, public_ids: Iterable[str], *, number: str | None = None) -> Comparison:
    """Drafts of one round beside one another, those after the third left out.

    Raises NotVisible (404) where none of them may be known of.
    """
    drafts, others = _chosen(viewer, public_ids)
    picture, live, drafted = _seatings(viewer, drafts)
    return Comparison(
        drafts=drafts,
        picture=picture,
        live=_sums(picture, live),
        sums=tuple(_sums(picture, one) for one in drafted),
        page=Paginator(_people(picture, live, drafted), PAGE).get_page(number),
        units=tuple(_units(picture, live, drafted)),
        others=others,
    )


def lines(viewer: Viewer, public_ids: Iterable[str]) -> tuple[tuple[Draft, ...], Picture, list[PersonLine]]:
    """Everybody who sits elsewhere in one of the drafts, for a file."""
    drafts, _others = _chosen(viewer, public_ids)
    picture, live, drafted = _seatings(viewer, drafts)
    return drafts, picture, _people(picture, live, drafted)


def _chosen(viewer: Viewer, public_ids: Iterable[str]) -> tuple[tuple[Draft, ...], tuple[Draft, ...]]:
    wanted = [one for one in map(_uuid, public_ids) if one is not None]
    visible = {draft.public_id: draft for draft in access.visible_drafts(viewer)}
    drafts = [visible[one] for one in dict.fromkeys(wanted) if one in visible][:MOST]
    if not drafts:
        raise NotVisible("draft")
    drafts = [draft for draft in drafts if draft.round_id == drafts[0].round_id]
    rest = [
        draft for draft in visible.values() if draft.round_id == drafts[0].round_id and draft not in drafts
    ]
    return tuple(drafts), tuple(rest)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _seatings(viewer: Viewer, drafts: Sequence[Draft]) -> tuple[Picture, Seating, list[Seating]]:
    picture = load(viewer, drafts[0].round)
    moves: Mapping[int, list[MoveFacts]] = {draft.pk: [] for draft in drafts}
    for row in Move.objects.filter(draft__in=drafts).order_by("year", "pk"):
        fact = move_facts(row)
        if fact.person in picture.people:
            moves[row.draft_id].append(fact)
    return picture, seating(picture, ()), [seating(picture, moves[draft.pk]) for draft in drafts]


def _sums(picture: Picture, drafted: Seating) -> Sums:
    found = breaches(picture, drafted, mends=False)
    musts = sum(one.is_must for one in found)
    first = picture.years[0]
    wishers = [person for person in picture.people.values() if person.wishes]
    return Sums(
        moves=sum(drafted.has_moved(key, year) for key in picture.people for year in picture.years),
        musts=musts,
        shoulds=len(found) - musts,
        first_wishes=sum(drafted.at(person.key, first) == person.wishes[0] for person in wishers),
        wishers=len(wishers),
        distance=distance_after(picture, Scene(drafted)),
    )


def _people(picture: Picture, live: Seating, drafted: Sequence[Seating]) -> list[PersonLine]:
    return [
        PersonLine(
            key=key,
            name=person.name,
            live=ways_of(picture, live.main[key]),
            drafts=tuple(ways_of(picture, one.main[key]) for one in drafted),
        )
        for key, person in picture.people.items()
        if any(one.main[key] != live.main[key] for one in drafted)
    ]


def ways_of(picture: Picture, posts: Sequence[int | None]) -> tuple[Way, ...]:
    """The posts of somebody one after the other, each with its first fiscal year."""
    found: list[Way] = []
    for year, post in zip(picture.years, posts, strict=True):
        if not found or found[-1].post != post:
            found.append(Way(year, post))
    return tuple(found)


def _units(picture: Picture, live: Seating, drafted: Sequence[Seating]) -> Iterable[UnitLine]:
    teams = [_teams(picture, one) for one in (live, *drafted)]
    for unit, name in {post.unit_id: post.unit for post in picture.posts.values()}.items():
        before = teams[0].get(unit, set())
        after = [team.get(unit, set()) for team in teams[1:]]
        if any(one != before for one in after):
            changes = tuple((len(one - before), len(before - one), len(one)) for one in after)
            yield UnitLine(name, len(before), changes)


def _teams(picture: Picture, drafted: Seating) -> dict[int, set[str]]:
    """Unit -> the people there in the first year of the round."""
    found: dict[int, set[str]] = {}
    for key, posts in drafted.main.items():
        post = picture.posts.get(posts[0]) if posts[0] is not None else None
        if post is not None:
            found.setdefault(post.unit_id, set()).add(key)
    return found
