"""How every change of a draft is made: locked, checked against what its author saw, remembered, noted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose
from ikusei.rotation import access
from ikusei.rotation.keys import ids_of, person_key, planned_ids_of, planned_key
from ikusei.rotation.models import Change, Draft, DraftState, Move, Restriction
from ikusei.rotation.picture import CONCURRENT
from ikusei.rotation.queries.seats import Seats, seats

type Part = dict[str, list[dict[str, Any]]]
"""One person's part in a draft: {"moves": [...], "restrictions": [...]}."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: the draft's revision after it, and the people whose part in it is another one now."""

    revision: int
    people: tuple[str, ...]


class EditConflict(RuleBroken):
    """Somebody else changed the same person since the page was read: nothing was written.

    `theirs` is that person's part in the draft as it is now, `by` and `at` who made it so; `revision` what to send along
    to put one's own version above it.
    """

    def __init__(self, *, key: str, theirs: Part, by: str, at: datetime, revision: int) -> None:
        super().__init__(
            _("%(name)s has changed the same person in this draft since you opened the page.") % {"name": by}
        )
        self.key, self.theirs, self.by, self.at, self.revision = key, theirs, by, at, revision


@dataclass
class Edit:
    """A draft under its lock while a change is made to the parts of some people."""

    draft: Draft
    actor: User
    seats: Seats
    before: Mapping[str, Part]
    after: Mapping[str, Part] = field(default_factory=dict)
    """The parts as they are when the block has ended."""
    is_undo: bool = False
    is_wider: bool = False
    """Whether something beside these people's parts changes too: a decision for all drafts."""
    detail: dict[str, Any] = field(default_factory=dict)


def require_open(actor: Viewer, draft: Draft) -> User:
    """The account of whoever may change a draft. Raises NotVisible (404), PermissionDenied (403), or RuleBroken where the
    draft is no longer being drafted. Whoever sees an open draft may change it: that is what sharing is for.
    """
    user = _planner(actor)
    if not access.visible_drafts(actor).filter(pk=draft.pk).exists():
        raise NotVisible(str(draft.public_id))
    return _open(user, draft)


def lock_open(actor: Viewer, draft: Draft) -> User:
    """The account of whoever may change a draft, which is locked and read anew: state, revision, who sees it.

    Raises as `require_open`. Within a transaction.
    """
    user = _planner(actor)
    rows = access.visible_drafts(actor).select_related(None).select_for_update(of=("self",))
    locked = rows.filter(pk=draft.pk).first()
    if locked is None:
        raise NotVisible(str(draft.public_id))
    draft.state, draft.revision = locked.state, locked.revision
    draft.sharing, draft.bureau_id = locked.sharing, locked.bureau_id
    return _open(user, draft)


def _planner(actor: Viewer) -> User:
    if not actor.can(Right.ROTATION_PLAN) or actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return actor.user


def _open(user: User, draft: Draft) -> User:
    if draft.state != DraftState.OPEN:
        raise RuleBroken(_("This draft is no longer being drafted; copy it to go on."))
    return user


@contextmanager
def editing(
    actor: Viewer,
    draft: Draft,
    people: Collection[str],
    *,
    verb: str,
    seen_revision: int | None,
    beyond_scope: bool = False,
    board: Seats | None = None,
) -> Iterator[Edit]:
    """The draft under its lock with the parts of `people` to be changed in the block; then revision, memory and audit.

    Raises EditConflict where one of them was changed after `seen_revision`, NotVisible where the actor does not plan for
    one of them (`beyond_scope`: also people who have left). Changes to other people made meanwhile are no conflict: both
    stay. `board`: these people as the caller has just read them for the same answer; the lock is on the draft, not on them.
    """
    with transaction.atomic():
        user = lock_open(actor, draft)
        board = board or seats(actor, draft, person_keys=people)
        for key in people:
            if key not in board.picture.people and not beyond_scope:
                raise NotVisible(key)
        before = parts(draft, people)
        _refuse_overtaken(draft, people, before, seen_revision)
        edit = Edit(draft=draft, actor=user, seats=board, before=before)
        yield edit
        _remember(edit, people, verb)


