"""How far the people of a cycle are, unit by unit: counted in one statement, added up along the tree in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Self

from django.db.models import Count, DateTimeField, Min, Q, QuerySet, Value

from ikusei.lib.fields import BilingualName
from ikusei.org.models import UnitPeriod
from ikusei.skills.models import Excuse, Participant, Progress

_EXCUSED = {
    Excuse.LEAVE: "on_leave",
    Excuse.LEFT: "gone",
    Excuse.OUT: "gone",
    Excuse.BY_HAND: "excused",
}
"""Why nothing is awaited -> the field of Counts."""


SMALL = 3
"""Units with fewer people than this are listed after the others."""


@dataclass(slots=True)
class Counts:
    """People of a cycle in a part of the tree. The first four are of those awaited; the others are counted anew.

    `since` is the day on which the one who has waited longest for a confirmation handed in.
    """

    waiting: int = 0
    answering: int = 0
    handed_in: int = 0
    confirmed: int = 0
    on_leave: int = 0
    gone: int = 0
    excused: int = 0
    moved: int = 0
    extended: int = 0
    since: datetime | None = None

    def add(self, other: Self) -> None:
        """Add another part of the tree."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.since is not None:
            self.since = other.since if self.since is None else min(self.since, other.since)

    @property
    def asked(self) -> int:
        """Of whom something is, or was, awaited."""
        return self.waiting + self.answering + self.handed_in + self.confirmed

    @property
    def not_handed_in(self) -> int:
        """Who has begun or not, and has not handed in."""
        return self.waiting + self.answering

    @property
    def through(self) -> int:
        """Who has handed in, confirmed or not."""
        return self.handed_in + self.confirmed

    @property
    def everybody(self) -> int:
        """Who is in the cycle, excused or not."""
        return self.asked + self.on_leave + self.gone + self.excused

    def share(self, number: int) -> int:
        """A number as whole per cent of those asked; neither 0 nor 100 where it is not quite that."""
        if not self.asked or number in (0, self.asked):
            return 100 if self.asked and number else 0
        return min(max(round(100 * number / self.asked), 1), 99)

    @property
    def handed_in_share(self) -> int:
        """Handed in or confirmed, in per cent of those asked."""
        return self.share(self.through)

    @property
    def confirmed_share(self) -> int:
        """Confirmed, in per cent of those asked."""
        return self.share(self.confirmed)

    @property
    def badness(self) -> tuple[int, float, float, int]:
        """What orders units worst first: the share not handed in, then the share not confirmed, then the size.

        Units of one or two people, in which a share says little, come after the others.
        """
        asked = self.asked
        if not asked:
            return (2, 0.0, 0.0, 0)
        open_share, unconfirmed = self.not_handed_in / asked, (asked - self.confirmed) / asked
        return (int(asked < SMALL), -open_share, -unconfirmed, -asked)


_NUMBERS = tuple(field.name for field in fields(Counts) if field.name != "since")


def counts_by_unit(rows: QuerySet[Participant]) -> dict[int | None, Counts]:
    """Unit -> the people of a cycle in it, units below not counted in; None: people without a unit. One query."""
    moment = Value(None, output_field=DateTimeField())
    told = rows.values_list("unit_id", "excuse", "progress").annotate(
        people=Count("pk"), since=Min("handed_in_at")
    )
    # The two others each from a small index of its own.
    few = (
        rows.filter(condition)
        .annotate(kind=Value(""), what=Value(name))
        .values_list("unit_id", "kind", "what")
        .annotate(people=Count("pk"), since=moment)
        for name, condition in (("moved", MOVED), ("extended", Q(extended_until__isnull=False)))
    )
    found: dict[int | None, Counts] = {}
    for unit_id, excuse, what, people, since in told.union(*few, all=True).order_by():
        own = found.setdefault(unit_id, Counts())
        name = _EXCUSED[excuse] if excuse else what.replace("-", "_")
        setattr(own, name, getattr(own, name) + people)
        if name == "handed_in":
            own.since = since
    return found


MOVED = Q(moved_on__isnull=False, unit_by_hand=False, excuse="") & ~Q(progress=Progress.CONFIRMED)
"""Who moved while the cycle ran, and of whom nobody has settled who confirms."""


@dataclass(frozen=True, slots=True)
class Place(BilingualName):
    """A unit in the tree of the day."""

    pk: int
    parent_id: int | None
    name_ja: str
    name_en: str
    path: str
    order: int
    employer_id: int


def places(on: date) -> dict[int, Place]:
    """Every unit in the trees of a day. One query."""
    rows = UnitPeriod.objects.on(on).order_by().values_list(
        "unit_id", "parent_id", "name_ja", "name_en", "path", "order", "unit__employer_id"
    )  # fmt: skip
    return {row[0]: Place(*row) for row in rows}


def added_up(counts: Mapping[int | None, Counts], units: Mapping[int, Place]) -> dict[int, Counts]:
    """Unit -> its people with all below it."""
    found: dict[int, Counts] = {}
    for unit_id, own in counts.items():
        place = units.get(unit_id) if unit_id is not None else None
        for part in place.path.strip("/").split("/") if place else ():
            found.setdefault(int(part), Counts()).add(own)
    return found


def total(parts: Iterable[Counts]) -> Counts:
    """All of them together."""
    found = Counts()
    for part in parts:
        found.add(part)
    return found
