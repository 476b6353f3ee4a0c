"""Who may see and do what: the only way to people.

A right is one thing that can be done. A role grant gives the rights of its role (`RIGHTS`) over the people of its
scope, on its days, for its purpose. Whoever has a person record also has the right to that record (`Right.OWN`).
Scope is taken as of today, whatever day a page is read as of: access ends with the posting that gave it.

Every look at people is noted on the viewer and written after the response: one entry per opened person, one with a
count per list (`flush_looks`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org.models import (
    Employer,
    Employment,
    Person,
    Posting,
    Purpose,
    Role,
    RoleGrant,
    Scope,
    Unit,
    UnitPeriod,
)


class Right(StrEnum):
    """One thing that can be done. The table test tries every URL with every role."""

    OWN = "own"
    PEOPLE_LIST = "people-list"
    PEOPLE_OPEN = "people-open"
    LEVELS_SEE = "levels-see"
    LEVELS_COUNT = "levels-count"
    FRAMEWORK_EDIT = "framework-edit"
    LEVELS_CONFIRM = "levels-confirm"
    SHEET_IMPORT = "sheet-import"
    CYCLE_RUN = "cycle-run"
    PROXY_ENTRY = "proxy-entry"
    HOST_INVITE = "host-invite"
    NOTICES_SEE = "notices-see"
    ORG_EDIT = "org-edit"
    PEOPLE_IMPORT = "people-import"
    EMPLOYERS_MANAGE = "employers-manage"
    GRANTS_MANAGE = "grants-manage"
    LEDGER_SEE = "ledger-see"
    CREDITS_RECORD = "credits-record"
    WISH_COMMENT = "wish-comment"
    HOST_WISH = "host-wish"
    ROTATION_PLAN = "rotation-plan"
    FAIRNESS_SEE = "fairness-see"
    AUDIT_READ = "audit-read"
    JOBS_SEE = "jobs-see"


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.MANAGER: frozenset(
            {
                Right.PEOPLE_LIST,
                Right.PEOPLE_OPEN,
                Right.LEVELS_SEE,
                Right.LEVELS_COUNT,
                Right.LEVELS_CONFIRM,
                Right.PROXY_ENTRY,
                Right.HOST_INVITE,
                Right.LEDGER_SEE,
                Right.WISH_COMMENT,
                Right.HOST_WISH,
            }
        ),
        # Whoever supervises for another employer confirms levels and sees what that takes: nothing else.
        Role.HOST_SUPERVISOR: frozenset({Right.LEVELS_CONFIRM}),
        Role.PLANNER: frozenset(
            {
                Right.PEOPLE_LIST,
                Right.PEOPLE_OPEN,
                Right.LEVELS_SEE,
                Right.LEVELS_COUNT,
                Right.ORG_EDIT,
                Right.LEDGER_SEE,
                Right.CREDITS_RECORD,
                Right.ROTATION_PLAN,
                Right.FAIRNESS_SEE,
            }
        ),
        Role.ACADEMY: frozenset({Right.PEOPLE_LIST, Right.LEVELS_COUNT, Right.NOTICES_SEE}),
        Role.STEWARD: frozenset(
            {
                Right.PEOPLE_LIST,
                Right.PEOPLE_OPEN,
                Right.LEVELS_SEE,
                Right.LEVELS_COUNT,
                Right.FRAMEWORK_EDIT,
                Right.SHEET_IMPORT,
                Right.CYCLE_RUN,
                Right.PROXY_ENTRY,
                Right.HOST_INVITE,
                Right.NOTICES_SEE,
            }
        ),
        Role.EXECUTIVE: frozenset({Right.LEVELS_COUNT, Right.FAIRNESS_SEE}),
        Role.AUDITOR: frozenset({Right.AUDIT_READ}),
        Role.ADMINISTRATOR: frozenset(
            {
                Right.PEOPLE_LIST,
                Right.PEOPLE_OPEN,
                Right.ORG_EDIT,
                Right.PEOPLE_IMPORT,
                Right.EMPLOYERS_MANAGE,
                Right.GRANTS_MANAGE,
                Right.JOBS_SEE,
                Right.NOTICES_SEE,
            }
        ),
    }
)


class NotVisible(ObjectDoesNotExist):
    """There is no such thing, or none that this viewer may know of: both answer 404."""


@dataclass
class Viewer:
    """Whoever reads or acts: an account with its grants of today, nobody, or the operator at the machine."""

    user: User | None
    person: Person | None = None
    grants: tuple[RoleGrant, ...] = ()
    today: date = field(default_factory=clock.today)
    is_operator: bool = False
    looks: list[Entry] = field(default_factory=list)

    def can(self, right: Right) -> bool:
        """Whether the viewer has the right over anyone at all."""
        if self.is_operator:
            return True
        if right == Right.OWN:
            return self.person is not None
        return any(right in RIGHTS[Role(grant.role)] for grant in self.grants)

    @property
    def is_code_only(self) -> bool:
        """Whether the account signs in by mailed code only, so that its session can only confirm."""
        return self.user is not None and self.user.code_only

    def has_role(self, role: Role) -> bool:
        """Whether the viewer holds a role today."""
        return any(grant.role == role for grant in self.grants)

    def grants_for(self, right: Right) -> list[RoleGrant]:
        """The grants of today that give a right."""
        return [grant for grant in self.grants if right in RIGHTS[Role(grant.role)]]

    @cached_property
    def own_unit_ids(self) -> tuple[int, ...]:
        """The units in which the viewer is posted today, concurrent posts and dispatches included."""
        if self.person is None:
            return ()
        postings = Posting.objects.on(self.today).filter(person_id=self.person.pk)
        return tuple(postings.values_list("post__unit_id", flat=True).distinct())


def operator() -> Viewer:
    """The viewer of the command line and of background work: whoever has the machine has every right."""
    return Viewer(user=None, is_operator=True)


def viewer_of(user: User | None) -> Viewer:
    """The viewer for an account (None: not signed in), with the grants that hold today."""
    if user is None:
        return Viewer(user=None)
    today = clock.today()
    grants = tuple(RoleGrant.objects.on(today).filter(user=user).select_related("unit", "employer"))
    return Viewer(user=user, person=getattr(user, "person", None), grants=grants, today=today)


def require(viewer: Viewer, right: Right) -> None:
    """Raise PermissionDenied (403) unless the viewer has the right over somebody or something."""
    if not viewer.can(right):
        raise PermissionDenied(right.value)


def units_below(unit_ids: Iterable[int], on: date) -> QuerySet[UnitPeriod, int]:
    """The primary keys of units and of all below them in the tree of a day, as a subquery."""
    condition = Q(pk__in=())
    for unit_id in unit_ids:
        condition |= Q(path__contains=f"/{unit_id}/")
    return UnitPeriod.objects.on(on).filter(condition).values_list("unit_id", flat=True)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whom a right reaches today: everyone, or those whom employers employ, those posted in units and below, and
    certain people.
    """

    everyone: bool = False
    employer_ids: tuple[int, ...] = ()
    unit_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()


