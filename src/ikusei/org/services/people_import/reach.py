"""Whose staff lists somebody may import."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, Scope


def employers_for(viewer: Viewer) -> QuerySet[Employer]:
    """The employers whose lists the viewer may import, by the scope of their grants."""
    if viewer.is_operator:
        return Employer.objects.all()
    grants = viewer.grants_for(Right.PEOPLE_IMPORT)
    if any(grant.scope == Scope.ALL for grant in grants):
        return Employer.objects.all()
    return Employer.objects.filter(
        pk__in=[grant.employer_id for grant in grants if grant.scope == Scope.EMPLOYER]
    )


def require_employer(viewer: Viewer, employer: Employer) -> None:
    """Raise PermissionDenied unless the viewer may import lists of the employer."""
    if not employers_for(viewer).filter(pk=employer.pk).exists():
        raise PermissionDenied(Right.PEOPLE_IMPORT.value)
