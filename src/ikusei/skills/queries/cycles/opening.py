"""Cycles by their address, and the people of a cycle whom a viewer may know of."""

import uuid
from datetime import date
from typing import Any

from django.db.models import FETCH_RAISE, BigIntegerField, OuterRef, QuerySet, Subquery, Value

from ikusei.lib.fields import pick_text
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Leave, Unit, UnitPeriod
from ikusei.skills.models import Cycle, Participant, Phase


def open_cycle_page(public_id: uuid.UUID) -> Cycle:
    """The cycle with a public id, its version and framework with it. Raises NotVisible (404)."""
    found = (
        Cycle.objects.select_related("version__framework")
        .filter(public_id=public_id)
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(public_id))
    return found


def participants(viewer: Viewer, cycle: Cycle) -> QuerySet[Participant]:
    """The people of a cycle whom the viewer may reach as its steward, in no order."""
    rows = Participant.objects.filter(cycle=cycle).order_by()
    if access.reaches_everyone(viewer, Right.CYCLE_RUN):
        return rows
    return rows.filter(person__in=access.people(viewer, Right.CYCLE_RUN).order_by().values("pk"))


def open_participant(
    viewer: Viewer, cycle_id: uuid.UUID, person_id: uuid.UUID, *, verb: str = "skills.cycle.look"
) -> Participant:
    """One person of a cycle with the cycle, the look noted. One query.

    Raises NotVisible (404) for whoever is not in the cycle or outside the scope. Annotated: the names of `unit` and
    `former_unit` (`unit_ja`, `former_en` ...) on the day, the leave of today (`leave_from`, `leave_until`).
    """
    leave = Leave.objects.on(viewer.today).filter(person_id=OuterRef("person_id")).order_by("from_date")
    rows = Participant.objects.filter(cycle__public_id=cycle_id, person__public_id=person_id)
    if not access.reaches_everyone(viewer, Right.CYCLE_RUN):
        rows = rows.filter(person__in=access.people(viewer, Right.CYCLE_RUN).order_by().values("pk"))
    found = (
        rows.select_related("person", "cycle__version__framework")
        .annotate(
            **unit_names("unit", viewer.today),
            **unit_names("former", viewer.today, "former_unit_id"),
            leave_from=Subquery(leave.values("from_date")[:1]),
            leave_until=Subquery(leave.values("until")[:1]),
        )
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(person_id))
    access.note_person(viewer, Right.CYCLE_RUN, found.person, verb=verb)
    return found


def unit_names(what: str, on: date, column: str | Value = "unit_id") -> dict[str, Subquery]:
    """Annotations with the names of a unit of a row (`<what>_ja`, `<what>_en`), the last where it exists no more."""
    periods = UnitPeriod.objects.filter(
        unit_id=column if isinstance(column, Value) else OuterRef(column), from_date__lte=on
    ).order_by("-from_date")
    return {f"{what}_{code}": Subquery(periods.values(f"name_{code}")[:1]) for code in ("ja", "en")}


def open_cycle_for_unit(public_id: uuid.UUID, unit_id: int | None, on: date) -> tuple[Cycle, str]:
    """The cycle, and what a unit is called ("" without one), in one query. Raises NotVisible (404)."""
    unit = unit_names("unit", on, Value(unit_id, output_field=BigIntegerField()))
    found: Any = (
        Cycle.objects.select_related("version__framework")
        .filter(public_id=public_id)
        .annotate(**unit)
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(public_id))
    return found, pick_text({"ja": found.unit_ja or "", "en": found.unit_en or ""})


def days_left(cycle: Cycle, today: date) -> int | None:
    """Days until the next deadline (0: today is the last day), None for a cycle that is planned or closed."""
    match cycle.phase:
        case Phase.SELF:
            return (cycle.self_until - today).days
        case Phase.SUPERVISOR:
            return (cycle.confirm_until - today).days
    return None


def unit_of(unit_id: int) -> Unit:
    """The unit with a primary key. Raises NotVisible (404)."""
    found = Unit.objects.filter(pk=unit_id).first()
    if found is None:
        raise NotVisible(str(unit_id))
    return found


def participants_of_newest(viewer: Viewer) -> QuerySet[Participant]:
    """The people of the newest open cycle whom the viewer may reach as its steward; nobody where none is open."""
    rows = Participant.objects.filter(cycle_id=Subquery(_open().values("pk")[:1])).order_by()
    if access.reaches_everyone(viewer, Right.CYCLE_RUN):
        return rows
    return rows.filter(person__in=access.people(viewer, Right.CYCLE_RUN).order_by().values("pk"))


def newest_open_cycle(unit_id: int | None, on: date) -> tuple[Cycle | None, str]:
    """The newest open cycle, None where none is, and what a unit is called, in one query."""
    unit = unit_names("unit", on, Value(unit_id, output_field=BigIntegerField()))
    found: Any = _open().annotate(**unit).fetch_mode(FETCH_RAISE).first()
    if found is None:
        return None, ""
    return found, pick_text({"ja": found.unit_ja or "", "en": found.unit_en or ""})


def _open() -> QuerySet[Cycle]:
    return Cycle.objects.filter(phase__in=(Phase.SELF, Phase.SUPERVISOR)).order_by("-opens_on", "-pk")
