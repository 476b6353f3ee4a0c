"""What is decided about somebody's seat: pins, forbids and "one of these", of a draft or of all drafts of its round."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation import access
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Draft, Restriction, RestrictionKind
from ikusei.rotation.queries.decided import BY_REJECTION
from ikusei.rotation.services.drafts.record import Changed, changed, editing

MOST_POSTS = 20


def add_restriction(
    *,
    actor: Viewer,
    draft: Draft,
    person_key: str,
    kind: str,
    posts: Collection[int],
    from_year: int,
    until_year: int,
    reason: str,
    for_all_drafts: bool = False,
    seen_revision: int | None = None,
) -> Changed:
    """Decide about somebody's seat in the years [from_year, until_year), in this draft or in all drafts of the round.

    Raises RuleBroken without a reason or posts, for somebody not yet hired, and for years outside the round; only the
    personnel section decides for all drafts (PermissionDenied). Otherwise as `put_move`.
    """
    if for_all_drafts:
        access.require_section(actor, draft.round.employer)
    numbers = sorted(set(posts))
    with editing(
        actor, draft, (person_key,), verb="rotation.restriction.add", seen_revision=seen_revision
    ) as edit:
        picture = edit.seats.picture
        person = picture.people[person_key]
        if person.is_planned:
            raise RuleBroken(_("Somebody not yet hired can only be moved; there is nobody to decide about."))
        if kind not in RestrictionKind.values:
            raise RuleBroken(_("There is no decision of that kind."))
        if not numbers or len(numbers) > MOST_POSTS or not set(numbers) <= picture.posts.keys():
            raise RuleBroken(_("Name between 1 and %(most)s posts of the rotation.") % {"most": MOST_POSTS})
        if not picture.years[0] <= from_year < until_year <= picture.years[-1] + 1:
            raise RuleBroken(_("The years lie within the round, the last one after the first."))
        if not reason.strip():
            raise RuleBroken(_("A decision about a seat needs a reason."))
        row = Restriction.objects.create(
            round=draft.round,
            draft=None if for_all_drafts else draft,
            person_id=person.id,
            kind=kind,
            from_year=from_year,
            until_year=until_year,
            reason=reason.strip(),
            author=edit.actor,
        )
        row.posts.set(numbers)
        edit.detail = {"kind": kind, "all_drafts": for_all_drafts}
        edit.is_wider = for_all_drafts
    return changed(edit)


def lift_restriction(
    *, actor: Viewer, draft: Draft, restriction: Restriction, seen_revision: int | None = None
) -> Changed:
    """Take a decision about a seat away again; one for all drafts only by the personnel section.

    What a rejection decided stays (RuleBroken) as long as it stands: it is lifted where it was decided.
    """
    if restriction.round_id != draft.round_id or restriction.draft_id not in (None, draft.pk):
        raise NotVisible(str(restriction.public_id))
    if restriction.draft_id is None:
        access.require_section(actor, draft.round.employer)
    if Restriction.objects.filter(BY_REJECTION, pk=restriction.pk).exists():
        raise RuleBroken(_("This comes from a rejected move and stays as long as the rejection does."))
    key = person_key(restriction.person_id)
    with editing(actor, draft, (key,), verb="rotation.restriction.lift", seen_revision=seen_revision) as edit:
        edit.is_wider = restriction.draft_id is None
        edit.detail = {"kind": str(restriction.kind), "all_drafts": restriction.draft_id is None}
        restriction.delete()
    return changed(edit)


def open_restriction(draft: Draft, number: int) -> Restriction:
    """The restriction with a number that holds in a draft. Raises NotVisible (404) where there is none."""
    row = Restriction.objects.filter(round_id=draft.round_id, pk=number).first()
    if row is None or row.draft_id not in (None, draft.pk):
        raise NotVisible(str(number))
    return row
