"""Whom somebody may confirm at this moment: by a posting or a grant of today, or because a steward has settled it."""

import uuid
from datetime import timedelta
from typing import Never

from django.core.exceptions import PermissionDenied
from django.db.models import FETCH_RAISE, Q, QuerySet

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.models import Participant, Phase

OPEN = (Phase.SELF, Phase.SUPERVISOR)

AFTER = timedelta(days=30)
"""So long after the last day to confirm whoever was chosen by hand still sees a closed cycle, and what they typed."""


NEEDED = (
    "progress", "unit_by_hand", "unit", "handed_in_at", "excuse", "person__public_id", "person__name",
    "person__used_name", "person__name_latin", "person__kana", "cycle__public_id", "cycle__name_ja",
    "cycle__name_en", "cycle__phase", "cycle__opens_on", "cycle__version__created_at", "cycle__version__framework",
)  # fmt: skip
"""What pages read of somebody in a cycle: a version carries long texts that no page of confirming shows."""


def confirmable(viewer: Viewer) -> QuerySet[Participant]:
    """The people in cycles whom the viewer may confirm now, never themselves; in cycles of any phase.

    Reached are those over whom the viewer has the right to confirm today, and those whom a steward has put by hand into
    a unit that the viewer leads, because they moved while the cycle ran: that ends soon after the cycle.
    """
    people = access.people(viewer, Right.LEVELS_CONFIRM).order_by().values("pk")
    units = access.unit_scope(viewer, Right.LEVELS_CONFIRM)
    by_hand = Q(unit_by_hand=True) if units is None else Q(unit_by_hand=True, unit_id__in=units)
    by_hand &= Q(cycle__phase__in=OPEN) | Q(cycle__confirm_until__gte=viewer.today - AFTER)
    rows = Participant.objects.order_by()
    # One list instead of "these or those": PostgreSQL answers an OR with subqueries row by row.
    reached = (
        rows.filter(person_id__in=people).values("pk").union(rows.filter(by_hand).values("pk"), all=True)
    )
    found = Participant.objects.filter(pk__in=reached)
    if viewer.person is not None:
        found = found.exclude(person_id=viewer.person.pk)
    return found


def open_participant(viewer: Viewer, public_id: uuid.UUID, *, cycle: uuid.UUID | None = None) -> Participant:
    """A person in the newest cycle that has begun (or in the one named), the look noted.

    Raises NotVisible (404) for somebody outside every scope of the viewer or in no cycle, PermissionDenied (403) where
    the viewer may know of the person but not confirm them.
    """
    rows = begun(confirmable(viewer), public_id, cycle=cycle)
    found = (
        rows.select_related("person", "cycle__version")
        .order_by("-cycle__opens_on", "-cycle_id")
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        _refuse(viewer, public_id)
    access.note_person(viewer, Right.LEVELS_CONFIRM, found.person, verb="skills.confirmation.open")
    return found


def begun(
    rows: QuerySet[Participant], public_id: uuid.UUID, *, cycle: uuid.UUID | None
) -> QuerySet[Participant]:
    """A person in all cycles that have begun, or in the one named."""
    rows = rows.filter(person__public_id=public_id).exclude(cycle__phase=Phase.PLANNED)
    return rows if cycle is None else rows.filter(cycle__public_id=cycle)


def _refuse(viewer: Viewer, public_id: uuid.UUID) -> Never:
    known: QuerySet[Person] = access.people(viewer, Right.PEOPLE_LIST).filter(public_id=public_id)
    if viewer.can(Right.PEOPLE_LIST) and known.exists():
        raise PermissionDenied(Right.LEVELS_CONFIRM.value)
    raise NotVisible(str(public_id))
