"""Who waits for whom, and what the steward has to settle: people who moved, and units that nobody leads."""

from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, F, FilteredRelation, Min, Q

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person, Posting, Role, RoleGrant, Scope
from ikusei.org.queries.supervisors import Supervision, supervisors
from ikusei.skills.models import Cycle, Participant, Progress
from ikusei.skills.queries.cycles.counting import MOVED, Place, counts_by_unit, places
from ikusei.skills.queries.cycles.opening import participants

UNITS = 25
SIZE = 50
WAITING = Q(excuse="", progress=Progress.HANDED_IN)


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody who is waited for, and by how many people of a unit. `can_sign_in`: there is an account."""

    name: str
    people: int
    can_sign_in: bool


@dataclass(frozen=True, slots=True)
class WaitingUnit(BilingualName):
    """The people of a unit who have handed in, since when the first of them waits, and for whom.

    `nobody`: of how many nobody is the supervisor. `by_hand`: how many the steward has put here.
    """

    unit_id: int | None
    name_ja: str
    name_en: str
    people: int
    since: datetime | None
    by_hand: int
    awaited: list[Awaited]
    nobody: int


def waiting_page(
    viewer: Viewer, cycle: Cycle, *, unit_id: int | None = None, number: str = "1"
) -> Page[WaitingUnit]:
    """The units in which people wait for a confirmation, the longest waiting first. Four queries.

    `unit_id` narrows to a unit and all below it.
    """
    everybody = participants(viewer, cycle).filter(WAITING)
    if unit_id is not None:
        everybody = everybody.filter(unit_id__in=access.units_below([unit_id], viewer.today))
    told = (
        everybody.alias(
            place=FilteredRelation("unit__periods", condition=current(viewer.today, "unit__periods__"))
        )
        .values_list("unit_id", "place__name_ja", "place__name_en")
        .annotate(
            people=Count("pk"), since=Min("handed_in_at"), by_hand=Count("pk", filter=Q(unit_by_hand=True))
        )
        .order_by(F("since").asc(nulls_last=True), "unit_id")
    )
    pages: Paginator[Any] = Paginator(list(told), UNITS)
    page = pages.get_page(number)
    rows = list(page.object_list)
    ids = [row[0] for row in rows if row[0] is not None]
    rated = participants(viewer, cycle).filter(WAITING, unit_by_hand=False, unit_id__in=ids)
    people = Person.objects.filter(pk__in=rated.values("person_id")).order_by().values_list("pk", flat=True)
    by_unit = _by_unit(supervisors(people, viewer.today)) if ids else {}
    units = [_unit(row, by_unit.get(row[0], [])) for row in rows]
    return Page(units, page.number, pages)


def _by_unit(found: dict[int, list[Supervision]]) -> dict[int, list[Supervision]]:
    """Unit -> the supervision of the main posting of everybody in it."""
    units: defaultdict[int, list[Supervision]] = defaultdict(list)
    for theirs in found.values():
        units[theirs[0].unit_id].append(theirs[0])
    return units


def _unit(row: Any, supervisions: list[Supervision]) -> WaitingUnit:
    unit_id, name_ja, name_en, people, since, by_hand = row
    names = Counter(
        (one.supervisor_name, one.supervisor_user_id is not None) for one in supervisions if not one.is_vacant
    )
    return WaitingUnit(
        unit_id=unit_id,
        name_ja=name_ja or "",
        name_en=name_en or "",
        people=people,
        since=since,
        by_hand=by_hand,
        awaited=[Awaited(name, count, ok) for (name, ok), count in names.most_common()],
        nobody=sum(one.is_vacant for one in supervisions),
    )


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who moved while the cycle ran, and of whom nobody has settled who confirms."""

    public_id: UUID
    name: str
    kana: str
    former: str
    present: str
    moved_on: date | None
    progress: str


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A unit with people to confirm that nobody leads, and no unit above it is led either."""

    place: Place
    people: int
    handed_in: int


@dataclass(frozen=True, slots=True)
class SettlingPage:
    """What a steward has to settle in a cycle: people who moved, units without a supervisor."""

    movers: Page[Mover]
    vacancies: list[Vacancy]


def settling_page(viewer: Viewer, cycle: Cycle, *, number: str = "1") -> SettlingPage:
    """Who moved, by the day, and which units nobody leads, the largest first. Four queries; the look is noted."""
    counts = counts_by_unit(participants(viewer, cycle))
    units = places(viewer.today)
    moved = sum(own.moved for own in counts.values())
    pages: Paginator[Any] = Paginator(range(moved), SIZE)
    page = pages.get_page(number)
    rows = (
        participants(viewer, cycle)
        .filter(MOVED)
        .select_related("person")
        .order_by("-moved_on", "person__kana", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    start = (page.number - 1) * SIZE
    movers = [_mover(row, units) for row in rows[start : start + SIZE]] if moved else []
    access.note_list(viewer, Right.CYCLE_RUN, verb="skills.cycle.people", count=len(movers))
    led = led_units(viewer.today)
    found = [
        Vacancy(units[pk], own.asked - own.confirmed, own.handed_in)
        for pk, own in counts.items()
        if pk in units and own.asked > own.confirmed and not is_led(units[pk].path, led)
    ]
    return SettlingPage(
        movers=Page(movers, page.number, pages),
        vacancies=sorted(found, key=lambda one: (-one.handed_in, -one.people, one.place.name)),
    )


def _mover(row: Participant, units: dict[int, Place]) -> Mover:
    former, present = units.get(row.former_unit_id or 0), units.get(row.unit_id or 0)
    return Mover(
        public_id=row.person.public_id,
        name=row.person.display_name,
        kana=row.person.kana,
        former=former.name if former else "",
        present=present.name if present else "",
        moved_on=row.moved_on,
        progress=row.get_progress_display(),
    )


def led_units(on: date) -> set[int]:
    """The units whose head is there on a day, and those for which a supervisor was invited. One query."""
    heads = Posting.objects.filter(
        current(on), current(on, "post__terms__"), post__terms__is_head=True, share__gt=0
    ).order_by()
    invited = RoleGrant.objects.on(on).filter(role=Role.HOST_SUPERVISOR, scope=Scope.UNIT).order_by()
    found = heads.values_list("post__unit_id").union(invited.values_list("unit_id")).order_by()
    return {row[0] for row in found}


def is_led(path: str, led: Set[int]) -> bool:
    """Whether somebody leads a unit or one above it."""
    return any(int(part) in led for part in path.strip("/").split("/"))
