"""Undoing: the last thing that somebody did in a draft, taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation.keys import ids_of, planned_ids_of
from ikusei.rotation.models import Change, Draft, Move, Restriction
from ikusei.rotation.services.drafts.record import (
    Changed,
    Edit,
    EditConflict,
    Part,
    changed,
    editing,
    move_part,
    require_open,
    slot,
)


def undo(*, actor: Viewer, draft: Draft) -> Changed:
    """Take back the last thing the actor did in a draft; once more, the thing before it.

    Raises RuleBroken where there is nothing to undo, EditConflict where somebody else changed one of the people since.
    """
    user = require_open(actor, draft)
    mine = Change.objects.filter(draft=draft, by=user, is_undo=False, is_undone=False)
    last = mine.first()
    if last is None:
        raise RuleBroken(_("There is nothing of yours to undo in this draft."))
    rows = {row.person_key: row for row in mine.filter(revision=last.revision)}
    with editing(actor, draft, tuple(rows), verb="rotation.draft.undo", seen_revision=None) as edit:
        edit.is_undo = True
        edit.detail = {"undone": last.revision}
        for key, row in rows.items():
            if _told(edit.before[key]) != _told(row.after):
                raise _overtaken(edit, key, last.revision)
            _restore(edit, key, row.before)
        Change.objects.filter(draft=draft, revision=last.revision).update(is_undone=True)
    return changed(edit)


def _overtaken(edit: Edit, key: str, revision: int) -> EditConflict:
    later = Change.objects.filter(draft=edit.draft, revision__gt=revision, person_key=key)
    last = later.select_related("by").first()
    return EditConflict(
        key=key,
        theirs=edit.before[key],
        by=str(last.by.label or last.by) if last is not None else "",
        at=last.at if last is not None else edit.draft.changed_at,
        revision=edit.draft.revision,
    )


def _told(part: Mapping[str, Any]) -> Any:
    """A part without the numbers that rows get anew when they are written again."""
    restrictions = [
        {name: value for name, value in row.items() if name != "id"} for row in part["restrictions"]
    ]
    return part["moves"], sorted(restrictions, key=repr)


def _restore(edit: Edit, key: str, part: Part) -> None:
    _restore_moves(edit, key, part["moves"])
    _restore_restrictions(edit, key, part["restrictions"])


def _restore_moves(edit: Edit, key: str, wanted: list[dict[str, Any]]) -> None:
    ids, planned = ids_of([key]), planned_ids_of([key])
    rows = Move.objects.filter(draft=edit.draft)
    rows = rows.filter(person_id__in=ids) if ids else rows.filter(planned_id__in=planned)
    there = {slot(move_part(row)): row for row in rows}
    try:
        Move.objects.filter(
            pk__in=[row.pk for place, row in there.items() if place not in {slot(one) for one in wanted}]
        ).delete()
    except ProtectedError as error:
        raise RuleBroken(_("A move that was decided on stays on record.")) from error
    for one in wanted:
        move = there.get(slot(one)) or Move(
            draft=edit.draft, person_id=next(iter(ids), None), planned_id=next(iter(planned), None)
        )
        move.year, move.kind, move.share = one["year"], one["kind"], Decimal(one["share"])
        move.to_post_id, move.from_post_id = one["to_post"], one["from_post"]
        move.until_year, move.return_post_id = one["until_year"], one["return_post"]
        move.is_pinned, move.origin, move.note = one["is_pinned"], one["origin"], one["note"]
        move.changed_by = edit.actor
        move.save()


def _restore_restrictions(edit: Edit, key: str, wanted: list[dict[str, Any]]) -> None:
    kept = {row["id"] for row in wanted}
    rows = Restriction.objects.filter(draft=edit.draft, person_id__in=ids_of([key]))
    rows.exclude(pk__in=kept).delete()
    there = set(rows.values_list("pk", flat=True))
    for one in wanted:
        if one["id"] in there:
            continue
        again = Restriction.objects.create(
            round_id=edit.draft.round_id,
            draft=edit.draft,
            person_id=ids_of([key])[0],
            kind=one["kind"],
            from_year=one["from_year"],
            until_year=one["until_year"],
            reason=one["reason"],
            author=edit.actor,
        )
        again.posts.set(one["posts"])
