"""Wishes of hosts: the posts and people a unit can speak of, and what was said in a round."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import FETCH_RAISE, Exists, OuterRef, Q, QuerySet, Subquery

from ikusei.lib.fields import BilingualName, pick
from ikusei.lib.periods import current
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person, Posting, PostTerms, UnitPeriod
from ikusei.rotation import access
from ikusei.rotation.models import HostWish, PostRule, Round
from ikusei.rotation.queries.wish_comments import asked_people
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on

LIST = "rotation.host-wish.people"
MOST = 500
"""So many wishes are shown on one page."""


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
    """The wishes of the units a viewer speaks for. `round` None: no round has begun."""

    round: Round | None
    others: list[Round]
    is_open: bool
    targets: Targets
    lines: list[WishLine]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """All wishes of hosts in a round, for planners; `unit` is the one for which something is entered."""

    round: Round
    rounds: list[Round]
    lines: list[WishLine]
    units: list[UnitPeriod]
    unit: UnitPeriod | None
    targets: Targets
    in_section: bool
    is_open: bool


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


def host_page(viewer: Viewer, public_id: uuid.UUID | None = None) -> HostPage:
    """The wishes of the viewer's own units, by default of the newest round. The look at the people is noted.

    Raises NotVisible for a round that does not exist or has not begun.
    """
    org_access.require(viewer, Right.HOST_WISH)
    rounds = list(_begun(viewer.today))
    round_ = next((one for one in rounds if public_id in (None, one.public_id)), None)
    if round_ is None:
        if public_id is not None:
            raise NotVisible(str(public_id))
        return HostPage(None, [], is_open=False, targets=Targets(), lines=[])
    units = own_units(viewer)
    found = targets(round_, units, viewer.today)
    org_access.note_list(viewer, Right.HOST_WISH, verb=LIST, count=len(found.people))
    return HostPage(
        round=round_,
        others=[one for one in rounds if one.pk != round_.pk],
        is_open=may_be_wished(round_, viewer.today),
        targets=found,
        lines=_lines(round_, viewer.today, Q(unit__in=units)),
    )


def section_page(
    viewer: Viewer, *, public_id: uuid.UUID | None = None, unit_id: int | None = None
) -> SectionPage | None:
    """The wishes of hosts that a planner reads: a bureau planner those of units in scope. None without a round."""
    rounds = list(access.rounds(viewer).fetch_mode(FETCH_RAISE)[:10])
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
    lines = _lines(round_, viewer.today, where)
    count = sum(line.wish.person_id is not None for line in lines)
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb=LIST, count=count)
    return SectionPage(
        round=round_,
        rounds=rounds,
        lines=lines,
        units=units,
        unit=unit,
        targets=Targets() if below is None else targets(round_, below, viewer.today),
        in_section=in_section,
        is_open=in_section and may_be_entered(round_, viewer.today),
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
    """The posts in rotation of units, and the people of the round who work there today. Two queries."""
    posts = (
        PostTerms.objects.filter(
            current(today),
            current(today, "post__"),
            current(today, "post__unit__periods__"),
            Exists(PostRule.objects.on(today).filter(post_id=OuterRef("post_id"))),
            post__unit__in=units,
        )
        .order_by("post__unit__periods__path", "post__code")
        .values_list(
            "post_id",
            "name_ja",
            "name_en",
            "post__code",
            "post__unit_id",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
        )
    )
    named = UnitPeriod.objects.on(today).filter(unit_id=OuterRef("post__unit_id"))
    seats = (
        Posting.objects.on(today)
        .filter(share__gt=0, post__unit__in=units, person__in=asked_people(round_, today))
        .annotate(
            unit_ja=Subquery(named.values("name_ja")[:1]), unit_en=Subquery(named.values("name_en")[:1])
        )
        .select_related("person", "post")
        .order_by("person__kana", "person_id", "-share")
        .fetch_mode(FETCH_RAISE)
    )
    people: dict[int, HostPerson] = {}
    for row in seats:
        name = row.person.display_name
        people.setdefault(row.person_id, HostPerson(row.person_id, name, row.post.unit_id, pick(row, "unit")))
    return Targets({row[0]: HostPost(*row) for row in posts}, people)


def _begun(today: date) -> QuerySet[Round]:
    rows = Round.objects.filter(opens_on__lte=today).select_related("employer")
    return rows.order_by("-fiscal_year", "employer__code").fetch_mode(FETCH_RAISE)


def _units(round_: Round, today: date) -> list[UnitPeriod]:
    """The units with posts in rotation, or with people of the round. One query."""
    ruled = PostRule.objects.on(today).filter(post__unit_id=OuterRef("unit_id"))
    sitting = Posting.objects.on(today).filter(
        post__unit_id=OuterRef("unit_id"), share__gt=0, person__in=asked_people(round_, today)
    )
    rows = UnitPeriod.objects.on(today).filter(Exists(ruled) | Exists(sitting))
    return list(
        rows.select_related("unit__employer").order_by("unit__employer__code", "path").fetch_mode(FETCH_RAISE)
    )


def _lines(round_: Round, today: date, where: Q) -> list[WishLine]:
    """The wishes that stand, by unit. One query beside the catalogue's."""
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
    catalogue = catalogue_on(today)
    return [_line(row, catalogue) for row in rows[:MOST]]


def _line(row: Any, catalogue: Catalogue | None) -> WishLine:
    skill = catalogue.skill(row.skill_key) if catalogue is not None and row.skill_key else None
    named: Person | None = row.person
    subject = named.display_name if named is not None else ""
    if row.post is not None:
        subject = f"{pick(row, 'post') or row.post.code} ({row.post.code})"
    return WishLine(row, pick(row, "unit") or row.unit.code, subject, skill.name if skill else row.skill_key)
