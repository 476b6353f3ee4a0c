"""Internal open recruitment: what an employee sees, and what the personnel section sees of who applied."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Exists, OuterRef, Q, QuerySet, Subquery

from ikusei.lib.fields import pick
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Person, PostTerms, UnitPeriod
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.rotation.models import Application, Outcome, Recruitment, Round
from ikusei.rotation.post_access import planned_employers, readable_posts, require_a_section

SIZE = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A post offered, in words. `mine` is the viewer's own application, `result` its outcome once that may be known."""

    recruitment: Recruitment
    post: str
    unit: str
    mine: Application | None = None
    is_open: bool = False
    result: Outcome | None = None

    @property
    def text(self) -> str:
        """The description in the active language."""
        return pick(self.recruitment, "text")

    @property
    def is_applied(self) -> bool:
        """Whether the viewer applies."""
        return self.mine is not None and self.mine.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What an employee sees: posts open to apply for, and those the employee applied for before."""

    open: list[Offer]
    applied: list[Offer]


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who applies, with where they work today."""

    application: Application
    person: Person
    workplace: Workplace | None


@dataclass(frozen=True, slots=True)
class SectionOffer:
    """A post offered as the personnel section sees it."""

    offer: Offer
    applicants: list[Applicant]
    withdrawn: int
    selected: int
    may_change: bool
    may_decide: bool
    is_told: bool


def is_open(recruitment: Recruitment, today: date) -> bool:
    """Whether people may apply on a day."""
    return recruitment.withdrawn_at is None and recruitment.publish_on <= today <= recruitment.apply_until


def may_decide(recruitment: Recruitment, today: date) -> bool:
    """Whether the personnel section may decide: once nobody can apply any more."""
    return recruitment.withdrawn_at is None and today > recruitment.apply_until


def own_page(viewer: Viewer) -> OwnPage:
    """The offers of the employers that employ the viewer today. Two queries."""
    if viewer.person is None:
        return OwnPage([], [])
    rows = list(_visible(viewer.person, viewer.today))
    mine = _mine(viewer.person, rows)
    offers = [_offer(row, viewer.today, mine.get(row.pk)) for row in rows]
    return OwnPage(
        open=[one for one in offers if one.is_open],
        applied=[one for one in offers if one.mine is not None and not one.is_open],
    )


def own_offer(viewer: Viewer, public_id: uuid.UUID) -> Offer:
    """One offer. Raises NotVisible for one that is not published, or of an employer that does not employ the viewer."""
    if viewer.person is None:
        raise NotVisible(str(public_id))
    row = _visible(viewer.person, viewer.today).filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(str(public_id))
    return _offer(row, viewer.today, _mine(viewer.person, [row]).get(row.pk))


def is_employed(person: Person, round_: Round, today: date) -> bool:
    """Whether the employer of a round employs somebody on a day."""
    return Employment.objects.on(today).filter(person=person, employer_id=round_.employer_id).exists()


def section_list(viewer: Viewer, *, number: str = "1") -> Page[Any]:
    """The offers of the employers whose personnel section the viewer belongs to: offer, applications, undecided.

    Raises PermissionDenied outside every personnel section.
    """
    rows = _of_section(viewer).annotate(
        people=Count("applications", filter=Q(applications__withdrawn_at=None)),
        undecided=Count(
            "applications", filter=Q(applications__withdrawn_at=None, applications__outcome=Outcome.OPEN)
        ),
    )
    pages: Paginator[Any] = Paginator(rows.fetch_mode(FETCH_RAISE), SIZE)
    page = pages.get_page(number)
    shown = [(_offer(row, viewer.today, None), row.people, row.undecided) for row in page.object_list]
    return Page(shown, page.number, pages)


