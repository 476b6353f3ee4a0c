"""One person's map: the level held in each skill beside the level asked, what to do next, what comes within reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.functional import Promise

from ikusei.lib.periods import current
from ikusei.org.models import Person
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import EvidenceGrade, HeldLevel, Rater
from ikusei.skills.queries.frameworks import versions_used
from ikusei.skills.queries.maps.catalogue import (
    Catalogue,
    JobTypeItem,
    SkillItem,
    catalogue_of,
    catalogue_on,
    version_columns,
)
from ikusei.skills.queries.maps.reach import JobTypeReach, NextStep, job_types_in_reach, next_steps
from ikusei.skills.queries.maps.workplace import is_ict

MATTERS_FIRST = 8
"""So many of the skills asked for stand at the top; the rest of them follow under their groups."""

SHORT_FRAMEWORK = 40
"""A framework of up to so many skills is shown whole; of a longer one what is asked for or has been rated."""


@dataclass(frozen=True, slots=True)
class Held:
    """A level held on a day with what it rests on."""

    level: int
    confirmed: bool
    rater: Promise | str
    evidence: Promise | str
    note: str
    stated_on: date
    expires_on: date | None
    expired: bool
    stale_on: date | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One skill on the map.

    `state`: "gap" (below the level asked), "expired" (would reach it, had it not expired), "met", "extra" (held, not
    asked), "none" (neither). `short` counts the missing levels. `here` and `wanted` are the behaviours at the level
    held and at the level asked, empty where the framework does not define them. `change` against the day of
    comparison: levels up or down, None where one of the two days has no level.
    """

    skill: SkillItem
    held: Held | None
    asked: int | None
    state: str
    short: int
    here: str
    wanted: str
    before: int | None = None
    change: int | None = None
    compared: bool = False

    @property
    def level(self) -> int | None:
        """The level held, whether expired or not."""
        return self.held.level if self.held else None


@dataclass(frozen=True, slots=True)
class TileGroup:
    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class MyMap:
    """A person's map on a day. `catalogue` None: no framework was in use; `job_type` None: nothing is asked."""

    person: Person
    on: date
    compare: date | None
    catalogue: Catalogue | None
    workplace: Workplace | None
    job_type: JobTypeItem | None
    chosen: bool
    first: tuple[Tile, ...] = ()
    groups: tuple[TileGroup, ...] = ()
    left_out: int = 0
    steps: tuple[NextStep, ...] = ()
    reach: tuple[JobTypeReach, ...] = ()
    is_ict: bool = True
    other_version: str = ""
    """The label of the version in use on the day of comparison, where it was another one."""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Every tile, what matters first at the front."""
        return (*self.first, *(tile for group in self.groups for tile in group.tiles))

    @property
    def rated(self) -> bool:
        """Whether any level is known."""
        return any(tile.held for tile in self.tiles)

    @property
    def asked_count(self) -> int:
        return sum(tile.asked is not None for tile in self.tiles)

    @property
    def met_count(self) -> int:
        return sum(tile.state == "met" for tile in self.tiles)


def my_map(
    person: Person,
    *,
    on: date,
    job_type: str = "",
    compare: date | None = None,
    employed_as_ict: bool | None = None,
) -> MyMap:
    """The map of a person whom the caller has opened through `org.access`, as of a day.

    What is asked is what the job type of the main posting of that day asks, or the job type with the key `job_type`,
    a post that one thinks of. `compare` is another day to hold the levels against. Whoever has read the employments
    of the day says with `employed_as_ict` what they tell.
    """
    workplace = workplaces([person.pk], on).get(person.pk)
    rows = _rows(person, on, compare)
    catalogue = catalogue_of(rows[0].edition) if rows and rows[0].edition[0] else catalogue_on(on)
    if catalogue is None:
        return MyMap(person, on, compare, None, workplace, None, chosen=False)
    chosen = catalogue.job_types.get(job_type)
    asked_by = chosen or (catalogue.job_types.get(workplace.job_type) if workplace else None)
    held, before = _held(rows, catalogue, on, compare)
    tiles = _tiles(catalogue, asked_by, held, before if compare else None)
    first = sorted(
        (tile for tile in tiles if tile.asked), key=lambda tile: (-(tile.asked or 0), tile.skill.place)
    )
    first = sorted(
        first[:MATTERS_FIRST], key=lambda tile: (-tile.short, -(tile.asked or 0), tile.skill.place)
    )
    at_top = {tile.skill.id for tile in first}
    whole = len(catalogue.skills) <= SHORT_FRAMEWORK
    rest = [tile for tile in tiles if tile.skill.id not in at_top]
    kept = [tile for tile in rest if whole or tile.held or tile.asked or tile.before is not None]
    counted = {skill_id: item.level for skill_id, item in held.items() if not item.expired}
    return MyMap(
        person=person,
        on=on,
        compare=compare,
        catalogue=catalogue,
        workplace=workplace,
        job_type=asked_by,
        chosen=chosen is not None,
        first=tuple(first),
        groups=_by_group(kept),
        left_out=len(rest) - len(kept),
        steps=next_steps(
            catalogue, asked_by, counted, {pk: item.level for pk, item in held.items() if item.expired}
        ),
        reach=job_types_in_reach(catalogue, counted),
        is_ict=bool(held)
        or asked_by is not None
        or (is_ict(person, on) if employed_as_ict is None else employed_as_ict),
        other_version=_other_version(rows, catalogue) if compare else "",
    )


def _other_version(rows: list["_Row"], catalogue: Catalogue) -> str:
    compared = rows[0].compared if rows else None
    return compared if compared and compared != catalogue.label else ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A level held on the day of the map or on that of comparison; `edition` is the version in use on the former."""

    edition: tuple[Any, Any]
    from_date: date
    until: date | None
    skill_id: int
    key: str
    framework: str
    facts: list[Any]

    compared: str | None = None
    """The label of the version in use on the day of comparison."""

    def holds(self, day: date) -> bool:
        return self.from_date <= day and (self.until is None or day < self.until)


