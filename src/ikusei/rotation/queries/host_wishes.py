"""Wishes of hosts: the posts and people a unit can speak of, and what was said in a round."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from ikusei.lib.fields import BilingualName, pick
from ikusei.lib.periods import current
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Person, Posting, PostTerms, UnitPeriod
from ikusei.rotation import access
from ikusei.rotation.models import HostWish, PostRule, Round
from ikusei.rotation.queries.wish_comments import asked_people
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of, version_columns

LIST = "rotation.host-wish.people"
MOST = 500
"""So many wishes of a round are read."""

SIZE = 20
"""So many of them are shown on one page."""


@dataclass(frozen=True, slots=True)
class HostPost(BilingualName):
    """A post in rotation of a unit."""

    id: int
    name_ja: str
    name_en: str
    code: str
    unit_id: int
    unit_ja: str
    unit_en: str

    @property
    def unit(self) -> str:
        """The name of the unit in the active language."""
        return pick(self, "unit")

    @property
    def label(self) -> str:
        """The post as a list names it."""
        return f"{self.unit} {self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class HostPerson:
    """Somebody whom a round asks and who works in a unit today."""

    id: int
    name: str
    unit_id: int
    unit: str

    @property
    def label(self) -> str:
        """The person as a list names them."""
        return f"{self.name} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Targets:
    """What can be spoken of, by primary key."""

    posts: dict[int, HostPost] = field(default_factory=dict)
    people: dict[int, HostPerson] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish: for a post (`need`), or about a person (`keep`, `return`)."""

    ask: str
    post_id: int | None = None
    person_id: int | None = None
    count: int = 1
    skill_key: str = ""
    level: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class WishLine:
    """A wish in words."""

    wish: HostWish
    unit: str
    subject: str
    skill: str


@dataclass(frozen=True, slots=True)
class HostPage:
    """The wishes of the units a viewer speaks for, `shown` a page of them. `round` None: no round has begun."""

    round: Round | None
    others: list[Round]
    is_open: bool
    targets: Targets
    lines: list[WishLine]
    shown: Page[WishLine]
    catalogue: Catalogue | None


@dataclass(frozen=True, slots=True)
class SectionPage:
    """All wishes of hosts in a round, for planners, `shown` a page of them; `unit` is the one for which something is entered."""

    round: Round
    rounds: list[Round]
    lines: list[WishLine]
    shown: Page[WishLine]
    units: list[UnitPeriod]
    unit: UnitPeriod | None
    targets: Targets
    in_section: bool
    is_open: bool
    catalogue: Catalogue | None


def may_be_wished(round_: Round, today: date) -> bool:
    """Whether hosts may speak: from the day the sheets open to the last day of hosts."""
    return round_.opens_on <= today <= round_.hosts_until


def may_be_entered(round_: Round, today: date) -> bool:
    """Whether the personnel section may enter a wish for a host: until the notice."""
    return round_.opens_on <= today < round_.notice_on


def own_units(viewer: Viewer) -> QuerySet[UnitPeriod, int]:
    """The units for which the viewer speaks as their head."""
    scope = org_access.unit_scope(viewer, Right.HOST_WISH)
    return UnitPeriod.objects.on(viewer.today).values_list("unit_id", flat=True) if scope is None else scope


def host_page(viewer: Viewer, public_id: uuid.UUID | None = None, *, number: str = "1") -> HostPage:
    """The wishes of the viewer's own units, by default of the newest round. The look at the people is noted.

    Raises NotVisible for a round that does not exist or has not begun.
    """
    org_access.require(viewer, Right.HOST_WISH)
    rounds = list(_begun(viewer.today))
    round_ = next((one for one in rounds if public_id in (None, one.public_id)), None)
    if round_ is None:
        if public_id is not None:
            raise NotVisible(str(public_id))
        return HostPage(
            None, [], is_open=False, targets=Targets(), lines=[], shown=_page([], "1"), catalogue=None
        )
    units, catalogue = own_units(viewer), _catalogue(round_)
    found = targets(round_, units, viewer.today)
    org_access.note_list(viewer, Right.HOST_WISH, verb=LIST, count=len(found.people))
    lines = _lines(round_, viewer.today, Q(unit__in=units), catalogue)
    return HostPage(
        round=round_,
        others=[one for one in rounds if one.pk != round_.pk],
        is_open=may_be_wished(round_, viewer.today),
        targets=found,
        lines=lines,
        shown=_page(lines, number),
        catalogue=catalogue,
    )


