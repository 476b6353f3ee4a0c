"""What is recorded about one person: employments, postings, leaves, each with its days."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, JSONObject

from ikusei.lib.fields import BilingualName, pick_text
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import (
    Category,
    Employment,
    EmploymentKind,
    Leave,
    Person,
    Posting,
    PostingKind,
    PostTerms,
    UnitPeriod,
)
from ikusei.org.models.person import LeaveKind, StartReason

FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a row, [from_date, until), as the page's day sees them."""

    from_date: date
    until: date | None
    on: date

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, as people say it; None where no end is known."""
        return None if self.until is None else self.until - timedelta(days=1)

    @property
    def is_past(self) -> bool:
        """Whether it had ended on the page's day."""
        return self.until is not None and self.until <= self.on

    @property
    def is_planned(self) -> bool:
        """Whether it begins after the page's day."""
        return self.from_date > self.on

    @property
    def is_running(self) -> bool:
        """Whether it holds on the page's day."""
        return not self.is_past and not self.is_planned


@dataclass(frozen=True, slots=True)
class EmploymentRow(BilingualName):
    """An employment with the names of its employer."""

    pk: int
    days: Days
    name_ja: str
    name_en: str
    staff_number: str
    category: str
    grade: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A leave; `kind` is empty where the viewer may not know it."""

    days: Days
    kind: str


@dataclass(frozen=True, slots=True)
class PostingRow:
    """A posting; unit and post are called as they were on its last day, or on the page's day where it runs."""

    pk: int
    days: Days
    kind: str
    kind_label: str
    share: Decimal
    unit_id: int
    unit: str
    employer: str
    post: str
    job_type: str
    gq_share: Decimal
    dq_share: Decimal

    @property
    def is_dispatch(self) -> bool:
        """Whether it is a dispatch."""
        return self.kind == PostingKind.DISPATCH

    @property
    def is_concurrent(self) -> bool:
        """Whether it is a concurrent post."""
        return self.kind == PostingKind.CONCURRENT


@dataclass(frozen=True, slots=True)
class Record:
    """One person's record as a viewer may read it."""

    person: Person
    on: date
    is_own: bool
    may_change: bool
    employments: list[EmploymentRow]
    postings: list[PostingRow]
    leaves: list[LeaveRow]

    @property
    def running_postings(self) -> list[PostingRow]:
        """The postings of the page's day, the largest share first."""
        return sorted((row for row in self.postings if row.days.is_running), key=lambda row: -row.share)

    @property
    def running_employments(self) -> list[EmploymentRow]:
        """The employments of the page's day."""
        return [row for row in self.employments if row.days.is_running]

    @property
    def running_leave(self) -> LeaveRow | None:
        """The leave of the page's day."""
        return next((row for row in self.leaves if row.days.is_running), None)


def open_record(viewer: Viewer, public_id: uuid.UUID, *, on: date) -> Record:
    """The record of a person, the look noted; errors as `access.open_person`.

    Whoever may not change the organisation does not learn what begins or ends after today, for that is not known
    before the notice; the agreed end of a dispatch is. The kind of a leave is for the person and the personnel section.
    """
    person = access.open_person(viewer, Right.PEOPLE_OPEN, public_id)
    return record_of(viewer, person, on=on)


def own_record(viewer: Viewer, *, on: date) -> Record:
    """The viewer's own record. Raises NotVisible where the account belongs to nobody."""
    if viewer.person is None:
        raise access.NotVisible("own")
    return record_of(viewer, viewer.person, on=on)


def record_of(viewer: Viewer, person: Person, *, on: date) -> Record:
    """The record of a person whom the viewer may open."""
    may_change = viewer.can(Right.ORG_EDIT) and access.may_change_person(viewer, Right.ORG_EDIT, person)
    is_own = viewer.person is not None and viewer.person.pk == person.pk
    known_until = FAR if may_change else viewer.today
    employments, leaves = _spans(person, on, known_until, leave_kinds=may_change or is_own)
    return Record(
        person=person,
        on=on,
        is_own=is_own,
        may_change=may_change,
        employments=employments,
        postings=_postings(person, on, known_until),
        leaves=leaves,
    )


