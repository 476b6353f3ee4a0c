"""Who may read and change what rotation asks of posts."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, Post
from ikusei.rotation.models import Round


def planned_employers(viewer: Viewer) -> QuerySet[Employer]:
    """The employers whose whole rotation the viewer plans: those to whose personnel section they belong."""
    rows = Employer.objects.all()
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return rows
    grants = viewer.grants_for(Right.ROTATION_PLAN)
    return rows.filter(pk__in=[grant.employer_id for grant in grants if grant.employer_id is not None])


def in_a_section(viewer: Viewer) -> bool:
    """Whether the viewer belongs to the personnel section of any employer. Asks the database for nothing."""
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return True
    return any(grant.employer_id is not None for grant in viewer.grants_for(Right.ROTATION_PLAN))


def require_a_section(viewer: Viewer) -> None:
    """Raise PermissionDenied (403) for anybody outside every personnel section."""
    if not in_a_section(viewer):
        raise PermissionDenied(Right.ROTATION_PLAN.value)


def readable_posts(viewer: Viewer) -> QuerySet[Post]:
    """The posts that a planner reads: those of the employers for which, or for a part of which, they plan, and of every
    host, which is an employer without rounds of its own.
    """
    access.require(viewer, Right.ROTATION_PLAN)
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return Post.objects.all()
    grants = viewer.grants_for(Right.ROTATION_PLAN)
    employers = {grant.employer_id for grant in grants if grant.employer_id is not None}
    employers |= {grant.unit.employer_id for grant in grants if grant.unit is not None}
    host = ~Exists(Round.objects.filter(employer_id=OuterRef("unit__employer_id")))
    return Post.objects.filter(Q(unit__employer_id__in=employers) | Q(host))


def changeable(viewer: Viewer, employer: str = "post__unit__employer_id") -> Q | Exists:
    """The condition on rows with an employer that the viewer belongs to the personnel section that says what its posts
    ask for: its own, or, of a host, that of an employer with rounds.
    """
    planned = planned_employers(viewer).order_by().values("pk")
    if not viewer.can(Right.ROTATION_PLAN):
        return Q(pk__in=())
    host = ~Exists(Round.objects.filter(employer_id=OuterRef(employer)))
    rounds = Exists(Round.objects.filter(employer__in=planned))
    return Q(**{f"{employer}__in": planned}) | (Q(host) & Q(rounds))


def may_change_rule(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer belongs to the personnel section that says what a post asks for."""
    return Post.objects.filter(changeable(viewer, "unit__employer_id"), pk=post.pk).exists()


def require_rule_change(viewer: Viewer, post: Post) -> None:
    """Raise PermissionDenied (403) unless the viewer may say what a post asks for."""
    if not may_change_rule(viewer, post):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
