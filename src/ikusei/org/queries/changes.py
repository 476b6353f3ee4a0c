"""What is to be changed: the person, posting, employment, unit or post of an address, for whoever may change it."""

import uuid
from collections.abc import Callable
from typing import Any

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employer, Employment, Person, Post, Posting, PostTerms, Unit, UnitPeriod


def person_to_change(viewer: Viewer, public_id: uuid.UUID) -> Person:
    """The person, the look noted. Errors as `access.open_person`; PermissionDenied where only one's own record is."""
    person = access.open_person(viewer, Right.ORG_EDIT, public_id, verb="org.person.change")
    access.require_person(viewer, Right.ORG_EDIT, person)
    return person


def posting_to_change(viewer: Viewer, public_id: uuid.UUID, pk: int) -> tuple[Person, Posting]:
    """The person and one of their postings. Raises NotVisible where it is not theirs."""
    person = person_to_change(viewer, public_id)
    posting = Posting.objects.filter(person=person, pk=pk).select_related("person", "post").first()
    if posting is None:
        raise NotVisible(str(pk))
    return person, posting


def employment_to_change(viewer: Viewer, public_id: uuid.UUID, pk: int) -> tuple[Person, Employment]:
    """The person and one of their employments. Raises NotVisible where it is not theirs."""
    person = person_to_change(viewer, public_id)
    employment = Employment.objects.filter(person=person, pk=pk).select_related("person", "employer").first()
    if employment is None:
        raise NotVisible(str(pk))
    return person, employment


def employer_to_change(viewer: Viewer, code: str) -> Employer:
    """The employer. Raises NotVisible where there is none, PermissionDenied where its tree is not the viewer's."""
    employer = Employer.objects.filter(code=code).first()
    if employer is None:
        raise NotVisible(code)
    access.require_tree(viewer, Right.ORG_EDIT, employer)
    return employer


def unit_to_change(viewer: Viewer, pk: int) -> tuple[Unit, str]:
    """The unit and its last name. Raises NotVisible where there is none, PermissionDenied where it is not to change."""
    unit = Unit.objects.select_related("employer").filter(pk=pk).first()
    if unit is None:
        raise NotVisible(str(pk))
    access.require_unit(viewer, Right.ORG_EDIT, unit)
    period = last_period(unit)
    return unit, period.name if period else unit.code


def last_period(unit: Unit) -> UnitPeriod | None:
    """What the unit is on the last day that is recorded."""
    return UnitPeriod.objects.filter(unit=unit).order_by("-from_date").first()


def post_to_change(viewer: Viewer, pk: int) -> tuple[Post, PostTerms | None, str]:
    """The post, its last terms and the name of its unit; errors as `unit_to_change`."""
    post = Post.objects.select_related("unit__employer").filter(pk=pk).first()
    if post is None:
        raise NotVisible(str(pk))
    _unit, name = unit_to_change(viewer, post.unit_id)
    return post, PostTerms.objects.filter(post=post).order_by("-from_date").first(), name


def with_post(do: Callable[..., Any], *, post: int, **given: Any) -> Any:
    """What `do` gives for the post with a primary key, as a form names it."""
    return do(post=Post.objects.select_related("unit").get(pk=post), **given)