def section_page(
    viewer: Viewer, *, public_id: uuid.UUID | None = None, unit_id: int | None = None, number: str = "1"
) -> SectionPage | None:
    """The wishes of hosts that a planner reads: a bureau planner those of units in scope. None without a round."""
    rows = access.rounds(viewer).annotate(**version_columns(viewer.today))
    rounds = list(rows.fetch_mode(FETCH_RAISE)[:10])
    round_ = next((one for one in rounds if public_id in (None, one.public_id)), None)
    if round_ is None:
        if public_id is not None:
            raise NotVisible(str(public_id))
        return None
    in_section = access.is_section(viewer, round_.employer)
    scope = org_access.unit_scope(viewer, Right.ROTATION_PLAN)
    where = Q() if in_section or scope is None else Q(unit__in=scope)
    units = _units(round_, viewer.today) if in_section else []
    unit = next((one for one in units if one.unit_id == unit_id), None)
    below = org_access.units_below([unit.unit_id], viewer.today) if unit is not None else None
    catalogue = _catalogue(round_)
    lines = _lines(round_, viewer.today, where, catalogue)
    count = sum(line.wish.person_id is not None for line in lines)
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb=LIST, count=count)
    return SectionPage(
        round=round_,
        rounds=rounds,
        lines=lines,
        shown=_page(lines, number),
        units=units,
        unit=unit,
        targets=Targets() if below is None else targets(round_, below, viewer.today),
        in_section=in_section,
        is_open=in_section and may_be_entered(round_, viewer.today),
        catalogue=catalogue,
    )


def open_begun(viewer: Viewer, public_id: uuid.UUID) -> Round:
    """A round that has begun. Raises NotVisible."""
    round_ = _begun(viewer.today).filter(public_id=public_id).first()
    if round_ is None:
        raise NotVisible(str(public_id))
    return round_


def open_wish(viewer: Viewer, public_id: uuid.UUID) -> HostWish:
    """A wish that the viewer may take back: of an own unit, or of any as personnel section. Raises NotVisible."""
    wish = (
        HostWish.objects.select_related("round__employer", "unit")
        .filter(public_id=public_id, withdrawn_at=None)
        .first()
    )
    if wish is None:
        raise NotVisible(str(public_id))
    mine = viewer.can(Right.HOST_WISH) and org_access.may_change_unit(viewer, Right.HOST_WISH, wish.unit)
    if not (mine or access.is_section(viewer, wish.round.employer)):
        raise NotVisible(str(public_id))
    return wish


def targets(round_: Round, units: Any, today: date) -> Targets:
    """The posts in rotation of units, and the people of the round who work there today, in the order of their names.

    One query: every post of the units with those who sit there beside it.
    """
    seat = current(today, "post__postings__") & Q(post__postings__share__gt=0)
    rows = (
        PostTerms.objects.filter(
            current(today), current(today, "post__"), current(today, "post__unit__periods__")
        )
        .filter(post__unit__in=units)
        .annotate(
            in_rotation=Exists(PostRule.objects.on(today).filter(post_id=OuterRef("post_id"))),
            seat=FilteredRelation("post__postings", condition=seat),
            asked=Exists(asked_people(round_, today).filter(pk=OuterRef("seat__person_id"))),
        )
        .filter(Q(in_rotation=True) | Q(asked=True))
        .order_by("post__unit__periods__path", "post__code")
        .values_list("in_rotation", "asked", *_POST, *_SITTER)
    )
    posts: dict[int, HostPost] = {}
    seats = []
    for in_rotation, is_asked, *row in rows:
        post = HostPost(*row[: len(_POST)])
        if in_rotation:
            posts[post.id] = post
        if is_asked:
            seats.append((_Sitter(*row[len(_POST) :]), post))
    seats.sort(key=lambda one: (one[0].kana, one[0].id, -one[0].share))
    people: dict[int, HostPerson] = {}
    for sitter, post in seats:
        person = HostPerson(sitter.id, sitter.display_name, post.unit_id, post.unit)
        people.setdefault(sitter.id, person)
    return Targets(posts, people)