def _reach(viewer: Viewer, right: Right) -> _Reach:
    grants = viewer.grants_for(right)
    scopes = {grant.scope for grant in grants}
    if viewer.is_operator or Scope.ALL in scopes:
        return _Reach(everyone=True)
    own = viewer.own_unit_ids if Scope.TEAM in scopes else ()
    return _Reach(
        employer_ids=tuple(grant.employer_id for grant in grants if grant.employer_id is not None),
        unit_ids=own + tuple(grant.unit_id for grant in grants if grant.unit_id is not None),
        person_ids=tuple(grant.person_id for grant in grants if grant.person_id is not None),
    )


def unit_scope(viewer: Viewer, right: Right) -> QuerySet[UnitPeriod, int] | None:
    """The units, as of today, whose people the viewer may reach under a right; None for every unit."""
    reach = _reach(viewer, right)
    if reach.everyone:
        return None
    condition = Q(unit__employer_id__in=reach.employer_ids)
    for unit_id in reach.unit_ids:
        condition |= Q(path__contains=f"/{unit_id}/")
    return UnitPeriod.objects.on(viewer.today).filter(condition).values_list("unit_id", flat=True)


def _employed(viewer: Viewer, reach: _Reach) -> Exists:
    """Whether one of the employers of a reach employs the person (`pk` of the outer query) today."""
    rows = Employment.objects.on(viewer.today).filter(employer_id__in=reach.employer_ids)
    return Exists(rows.filter(person_id=OuterRef("pk")))


