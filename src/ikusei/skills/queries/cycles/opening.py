"""Cycles by their address, and the people of a cycle whom a viewer may know of."""

import uuid
from datetime import date

from django.db.models import FETCH_RAISE, QuerySet

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Unit
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
    viewer: Viewer, cycle: Cycle, public_id: uuid.UUID, *, verb: str = "skills.cycle.look"
) -> Participant:
    """One person of a cycle, the look noted. Raises NotVisible (404) for whoever is not in it or outside the scope."""
    found = (
        participants(viewer, cycle)
        .filter(person__public_id=public_id)
        .select_related("person")
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(public_id))
    found.cycle = cycle
    access.note_person(viewer, Right.CYCLE_RUN, found.person, verb=verb)
    return found


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