def _known(until: date | None, known_until: date) -> date | None:
    """The end of a row, None where it lies further ahead than the viewer may know."""
    return None if until is None or until > known_until else until


def _spans(
    person: Person, on: date, known_until: date, *, leave_kinds: bool
) -> tuple[list[EmploymentRow], list[LeaveRow]]:
    """The person's employments and leaves, newest first. One query for both."""
    blank = Value("")
    jobs = Employment.objects.filter(person=person).order_by()
    away = Leave.objects.filter(person=person).order_by()
    rows = (
        jobs.annotate(what=Value("employment"))
        .values_list(
            "what",
            "pk",
            "from_date",
            "until",
            "kind",
            "employer__name_ja",
            "employer__name_en",
            "staff_number",
            "category",
            "grade",
            "reason",
        )
        .union(
            away.annotate(what=Value("leave"), **dict.fromkeys("abcdef", blank)).values_list(
                "what", "pk", "from_date", "until", "kind", *"abcdef"
            ),
            all=True,
        )
    )
    employments, leaves = [], []
    for what, pk, start, end, kind, *rest in sorted(
        rows.order_by(), key=lambda row: (row[2], row[0], row[1]), reverse=True
    ):
        if start > known_until:
            continue
        days = Days(from_date=start, until=_known(end, known_until), on=on)
        if what == "leave":
            leaves.append(LeaveRow(days=days, kind=str(LeaveKind(kind).label) if leave_kinds else ""))
        else:
            ja, en, number, category, grade, reason = rest
            employments.append(
                EmploymentRow(
                    pk=pk,
                    days=days,
                    name_ja=ja,
                    name_en=en,
                    staff_number=number,
                    category=str(Category(category).label),
                    grade=grade,
                    kind=str(EmploymentKind(kind).label),
                    reason=str(StartReason(reason).label),
                )
            )
    return employments, leaves


def _last_known(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """The dated rows (of a unit, of a post) that tell a posting's names: on its last day, at latest the page's day."""
    return rows.filter(
        from_date__lte=Greatest(OuterRef("from_date"), Value(on)),
        from_date__lt=Coalesce(OuterRef("until"), Value(FAR)),
    ).order_by("-from_date")


def _postings(person: Person, on: date, known_until: date) -> list[PostingRow]:
    """The person's postings, newest first. One query."""
    unit = _last_known(UnitPeriod.objects.filter(unit_id=OuterRef("post__unit_id")), on)
    terms = _last_known(PostTerms.objects.filter(post_id=OuterRef("post_id")), on)
    rows = (
        Posting.objects.filter(person=person)
        .annotate(
            unit_names=Subquery(unit.values(names=JSONObject(ja="name_ja", en="name_en"))[:1]),
            terms=Subquery(
                terms.values(
                    facts=JSONObject(
                        ja="name_ja", en="name_en", job_type="job_type", gq="gq_share", dq="dq_share"
                    )
                )[:1]
            ),
        )
        .select_related("post__unit__employer")
        .order_by("-from_date", "-share", "-pk")
    )
    shown = []
    for row in rows:
        if row.from_date > known_until:
            continue
        terms_then = row.terms or {}
        until = row.until if row.kind == PostingKind.DISPATCH else _known(row.until, known_until)
        shown.append(
            PostingRow(
                pk=row.pk,
                days=Days(from_date=row.from_date, until=until, on=on),
                kind=row.kind,
                kind_label=str(row.get_kind_display()),
                share=row.share,
                unit_id=row.post.unit_id,
                unit=pick_text(row.unit_names or {}) or row.post.unit.code,
                employer=row.post.unit.employer.name,
                post=pick_text(terms_then) or row.post.code,
                job_type=terms_then.get("job_type", ""),
                gq_share=Decimal(str(terms_then.get("gq", 0))),
                dq_share=Decimal(str(terms_then.get("dq", 0))),
            )
        )
    return shown
