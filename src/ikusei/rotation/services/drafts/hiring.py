"""Somebody who was planned has been hired: the placeholder becomes that person in every draft that is still open."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment, Person, PlannedPerson, PostingKind, Purpose
from ikusei.rotation import access
from ikusei.rotation.keys import planned_key
from ikusei.rotation.models import Change, Draft, DraftState, Move
from ikusei.rotation.services.drafts.record import require_open


def hire_planned(*, actor: Viewer, draft: Draft, planned: PlannedPerson, staff_number: str) -> Person:
    """The person whom a placeholder was hired as; their moves in all open drafts of the employer are that person's now.

    Where a draft already moves the person in the same year, that move stays and the placeholder's goes. Drafts that were
    submitted, approved or ordered keep their moves: orders find the person by the placeholder. It cannot be undone. Raises
    PermissionDenied outside the personnel section, RuleBroken for a staff number that nobody has, in another category, or
    of somebody whom another placeholder was hired as.
    """
    user = require_open(actor, draft)
    access.require_section(actor, draft.round.employer)
    person = _employed(planned, staff_number.strip())
    with transaction.atomic():
        locked = PlannedPerson.objects.select_for_update().get(pk=planned.pk)
        if locked.hired_as_id is not None or PlannedPerson.objects.filter(hired_as=person).exists():
            raise RuleBroken(_("A placeholder stands for one person, and a person for one placeholder."))
        locked.hired_as = person
        locked.save(update_fields=["hired_as"])
        moved = _hand_over(locked, person)
        audit.record(
            actor=user,
            verb="rotation.planned.hired",
            subject_kind="planned",
            subject_id=locked.public_id,
            purpose=Purpose.PLACEMENT,
            count=max(1, moved),
        )
    return person


def _employed(planned: PlannedPerson, staff_number: str) -> Person:
    rows = Employment.objects.filter(
        Q(until=None) | Q(until__gt=clock.today()), employer_id=planned.employer_id, staff_number=staff_number
    ).select_related("person")
    found = rows.order_by("-from_date").first()
    if not staff_number or found is None:
        raise RuleBroken(_("Nobody who is employed has this staff number."))
    if found.category != planned.category:
        raise RuleBroken(_("This person is employed in another category than the placeholder’s."))
    return found.person


def _hand_over(planned: PlannedPerson, person: Person) -> int:
    """Make the placeholder's moves in open drafts the person's; how many."""
    theirs = Move.objects.filter(planned=planned, draft__state=DraftState.OPEN)
    keys = theirs.order_by().values("draft_id")
    drafts = Draft.objects.select_for_update().filter(pk__in=keys, state=DraftState.OPEN)
    moved = 0
    for draft in drafts.order_by("pk"):
        mine = {_slot(move) for move in Move.objects.filter(draft=draft, person=person)}
        moved += _take_over(Move.objects.filter(draft=draft, planned=planned), person, mine)
        # What was done with the placeholder can no longer be undone: there is nobody left whom it could be given back to.
        Change.objects.filter(draft=draft, person_key=planned_key(planned.pk)).update(is_undone=True)
        draft.revision += 1
        draft.save(update_fields=["revision", "changed_at"])
    return moved


def _take_over(moves: Iterable[Move], person: Person, mine: set[tuple[int, int | None]]) -> int:
    moved = 0
    for move in moves:
        if _slot(move) in mine:
            move.delete()
            continue
        move.planned, move.person = None, person
        move.save(update_fields=["planned", "person", "changed_at"])
        moved += 1
    return moved


def _slot(move: Move) -> tuple[int, int | None]:
    """What a person has one move of: the main one of a year, or the concurrent one of a year and a post."""
    return move.year, move.to_post_id if move.kind == PostingKind.CONCURRENT else None
