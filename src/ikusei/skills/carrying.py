"""What of people's statements goes over into a new framework version: the rule, in one place, without a database.

1.  A statement goes over to every target of its skill, with the level that the part's map gives its own. Its day, rater,
    evidence, proofs and expiry stay what they were.
2.  A level that the map leaves out is asked again: that statement and all earlier ones of the person in that skill stay
    behind, so that nothing older comes back to life in its place.
3.  Where several old skills merge into one, the lowest counts: a statement goes over with the lowest of its own level and,
    for each of the other skills, of what the same rater last said up to that day; where they said nothing of it, of the
    level that stood on that day; where nobody did, of nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ikusei.skills.deriving import Statement, Terms, standing_on

type LevelMap = Mapping[int, int]
"""An old level -> the new one; a level that is not there is asked again."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and who made it, as far as one rater is told from another."""

    statement: Statement
    speaker: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """A statement that goes over: to which new skill, with which level."""

    statement_id: int
    skill_id: int
    level: int


@dataclass(frozen=True)
class Plan:
    """What becomes of the old skills: old skill -> new skill -> how levels are read there. Skills by primary key."""

    targets: Mapping[int, Mapping[int, LevelMap]]

    @cached_property
    def sources(self) -> Mapping[int, tuple[int, ...]]:
        """New skill -> the old skills that it is carried from."""
        found: dict[int, tuple[int, ...]] = {}
        for old, targets in self.targets.items():
            for new in targets:
                found[new] = (*found.get(new, ()), old)
        return found

    def levels_of(self, held: Mapping[int, int]) -> dict[int, int]:
        """The levels that somebody who holds `held` (old skill -> level) holds in the new skills, the lowest of merged ones."""
        found: dict[int, int] = {}
        for old, level in held.items():
            for new, levels in self.targets.get(old, {}).items():
                if level in levels:
                    found[new] = min(levels[level], found.get(new, levels[level]))
        return found


def carried(plan: Plan, said: Mapping[int, Sequence[Said]], terms: Terms) -> Iterator[Carried]:
    """Everything that goes over of what was said of one person: old skill -> statements, in any order."""
    for new, sources in plan.sources.items():
        spoken = {old: _in_new_levels(said[old], plan.targets[old][new]) for old in sources if old in said}
        for old, statements in spoken.items():
            others = [found for other, found in spoken.items() if other != old]
            for one in statements:
                level = min([one.statement.level, *_beside(one, others, terms)])
                yield Carried(one.statement.id, new, level)


def _in_new_levels(said: Sequence[Said], levels: LevelMap) -> list[Said]:
    """The statements that go over (2), oldest first, with their new levels."""
    found: list[Said] = []
    for one in sorted(said, key=lambda one: (one.statement.stated_on, one.statement.id)):
        level = levels.get(one.statement.level)
        if level is None:
            found.clear()
        else:
            found.append(Said(replace(one.statement, level=level), one.speaker))
    return found


def _beside(one: Said, others: Sequence[Sequence[Said]], terms: Terms) -> Iterator[int]:
    """The levels in the other skills of a merger that a statement is held against (3)."""
    day = one.statement.stated_on
    for said in others:
        known = [other for other in said if other.statement.stated_on <= day]
        own = [other.statement for other in known if other.speaker == one.speaker]
        if own:
            yield own[-1].level
        elif standing := standing_on([other.statement for other in known], day, terms):
            yield standing.level
