"""Who of the people in a supervisor's reach has a nearer supervisor: the head of a unit further down."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.fields import BooleanField

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Posting, PostingKind, Scope
from ikusei.skills.models import Participant


@dataclass(frozen=True, slots=True)
class Seat(BilingualName):
    """A posting of today: whose, where in the tree, for how much of the time, and whether it leads the unit."""

    person_id: int
    unit_id: int
    path: str
    employer_id: int
    share: Decimal
    leads: bool
    name_ja: str
    name_en: str
    kind: str
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Nearness:
    """For one person: the share that the viewer leads, the name of the unit and whether they were sent there, and whether
    nobody leads them more nearly.
    """

    share: Decimal
    unit: str
    is_dispatch: bool
    is_nearest: bool


def nearness(viewer: Viewer, people: Collection[Participant]) -> dict[int, Nearness]:
    """Participant -> how near the viewer is to them today. One query."""
    seats = _seats(viewer, {row.person_id for row in people})
    theirs: dict[int, list[Seat]] = {}
    heads: dict[int, set[int]] = {}
    for seat in seats:
        if seat.is_theirs:
            theirs.setdefault(seat.person_id, []).append(seat)
        if seat.leads:
            heads.setdefault(seat.unit_id, set()).add(seat.person_id)
    anchors = _anchors(viewer)
    granted = {grant.person_id for grant in viewer.grants_for(Right.LEVELS_CONFIRM)}
    own = viewer.person.pk if viewer.person else 0
    return {
        row.pk: _near(viewer, row, theirs.get(row.person_id, []), heads, anchors, granted, own)
        for row in people
    }


def _seats(viewer: Viewer, person_ids: Collection[int]) -> list[Seat]:
    """The postings of some people, and those that lead a unit within the viewer's reach."""
    units = access.unit_scope(viewer, Right.LEVELS_CONFIRM)
    today: QuerySet[Posting] = Posting.objects.on(viewer.today).filter(
        current(viewer.today, "post__unit__periods__"), current(viewer.today, "post__terms__")
    )
    leading = today.filter(post__terms__is_head=True)
    if units is not None:
        leading = leading.filter(post__unit_id__in=units)
    rows = _columns(today.filter(person_id__in=person_ids), is_theirs=True).union(
        _columns(leading, is_theirs=False), all=True
    )
    return [Seat(*row) for row in rows.order_by()]


def _columns(rows: QuerySet[Posting], *, is_theirs: bool) -> QuerySet[Posting, tuple[Any, ...]]:
    return (
        rows.order_by()
        .annotate(theirs=Value(is_theirs, output_field=BooleanField()), leads=F("post__terms__is_head"))
        .values_list(
            "person_id", "post__unit_id", "post__unit__periods__path", "post__unit__employer_id", "share", "leads",
            "post__unit__periods__name_ja", "post__unit__periods__name_en", "kind", "theirs",
        )
    )  # fmt: skip


def _anchors(viewer: Viewer) -> set[int]:
    """The units by which the viewer confirms: their own, and those that grants name."""
    grants = viewer.grants_for(Right.LEVELS_CONFIRM)
    found = {grant.unit_id for grant in grants if grant.unit_id is not None}
    if any(grant.scope == Scope.TEAM for grant in grants):
        found |= set(viewer.own_unit_ids)
    return found


def _near(
    viewer: Viewer,
    row: Participant,
    seats: Collection[Seat],
    heads: dict[int, set[int]],
    anchors: set[int],
    granted: Collection[int | None],
    own: int,
) -> Nearness:
    led = [
        seat
        for seat in seats
        if access.reaches_unit(viewer, Right.LEVELS_CONFIRM, employer_id=seat.employer_id, path=seat.path)
    ]
    share = min(Decimal(1), sum((seat.share for seat in led), Decimal(0))) or Decimal(1)
    main = max(led or seats, key=lambda seat: seat.share, default=None)
    if row.unit_by_hand:
        nearest = row.unit_id in anchors
    elif row.person_id in granted:
        nearest = True
    else:
        nearest = any(not _is_led_below(seat, heads, anchors, own) for seat in led)
    sent = main is not None and main.kind == PostingKind.DISPATCH
    return Nearness(share, main.name if main else "", sent, nearest)


def _is_led_below(seat: Seat, heads: dict[int, set[int]], anchors: set[int], own: int) -> bool:
    """Whether somebody else leads a unit on the way from the viewer's down to this seat.

    The viewer's own unit counts where they work in it and another one leads it.
    """
    place = max((seat.path.find(f"/{unit}/") for unit in anchors), default=-1)
    way = [int(unit) for unit in seat.path[place + 1 :].strip("/").split("/") if unit]
    if place >= 0 and own in heads.get(way[0], {own}):
        way = way[1:]
    return any(heads.get(unit, set()) - {own, seat.person_id} for unit in way)
