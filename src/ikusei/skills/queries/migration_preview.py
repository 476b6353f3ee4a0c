"""What a plan would do to real ratings: counts, examples, gaps that arise or vanish. Nothing is written.

Counts are made in the database, so that forty thousand people cost a few statements. People outside the viewer's scope are
told in steps of five, and no example is taken from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.carrying import Plan as Carrying
from ikusei.skills.models import Assessment, Carry, HeldLevel, MigrationPart
from ikusei.skills.queries.maps.suppression import Shown, shown
from ikusei.skills.queries.migrations import Plan, carrying_of, statements_of

EXAMPLES = 3
"""Real people shown for a part."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the people who hold an old skill today in one target: how many keep, gain, lose, are asked again."""

    target: str
    name: str
    same: Shown
    up: Shown
    down: Shown
    asked: Shown


@dataclass(frozen=True, slots=True)
class Becomes:
    """A level in a new skill; None where it is asked again."""

    name: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """A real person: the level held today and what it becomes."""

    person: Person
    level: int
    becomes: tuple[Becomes, ...]


@dataclass(frozen=True, slots=True)
class PartPreview:
    """One part: its people (anyone ever rated) and statements, how many of these stay behind, and what becomes of levels."""

    part: MigrationPart
    name: str
    people: Shown
    statements: int
    left: int
    outcomes: tuple[Outcome, ...]
    ended: Shown
    targets: tuple[str, ...]
    examples: tuple[Example, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything becomes different for anybody."""
        return self.part.carry != Carry.KEEP or bool(self.left)


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole plan: its parts, and in all the people, their statements, and the statements that would be written."""

    parts: tuple[PartPreview, ...]
    people: Shown
    statements: int
    carried: int
    asked: Shown
    ended: Shown
    warnings: tuple[str, ...] = ()


type Levels = Mapping[int, Mapping[int, int]]
"""Skill -> level -> how many."""


def preview(viewer: Viewer, plan: Plan, *, examples_of: Iterable[str] = ()) -> Preview:
    """What a plan would do today; with examples for some parts, named by their old skill. The look at people is noted."""
    migration, carrying = plan.migration, carrying_of(plan)
    all_seen = access.reaches_everyone(viewer, Right.LEVELS_SEE)
    rated = statements_of(migration.old_id).values_list("skill_id")
    statements = _by_level(rated.values_list("skill_id", "level").annotate(number=Count("pk")))
    people = dict(rated.annotate(number=Count("person_id", distinct=True)))
    holding = HeldLevel.objects.on(viewer.today).filter(skill__version_id=migration.old_id).order_by()
    held = _by_level(holding.values_list("skill_id", "level").annotate(number=Count("pk")))
    examples = _examples(viewer, plan, carrying, set(examples_of))
    left = _left_behind(plan, carrying, statements)
    parts = []
    for part in plan.parts:
        skill_id = plan.old.skills[part.skill_key].id
        parts.append(
            PartPreview(
                part=part,
                name=plan.old.name(part.skill_key),
                people=_told(people.get(skill_id, 0), all_seen),
                statements=sum(statements.get(skill_id, {}).values()),
                left=min(left[skill_id].values(), default=sum(statements.get(skill_id, {}).values())),
                outcomes=tuple(_outcomes(plan, carrying, part, held.get(skill_id, {}), all_seen)),
                ended=_told(sum(held.get(skill_id, {}).values()) if part.carry == Carry.END else 0, all_seen),
                targets=tuple(plan.new.name(key) for key in part.targets),
                examples=tuple(examples.get(part.skill_key, ())),
            )
        )
    total = sum(sum(numbers.values()) for numbers in statements.values())
    asked = sum(
        number
        for part in plan.parts
        if part.carry != Carry.END
        for level, number in held.get(plan.old.skills[part.skill_key].id, {}).items()
        if not any(
            level in levels
            for levels in carrying.targets.get(plan.old.skills[part.skill_key].id, {}).values()
        )
    )
    ended = sum(
        sum(held.get(plan.old.skills[part.skill_key].id, {}).values())
        for part in plan.parts
        if part.carry == Carry.END
    )
    everyone = statements_of(migration.old_id).aggregate(number=Count("person_id", distinct=True))["number"]
    return Preview(
        parts=tuple(parts),
        people=_told(everyone, all_seen),
        statements=total,
        carried=_carried(carrying, statements, left),
        asked=_told(asked, all_seen),
        ended=_told(ended, all_seen),
    )


def _told(number: int, all_seen: bool) -> Shown:
    return shown(number, 0) if all_seen else shown(0, number)


def _by_level(rows: Iterable[Sequence[Any]]) -> Levels:
    found: dict[int, dict[int, int]] = {}
    for skill_id, level, number in rows:
        found.setdefault(skill_id, {})[level] = number
    return found


def _left_behind(plan: Plan, carrying: Carrying, statements: Levels) -> dict[int, dict[int, int]]:
    """Old skill -> target -> statements that stay behind: those with a level left out, and all before them."""
    found: dict[int, dict[int, int]] = {one.id: {} for one in plan.old.skills.values()}
    for skill_id, targets in carrying.targets.items():
        said = statements.get(skill_id, {})
        for target, levels in targets.items():
            holes = [level for level in said if level not in levels]
            found[skill_id][target] = _up_to_holes(skill_id, holes) if holes else 0
    return found


def _up_to_holes(skill_id: int, holes: Sequence[int]) -> int:
    rows = Assessment.objects.filter(skill_id=skill_id, retraction=None).order_by()
    later = rows.filter(person_id=OuterRef("person_id"), level__in=holes).filter(
        Q(stated_on__gt=OuterRef("stated_on")) | Q(stated_on=OuterRef("stated_on"), pk__gte=OuterRef("pk"))
    )
    return rows.filter(Exists(later)).count()


def _carried(carrying: Carrying, statements: Levels, left: Mapping[int, Mapping[int, int]]) -> int:
    return sum(
        sum(statements.get(skill_id, {}).values()) - left[skill_id][target]
        for skill_id, targets in carrying.targets.items()
        for target in targets
    )


def _outcomes(
    plan: Plan, carrying: Carrying, part: MigrationPart, held: Mapping[int, int], all_seen: bool
) -> Iterable[Outcome]:
    if part.carry == Carry.END:
        return
    maps = carrying.targets.get(plan.old.skills[part.skill_key].id, {})
    for target in part.targets:
        if target not in plan.new.skills:
            continue
        levels = maps.get(plan.new.skills[target].id, {})
        same = sum(number for level, number in held.items() if levels.get(level) == level)
        up = sum(number for level, number in held.items() if levels.get(level, level) > level)
        down = sum(number for level, number in held.items() if levels.get(level, level) < level)
        asked = sum(number for level, number in held.items() if level not in levels)
        yield Outcome(
            target, plan.new.name(target), *(_told(number, all_seen) for number in (same, up, down, asked))
        )


def _examples(viewer: Viewer, plan: Plan, carrying: Carrying, keys: set[str]) -> dict[str, list[Example]]:
    """For each part asked for, people the viewer may see: of the highest, the lowest and a level between."""
    ids = {plan.old.skills[key].id: key for key in keys if key in plan.old.skills}
    if not ids or not viewer.can(Right.LEVELS_SEE):
        return {}
    rows = HeldLevel.objects.on(viewer.today).filter(skill_id__in=list(ids)).order_by()
    if not access.reaches_everyone(viewer, Right.LEVELS_SEE):
        rows = rows.filter(person__in=access.people(viewer, Right.LEVELS_SEE).order_by().values("pk"))
    chosen: dict[int, list[tuple[int, int]]] = {}
    by_level = rows.values_list("skill_id", "level").annotate(one=Min("person_id"), other=Max("person_id"))
    for skill_id, level, one, other in by_level:
        chosen.setdefault(skill_id, []).append((level, one))
        if other != one:
            chosen[skill_id].append((level, other))
    picked = {skill_id: _spread(sorted(found, reverse=True)) for skill_id, found in chosen.items()}
    people = Person.objects.in_bulk({pk for found in picked.values() for _level, pk in found})
    sources = {old for skill_id in ids for old in _beside(carrying, skill_id)}
    held: dict[int, dict[int, int]] = {}
    today = HeldLevel.objects.on(viewer.today).filter(person_id__in=list(people), skill_id__in=list(sources))
    for person_id, skill_id, level in today.values_list("person_id", "skill_id", "level"):
        held.setdefault(person_id, {})[skill_id] = level
    access.note_list(viewer, Right.LEVELS_SEE, verb="skills.migration.preview", count=len(people))
    return {
        ids[skill_id]: [
            Example(
                people[pk], level, tuple(_becomes(plan, carrying, ids[skill_id], skill_id, level, held[pk]))
            )
            for level, pk in found
        ]
        for skill_id, found in picked.items()
    }


def _beside(carrying: Carrying, skill_id: int) -> set[int]:
    """An old skill and those that merge with it."""
    targets = carrying.targets.get(skill_id, {})
    return {skill_id, *(old for target in targets for old in carrying.sources[target])}


def _becomes(
    plan: Plan, carrying: Carrying, key: str, skill_id: int, level: int, held: Mapping[int, int]
) -> Iterable[Becomes]:
    part = next(part for part in plan.parts if part.skill_key == key)
    together = carrying.levels_of(held)
    maps = carrying.targets.get(skill_id, {})
    for target in part.targets:
        if target in plan.new.skills:
            new = plan.new.skills[target]
            carried = level in maps.get(new.id, {})
            yield Becomes(new.name, together.get(new.id) if carried else None)


def _spread(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first, the last and one between."""
    if len(found) <= EXAMPLES:
        return found
    return [found[0], found[len(found) // 2], found[-1]]
