"""Taking the steps that a broken rule proposes: puts, drops and lifted decisions, as one change."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from ikusei.org.access import Viewer
from ikusei.rotation import access
from ikusei.rotation.keys import ids_of, person_key, planned_ids_of
from ikusei.rotation.models import Draft, Move, Restriction
from ikusei.rotation.picture import CONCURRENT, MoveFacts
from ikusei.rotation.queries.decided import BY_REJECTION
from ikusei.rotation.rules import Step
from ikusei.rotation.services.drafts.moves import MoveSpec, put_within, settle, take_out
from ikusei.rotation.services.drafts.record import Changed, changed, editing


def take_steps(
    *, actor: Viewer, draft: Draft, steps: Sequence[Step], seen_revision: int | None = None
) -> Changed:
    """Do to a draft what `rules` proposes; undone as one. Raises as `put_move`.

    A decision for all drafts is lifted by the personnel section alone (PermissionDenied).
    """
    lifted = {step.restriction for step in steps if step.do == "lift"}
    rows = list(Restriction.objects.filter(~BY_REJECTION, round_id=draft.round_id, pk__in=lifted))
    if any(row.draft_id is None for row in rows):
        access.require_section(actor, draft.round.employer)
    moved = [step.move for step in steps if step.move is not None]
    people = tuple(
        dict.fromkeys([*(move.person for move in moved), *(person_key(row.person_id) for row in rows)])
    )
    with editing(actor, draft, people, verb="rotation.draft.step", seen_revision=seen_revision) as edit:
        edit.is_wider = any(row.draft_id is None for row in rows)
        for row in rows:
            if row.draft_id in (None, draft.pk):
                row.delete()
        for step in steps:
            if step.do == "drop" and step.move is not None:
                take_out(_slot(draft, step.move))
        for step in steps:
            if step.do == "put" and step.move is not None:
                put_within(edit, _spec(step.move))
        settle(edit, people)
    return changed(edit)


def _slot(draft: Draft, move: MoveFacts) -> QuerySet[Move]:
    rows = Move.objects.filter(draft=draft, year=move.year)
    ids = ids_of([move.person])
    rows = (
        rows.filter(person_id__in=ids) if ids else rows.filter(planned_id__in=planned_ids_of([move.person]))
    )
    if move.kind == CONCURRENT:
        return rows.filter(kind=CONCURRENT, to_post_id=move.post)
    return rows.exclude(kind=CONCURRENT)


def _spec(move: MoveFacts) -> MoveSpec:
    return MoveSpec(
        person_key=move.person,
        year=move.year,
        to_post=move.post,
        kind=move.kind,
        share=Decimal(str(round(move.share, 3))),
        until_year=move.until_year,
        return_post=move.return_post,
        is_pinned=move.is_pinned,
    )