def _posted(viewer: Viewer, reach: _Reach, *, and_own: bool) -> QuerySet[Any, Any]:
    """The people posted today in one of the units of a reach, as a subquery; with the viewer, where asked.

    One list instead of "this person or one of those": PostgreSQL answers an OR with a subquery row by row.
    """
    units = units_below(reach.unit_ids, viewer.today)
    posted = Posting.objects.on(viewer.today).filter(post__unit_id__in=units).order_by().values("person_id")
    if not and_own or viewer.person is None:
        return posted
    return posted.union(Person.objects.filter(pk=viewer.person.pk).order_by().values("pk"), all=True)


def _within(viewer: Viewer, reach: _Reach, *, and_own: bool) -> Q:
    """The condition on people that a reach short of everyone makes; with the viewer, where asked."""
    condition = Q(pk__in=reach.person_ids)
    if reach.unit_ids:
        condition |= Q(pk__in=_posted(viewer, reach, and_own=and_own))
    elif and_own and viewer.person is not None:
        condition |= Q(pk=viewer.person.pk)
    if reach.employer_ids:
        condition |= Q(_employed(viewer, reach))
    return condition


def people(viewer: Viewer, right: Right) -> QuerySet[Person]:
    """The people the viewer may reach under a right today, themselves included. Note the look with `note_list`."""
    reach = _reach(viewer, right)
    return (
        Person.objects.all()
        if reach.everyone
        else Person.objects.filter(_within(viewer, reach, and_own=True))
    )


def employments(viewer: Viewer, right: Right, on: date) -> QuerySet[Employment]:
    """The employments of a day, of the people whom the viewer may reach under a right today.

    A viewer who reaches an employer's staff reads that employer's rows, not those of other employers for the same
    people. Note the look with `note_list`.
    """
    reach = _reach(viewer, right)
    rows = Employment.objects.on(on)
    if reach.everyone:
        return rows
    condition = Q(person_id__in=reach.person_ids)
    if reach.unit_ids:
        condition |= Q(person_id__in=_posted(viewer, reach, and_own=True))
    elif viewer.person is not None:
        condition |= Q(person_id=viewer.person.pk)
    if reach.employer_ids:
        theirs = Q(employer_id__in=reach.employer_ids)
        if on != viewer.today:  # today the row itself says that the employer employs the person
            today = Employment.objects.on(viewer.today).filter(employer_id__in=reach.employer_ids)
            theirs &= Q(Exists(today.filter(person_id=OuterRef("person_id"))))
        # Nearly every row fulfils it: SQLite would join indexes for the OR, and reads the table quicker than that.
        return rows.filter(Case(When(condition | theirs, then=True), default=False))
    return rows.filter(condition)


def reaches_everyone(viewer: Viewer, right: Right) -> bool:
    """Whether a right reaches all people and units."""
    return _reach(viewer, right).everyone


def reaches_units_only(viewer: Viewer, right: Right) -> bool:
    """Whether a right reaches, besides the viewer, only certain people and those posted in certain units: few, as a
    rule.
    """
    reach = _reach(viewer, right)
    return not reach.everyone and not reach.employer_ids


def reaches_unit(viewer: Viewer, right: Right, *, employer_id: int, path: str) -> bool:
    """Whether a right reaches the people of a unit, told by its employer and its path; asks the database for nothing."""
    reach = _reach(viewer, right)
    if reach.everyone or employer_id in reach.employer_ids:
        return True
    return any(f"/{unit_id}/" in path for unit_id in reach.unit_ids)


def may_change_person(viewer: Viewer, right: Right, person: Person) -> bool:
    """Whether the viewer has a right over a person by a grant; being that person gives none."""
    reach = _reach(viewer, right)
    if reach.everyone:
        return True
    return Person.objects.filter(_within(viewer, reach, and_own=False), pk=person.pk).exists()


def may_change_unit(viewer: Viewer, right: Right, unit: Unit) -> bool:
    """Whether the viewer has a right over a unit: by its employer, or by it or a unit above it in the tree of today."""
    reach = _reach(viewer, right)
    if reach.everyone or unit.employer_id in reach.employer_ids:
        return True
    return units_below(reach.unit_ids, viewer.today).filter(unit_id=unit.pk).exists()


def may_change_tree(viewer: Viewer, right: Right, employer: Employer) -> bool:
    """Whether the viewer has a right over the whole tree of an employer, so that roots can be opened."""
    reach = _reach(viewer, right)
    return reach.everyone or employer.pk in reach.employer_ids


def may_also(viewer: Viewer, right: Right, person: Person, *, opened_by: Right) -> bool:
    """Whether the viewer has a right over somebody whom they opened by another one.

    No query where every grant that gives the one gives the other too, as the roles of one scope do.
    """
    if not viewer.can(right):
        return False
    if viewer.is_operator or all(right in RIGHTS[Role(grant.role)] for grant in viewer.grants_for(opened_by)):
        return True
    return people(viewer, right).filter(pk=person.pk).exists()


