"""The board of a draft: who is shown, on which page, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from ikusei.lib.text import search_key
from ikusei.org import access as org_access
from ikusei.org.access import Right, Viewer
from ikusei.rotation.board import Row, row_of
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Change, Draft
from ikusei.rotation.picture import Picture, PostFacts
from ikusei.rotation.queries.drift import has_drifted
from ikusei.rotation.queries.seats import Seats, seats

PAGE = 30
NOWHERE = 0
"""The group of whoever has no seat in the rotation today."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is narrowed to."""

    text: str = ""
    unit_id: int | None = None
    employer_id: int | None = None
    show: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one unit of today; `unit` None for whoever has no seat in the rotation."""

    unit: PostFacts | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Board:
    """What the page of a draft shows."""

    seats: Seats
    page: Page[Row]
    groups: tuple[Group, ...]
    moves: int
    unassigned: int
    planned: int
    may_undo: bool
    has_drifted: bool

    @property
    def draft(self) -> Draft:
        """The draft."""
        return self.seats.draft

    @property
    def picture(self) -> Picture:
        """The round."""
        return self.seats.picture


@dataclass(frozen=True, slots=True)
class Places:
    """What the board can be narrowed to, as (number, name)."""

    units: tuple[tuple[int, str], ...]
    employers: tuple[tuple[int, str], ...]


def board(viewer: Viewer, draft: Draft, wanted: Wanted, *, number: str | None = None) -> Board:
    """One page of the board of a draft, grouped by the unit of today. The look is noted with the number of people shown."""
    whole = seats(viewer, draft)
    keys = _ordered(whole.picture, _wanted(viewer, whole, wanted))
    page = Paginator(keys, PAGE).get_page(number)
    rows = [row_of(whole.picture, whole.now, key) for key in page]
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.board", count=len(rows))
    shown: Page[Any] = page
    shown.object_list = rows
    return Board(
        seats=whole,
        page=shown,
        groups=tuple(_groups(whole.picture, rows)),
        moves=len(whole.moves),
        unassigned=len(whole.now.unassigned(whole.picture.years[0])),
        planned=sum(person.is_planned for person in whole.picture.people.values()),
        may_undo=draft.revision > 0,
        has_drifted=has_drifted(whole),
    )


def places_of(picture: Picture) -> Places:
    """The units and employers of the posts in rotation, in the order of the tree."""
    units = {post.unit_id: post.unit for post in picture.posts.values()}
    employers = {post.employer_id: post.employer for post in picture.posts.values()}
    return Places(units=tuple(units.items()), employers=tuple(employers.items()))


def may_undo(viewer: Viewer, draft: Draft) -> bool:
    """Whether the viewer has something to undo in a draft."""
    user = viewer.user
    return (
        user is not None
        and Change.objects.filter(draft=draft, by=user, is_undo=False, is_undone=False).exists()
    )


def _wanted(viewer: Viewer, whole: Seats, wanted: Wanted) -> list[str]:
    picture = whole.picture
    found: Iterable[str] = picture.people
    if wanted.text.strip():
        named = _named(viewer, wanted.text)
        text = search_key(wanted.text)
        found = [key for key in found if key in named or text in search_key(picture.people[key].name)]
    if wanted.show == "moved":
        moved = {move.person for move in whole.moves}
        found = [key for key in found if key in moved]
    elif wanted.show == "unassigned":
        without = {key for year in picture.years for key in whole.now.unassigned(year)}
        found = [key for key in found if key in without]
    elif wanted.show == "planned":
        found = [key for key in found if picture.people[key].is_planned]
    return [key for key in found if _is_placed(whole, key, wanted)]


def _is_placed(whole: Seats, key: str, wanted: Wanted) -> bool:
    """Whether somebody sits, today or in one of the years, where the board is narrowed to."""
    if wanted.unit_id is None and wanted.employer_id is None:
        return True
    person = whole.picture.people[key]
    seats_of = {post for post in whole.now.main[key] if post is not None}
    seats_of |= set() if person.main is None else {person.main.post}
    posts = [whole.picture.posts[post] for post in seats_of if post in whole.picture.posts]
    return any(
        (wanted.unit_id is None or f"/{wanted.unit_id}/" in post.path)
        and (wanted.employer_id is None or post.employer_id == wanted.employer_id)
        for post in posts
    )


def _named(viewer: Viewer, text: str) -> set[str]:
    """The people whose name, reading or staff number holds a text."""
    rows = org_access.people(viewer, Right.ROTATION_PLAN).filter(search__contains=search_key(text))
    return {person_key(pk) for pk in rows.values_list("pk", flat=True)}


def _ordered(picture: Picture, keys: Sequence[str]) -> list[str]:
    """People by the unit of today in the order of the tree, then by name; whoever has no seat first."""
    place = {post.id: number for number, post in enumerate(picture.posts.values(), start=1)}
    first: dict[int, int] = {}
    for post in picture.posts.values():
        first.setdefault(post.unit_id, place[post.id])

    def at(key: str) -> int:
        unit = unit_of(picture, key)
        return NOWHERE if unit is None else first[unit.unit_id]

    return sorted(keys, key=at)


def unit_of(picture: Picture, key: str) -> PostFacts | None:
    """The post, and with it the unit, where somebody sits today; None outside the rotation."""
    main = picture.people[key].main
    return None if main is None else picture.posts.get(main.post)


def _groups(picture: Picture, rows: Sequence[Row]) -> Iterable[Group]:
    together: list[Row] = []
    last: PostFacts | None = None
    for row in rows:
        unit = unit_of(picture, row.key)
        if together and (unit and unit.unit_id) != (last and last.unit_id):
            yield Group(last, tuple(together))
            together = []
        last = unit
        together.append(row)
    if together:
        yield Group(last, tuple(together))
