"""Coverage of skills under a draft: which units keep the people that the rules want, today and in each year of the round.

A planner of a part of the employer sees the units of that part alone, since of the others they know only some people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from ikusei.lib.fields import pick_text
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import UnitPeriod
from ikusei.rotation import access, coverage
from ikusei.rotation.board import unit_label
from ikusei.rotation.coverage import Cell, Counted, Framework, Levels, Line, Want
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import Picture, PostFacts
from ikusei.rotation.queries.seats import Seats, seats
from ikusei.skills.queries.maps.catalogue import (
    Catalogue,
    catalogue_of,
    catalogue_on,
    version_columns,
    version_key,
)
from ikusei.skills.queries.maps.counting import held_on

PEOPLE = 40
UNITS = 20
TODAY = "today"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for: a place ("u7" a unit and below, "e2" an employer, "" all), and the number opened."""

    place: str = ""
    skill: str = ""
    year: str = ""
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody behind a number: the level held today, the post in that year, and whether the draft brings them."""

    key: str
    name: str
    level: int
    post: int | None
    comes: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The people behind one number, in the order of their readings; `gone` would be counted without the draft."""

    line: Line
    cell: Cell
    year: int | None
    page: Page[Holder]
    gone: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with the key that chooses it, its name, and its numbers as in `coverage.UnitLine`."""

    place: str
    name: str
    cells: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class CoveragePage:
    """What the page shows; `catalogue` None where no framework is in use, `is_part` where only a part is planned for."""

    draft: Draft
    picture: Picture
    asked: Asked
    catalogue: Catalogue | None
    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    posts: Mapping[int, PostFacts]
    counted: Counted
    people: int
    unit_count: int
    is_part: bool
    opened: Opened | None = None

    @cached_property
    def _units(self) -> tuple[UnitRow, ...]:
        """Units with posts, and bureaus with rules of their own; others above them have a share in the skills only."""
        names = {key: name for _employer, rows in self.places for key, name in rows}
        rows = ((f"u{line.unit_id}", line) for line in self.counted.units)
        return tuple(UnitRow(key, names[key], line.cells) for key, line in rows if key in names)

    @property
    def units(self) -> tuple[UnitRow, ...]:
        """The units shown one by one, those with most skills that nobody has first."""
        return self._units[:UNITS]

    @property
    def more_units(self) -> int:
        """How many units with something wanting are not shown."""
        return len(self._units) - len(self.units)

    @property
    def place(self) -> str:
        """The name of the place asked for; empty for all."""
        return next(
            (name for _employer, rows in self.places for key, name in rows if key == self.asked.place), ""
        )

    @property
    def is_one(self) -> bool:
        """Whether the place is a single unit, so that no number stands for several."""
        return self.unit_count == 1

    @property
    def rows(self) -> Iterable[tuple[Line, tuple[tuple[str, Cell], ...]]]:
        """The skills, each cell with the year that opens it."""
        columns = _columns(self.picture)
        return [(line, tuple(zip(columns, line.cells, strict=True))) for line in self.counted.lines]

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the skills by key."""
        return {} if self.catalogue is None else {one.key: one.name for one in self.catalogue.skills.values()}


def page_of(viewer: Viewer, draft: Draft, asked: Asked) -> CoveragePage:
    """The coverage of a place under a draft; the look is noted with the number of people counted.

    Raises NotVisible (404) for a place, skill or year that is not there.
    """
    whole = seats(viewer, draft)
    picture = whole.picture
    catalogue, levels = _levels(
        viewer, [person.id for person in picture.people.values() if not person.is_planned]
    )
    is_part = not access.is_section(viewer, draft.round.employer)
    posts = _planned_posts(viewer, picture, is_part=is_part)
    tops = _tops(viewer) if is_part else []
    places = _places(posts, _groups(posts, tops, draft.round.effective_on))
    units = _units(posts, asked.place)
    counted = coverage.count(whole.now, whole.live, levels, framework_of(catalogue), units)
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.coverage", count=len(levels))
    return CoveragePage(
        draft=draft,
        picture=picture,
        asked=asked,
        catalogue=catalogue,
        places=places,
        posts={post.unit_id: post for post in posts},
        counted=counted,
        people=len(levels),
        unit_count=len(units),
        is_part=is_part,
        opened=_opened(whole, counted, levels, asked) if asked.skill else None,
    )


def framework_of(catalogue: Catalogue | None) -> Framework:
    """The coverage rules of a framework version by the keys of its skills."""
    if catalogue is None:
        return Framework((), {}, {})
    keys = {pk: skill.key for pk, skill in catalogue.skills.items()}
    return Framework(
        wants=tuple(
            Want(keys[rule.skill_id], rule.unit_id, rule.level, rule.people) for rule in catalogue.rules
        ),
        asked={
            key: frozenset(keys[pk] for pk in job_type.required)
            for key, job_type in catalogue.job_types.items()
        },
        counted={key: catalogue.level_that_matters(pk) for pk, key in keys.items()},
    )


