"""The plane: everybody in the career category whom the viewer may see, by GQ and DQ, with a tail of past years."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef

from ikusei.lib import fiscal
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Person
from ikusei.rotation.consequences import accounts
from ikusei.rotation.index import Targets
from ikusei.rotation.keys import person_key
from ikusei.rotation.ledger import Ledger
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import seating
from ikusei.rotation.queries.ledger import (
    CREDIT_FIELDS,
    Held,
    Record,
    Settings,
    category_on,
    entered,
    held_levels,
    index_of,
    read_postings,
    said_on,
    settings_of,
    settings_on,
)
from ikusei.rotation.queries.picture import load_draft
from ikusei.rotation.rules.scene import Scene

DOTS = 280
"""So many people are drawn at once; of more, so many at a time in the order of their names."""

ROWS = 50
TAIL = 4
"""So many past fiscal years are drawn behind a dot."""

_PERSON = ("pk", "public_id", "name", "used_name", "name_latin")

INDEX, YEARS = "index", "years"


type Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody on the plane: where they are, where they were at the ends of past fiscal years (the oldest first), and, of a
    draft, where they would be at the ends of its years. `here` None: no record yet.
    """

    public_id: uuid.UUID
    name: str
    here: Point | None
    tail: tuple[Point, ...]
    ahead: tuple[Point, ...]
    book: Ledger
    index: Point


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane as of a day, in the index or in years of the ledger (`view`)."""

    on: date
    view: str
    dots: tuple[Dot, ...]
    part: Page[Person]
    table: Page[Dot]
    targets: Targets
    goal: float
    draft: Draft | None


def plane(viewer: Viewer, *, on: date, view: str, part: str, page: str, draft: Draft | None = None) -> Plane:
    """The people of the viewer's scope who are in the career category on a day, in the order of their names.

    The look is noted with the number of people drawn. `draft` is one that the viewer has opened.
    """
    record = Record()
    people, settings = _people(viewer, on, record)
    parts = Paginator(people, DOTS).get_page(part)
    drawn = list(parts.object_list)
    access.note_list(viewer, Right.LEDGER_SEE, verb="rotation.plane.open", count=len(drawn))
    ids = [person.pk for person in drawn]
    read_postings(record, ids, on, settings.terms)
    held = held_levels(ids, on, settings.catalogue)
    ahead = _ahead(viewer, draft, ids, view) if draft is not None else {}
    dots = tuple(
        _dot(person, record, held.get(person.pk, []), settings, on, view, ahead.get(person.pk, ()))
        for person in drawn
    )
    return Plane(
        on=on,
        view=view,
        dots=dots,
        part=parts,
        table=Paginator(dots, ROWS).get_page(page),
        targets=settings.terms.targets,
        goal=settings.terms.goal,
        draft=draft,
    )


def _people(viewer: Viewer, on: date, record: Record) -> tuple[list[Person], Settings]:
    """Those in the category on a day, whom the viewer reaches today, put into the record; and the settings. One query."""
    employed = Employment.objects.filter(current(on), category=category_on(on), person_id=OuterRef("pk"))
    rows = (
        access.people(viewer, Right.LEDGER_SEE)
        .filter(Exists(employed))
        .annotate(entered=entered(category_on(on), on), **said_on(on))
        .order_by("kana", "name", "pk")
        .values_list(*_PERSON, "entered", "said", "version_pk", "version_created", *CREDIT_FIELDS)
    )
    found: dict[int, Person] = {}
    settings: Settings | None = None
    for row in rows:
        pk, public_id, name, used_name, latin, since, *rest = row
        settings = settings or settings_of(*rest[:3])
        found.setdefault(
            pk, Person(pk=pk, public_id=public_id, name=name, used_name=used_name, name_latin=latin)
        )
        record.add_person(pk, since, tuple(rest[3:]), on)
    return list(found.values()), settings or settings_on(on)


def _dot(
    person: Person,
    record: Record,
    held: list[Held],
    settings: Settings,
    on: date,
    view: str,
    ahead: tuple[Point, ...],
) -> Dot:
    book = record.of(person.pk, on)
    now = _index(book, held, settings)
    here = now if view == INDEX else _years(book)
    tail = []
    for day in _past_days(on):
        past = record.of(person.pk, day)
        known = view == YEARS or any(one.counts(day) for one in held)
        if past.since is not None and past.balance is not None and known:
            tail.append(_index(past, held, settings) if view == INDEX else _years(past))
    shown = here if book.since is not None and book.balance is not None else None
    return Dot(person.public_id, person.display_name, shown, tuple(tail), ahead, book, now)


def _past_days(on: date) -> list[date]:
    """The ends of the last fiscal years before a day, the oldest first."""
    year = fiscal.fiscal_year(on - timedelta(days=1))
    return [fiscal.start_of(past) for past in range(year - TAIL + 1, year + 1)]


def _index(book: Ledger, held: list[Held], settings: Settings) -> Point:
    levels = {one.skill: one.level for one in held if one.counts(book.on)}
    return index_of(book, levels, settings)


def _years(book: Ledger) -> Point:
    return float(book.gq_years), float(book.dq_years)


def _ahead(viewer: Viewer, draft: Draft, ids: list[int], view: str) -> dict[int, tuple[Point, ...]]:
    """Person -> where the draft would take them, year by year; for those whom it moves."""
    picture, moves = load_draft(viewer, draft)
    moved = {move.person for move in moves}
    scene = Scene(seating(picture, moves))
    found = {}
    for person_id in ids:
        key = person_key(person_id)
        if key in moved and key in picture.people:
            found[person_id] = tuple(
                (one.gq, one.dq) if view == INDEX else (one.gq_years, one.dq_years)
                for one in accounts(scene, key)
            )
    return found