def require_person(viewer: Viewer, right: Right, person: Person) -> None:
    """Raise PermissionDenied (403) unless the viewer has the right over this person."""
    if not may_change_person(viewer, right, person):
        raise PermissionDenied(right.value)


def people_at_home(viewer: Viewer, right: Right) -> QuerySet[Person]:
    """The people over whom the viewer has a right as part of those who employ them. Note the look.

    Leading the place to which somebody was sent is not enough: only a posting with their own employer counts. Being
    somebody gives nothing.
    """
    reach = _reach(viewer, right)
    if reach.everyone:
        return Person.objects.all()
    home = Posting.objects.on(viewer.today).filter(
        person_id=OuterRef("person_id"),
        post__unit__in=units_below(reach.unit_ids, viewer.today),
        post__unit__employer_id=OuterRef("employer_id"),
    )
    by = Q(employer_id__in=reach.employer_ids) | Exists(home)
    employed = Employment.objects.on(viewer.today).filter(by, person_id=OuterRef("pk"))
    return Person.objects.filter(Q(pk__in=reach.person_ids) | Exists(employed))


def require_home(viewer: Viewer, right: Right, person: Person) -> None:
    """Raise PermissionDenied (403) unless the viewer has the right over this person as part of those who employ them."""
    if not people_at_home(viewer, right).filter(pk=person.pk).exists():
        raise PermissionDenied(right.value)


def require_unit(viewer: Viewer, right: Right, unit: Unit) -> None:
    """Raise PermissionDenied (403) unless the viewer has the right over this unit."""
    if not may_change_unit(viewer, right, unit):
        raise PermissionDenied(right.value)


def require_tree(viewer: Viewer, right: Right, employer: Employer) -> None:
    """Raise PermissionDenied (403) unless the viewer has the right over the whole tree of an employer."""
    if not may_change_tree(viewer, right, employer):
        raise PermissionDenied(right.value)


def open_person(
    viewer: Viewer, right: Right, public_id: uuid.UUID, *, verb: str = "org.person.open"
) -> Person:
    """The person with a public id, the look noted.

    Raises NotVisible (404) for somebody outside every scope of the viewer, PermissionDenied (403) where the viewer
    may know of the person but lacks this right over them.
    """
    person = people(viewer, right).filter(public_id=public_id).first()
    if person is None:
        if people(viewer, Right.PEOPLE_LIST).filter(public_id=public_id).exists():
            raise PermissionDenied(right.value)
        raise NotVisible(str(public_id))
    note_person(viewer, right, person, verb=verb)
    return person


def _purpose(viewer: Viewer, right: Right) -> str:
    """What a look is noted as being for: placement where one of the grants says so, since such looks are secret."""
    purposes = [grant.purpose for grant in viewer.grants_for(right)]
    return Purpose.PLACEMENT if Purpose.PLACEMENT in purposes else next(iter(purposes), "")


def note_person(viewer: Viewer, right: Right, person: Person, *, verb: str) -> None:
    """Note that the viewer looked at one person. Looking at oneself is nobody's business."""
    if viewer.user is None or (viewer.person is not None and viewer.person.pk == person.pk):
        return
    purpose = _purpose(viewer, right)
    viewer.looks.append(
        Entry(
            kind=Entry.Kind.LOOK,
            actor=viewer.user,
            verb=verb,
            subject_kind="person",
            subject_id=str(person.public_id),
            purpose=purpose,
            # The day as this house counts days: whether the notice lies between it and the reader's day.
            after={"on": viewer.today.isoformat()} if purpose == Purpose.PLACEMENT else None,
        )
    )


def note_list(viewer: Viewer, right: Right, *, verb: str, count: int) -> None:
    """Note that the viewer saw a list of so many people."""
    if viewer.user is None or count == 0:
        return
    viewer.looks.append(
        Entry(
            kind=Entry.Kind.LOOK,
            actor=viewer.user,
            verb=verb,
            subject_kind="people",
            count=count,
            purpose=_purpose(viewer, right),
        )
    )


def flush_looks(viewer: Viewer) -> None:
    """Write the looks noted since the request began, in one statement."""
    if viewer.looks:
        audit.record_looks(viewer.looks)
        viewer.looks.clear()
