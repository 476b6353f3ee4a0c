"""The people behind a number of the map: those in the viewer's scope by name, the others as a number."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem
from ikusei.skills.queries.maps.counting import Crowd, Who, held_on, population, seated, seen_scope
from ikusei.skills.queries.maps.facts import Facts, gather_within, levels_counted
from ikusei.skills.queries.maps.our_map import Asked, count_rows, units_above
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.queries.maps.units import UnitName, unit_names
from ikusei.skills.queries.maps.workplace import Seat

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """One of the people behind a number, with the statement that the level rests on."""

    person: Person
    unit_id: int
    unit: str
    level: int
    confirmed: bool
    stated_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PeopleBehind:
    """Who holds a skill from a level up; `others` are those outside the viewer's scope."""

    on: date
    skill: SkillItem
    catalogue: Catalogue
    level: int
    unit: UnitName | None
    direct: bool
    page: Page[Behind]
    others: Shown


@dataclass(frozen=True, slots=True)
class OnlyOne:
    """A skill that one person alone holds in a unit at the level that matters."""

    skill: SkillItem
    level: int
    unit: str
    person: Person


def people_behind(
    viewer: Viewer,
    *,
    on: date,
    skill: str,
    unit_id: int | None = None,
    direct: bool = False,
    level: int | None = None,
    who: Who = Who.ICT,
    page: str | None = None,
) -> PeopleBehind:
    """The people who hold a skill (its key) from a level up, in a unit or everywhere; the look is noted.

    `direct` counts those who work in the unit itself, not in units below it. Without a level the one that matters.
    Raises NotVisible where the framework of that day has no such skill, or the day no such unit.
    """
    seats = seated(viewer, who=who, on=on, named=True)
    catalogue = seats.catalogue
    item = catalogue.skill(skill) if catalogue else None
    if catalogue is None or item is None:
        raise NotVisible(skill)
    levels = levels_counted(catalogue, level)
    least = levels.at(item.id, unit_id) if unit_id is not None else levels.skills[item.id]
    statements = _statements(item.id, levels.lowest, who, on)
    found = Crowd(
        seats=seats.by_person,
        held=[(pk, item.id, row[0]) for pk, row in statements.items()],
        all_seen=seen_scope(viewer) is None,
    )
    facts = gather_within(found, levels, unit_id, units_above(found, unit_id))
    parts = [unit_id] if direct and unit_id is not None else list(facts.staff)
    inside = [
        (pk, found.seats[pk])
        for pk, column in facts.column.items()
        if column in parts and pk in statements and statements[pk][0] >= least and pk in found.seats
    ]
    listed = sorted(
        ((seat.person, seat) for _pk, seat in inside if seat.person is not None),
        # By name, never by level: no page ranks people.
        key=lambda one: (one[0].kana, one[0].name, one[0].pk),
    )
    paginator: Paginator[Any] = Paginator(listed, A_PAGE)
    shown: Page[Any] = paginator.get_page(page)
    names = unit_names(
        {_unit_of(seat) for _person, seat in shown.object_list}
        | ({unit_id} if unit_id is not None else set()),
        on,
    )
    if unit_id is not None and unit_id not in names:
        raise NotVisible(str(unit_id))
    lines: Page[Any] = Page(
        [_behind(person, seat, statements[person.pk], names) for person, seat in shown.object_list],
        shown.number,
        paginator,
    )
    access.note_list(viewer, Right.LEVELS_SEE, verb="skills.map.people", count=len(lines.object_list))
    return PeopleBehind(
        on=on,
        skill=item,
        catalogue=catalogue,
        level=least,
        unit=names[unit_id] if unit_id is not None else None,
        direct=direct,
        page=lines,
        others=_others(facts, item.id, parts, divided=facts.divided(item.id) if direct else True),
    )


def only_ones(viewer: Viewer, asked: Asked, *, page: str | None = None) -> Page[OnlyOne]:
    """The skills of a map that one person alone holds in a unit that needs them, as far as the viewer may see whom.

    The look is noted.
    """
    counted = count_rows(viewer, asked, named=True)
    found: list[OnlyOne] = []
    if counted is not None:
        holders: dict[tuple[int, int], list[tuple[int, Person]]] = {}
        for person_id, skill_id, level in counted.facts.crowd.held:
            seat = counted.facts.crowd.seats.get(person_id)
            if seat is not None and seat.person is not None and person_id in counted.facts.column:
                place = (skill_id, counted.facts.column[person_id])
                holders.setdefault(place, []).append((level, seat.person))
        names = unit_names(counted.facts.staff, asked.on)
        found = [
            OnlyOne(row.skill, row.level, names[cell.column].name if cell.column in names else "", person)
            for row in counted.rows
            for cell in row.cells
            if cell.state == "single"
            for level, person in holders.get((row.skill.id, cell.column), ())
            if level >= (cell.level or row.level)
        ]
    shown = Paginator(found, A_PAGE).get_page(page)
    access.note_list(viewer, Right.LEVELS_SEE, verb="skills.map.people", count=len(shown.object_list))
    return shown


type Statement = tuple[int, bool, date, date | None]
"""Level, whether confirmed, when stated, when it expires."""


def _statements(skill_id: int, lowest: int, who: Who, on: date) -> dict[int, Statement]:
    """What the levels from `lowest` up in a skill rest on, by person."""
    rows = held_on(on).filter(skill_id=skill_id, level__gte=lowest, person_id__in=population(who, on))
    fields = ("person_id", "level", "confirmed", "assessment__stated_on", "expires_on")
    return {pk: tuple(row) for pk, *row in rows.values_list(*fields)}


def _others(facts: Facts, skill_id: int, parts: list[int], *, divided: bool) -> Shown:
    """How many more there are outside the viewer's scope, as may be told."""
    told = facts.told(skill_id, parts, divided=divided)
    seen, _hidden = facts.pair(skill_id, parts)
    return Shown(told.low - seen, None if told.high is None else told.high - seen)


def _unit_of(seat: Seat) -> int:
    return int(seat.path.rsplit("/", 2)[1])


def _behind(person: Person, seat: Seat, statement: Statement, names: dict[int, UnitName]) -> Behind:
    level, confirmed, stated_on, expires_on = statement
    unit_id = _unit_of(seat)
    return Behind(
        person=person,
        unit_id=unit_id,
        unit=names[unit_id].name if unit_id in names else "",
        level=level,
        confirmed=confirmed,
        stated_on=stated_on,
        expires_on=expires_on,
    )