def _levels(viewer: Viewer, ids: Sequence[int]) -> tuple[Catalogue | None, Levels]:
    """The version in use today and the levels that people hold in its skills today, expired ones left out. One query.

    What was said in an earlier version counts as its migration carried it over, and not where it is asked again.
    """
    version = version_columns(viewer.today)
    rows = (
        held_on(viewer.today)
        .filter(person_id__in=ids, skill__version=version_key(viewer.today))
        .values_list("person_id", "skill__key", "level", version["version_pk"], version["version_created"])
    )
    found: dict[str, dict[str, int]] = {f"p{pk}": {} for pk in ids}
    edition = None
    for person_id, key, level, version_id, created_at in rows:
        found[f"p{person_id}"][key] = level
        edition = (version_id, created_at) if version_id is not None else None
    return catalogue_of(edition) if edition is not None else catalogue_on(viewer.today), found


def _planned_posts(viewer: Viewer, picture: Picture, *, is_part: bool) -> list[PostFacts]:
    """The posts whose people the viewer plans for, all of them."""
    posts = list(picture.posts.values())
    if not is_part:
        return posts
    tops = _tops(viewer)
    return [post for post in posts if any(f"/{top}/" in post.path for top in tops)]


def _tops(viewer: Viewer) -> list[int]:
    """The units for which, with all below, a planner of a part plans."""
    return [grant.unit_id for grant in viewer.grants_for(Right.ROTATION_PLAN) if grant.unit_id is not None]


def _groups(posts: Iterable[PostFacts], tops: Collection[int], day: date) -> dict[int, str]:
    """Bureaus and divisions with several units in rotation below: unit -> name on a day. One query.

    `tops`: those of which alone the viewer plans the whole, with what lies below; empty for everything.
    """
    below: dict[int, set[int]] = {}
    for post in posts:
        for unit_id in _above(post, tops):
            below.setdefault(unit_id, set()).add(post.unit_id)
    several = [unit_id for unit_id, units in below.items() if len(units) > 1]
    rows = UnitPeriod.objects.on(day).filter(unit_id__in=several).order_by()
    return {
        pk: pick_text({"ja": ja, "en": en})
        for pk, ja, en in rows.values_list("unit_id", "name_ja", "name_en")
    }


def _above(post: PostFacts, tops: Collection[int]) -> list[int]:
    """The units above the post's own, from the root down; of a part those alone that lie in it."""
    path = [int(pk) for pk in post.path.split("/") if pk]
    known = [path.index(top) for top in tops if top in path]
    return path[min(known) if tops and known else 0 : -1]


def _places(
    posts: Iterable[PostFacts], groups: Mapping[int, str]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Employer by employer what can be chosen: it as a whole, then bureaus, divisions and units in the order of the tree."""
    found: dict[int, dict[str, str]] = {}
    names: dict[int, str] = {}
    for post in posts:
        rows = found.setdefault(post.employer_id, {f"e{post.employer_id}": post.employer})
        for unit_id in _above(post, ()):
            if unit_id in groups:
                rows.setdefault(f"u{unit_id}", _("All units of %(unit)s") % {"unit": groups[unit_id]})
        rows[f"u{post.unit_id}"] = unit_label(post)
        names[post.employer_id] = post.employer
    return tuple((names[pk], tuple(rows.items())) for pk, rows in found.items())


def _units(posts: Iterable[PostFacts], place: str) -> frozenset[int]:
    """The units of a place: a unit and those below it, an employer, all."""
    kind, number = place[:1], place[1:]
    found = frozenset(
        post.unit_id
        for post in posts
        if not place
        or (kind == "e" and number == str(post.employer_id))
        or (kind == "u" and number.isdecimal() and f"/{number}/" in post.path)
    )
    if place and not found:
        raise NotVisible(place)
    return found


def _columns(picture: Picture) -> list[str]:
    return [TODAY, *(str(year) for year in picture.years)]


def _opened(whole: Seats, counted: Counted, levels: Levels, asked: Asked) -> Opened:
    picture = whole.picture
    line = next((line for line in counted.lines if line.skill == asked.skill), None)
    columns = _columns(picture)
    if line is None or asked.year not in columns:
        raise NotVisible(f"{asked.skill} {asked.year}")
    place = columns.index(asked.year)
    year = picture.years[place - 1] if place else None
    cell = line.cells[place]
    now, before = set(cell.people), set(cell.before)

    def holder(key: str) -> Holder:
        person = picture.people[key]
        seat = person.main.post if person.main is not None else None
        post = seat if year is None else whole.now.at(key, year)
        return Holder(key, person.name, levels[key][line.skill], post, key in now - before)

    # People of a picture stand in the order of their readings.
    page = Paginator([holder(key) for key in picture.people if key in now], PEOPLE).get_page(asked.number)
    gone = tuple(holder(key) for key in picture.people if key in before - now)
    return Opened(line, cell, year, page, gone)
