"""A draft's life: begun, copied, named, shared, dropped."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose, Unit
from ikusei.rotation import access
from ikusei.rotation.models import Draft, DraftState, Move, Restriction, Round, Sharing
from ikusei.rotation.queries.drift import basis_of, basis_posts_of
from ikusei.rotation.queries.seats import round_picture
from ikusei.rotation.services.drafts.record import lock_open


def new_draft(
    *, actor: Viewer, round_: Round, name: str, note: str = "", bureau: Unit | None = None
) -> Draft:
    """An empty draft of a round, its owner's alone until it is shared.

    Its bureau is that of the owner's grant unless another one is named. Raises NotVisible (404) for a round in which the
    actor does not plan, RuleBroken without a name.
    """
    user = _planner(actor)
    if not access.rounds(actor).filter(pk=round_.pk).exists():
        raise NotVisible(str(round_.fiscal_year))
    bureau = bureau or _own_bureau(actor)
    if bureau is not None:
        org_access.require_unit(actor, Right.ROTATION_PLAN, bureau)
    with transaction.atomic():
        draft = Draft(round=round_, owner=user, bureau=bureau, based_at=clock.now(), note=note.strip())
        draft.name = _named(name)
        _base(draft)
        draft.save()
        _note(user, "rotation.draft.new", draft)
    return draft


def copy_draft(*, actor: Viewer, draft: Draft, name: str, note: str = "") -> Draft:
    """A new draft, its owner's alone, with the moves and restrictions of another one; it meets live data as that did.

    Raises NotVisible (404) for a draft the actor may not know of.
    """
    user = _planner(actor)
    if not access.visible_drafts(actor).filter(pk=draft.pk).exists():
        raise NotVisible(str(draft.public_id))
    with transaction.atomic():
        source = Draft.objects.select_for_update().get(pk=draft.pk)
        new = Draft.objects.create(
            round_id=source.round_id,
            name=_named(name),
            note=note.strip(),
            owner=user,
            bureau_id=source.bureau_id,
            basis=source.basis,
            basis_posts=source.basis_posts,
            based_at=source.based_at,
            copy_of=source,
            outlook_of_id=source.outlook_of_id,
        )
        _copy_moves(source, new)
        _copy_restrictions(source, new)
        _note(user, "rotation.draft.copy", new, after={"from": str(source.public_id)})
    return new


def rename_draft(*, actor: Viewer, draft: Draft, name: str, note: str = "") -> None:
    """Give a draft another name and note. Only its owner and the personnel section may."""
    with transaction.atomic():
        user = _keeper(actor, draft)
        draft.name, draft.note = _named(name), note.strip()
        draft.save(update_fields=["name", "note", "changed_at"])
        _note(user, "rotation.draft.rename", draft)


def share_draft(*, actor: Viewer, draft: Draft, sharing: str, bureau: Unit | None = None) -> None:
    """Let more people see a draft, or fewer: its owner alone, the planners of a bureau, the personnel section too.

    Whoever sees it may change it while it is open. Raises RuleBroken where a bureau is asked for and none is named.
    """
    with transaction.atomic():
        user = _keeper(actor, draft)
        bureau = bureau or draft.bureau or _own_bureau(actor)
        if sharing not in Sharing.values:
            raise RuleBroken(_("A draft cannot be shared like that."))
        if sharing == Sharing.BUREAU and bureau is None:
            raise RuleBroken(_("Say with the planners of which bureau the draft is shared."))
        if bureau is not None:
            org_access.require_unit(actor, Right.ROTATION_PLAN, bureau)
        before = {"sharing": str(draft.sharing), "bureau": draft.bureau_id}
        draft.sharing, draft.bureau = Sharing(sharing), bureau
        draft.save(update_fields=["sharing", "bureau", "changed_at"])
        after = {"sharing": sharing, "bureau": draft.bureau_id}
        _note(user, "rotation.draft.share", draft, before=before, after=after)


def drop_draft(*, actor: Viewer, draft: Draft) -> None:
    """Put a draft away: it stays on record and is listed no more. Only an open one, by its owner or the section."""
    with transaction.atomic():
        user = _keeper(actor, draft)
        draft.state = DraftState.DROPPED
        draft.save(update_fields=["state", "changed_at"])
        _note(user, "rotation.draft.drop", draft)


def _planner(actor: Viewer) -> User:
    if not actor.can(Right.ROTATION_PLAN) or actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return actor.user


def _keeper(actor: Viewer, draft: Draft) -> User:
    """The account of whoever may name, share and drop an open draft: its owner, or somebody of the personnel section.

    The draft is locked: nobody submits it meanwhile.
    """
    user = lock_open(actor, draft)
    if draft.owner_id != user.pk and not access.is_section(actor, draft.round.employer):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return user


def _own_bureau(actor: Viewer) -> Unit | None:
    """The unit of the first grant that lets the actor plan for a unit only."""
    grants = actor.grants_for(Right.ROTATION_PLAN)
    return next((grant.unit for grant in grants if grant.unit is not None), None)


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise RuleBroken(_("A draft needs a name."))
    return name


def _base(draft: Draft) -> None:
    """Let a draft meet live data: everybody in the round, whoever drafts it."""
    picture = round_picture(org_access.operator(), draft.round)
    draft.basis, draft.basis_posts = basis_of(picture), basis_posts_of(picture)


def _copy_moves(source: Draft, new: Draft) -> None:
    rows = list(Move.objects.filter(draft=source))
    for row in rows:
        fresh = Move._meta.get_field("public_id").get_default()
        row.pk, row.draft, row.public_id, row._state.adding = None, new, fresh, True
    Move.objects.bulk_create(rows, batch_size=500)


def _copy_restrictions(source: Draft, new: Draft) -> None:
    for row in Restriction.objects.filter(draft=source).prefetch_related("posts"):
        posts = list(row.posts.all())
        copy = Restriction.objects.create(
            round_id=row.round_id,
            draft=new,
            person_id=row.person_id,
            kind=row.kind,
            from_year=row.from_year,
            until_year=row.until_year,
            reason=row.reason,
            decision_id=row.decision_id,
            author_id=row.author_id,
        )
        copy.posts.set(posts)


def _note(user: User, verb: str, draft: Draft, *, before: Any = None, after: Any = None) -> None:
    audit.record(
        actor=user,
        verb=verb,
        subject_kind="draft",
        subject_id=draft.public_id,
        purpose=Purpose.PLACEMENT,
        before=before,
        after=after,
    )
