"""The cells of an office's map: a number of people, and what is wrong with it where the skill is needed."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ikusei.skills.queries.maps.catalogue import Catalogue, CoverageRule, SkillItem
from ikusei.skills.queries.maps.facts import Facts
from ikusei.skills.queries.maps.suppression import Shown

SHADES = (0, 1, 4, 14)
"""The highest number of people of each shade but the last."""

ALL, OTHERS = -1, -2
"""The columns of everybody and of the units summed together: no unit has these numbers."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people of a unit hold a skill at the level that counts there.

    `need` is what a coverage rule wants (None: no rule); `level` the level counted where it is not the row's.
    `state`: "zero" (nobody, though needed), "single" (one person, though needed), "short" (fewer than the rule
    wants), "hidden" (not told), "" otherwise. `step` 0 to 4 shades by the number told. `before` is the number on the
    day of comparison, `change` the difference: a number where both are exact, else "more", "fewer" or "".
    """

    column: int
    count: Shown
    need: int | None = None
    level: int | None = None
    state: str = ""
    step: int = 0
    before: Shown | None = None
    change: int | str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A skill with the level counted, everybody together, and the units."""

    skill: SkillItem
    level: int
    total: Cell
    cells: tuple[Cell, ...]


class RowMaker:
    """Makes the rows of one map: what they share is said once."""

    def __init__(
        self,
        catalogue: Catalogue,
        facts: Facts,
        earlier: Facts | None,
        unit_id: int | None,
        columns: Sequence[int],
    ) -> None:
        self.facts = facts
        self.earlier = earlier
        self.unit_id = unit_id
        self.columns = columns
        self.everywhere = {rule.skill_id: rule for rule in catalogue.rules if rule.unit_id is None}
        self.own = {
            (rule.skill_id, rule.unit_id): rule for rule in catalogue.rules if rule.unit_id is not None
        }
        self.wanted = {
            column: _highest_asked(catalogue, keys) for column, keys in facts.asked.items()
        }  # column -> skill -> the highest level that a job type there asks for

    def row(self, skill: SkillItem) -> Row:
        """A skill with every unit."""
        divided = self.facts.divided(skill.id)
        then = self.earlier is not None and self.earlier.divided(skill.id)
        cells = tuple(self._cell(skill.id, column, divided=divided, then=then) for column in self.columns)
        return Row(skill, self.facts.levels.skills[skill.id], self._total(skill.id), cells)

    def folded(self, row: Row, side_by_side: Sequence[int], folded: Sequence[int]) -> Row:
        """The same row with some units summed in a last cell."""
        if not folded:
            return row
        cells = tuple(cell for cell in row.cells if cell.column in side_by_side)
        divided = self.facts.divided(row.skill.id)
        count, state, step = self._count(row.skill.id, folded, divided=divided)
        others = Cell(OTHERS, count, state=state, step=step)
        if self.earlier is not None:
            rest = [column for column in self.earlier.staff if column not in side_by_side]
            others = _compared(
                others, self.earlier, row.skill.id, rest, divided=self.earlier.divided(row.skill.id)
            )
        return replace(row, cells=(*cells, others))

    def rule(self, skill_id: int, unit_id: int) -> CoverageRule | None:
        """What a coverage rule wants of a unit: its own, or the one for wherever a job type asks for the skill."""
        return self.own.get((skill_id, unit_id)) or (
            self.everywhere.get(skill_id) if skill_id in self.wanted.get(unit_id, ()) else None
        )

    def _cell(self, skill_id: int, column: int, *, divided: bool, then: bool) -> Cell:
        levels = self.facts.levels
        level = levels.at(skill_id, column)
        rule = self.rule(skill_id, column)
        need = rule.people if rule is not None and rule.level == level else None
        needed = need is not None or self.wanted.get(column, {}).get(skill_id, 0) >= level
        count, state, step = self._count(skill_id, [column], divided=divided)
        cell = Cell(
            column=column,
            count=count,
            need=need,
            level=level if level != levels.skills[skill_id] else None,
            state=_state(count, need) or state if needed else state,
            step=step,
        )
        return _compared(cell, self.earlier, skill_id, [column], divided=then)

    def _total(self, skill_id: int) -> Cell:
        """Everybody together; of one unit with what the rules want of it as a whole."""
        count, state, step = self._count(skill_id, self.columns, divided=True)
        rule = None
        if self.unit_id is not None:
            asked = any(skill_id in wanted for wanted in self.wanted.values())
            rule = self.own.get((skill_id, self.unit_id)) or (
                self.everywhere.get(skill_id) if asked else None
            )
        need = rule.people if rule and rule.level == self.facts.levels.skills[skill_id] else None
        needed = self.unit_id is None or need is not None
        cell = Cell(ALL, count, need=need, state=_state(count, need) or state if needed else state, step=step)
        if self.earlier is None:
            return cell
        return _compared(cell, self.earlier, skill_id, list(self.earlier.staff), divided=True)

    def _count(self, skill_id: int, columns: Sequence[int], *, divided: bool) -> tuple[Shown, str, int]:
        count = self.facts.told(skill_id, columns, divided=divided)
        return count, "hidden" if count.high is None else "", _step(count.low)


def _highest_asked(catalogue: Catalogue, job_types: Iterable[str]) -> dict[int, int]:
    highest: dict[int, int] = {}
    for key in job_types:
        job_type = catalogue.job_types.get(key)
        for skill_id, level in job_type.required.items() if job_type else ():
            highest[skill_id] = max(level, highest.get(skill_id, 0))
    return highest


def _state(count: Shown, need: int | None) -> str:
    """What is wrong with a number that is needed, as far as it is told."""
    if count.high is None:
        return ""
    if count.nobody:
        return "zero"
    if count.exact and count.low == 1:
        return "single"
    return "short" if need is not None and count.high < need else ""


def _step(number: int) -> int:
    """The shade of a number of people: 0, 1, 2 to 4, 5 to 14, 15 and more."""
    return bisect_left(SHADES, number)


def _compared(
    cell: Cell, earlier: Facts | None, skill_id: int, columns: Sequence[int], *, divided: bool
) -> Cell:
    """The cell with the number of the day of comparison beside it."""
    if earlier is None:
        return cell
    before = earlier.told(skill_id, columns, divided=divided)
    change: int | str = ""
    if cell.count.exact and before.exact:
        change = cell.count.low - before.low
    elif before.high is not None and cell.count.low > before.high:
        change = "more"
    elif cell.count.high is not None and cell.count.high < before.low:
        change = "fewer"
    return replace(cell, before=before, change=change)
