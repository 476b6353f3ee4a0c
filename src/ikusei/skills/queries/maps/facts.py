"""The counts behind a map: people by skill and unit, those the viewer may see by name apart from the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.maps.counting import Crowd
from ikusei.skills.queries.maps.suppression import Shown, group_told, may_divide, shown
from ikusei.skills.queries.maps.units import NOWHERE

NONE = (0, 0)

type Pair = list[int]
"""People seen by name, and others."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The level that counts: of every skill, and of single units where a rule of theirs says another."""

    skills: Mapping[int, int]
    units: Mapping[tuple[int, int], int]

    def at(self, skill_id: int, unit_id: int) -> int:
        """The level that counts for a skill in a unit."""
        return self.units.get((skill_id, unit_id), self.skills[skill_id])

    @property
    def lowest(self) -> int:
        """The lowest of them: nothing below it has to be read."""
        return min((*self.skills.values(), *self.units.values()), default=0)


def levels_counted(catalogue: Catalogue, level: int | None) -> Levels:
    """The levels that matter, or the one level asked for in every skill."""
    if level is not None:
        return Levels(skills=dict.fromkeys(catalogue.skills, level), units={})
    skills = {pk: catalogue.level_that_matters(pk) for pk in catalogue.skills}
    units = {
        (rule.skill_id, rule.unit_id): rule.level
        for rule in catalogue.rules
        if rule.unit_id is not None and rule.level != skills[rule.skill_id]
    }
    return Levels(skills=skills, units=units)


@dataclass(slots=True)
class Facts:
    """The counts of a day in the parts of one unit, or of everything.

    `column` is the part each person works in, `staff` the people of each part, `counts` those at the level that
    matters by (skill, part), `asked` the job types in each part, `divides` the parts with units below them.
    """

    crowd: Crowd
    levels: Levels
    column: dict[int, int] = field(default_factory=dict)
    staff: dict[int, Pair] = field(default_factory=dict)
    counts: dict[tuple[int, int], Pair] = field(default_factory=dict)
    asked: dict[int, set[str]] = field(default_factory=dict)
    divides: set[int] = field(default_factory=set)
    untold: set[int] = field(default_factory=set)
    """Skills in which nothing is told of hidden people: it could be worked out from the units above."""

    def pair(self, skill_id: int, columns: Iterable[int]) -> tuple[int, int]:
        """How many people of some parts hold a skill: seen by name, and others."""
        seen = hidden = 0
        for column in columns:
            some = self.counts.get((skill_id, column))
            if some:
                seen += some[0]
                hidden += some[1]
        return seen, hidden

    def told(self, skill_id: int, columns: Iterable[int], *, divided: bool) -> Shown:
        """The number of people of some parts together as the viewer may know it."""
        parts = tuple(columns)
        seen, hidden = self.pair(skill_id, parts)
        known = divided and skill_id not in self.untold and group_told(self.hidden_staff(parts))
        return shown(seen, hidden, told=known or self.hidden_staff(parts) == 0)

    def hidden_staff(self, columns: Iterable[int]) -> int:
        """How many people of some parts the viewer may not see by name."""
        return sum(self.staff.get(column, NONE)[1] for column in columns)

    def staff_told(self, columns: Iterable[int]) -> Shown:
        """How many people work in some parts, as the viewer may know it."""
        parts = tuple(columns)
        hidden = self.hidden_staff(parts)
        return shown(
            sum(self.staff.get(column, NONE)[0] for column in parts), hidden, told=group_told(hidden)
        )

    def divided(self, skill_id: int) -> bool:
        """Whether the hidden people of a skill may be told part by part."""
        parts = [
            (self.counts.get((skill_id, column), NONE)[1], group_told(pair[1]))
            for column, pair in self.staff.items()
            if pair[1]
        ]
        return may_divide(sum(number for number, _told in parts), parts)


def column_of(path: str, unit_id: int | None) -> int | None:
    """The part that a path falls in: its root, or its next step below `unit_id`; None outside that unit."""
    if unit_id is None:
        return int(path.split("/", 2)[1])
    _above, inside, below = path.partition(f"/{unit_id}/")
    if not inside:
        return None
    return int(below.split("/", 1)[0]) if below else unit_id


def gather(crowd: Crowd, levels: Levels, unit_id: int | None) -> Facts:
    """The counts of the people of a day, in the parts of a unit (None: of everything)."""
    facts = Facts(crowd=crowd, levels=levels)
    for person_id, seat in crowd.seats.items():
        column = column_of(seat.path, unit_id)
        if column is None:
            continue
        facts.column[person_id] = column
        facts.staff.setdefault(column, [0, 0])[not seat.seen] += 1
        if seat.job_type:
            facts.asked.setdefault(column, set()).add(seat.job_type)
        if column != unit_id and not seat.path.endswith(f"/{column}/"):
            facts.divides.add(column)
    if unit_id is None:
        _add_unposted(facts)
    own_levels = bool(levels.units)
    for person_id, skill_id, level in crowd.held:
        column = facts.column.get(person_id)
        if column is None:
            continue
        needed = levels.at(skill_id, column) if own_levels else levels.skills[skill_id]
        if level >= needed:
            pair = facts.counts.setdefault((skill_id, column), [0, 0])
            pair[not crowd.sees(person_id)] += 1
    return facts


def _add_unposted(facts: Facts) -> None:
    """Put those who hold levels and have no posting on the day into a part of their own."""
    unposted = {row[0] for row in facts.crowd.held} - facts.crowd.seats.keys()
    for person_id in unposted:
        facts.column[person_id] = NOWHERE
        facts.staff.setdefault(NOWHERE, [0, 0])[not facts.crowd.sees(person_id)] += 1


def gather_within(crowd: Crowd, levels: Levels, unit_id: int | None, above: Iterable[int]) -> Facts:
    """The counts in a unit, untold where they could be worked out on the page of a unit above it."""
    facts = gather(crowd, levels, unit_id)
    if unit_id is not None and any(pair[1] for pair in facts.staff.values()):
        for step in (None, *above):
            outer = gather(crowd, levels, step)
            facts.untold.update(skill_id for skill_id in levels.skills if not outer.divided(skill_id))
    return facts
