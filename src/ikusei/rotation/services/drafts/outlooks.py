"""A new round begun with last year's outlook: its later moves and the decisions that reach further become a first draft."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose
from ikusei.rotation import access
from ikusei.rotation.models import Draft, Origin, Restriction, Round
from ikusei.rotation.picture import MoveFacts, Picture
from ikusei.rotation.queries.outlooks import announced_by, goes_on, restrictions_of, sources
from ikusei.rotation.queries.seats import round_picture
from ikusei.rotation.services.drafts.lives import new_draft
from ikusei.rotation.services.drafts.moves import MoveSpec, put_moves


def begin_with_outlook(*, actor: Viewer, round_: Round, source: Draft, name: str, note: str = "") -> Draft:
    """A new draft of a round with the outlook of an approved or ordered draft of an earlier one, its owner's alone.

    Moves that no longer fit are left out; the page of the outlook says each. Pins, forbids and "one of these" that were
    decided by hand for years of the new round go on as decisions of the new draft; those of rejected moves end. Undoing
    takes the moves back. Raises PermissionDenied outside the personnel section, NotVisible (404) for a draft that does
    not reach into the round, RuleBroken without a name or where nothing of the outlook goes on.
    """
    access.require_section(actor, round_.employer)
    if source.pk not in {one.pk for one in sources(actor, round_)}:
        raise NotVisible(str(source.public_id))
    picture = round_picture(org_access.operator(), round_)
    going = [one.now for one in announced_by(source, picture) if one.goes_on]
    if not going:
        raise RuleBroken(_("Nothing of this outlook goes on in the new round: begin an empty draft."))
    with transaction.atomic():
        draft = new_draft(actor=actor, round_=round_, name=name, note=note)
        draft.outlook_of = source
        draft.save(update_fields=["outlook_of"])
        # Decisions first: undoing the moves compares what else stands in each person's part.
        carried = _carry_restrictions(draft, source, picture)
        put_moves(actor=actor, draft=draft, moves=[_spec(move) for move in going], origin=Origin.HAND)
        audit.record(
            actor=actor.user,
            verb="rotation.draft.outlook",
            subject_kind="draft",
            subject_id=draft.public_id,
            purpose=Purpose.PLACEMENT,
            count=len(going),
            after={"from": str(source.public_id), "decisions": carried},
        )
    return draft


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


def _carry_restrictions(draft: Draft, source: Draft, picture: Picture) -> int:
    """Write the decisions that go on into the new draft; how many."""
    first, last = draft.round.years[0], draft.round.years[-1] + 1
    carried = 0
    for one in restrictions_of(source):
        posts = [post for post in one.posts.all() if post.pk in picture.posts]
        if not goes_on(one, draft.round, picture):
            continue
        row = Restriction.objects.create(
            round=draft.round,
            draft=draft,
            person_id=one.person_id,
            kind=one.kind,
            from_year=max(first, one.from_year),
            until_year=min(last, one.until_year),
            reason=one.reason,
            author_id=draft.owner_id,
        )
        row.posts.set(posts)
        carried += 1
    return carried
