"""A sheet as read: one row a person on one day by one rater, with the levels stated of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ikusei.lib.tabular import Cell, Problem, Skipped
from ikusei.skills.sheets.catalogue import CatalogueSkill
from ikusei.skills.sheets.columns import Columns


@dataclass(slots=True)
class SheetRow:
    """One row. `levels` stand in the order of the sheet's skill columns, None where nothing is said.

    `unit` are the names from the top down as far as the sheet gives them; `standing_on` is the day whose levels were
    written into the sheet before it was handed out.
    """

    row: int
    number: str
    name: str
    kana: str
    unit: tuple[str, ...]
    stated_on: date
    has_own_day: bool
    standing_on: date | None
    rater: str
    rater_name: str
    levels: tuple[int | None, ...]
    person: int = 0
    rater_person: int | None = None


@dataclass(slots=True)
class Faults:
    """Problems of rows, and which rows they are: a row with one stays out as a whole."""

    problems: list[Problem] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    def add(self, problem: Problem) -> None:
        """Take note of one problem."""
        self.problems.append(problem)
        if problem.row is not None:
            self.rows.add(problem.row)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take note of several."""
        for problem in problems:
            self.add(problem)


@dataclass(slots=True)
class Sheet:
    """What a file says. `stops` hinder it whole; `faults` are those of single rows.

    `silent` counts the rows in which no level stands; `cells` keeps each row's own cells, to be handed back where it has
    to be mended.
    """

    columns: Columns
    skills: list[CatalogueSkill]
    rows: list[SheetRow]
    stops: list[Problem]
    faults: Faults
    skipped: list[Skipped]
    silent: int
    cells: Mapping[int, list[Cell]]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of all columns, left to right, as the office has them."""
        return self.columns.header.headings

    @property
    def good_rows(self) -> list[SheetRow]:
        """The rows in which nothing is wrong."""
        return [row for row in self.rows if row.row not in self.faults.rows]

    @property
    def problems(self) -> list[Problem]:
        """What hinders the sheet as a whole, then the problems of rows, in the order of the rows."""
        return [*self.stops, *sorted(self.faults.problems, key=lambda problem: problem.row or 0)]
