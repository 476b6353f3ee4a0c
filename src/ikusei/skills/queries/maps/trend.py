"""How many people held a skill at the end of each fiscal year for which anything is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ikusei.lib import fiscal
from ikusei.lib.fields import pick_text
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.models import Category, Employment, Posting, UnitPeriod
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem
from ikusei.skills.queries.maps.counting import seen_scope
from ikusei.skills.queries.maps.lineage import Change, InUse, Stretch, lineage, read, versions_used
from ikusei.skills.queries.maps.suppression import Shown, group_told, shown
from ikusei.skills.queries.maps.units import UnitName
from ikusei.skills.queries.maps.workplace import MAIN_FIRST, is_in

type Period = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The number on the last day of a fiscal year, or on the day of the page in the running one (`so_far`).

    `count` None: the framework of that day had no such skill. `change`: the framework version from which this point on
    counts, where the point before it counted in another. `asked`: the skill of that day and the level behind the number,
    by which its people are found; None where no single skill holds them.
    """

    year: int
    day: date
    so_far: bool
    count: Shown | None
    staff: Shown
    change: Change | None = None
    asked: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The trend of one skill. `catalogue` None: no framework was in use on the day; then there is no skill either."""

    on: date
    catalogue: Catalogue | None
    skill: SkillItem | None
    level: int
    unit: UnitName | None
    points: tuple[TrendPoint, ...] = ()
    limited: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """A level held on the days of a period, as it is read in the version of the page."""

    person_id: int
    skill_id: int
    level: int
    period: Period
    expires_on: date | None

    def counts(self, day: date) -> bool:
        """Whether it was held, and had not expired, on a day."""
        return _holds(self.period, day) and (self.expires_on is None or day < self.expires_on)


@dataclass(frozen=True, slots=True)
class _Area:
    """A unit on the days of a period."""

    id: int
    name: UnitName
    period: Period


@dataclass(frozen=True, slots=True)
class _History:
    """What is needed of the past of everyone in the ICT category.

    `placed` are the days on which each person worked in the unit asked for; None where no unit is.
    """

    employed: Mapping[int, list[Period]]
    seen: set[int]
    held: list[_Held]
    placed: Mapping[int, set[date]] | None

    @property
    def limited(self) -> bool:
        """Whether the viewer may not see everyone by name."""
        return len(self.seen) < len(self.employed)


def trend(
    viewer: Viewer, *, on: date, skill: str = "", level: int | None = None, unit_id: int | None = None
) -> Trend:
    """ICT staff at or above a level of a skill (its key; the first one without) by fiscal year's end up to a day.

    Each day is counted in the version in use on it; a skill is followed through the versions by the migrations between
    them (`maps.lineage`), its levels read as they were carried over.
    Raises NotVisible for a skill or a unit that does not exist on the day.
    """
    versions = versions_used()
    catalogue = _catalogue_at(versions, on)
    areas = _areas(unit_id)
    unit = next((area.name for area in areas if area.id == unit_id and _holds(area.period, on)), None)
    if unit_id is not None and unit is None:
        raise NotVisible(str(unit_id))
    if catalogue is None or not catalogue.skills:
        return Trend(on, None, None, 0, unit)
    item = catalogue.skill(skill) if skill else next(iter(catalogue.skills.values()))
    if item is None:
        raise NotVisible(skill)
    least = level if level is not None else catalogue.level_that_matters(item.id)
    stretches = lineage(versions, catalogue, item.id)
    held = _held(stretches)
    days = _days(min((row.period[0] for row in held), default=None), on)
    history = _history(viewer, held, days, areas if unit_id is not None else None)
    points = [_point(day, on, least, stretches, history) for day in days]
    points = [
        replace(point, change=_change(stretches, before.day, point.day)) if before else point
        for before, point in zip([None, *points], points, strict=False)
    ]
    return Trend(on, catalogue, item, least, unit, tuple(points), limited=history.limited)


def _catalogue_at(versions: list[InUse], day: date) -> Catalogue | None:
    return next((said for start, said in reversed(versions) if start <= day), None)


def _held(stretches: list[Stretch]) -> list[_Held]:
    """The levels held in the skills that one comes from; a level that is not read in the version of the page is none."""
    levels = {pk: found for stretch in stretches for pk, found in stretch.sources.items()}
    rows = HeldLevel.objects.filter(skill_id__in=list(levels)).order_by()
    fields = ("person_id", "skill_id", "level", "from_date", "until", "expires_on")
    return [
        _Held(person_id, skill_id, level, (from_date, until), expires_on)
        for person_id, skill_id, then, from_date, until, expires_on in rows.values_list(*fields)
        if (level := read(then, levels[skill_id])) is not None
    ]


def _areas(unit_id: int | None) -> list[_Area]:
    """A unit and all that was ever below it, with the days on which it was."""
    if unit_id is None:
        return []
    rows = UnitPeriod.objects.filter(path__contains=f"/{unit_id}/").order_by()
    fields = ("unit_id", "name_ja", "name_en", "path", "order", "from_date", "until")
    return [
        _Area(pk, UnitName(pk, pick_text({"ja": ja, "en": en}), path, order), (from_date, until))
        for pk, ja, en, path, order, from_date, until in rows.values_list(*fields)
    ]


def _days(first: date | None, on: date) -> list[date]:
    """The last day of each fiscal year from that of `first`, and `on` itself in the running one."""
    if first is None or first > on:
        return []
    ends = [
        fiscal.end_of(year) - timedelta(days=1)
        for year in range(fiscal.fiscal_year(first), fiscal.fiscal_year(on))
    ]
    return [*ends, on]


def _history(viewer: Viewer, held: list[_Held], days: list[date], areas: list[_Area] | None) -> _History:
    scope = seen_scope(viewer)
    employed: dict[int, list[Period]] = {}
    seen = set()
    employments = Employment.objects.filter(category=Category.ICT).annotate(seen=is_in(scope, "person_id"))
    for person_id, from_date, until, is_seen in employments.order_by().values_list(
        "person_id", "from_date", "until", "seen"
    ):
        employed.setdefault(person_id, []).append((from_date, until))
        if is_seen:
            seen.add(person_id)
    placed = _placed(days, areas) if areas is not None else None
    return _History(employed=employed, seen=seen, held=held, placed=placed)


def _placed(days: Iterable[date], areas: list[_Area]) -> dict[int, set[date]]:
    """The days, of those asked for, on which people worked in some units, by the rule of `workplace`."""
    periods: dict[int, list[Period]] = {}
    for area in areas:
        periods.setdefault(area.id, []).append(area.period)
    ict = Employment.objects.filter(category=Category.ICT).values("person_id")
    postings = (
        Posting.objects.filter(person_id__in=ict)
        .order_by(*MAIN_FIRST)
        .values_list("person_id", "from_date", "until", "post__unit_id")
    )
    asked = list(days)
    main: dict[tuple[int, date], int] = {}
    for person_id, from_date, until, unit in postings:
        for day in asked:
            if _holds((from_date, until), day):
                main.setdefault((person_id, day), unit)
    placed: dict[int, set[date]] = {}
    for (person_id, day), unit in main.items():
        if any(_holds(period, day) for period in periods.get(unit, ())):
            placed.setdefault(person_id, set()).add(day)
    return placed


def _holds(period: Period, day: date) -> bool:
    from_date, until = period
    return from_date <= day and (until is None or day < until)


def _stretch_on(stretches: list[Stretch], day: date) -> Stretch | None:
    return next((stretch for stretch in stretches if stretch.start <= day), None)


def _change(stretches: list[Stretch], before: date, day: date) -> Change | None:
    """The last change of version after one day, up to another."""
    stretch = _stretch_on(stretches, day)
    return stretch.change if stretch is not None and stretch.start > before else None


def _able(stretch: Stretch, day: date, least: int, history: _History) -> set[int]:
    """Who held a skill from a level up on a day: where it was merged from several, the lowest of them counts."""
    lowest: dict[int, int] = {}
    for row in history.held:
        if row.skill_id in stretch.sources and row.counts(day):
            lowest[row.person_id] = min(row.level, lowest.get(row.person_id, row.level))
    return {person_id for person_id, level in lowest.items() if level >= least}


def _point(day: date, on: date, least: int, stretches: list[Stretch], history: _History) -> TrendPoint:
    there = {
        pk
        for pk, periods in history.employed.items()
        if any(_holds(period, day) for period in periods)
        and (history.placed is None or day in history.placed.get(pk, ()))
    }
    seen_staff = len(there & history.seen)
    hidden_staff = len(there) - seen_staff
    told = group_told(hidden_staff)
    stretch = _stretch_on(stretches, day)
    count = None
    if stretch is not None and stretch.sources:
        able = _able(stretch, day, least, history) & there
        seen = len(able & history.seen)
        count = shown(seen, len(able) - seen, told=told)
    return TrendPoint(
        year=fiscal.fiscal_year(day),
        day=day,
        so_far=day == on and day != fiscal.end_of(fiscal.fiscal_year(day)) - timedelta(days=1),
        count=count,
        staff=shown(seen_staff, hidden_staff, told=told),
        asked=stretch.asked(least) if stretch is not None else None,
    )
