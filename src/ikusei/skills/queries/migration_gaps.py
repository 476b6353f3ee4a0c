"""Gaps that arise or vanish with a plan: by job type over real people, by unit over the coverage wanted.

Counted over the ICT staff of today with a posting, whose levels of today are read as the plan carries them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ikusei.lib.fields import pick_text
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Coverage, JobType, Requirement
from ikusei.skills.queries.maps.counting import held_on
from ikusei.skills.queries.maps.suppression import Shown, shown
from ikusei.skills.queries.maps.units import unit_names
from ikusei.skills.queries.maps.workplace import Seat, ict_staff, seats
from ikusei.skills.queries.migrations import Plan, carrying_of


@dataclass(frozen=True, slots=True)
class JobTypeGaps:
    """The gaps of a job type's people: pairs of a person and a skill below the level asked, now and then.

    `asked_now`, `asked_then`: how many skills it asks for.
    """

    name: str
    people: Shown
    now: Shown
    then: Shown
    asked_now: int
    asked_then: int


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """A unit that has too few people for a skill only now (`arises` False) or only with the plan (True)."""

    unit: str
    skill: str
    level: int
    need: int
    have: Shown
    arises: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    job_types: tuple[JobTypeGaps, ...]
    coverage: tuple[CoverageChange, ...]


type Held = Mapping[int, Mapping[int, int]]
"""Person -> skill -> level."""

type Wanted = Mapping[str, Mapping[int, int]]
"""Job type -> skill -> level."""

type Short = Mapping[tuple[int, int], tuple[int, int, int]]
"""(unit, skill) -> level, people wanted, people there."""


def gaps(viewer: Viewer, plan: Plan) -> Gaps:
    """What the plan changes in gaps and coverage, the job types of today's staff and the units that change only."""
    all_seen = access.reaches_everyone(viewer, Right.LEVELS_SEE)
    placed = seats(ict_staff(viewer.today), viewer.today, scope=None).by_person
    now: dict[int, dict[int, int]] = defaultdict(dict)
    ids = [skill.id for skill in plan.old.skills.values()]
    rows = held_on(viewer.today).filter(skill_id__in=ids, person_id__in=ict_staff(viewer.today))
    for person_id, skill_id, level in rows.values_list("person_id", "skill_id", "level"):
        now[person_id][skill_id] = level
    carrying = carrying_of(plan)
    then = {person_id: carrying.levels_of(levels) for person_id, levels in now.items()}
    wanted_now, wanted_then = _wanted(plan.migration.old_id), _wanted(plan.migration.new_id)
    return Gaps(
        job_types=tuple(_job_types(plan, placed, (now, then), (wanted_now, wanted_then), all_seen)),
        coverage=tuple(_coverage(viewer, plan, placed, (now, then), (wanted_now, wanted_then), all_seen)),
    )


def _told(number: int, all_seen: bool) -> Shown:
    return shown(number, 0) if all_seen else shown(0, number)


def _wanted(version_id: int) -> Wanted:
    found: dict[str, dict[int, int]] = {}
    rows = Requirement.objects.filter(job_type__version_id=version_id).order_by()
    for key, skill_id, level in rows.values_list("job_type__key", "skill_id", "level"):
        found.setdefault(key, {})[skill_id] = level
    return found


def _below(held: Mapping[int, int], wanted: Mapping[int, int]) -> int:
    return sum(held.get(skill_id, 0) < level for skill_id, level in wanted.items())


def _job_types(
    plan: Plan,
    placed: Mapping[int, Seat],
    held: tuple[Held, Held],
    wanted: tuple[Wanted, Wanted],
    all_seen: bool,
) -> list[JobTypeGaps]:
    people: dict[str, list[int]] = defaultdict(list)
    for person_id, seat in placed.items():
        if seat.job_type in wanted[0] or seat.job_type in wanted[1]:
            people[seat.job_type].append(person_id)
    rows = JobType.objects.filter(version_id__in=(plan.migration.old_id, plan.migration.new_id))
    names = {
        key: pick_text({"ja": ja, "en": en}) or key
        for key, ja, en in rows.order_by("version_id", "order").values_list("key", "name_ja", "name_en")
    }
    now, then = (
        {
            key: sum(_below(levels.get(pk, {}), asked.get(key, {})) for pk in found)
            for key, found in people.items()
        }
        for levels, asked in zip(held, wanted, strict=True)
    )
    return [
        JobTypeGaps(
            name=name,
            people=_told(len(people[key]), all_seen),
            now=_told(now[key], all_seen),
            then=_told(then[key], all_seen),
            asked_now=len(wanted[0].get(key, {})),
            asked_then=len(wanted[1].get(key, {})),
        )
        for key, name in names.items()
        if key in people
    ]


def _coverage(
    viewer: Viewer,
    plan: Plan,
    placed: Mapping[int, Seat],
    held: tuple[Held, Held],
    wanted: tuple[Wanted, Wanted],
    all_seen: bool,
) -> list[CoverageChange]:
    now = _short(plan.migration.old_id, placed, held[0], wanted[0])
    then = _short(plan.migration.new_id, placed, held[1], wanted[1])
    links = [
        (plan.old.skills[part.skill_key].id, plan.new.skills[target].id)
        for part in plan.parts
        for target in part.targets
        if target in plan.new.skills
    ]
    # A shortage that goes over with its skill is the same one, under whatever name.
    known = {(unit_id, new) for unit_id, old in now for source, new in links if source == old}
    lasting = {(unit_id, old) for unit_id, new in then for old, target in links if target == new}
    names = {one.id: one.name for words in (plan.old, plan.new) for one in words.skills.values()}
    changed = [(place, True, then[place]) for place in then if place not in known]
    changed += [(place, False, now[place]) for place in now if place not in lasting]
    units = unit_names({unit_id for (unit_id, _skill), _arises, _numbers in changed}, viewer.today)
    return [
        CoverageChange(
            unit=units[unit_id].name if unit_id in units else "",
            skill=names.get(skill_id, ""),
            level=level,
            need=need,
            have=_told(have, all_seen),
            arises=arises,
        )
        for (unit_id, skill_id), arises, (level, need, have) in changed
    ]


def _short(version_id: int, placed: Mapping[int, Seat], held: Held, wanted: Wanted) -> Short:
    """Where fewer people hold a skill than the coverage wants."""
    members: dict[int, list[int]] = defaultdict(list)
    within: dict[int, list[int]] = defaultdict(list)
    asked: dict[int, set[int]] = defaultdict(set)
    for person_id, seat in placed.items():
        steps = [int(step) for step in seat.path.split("/") if step]
        members[steps[-1]].append(person_id)
        asked[steps[-1]].update(wanted.get(seat.job_type, ()))
        for step in steps:
            within[step].append(person_id)
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    rules = Coverage.objects.filter(version_id=version_id).order_by("pk")
    for skill_id, unit_id, level, need in rules.values_list("skill_id", "unit_id", "level", "people"):
        units = [unit_id] if unit_id is not None else [pk for pk in members if skill_id in asked[pk]]
        for pk in units:
            people = within[pk] if unit_id is not None else members[pk]
            have = sum(held.get(person, {}).get(skill_id, -1) >= level for person in people)
            if have < need:
                found[pk, skill_id] = (level, need, have)
    return found
