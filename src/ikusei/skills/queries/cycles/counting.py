"""How far the people of a cycle are, unit by unit: counted in one statement, added up along the tree in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

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

_NAMES = {str(progress): progress.replace("-", "_") for progress in Progress} | {
    "moved": "moved",
    "extended": "extended",
}
"""What a row counts -> the field of Counts."""

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
        """Add another part of the tree. Written out: it is done a thousand times for one page."""
        self.waiting += other.waiting
        self.answering += other.answering
        self.handed_in += other.handed_in
        self.confirmed += other.confirmed
        self.on_leave += other.on_leave
        self.gone += other.gone
        self.excused += other.excused
        self.moved += other.moved
        self.extended += other.extended
        if other.since is not None and (self.since is None or other.since < self.since):
            self.since = other.since

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


def counts_by_unit(rows: QuerySet[Participant]) -> dict[int | None, Counts]:
    """Unit -> the people of a cycle in it, units below not counted in; None: people without a unit. One query.

    The steps are read from `skills_participant_counts` alone, the two rare numbers from small indexes of theirs.
    """
    handed_in = Min("handed_in_at", filter=Q(excuse="", progress=Progress.HANDED_IN))
    told = rows.values_list("unit_id", "excuse", "progress").annotate(people=Count("pk"), since=handed_in)
    few = (_alone(rows, "moved", MOVED), _alone(rows, "extended", Q(extended_until__isnull=False)))
    found: dict[int | None, Counts] = {}
    for unit_id, excuse, what, people, since in told.union(*few, all=True).order_by():
        own = found.get(unit_id)
        if own is None:
            own = found[unit_id] = Counts()
        name = _EXCUSED[excuse] if excuse else _NAMES[what]
        setattr(own, name, getattr(own, name) + people)
        if since is not None:
            own.since = since
    return found


def _alone(rows: QuerySet[Participant], name: str, condition: Q) -> QuerySet[Participant, Any]:
    """One number by unit, in the columns of the steps."""
    nothing = Value(None, output_field=DateTimeField())
    counted = rows.filter(condition).annotate(why=Value(""), what=Value(name))
    return counted.values_list("unit_id", "why", "what").annotate(people=Count("pk"), since=nothing)


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
    """Unit -> its people with all below it, for every unit."""
    found: dict[int, Counts] = {}
    for own, way in _ways(counts, units):
        for part in way:
            found.setdefault(int(part), Counts()).add(own)
    return found


def parts_of(
    parent_id: int | None, counts: Mapping[int | None, Counts], units: Mapping[int, Place]
) -> dict[int, Counts]:
    """Unit directly below one (None: at the top) -> its people with all below it."""
    found: dict[int, Counts] = {}
    wanted = str(parent_id)
    for own, way in _ways(counts, units):
        place = 0
        if parent_id is not None:
            if wanted not in way:
                continue
            place = way.index(wanted) + 1
        if place < len(way):
            found.setdefault(int(way[place]), Counts()).add(own)
    return found


def _ways(
    counts: Mapping[int | None, Counts], units: Mapping[int, Place]
) -> Iterator[tuple[Counts, list[str]]]:
    """The people of each unit of today with the units on the way down to it."""
    for unit_id, own in counts.items():
        if unit_id is not None and unit_id in units:
            yield own, units[unit_id].path.strip("/").split("/")


def total(parts: Iterable[Counts]) -> Counts:
    """All of them together."""
    found = Counts()
    for part in parts:
        found.add(part)
    return found