_POST = (
    "post_id",
    "name_ja",
    "name_en",
    "post__code",
    "post__unit_id",
    "post__unit__periods__name_ja",
    "post__unit__periods__name_en",
)
_SITTER = (
    "seat__person_id",
    "seat__share",
    "seat__person__kana",
    "seat__person__name",
    "seat__person__used_name",
    "seat__person__name_latin",
)


@dataclass(frozen=True, slots=True)
class _Sitter:
    """Somebody in a post, and the share of their time there."""

    id: int
    share: Decimal
    kana: str
    name: str
    used_name: str
    name_latin: str

    @property
    def display_name(self) -> str:
        """As `Person.display_name`."""
        return Person(name=self.name, used_name=self.used_name, name_latin=self.name_latin).display_name


def _begun(today: date) -> QuerySet[Round]:
    """The rounds that have begun, each with the version of the framework in use (`_catalogue`)."""
    rows = Round.objects.filter(opens_on__lte=today).annotate(**version_columns(today))
    return rows.select_related("employer").order_by("-fiscal_year", "employer__code").fetch_mode(FETCH_RAISE)


def _catalogue(round_: Any) -> Catalogue | None:
    """The framework in use, told by the annotations of a round; asks the database for nothing."""
    return None if round_.version_pk is None else catalogue_of((round_.version_pk, round_.version_created))


def _units(round_: Round, today: date) -> list[UnitPeriod]:
    """The units with posts in rotation, or with people of the round. One query."""
    ruled = PostRule.objects.on(today).filter(post__unit_id=OuterRef("unit_id"))
    asked = Employment.objects.on(today).filter(employer_id=round_.employer_id, category=round_.category)
    sitting = Posting.objects.on(today).filter(share__gt=0, person_id__in=asked.values("person_id"))
    units = sitting.order_by().values("post__unit_id")
    rows = UnitPeriod.objects.on(today).filter(Exists(ruled) | Q(unit_id__in=units))
    return list(
        rows.select_related("unit__employer").order_by("unit__employer__code", "path").fetch_mode(FETCH_RAISE)
    )


def _lines(round_: Round, today: date, where: Q, catalogue: Catalogue | None) -> list[WishLine]:
    """The wishes that stand, by unit. One query."""
    terms = PostTerms.objects.on(today).filter(post_id=OuterRef("post_id"))
    units = UnitPeriod.objects.on(today).filter(unit_id=OuterRef("unit_id"))
    rows = (
        HostWish.objects.filter(where, round=round_, withdrawn_at=None)
        .select_related("post", "person", "unit")
        .annotate(
            unit_ja=Subquery(units.values("name_ja")[:1]),
            unit_en=Subquery(units.values("name_en")[:1]),
            post_ja=Subquery(terms.values("name_ja")[:1]),
            post_en=Subquery(terms.values("name_en")[:1]),
        )
        .order_by("unit_id", "ask", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    return [_line(row, catalogue) for row in rows[:MOST]]


def _page(lines: list[WishLine], number: str) -> Page[WishLine]:
    return Paginator(lines, SIZE).get_page(number)


def _line(row: Any, catalogue: Catalogue | None) -> WishLine:
    skill = catalogue.skill(row.skill_key) if catalogue is not None and row.skill_key else None
    named: Person | None = row.person
    subject = named.display_name if named is not None else ""
    if row.post is not None:
        subject = f"{pick(row, 'post') or row.post.code} ({row.post.code})"
    return WishLine(row, pick(row, "unit") or row.unit.code, subject, skill.name if skill else row.skill_key)