def _rows(person: Person, on: date, compare: date | None) -> list[_Row]:
    """What somebody holds on a day, and on another, in whatever framework; read together with the version in use."""
    days = current(on) | current(compare) if compare else current(on)
    then = Subquery(versions_used(compare or on).values("label")[:1])
    held: QuerySet[Any, Any] = HeldLevel.objects.filter(days, person=person)
    rows = held.annotate(**version_columns(on), compared=then).order_by("from_date")
    return [
        _Row((version_pk, version_created), from_date, until, skill_id, key, framework, facts, compared)
        for version_pk, version_created, compared, from_date, until, skill_id, key, framework, *facts in rows.values_list(
            "version_pk", "version_created", "compared", "from_date", "until", "skill_id", "skill__key",
            "skill__version__framework__key", "level", "confirmed", "assessment__rater", "assessment__evidence",
            "assessment__evidence_note", "assessment__stated_on", "expires_on", "stale_on",
        )
    ]  # fmt: skip


def _held(
    rows: list[_Row], catalogue: Catalogue, on: date, compare: date | None
) -> tuple[dict[int, Held], dict[str, int]]:
    """The levels of the day by skill, and those of the other day by the skill's key."""
    now = {
        row.skill_id: _statement(row.facts, on)
        for row in rows
        if row.holds(on) and row.skill_id in catalogue.skills
    }
    earlier = [
        row for row in rows if compare and row.holds(compare) and row.framework == catalogue.framework_key
    ]
    # What was carried into the version of the page is what that day says in its words; else the key tells.
    earlier.sort(key=lambda row: row.skill_id in catalogue.skills)
    before = {row.key: row.facts[0] for row in earlier}
    return now, before


_RATERS = dict(Rater.choices)
_EVIDENCE = dict(EvidenceGrade.choices)


def _statement(facts: list[Any], on: date) -> Held:
    level, confirmed, rater, evidence, note, stated_on, expires_on, stale_on = facts
    return Held(
        level=level,
        confirmed=confirmed,
        rater=_RATERS.get(rater, rater),
        evidence=_EVIDENCE.get(evidence, ""),
        note=note,
        stated_on=stated_on,
        expires_on=expires_on,
        expired=expires_on is not None and expires_on <= on,
        stale_on=stale_on,
        stale=stale_on is not None and stale_on <= on,
    )


def _tiles(
    catalogue: Catalogue,
    job_type: JobTypeItem | None,
    held: Mapping[int, Held],
    before: Mapping[str, int] | None,
) -> list[Tile]:
    required: Mapping[int, int] = job_type.required if job_type else {}
    return [
        _tile(skill, held.get(skill.id), required.get(skill.id), before)
        for skill in catalogue.skills.values()
    ]


def _tile(skill: SkillItem, held: Held | None, asked: int | None, before: Mapping[str, int] | None) -> Tile:
    level = held.level if held else 0
    short = max(0, (asked or 0) - level)
    earlier = before.get(skill.key) if before is not None else None
    if asked and short:
        state = "gap"
    elif held and held.expired:
        state = "expired"
    elif asked:
        state = "met"
    else:
        state = "extra" if held and level else "none"
    return Tile(
        skill=skill,
        held=held,
        asked=asked,
        state=state,
        short=short,
        here=skill.behaviour.get(level, "") if held else "",
        wanted=skill.behaviour.get(asked, "") if asked and (short or not held) else "",
        before=earlier,
        change=level - earlier if held and earlier is not None else None,
        compared=before is not None,
    )


def _by_group(tiles: list[Tile]) -> tuple[TileGroup, ...]:
    groups: dict[str, list[Tile]] = {}
    for tile in tiles:
        groups.setdefault(tile.skill.group, []).append(tile)
    return tuple(TileGroup(name, tuple(members)) for name, members in groups.items())