def changed(edit: Edit) -> Changed:
    """What an edit that has ended did."""
    return Changed(
        revision=edit.draft.revision,
        people=tuple(key for key in edit.before if edit.before[key] != edit.after[key]),
    )


def _refuse_overtaken(
    draft: Draft, people: Collection[str], now: Mapping[str, Part], seen_revision: int | None
) -> None:
    """Raise EditConflict where somebody's part was changed after the revision that the author saw."""
    if seen_revision is None or seen_revision >= draft.revision:
        return
    last = (
        Change.objects.filter(draft=draft, revision__gt=seen_revision, person_key__in=people)
        .select_related("by")
        .first()
    )
    if last is not None:
        raise EditConflict(
            key=last.person_key,
            theirs=now[last.person_key],
            by=str(last.by.label or last.by),
            at=last.at,
            revision=draft.revision,
        )


def _remember(edit: Edit, people: Collection[str], verb: str) -> None:
    after = edit.after = parts(edit.draft, people)
    touched = [key for key in people if edit.before[key] != after[key]]
    if not touched and not edit.is_wider:
        return
    edit.draft.revision += 1
    edit.draft.save(update_fields=["revision", "changed_at"])
    Change.objects.bulk_create(
        [
            Change(
                draft=edit.draft,
                revision=edit.draft.revision,
                person_key=key,
                before=edit.before[key],
                after=after[key],
                by=edit.actor,
                is_undo=edit.is_undo,
            )
            for key in touched
        ],
        batch_size=500,
    )
    audit.record(
        actor=edit.actor,
        verb=verb,
        subject_kind="draft",
        subject_id=edit.draft.public_id,
        purpose=Purpose.PLACEMENT,
        count=max(1, len(touched)),
        after={"revision": edit.draft.revision} | edit.detail,
    )


def parts(draft: Draft, people: Collection[str]) -> dict[str, Part]:
    """The parts of people in a draft as it is. Two queries for any number of them."""
    found: dict[str, Part] = {key: {"moves": [], "restrictions": []} for key in people}
    ids, planned = ids_of(people), planned_ids_of(people)
    moves = Move.objects.filter(Q(person_id__in=ids) | Q(planned_id__in=planned), draft=draft)
    for move in moves.order_by("year", "kind", "pk"):
        key = person_key(move.person_id) if move.person_id else planned_key(move.planned_id or 0)
        found[key]["moves"].append(move_part(move))
    rows = (
        Restriction.objects.filter(draft=draft, person_id__in=ids)
        .order_by("pk", "posts")
        .values("pk", "person_id", "kind", "from_year", "until_year", "reason", "posts")
    )
    for row in rows:
        said = found[person_key(row["person_id"])]["restrictions"]
        if said and said[-1]["id"] == row["pk"]:
            said[-1]["posts"].append(row["posts"])
            continue
        said.append(
            {
                "id": row["pk"],
                "kind": row["kind"],
                "posts": [row["posts"]],
                "from_year": row["from_year"],
                "until_year": row["until_year"],
                "reason": row["reason"],
            }
        )
    return found


def move_part(move: Move) -> dict[str, Any]:
    """A move as it is remembered."""
    return {
        "year": move.year,
        "to_post": move.to_post_id,
        "kind": str(move.kind),
        "share": str(move.share.normalize()),
        "until_year": move.until_year,
        "return_post": move.return_post_id,
        "from_post": move.from_post_id,
        "is_pinned": move.is_pinned,
        "origin": str(move.origin),
        "note": move.note,
    }


def slot(part: Mapping[str, Any]) -> tuple[int, int | None]:
    """What there is one move of: the main one of a year, or the concurrent one of a year and a post."""
    return (part["year"], part["to_post"] if part["kind"] == CONCURRENT else None)
