"""Who may know of rounds and drafts. Before the notice nobody outside the personnel section and the planners of a bureau."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Q, QuerySet

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employer
from ikusei.rotation.models import Draft, DraftState, Round, Sharing


def is_section(viewer: Viewer, employer: Employer) -> bool:
    """Whether the viewer belongs to the personnel section: may plan rotation for the whole employer."""
    return viewer.can(Right.ROTATION_PLAN) and access.may_change_tree(viewer, Right.ROTATION_PLAN, employer)


def require_section(viewer: Viewer, employer: Employer) -> None:
    """Raise PermissionDenied (403) for anybody outside the personnel section."""
    if not is_section(viewer, employer):
        raise PermissionDenied(Right.ROTATION_PLAN.value)


def rounds(viewer: Viewer) -> QuerySet[Round]:
    """The rounds in which the viewer may draft: those of the employers over which, or over a unit of which, they plan."""
    access.require(viewer, Right.ROTATION_PLAN)
    rows = Round.objects.select_related("employer")
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return rows
    grants = viewer.grants_for(Right.ROTATION_PLAN)
    employers = {grant.employer_id for grant in grants if grant.employer_id is not None}
    employers |= {grant.unit.employer_id for grant in grants if grant.unit is not None}
    return rows.filter(employer_id__in=employers)


def open_round(viewer: Viewer, fiscal_year: int) -> Round:
    """The round of a fiscal year. Raises NotVisible (404) where there is none for this viewer."""
    found = rounds(viewer).filter(fiscal_year=fiscal_year).first()
    if found is None:
        raise NotVisible(str(fiscal_year))
    return found


def visible_drafts(viewer: Viewer) -> QuerySet[Draft]:
    """The drafts the viewer may know of: their own, those shared with them, and those submitted to their stage."""
    mine = Q(owner_id=None if viewer.user is None else viewer.user.pk)
    grants = viewer.grants_for(Right.ROTATION_PLAN)
    below = access.units_below([grant.unit_id for grant in grants if grant.unit_id is not None], viewer.today)
    shared = Q(sharing__in=(Sharing.BUREAU, Sharing.SECTION)) | Q(state=DraftState.BUREAU)
    by_bureau = Q(bureau_id__in=below) & shared
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        of_section = Q()
    else:
        of_section = Q(
            round__employer_id__in=[one.employer_id for one in grants if one.employer_id is not None]
        )
    later = (DraftState.SECTION, DraftState.APPROVED, DraftState.ORDERED)
    by_section = of_section & (Q(sharing=Sharing.SECTION) | Q(state__in=later))
    if not viewer.can(Right.ROTATION_PLAN):
        return Draft.objects.none()
    return Draft.objects.filter(mine | by_bureau | by_section).select_related(
        "round__employer", "owner", "bureau"
    )


def open_draft(viewer: Viewer, public_id: uuid.UUID, **beside: Count | Exists) -> Draft:
    """The draft with a public id, annotated with what a page reads beside it.

    Raises NotVisible (404) for one the viewer may not know of.
    """
    access.require(viewer, Right.ROTATION_PLAN)
    draft = visible_drafts(viewer).filter(public_id=public_id).annotate(**beside).first()
    if draft is None:
        raise NotVisible(str(public_id))
    return draft
