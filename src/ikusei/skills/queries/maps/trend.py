"""How many people held a skill at the end of each fiscal year for which anything is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min

from ikusei.lib import fiscal
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.models import Category, Employment, Posting, UnitPeriod
from ikusei.skills.models import FrameworkVersion, HeldLevel, Skill, VersionState
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_on
from ikusei.skills.queries.maps.counting import seen_scope
from ikusei.skills.queries.maps.suppression import Shown, group_told, shown
from ikusei.skills.queries.maps.units import UnitName, unit_names
from ikusei.skills.queries.maps.workplace import is_in

type Period = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The number on the last day of a fiscal year, or on the day of the page in the running one (`so_far`).

    `count` None: the framework of that day had no such skill.
    """

    year: int
    day: date
    so_far: bool
    count: Shown | None
    staff: Shown


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
class _History:
    """What is needed of the past of everyone in the ICT category."""

    employed: Mapping[int, list[Period]]
    seen: set[int]
    held: list[tuple[int, int, int, date, date | None, date | None]]
    placed: Mapping[int, set[date]] | None  # person -> days on which they worked in the unit; None: anywhere


def trend(
    viewer: Viewer, *, on: date, skill: str = "", level: int | None = None, unit_id: int | None = None
) -> Trend:
    """ICT staff at or above a level of a skill (its key; the first one without) by fiscal year's end up to a day.

    A skill is followed through the framework's versions by its key: each day is counted in the version in use on it.
    Raises NotVisible for a skill or a unit that does not exist on the day.
    """
    catalogue = catalogue_on(on)
    unit = unit_names([unit_id], on).get(unit_id) if unit_id is not None else None
    if unit_id is not None and unit is None:
        raise NotVisible(str(unit_id))
    if catalogue is None or not catalogue.skills:
        return Trend(on, None, None, 0, unit)
    item = catalogue.skill(skill) if skill else next(iter(catalogue.skills.values()))
    if item is None:
        raise NotVisible(skill)
    least = level if level is not None else catalogue.level_that_matters(item.id)
    skill_on = _skill_by_day(catalogue, item.key)
    first = HeldLevel.objects.filter(skill_id__in=skill_on.values()).aggregate(day=Min("from_date"))["day"]
    days = _days(first, on)
    history = _history(viewer, set(skill_on.values()), least, days, unit_id)
    points = tuple(_point(day, on, skill_on, history) for day in days)
    return Trend(on, catalogue, item, least, unit, points, limited=seen_scope(viewer) is not None)


def _days(first: date | None, on: date) -> list[date]:
    """The last day of each fiscal year from that of `first`, and `on` itself in the running one."""
    if first is None or first > on:
        return []
    ends = [
        fiscal.end_of(year) - timedelta(days=1)
        for year in range(fiscal.fiscal_year(first), fiscal.fiscal_year(on))
    ]
    return [*ends, on]


def _skill_by_day(catalogue: Catalogue, key: str) -> dict[date, int]:
    """The first day of use of each version of the framework -> the primary key of the skill in it (0: has none)."""
    versions = FrameworkVersion.objects.filter(
        state=VersionState.PUBLISHED, in_use_from__isnull=False
    ).values_list("pk", "in_use_from", "framework__key")
    skills = dict(Skill.objects.filter(key=key).values_list("version_id", "pk"))
    return {
        day: skills.get(pk, 0) if framework == catalogue.framework_key else 0
        for pk, day, framework in sorted(versions, key=lambda row: row[1])
        if day is not None
    }


def _history(
    viewer: Viewer, skill_ids: set[int], least: int, days: list[date], unit_id: int | None
) -> _History:
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
    held = HeldLevel.objects.filter(skill_id__in=skill_ids, level__gte=least).order_by()
    return _History(
        employed=employed,
        seen=seen,
        held=list(held.values_list("person_id", "skill_id", "level", "from_date", "until", "expires_on")),
        placed=_placed(days, unit_id) if unit_id is not None else None,
    )


def _placed(days: Iterable[date], unit_id: int) -> dict[int, set[date]]:
    """The days, of those asked for, on which people worked in a unit or below it, by the rule of `workplace`."""
    periods: dict[int, list[Period]] = {}
    rows = UnitPeriod.objects.filter(path__contains=f"/{unit_id}/").order_by()
    for pk, from_date, until in rows.values_list("unit_id", "from_date", "until"):
        periods.setdefault(pk, []).append((from_date, until))
    ict = Employment.objects.filter(category=Category.ICT).values("person_id")
    postings = (
        Posting.objects.filter(person_id__in=ict)
        .order_by("-share", "from_date", "pk")
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


def _point(day: date, on: date, skill_on: Mapping[date, int], history: _History) -> TrendPoint:
    there = {
        pk
        for pk, periods in history.employed.items()
        if any(_holds(period, day) for period in periods)
        and (history.placed is None or day in history.placed.get(pk, ()))
    }
    seen_staff = len(there & history.seen)
    hidden_staff = len(there) - seen_staff
    told = group_told(hidden_staff)
    skill_id = next((pk for start, pk in reversed(skill_on.items()) if start <= day), 0)
    count = None
    if skill_id:
        able = {
            pk
            for pk, held_skill, _level, from_date, until, expires_on in history.held
            if held_skill == skill_id
            and pk in there
            and _holds((from_date, until), day)
            and (expires_on is None or day < expires_on)
        }
        seen = len(able & history.seen)
        count = shown(seen, len(able) - seen, told=told)
    return TrendPoint(
        year=fiscal.fiscal_year(day),
        day=day,
        so_far=day == on and day != fiscal.end_of(fiscal.fiscal_year(day)) - timedelta(days=1),
        count=count,
        staff=shown(seen_staff, hidden_staff, told=told),
    )