def section_offer(viewer: Viewer, public_id: uuid.UUID) -> SectionOffer:
    """One offer with who applies, the look noted. Raises NotVisible; PermissionDenied outside the personnel section."""
    row = open_recruitment(viewer, public_id)
    applications = list(
        Application.objects.filter(recruitment=row)
        .select_related("person")
        .order_by("applied_at", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    standing = [one for one in applications if one.withdrawn_at is None]
    places = workplaces([one.person_id for one in standing], viewer.today)
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.recruitment.people", count=len(standing))
    return SectionOffer(
        offer=_offer(row, viewer.today, None),
        applicants=[Applicant(one, one.person, places.get(one.person_id)) for one in standing],
        withdrawn=len(applications) - len(standing),
        selected=sum(one.outcome == Outcome.SELECTED for one in standing),
        may_change=row.withdrawn_at is None and viewer.today < row.publish_on,
        may_decide=may_decide(row, viewer.today),
        is_told=viewer.today >= row.result_on,
    )


def open_recruitment(viewer: Viewer, public_id: uuid.UUID) -> Recruitment:
    """An offer as the personnel section knows it. Raises NotVisible; PermissionDenied outside every section."""
    row: Recruitment | None = _of_section(viewer).filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(str(public_id))
    return row


def open_application(viewer: Viewer, public_id: uuid.UUID) -> Application:
    """An application that stands, for the personnel section. Raises as `open_recruitment`."""
    rows = Application.objects.select_related("recruitment__round__employer", "person")
    row = rows.filter(
        public_id=public_id, withdrawn_at=None, recruitment__in=_of_section(viewer).order_by().values("pk")
    ).first()
    if row is None:
        raise NotVisible(str(public_id))
    return row


def rounds_to_recruit(viewer: Viewer) -> list[Round]:
    """The rounds of the viewer's section whose moves are still to come. One query."""
    require_a_section(viewer)
    rows = Round.objects.filter(employer__in=planned_employers(viewer), effective_on__gt=viewer.today)
    return list(rows.select_related("employer").fetch_mode(FETCH_RAISE))


def posts_to_offer(viewer: Viewer, on: date) -> list[tuple[int, str]]:
    """The posts in rotation on a day, with what they are called. One query."""
    unit = UnitPeriod.objects.on(on).filter(unit_id=OuterRef("post__unit_id"))
    rows = (
        PostTerms.objects.on(on)
        .filter(post__in=readable_posts(viewer), post__rotation_rules__isnull=False)
        .annotate(unit_ja=Subquery(unit.values("name_ja")[:1]), unit_en=Subquery(unit.values("name_en")[:1]))
        .select_related("post")
        .order_by("post__unit_id", "post__code")
        .distinct()
        .fetch_mode(FETCH_RAISE)
    )
    return [(row.post_id, f"{pick(row, 'unit')} {row.name} ({row.post.code})") for row in rows]


def _of_section(viewer: Viewer) -> QuerySet[Any]:
    require_a_section(viewer)
    rows = Recruitment.objects.filter(round__employer__in=planned_employers(viewer))
    return _named(rows).order_by("-publish_on", "-pk")


def _visible(person: Person, today: date) -> QuerySet[Any]:
    """The offers published by the employers of today, and whatever the person applied for."""
    employed = Employment.objects.on(today).filter(person=person, employer_id=OuterRef("round__employer_id"))
    mine = Application.objects.filter(recruitment_id=OuterRef("pk"), person=person)
    shown = Q(Exists(employed), withdrawn_at=None, apply_until__gte=today) | Exists(mine)
    rows = Recruitment.objects.filter(shown, publish_on__lte=today)
    return _named(rows).order_by("apply_until", "pk")


def _named(rows: QuerySet[Recruitment]) -> QuerySet[Any]:
    """Offers with the names of post and unit on the day of the moves."""
    held = Q(until=None) | Q(until__gt=OuterRef("round__effective_on"))
    begun = Q(from_date__lte=OuterRef("round__effective_on"))
    terms = PostTerms.objects.filter(begun, held, post_id=OuterRef("post_id"))
    unit = UnitPeriod.objects.filter(begun, held, unit_id=OuterRef("post__unit_id"))
    return (
        rows.select_related("round__employer", "post")
        .annotate(
            post_ja=Subquery(terms.values("name_ja")[:1]),
            post_en=Subquery(terms.values("name_en")[:1]),
            unit_ja=Subquery(unit.values("name_ja")[:1]),
            unit_en=Subquery(unit.values("name_en")[:1]),
        )
        .fetch_mode(FETCH_RAISE)
    )


def _mine(person: Person, rows: list[Any]) -> Mapping[int, Application]:
    found = Application.objects.filter(person=person, recruitment__in=[row.pk for row in rows])
    return {one.recruitment_id: one for one in found}


def _offer(row: Any, today: date, mine: Application | None) -> Offer:
    """An offer in words; the outcome is in it from the day of results on, not before."""
    result = None
    if mine is not None and today >= row.result_on and mine.withdrawn_at is None and mine.outcome:
        result = Outcome(mine.outcome)
    return Offer(
        recruitment=row,
        post=pick(row, "post") or row.post.code,
        unit=pick(row, "unit"),
        mine=mine,
        is_open=is_open(row, today),
        result=result,
    )
