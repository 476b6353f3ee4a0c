"""What the coverage rules want of one unit, what it has, and who covers it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.queries.maps.catalogue import Catalogue, CoverageRule, SkillItem
from ikusei.skills.queries.maps.facts import Facts
from ikusei.skills.queries.maps.our_map import OurMap
from ikusei.skills.queries.maps.suppression import Shown, group_told, shown

MOST_SEATS = 12
"""Up to so many wanted people are drawn one by one."""


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A rule and how far it is met: `people` are those the viewer may see by name, `seats` a picture of the wanted.

    A seat is "filled", "unknown" (perhaps by somebody outside the viewer's scope) or "empty".
    """

    skill: SkillItem
    level: int
    need: int
    count: Shown
    people: tuple[Person, ...]

    @property
    def missing(self) -> int:
        """How many people are missing at least."""
        return max(0, self.need - self.count.high) if self.count.high is not None else 0

    @property
    def seats(self) -> list[str]:
        """The wanted people one by one, the covered first."""
        high = self.need if self.count.high is None else self.count.high
        return [
            "filled" if place < self.count.low else "unknown" if place < high else "empty"
            for place in range(min(self.need, MOST_SEATS))
        ]


def unit_coverage(viewer: Viewer, drawn: OurMap) -> list[CoverageLine]:
    """The rules that apply to the unit of a map as a whole, the least covered first; the look at names is noted."""
    if drawn.catalogue is None or drawn.unit is None or drawn.facts is None:
        return []
    facts, catalogue = drawn.facts, drawn.catalogue
    lines = [
        _line(facts, catalogue.skills[rule.skill_id], rule)
        for rule in _rules_of(catalogue, drawn.unit.id, _skills_asked(catalogue, facts))
    ]
    lines.sort(key=lambda line: (-line.missing, line.count.low - line.need, line.skill.place))
    named = {person.pk for line in lines for person in line.people}
    access.note_list(viewer, Right.LEVELS_SEE, verb="skills.map.coverage", count=len(named))
    return lines


def _skills_asked(catalogue: Catalogue, facts: Facts) -> set[int]:
    """The skills that the job type of somebody in the unit asks for."""
    keys = {key for found in facts.asked.values() for key in found}
    return {pk for key in keys & catalogue.job_types.keys() for pk in catalogue.job_types[key].required}


def _rules_of(catalogue: Catalogue, unit_id: int, asked: set[int]) -> Iterable[CoverageRule]:
    """The unit's own rules, and those for wherever a job type asks for the skill where it has none of its own."""
    own = {rule.skill_id for rule in catalogue.rules if rule.unit_id == unit_id}
    for rule in catalogue.rules:
        if rule.unit_id == unit_id or (rule.unit_id is None and rule.skill_id in asked - own):
            yield rule


def _line(facts: Facts, skill: SkillItem, rule: CoverageRule) -> CoverageLine:
    at_level = [
        person_id
        for person_id, skill_id, level in facts.crowd.held
        if skill_id == skill.id and level >= rule.level and person_id in facts.column
    ]
    people = [seat.person for pk in at_level if (seat := facts.crowd.seats.get(pk)) and seat.person]
    hidden = sum(not facts.crowd.sees(pk) for pk in at_level)
    told = skill.id not in facts.untold and group_told(facts.hidden_staff(facts.staff))
    return CoverageLine(
        skill=skill,
        level=rule.level,
        need=rule.people,
        count=shown(len(at_level) - hidden, hidden, told=told),
        people=tuple(sorted(people, key=lambda person: (person.kana, person.pk))),
    )
