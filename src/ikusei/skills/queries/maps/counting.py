"""Who is counted on a map, where they work, and what they hold: the facts of one day, read in two queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person, Scope
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import catalogue_on, version_key
from ikusei.skills.queries.maps.workplace import Seat, Seats, ict_staff, seats

ASK_BY_NUMBER = 400
"""Up to so many people are named in a statement by number instead of by a subquery."""


class Who(StrEnum):
    """Whose levels a map counts."""

    ICT = "ict"
    RATED = "rated"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people counted on a day: their seats, and (person, skill, level) of the unexpired levels asked for."""

    seats: Mapping[int, Seat]
    held: list[tuple[int, int, int]]
    all_seen: bool

    def sees(self, person_id: int) -> bool:
        """Whether the viewer may see a person by name; of those without a posting only who sees everyone may."""
        seat = self.seats.get(person_id)
        return self.all_seen if seat is None else seat.seen


def seen_scope(viewer: Viewer) -> QuerySet[Person] | None:
    """The people whose levels the viewer may see by name, None for everyone."""
    everyone = viewer.is_operator or any(
        grant.scope == Scope.ALL for grant in viewer.grants_for(Right.LEVELS_SEE)
    )
    return None if everyone else access.people(viewer, Right.LEVELS_SEE)


def population(who: Who, on: date) -> QuerySet[Any, int]:
    """The primary keys of whoever is counted on a day, as a subquery."""
    if who == Who.ICT:
        return ict_staff(on)
    held = HeldLevel.objects.on(on).filter(skill__version=version_key(on))
    return held.order_by().values_list("person_id", flat=True)


def seated(viewer: Viewer, *, who: Who, on: date, within: int | None = None, named: bool = False) -> Seats:
    """Where the people counted on a day work, and the framework version in use on it.

    A viewer of everyone is given those `within` a unit alone; anyone else everybody, since what they may be told of a
    unit depends on the numbers of the units above it.
    """
    scope = seen_scope(viewer)
    found = seats(population(who, on), on, scope=scope, named=named)
    if within is None or scope is not None:
        return Seats(found.by_person, found.catalogue or catalogue_on(on))
    inside = {pk: seat for pk, seat in found.by_person.items() if f"/{within}/" in seat.path}
    return Seats(inside, found.catalogue or catalogue_on(on))


def crowd(
    viewer: Viewer, found: Seats, *, who: Who, on: date, skill_ids: Iterable[int], lowest: int, unit: bool
) -> Crowd:
    """People with their seats and the levels from `lowest` up that they hold in some skills.

    `unit`: the seats are those of one unit; nobody else is asked for then.
    """
    all_seen = seen_scope(viewer) is None
    few = unit and all_seen and len(found.by_person) <= ASK_BY_NUMBER
    rows = held_on(on).filter(
        skill_id__in=list(skill_ids),
        level__gte=lowest,
        person_id__in=list(found.by_person) if few else population(who, on),
    )
    held = list(rows.values_list("person_id", "skill_id", "level"))
    if unit and all_seen:
        held = [row for row in held if row[0] in found.by_person]
    return Crowd(seats=found.by_person, held=held, all_seen=all_seen)


def held_on(on: date) -> QuerySet[HeldLevel]:
    """The levels that count on a day: held, and not expired."""
    return HeldLevel.objects.on(on).filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on)).order_by()
