"""A sheet's table -> rows. Every row ends up read, silent, skipped with its reason, or a problem with a fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ikusei.lib.dates import DateProblem, parse_date
from ikusei.lib.tabular import Cell, NumberedRow, Problem, Table, body, cell_text
from ikusei.lib.text import clean_name, normalise_key
from ikusei.org.imports.places import way
from ikusei.org.imports.values import Unreadable, folded_number
from ikusei.skills.sheets.catalogue import Catalogue
from ikusei.skills.sheets.columns import SKILL, Columns, column_faults
from ikusei.skills.sheets.rows import Faults, Sheet, SheetRow

RATERS: Mapping[str, tuple[str, ...]] = {
    "self": ("self", "本人", "自己", "自己評価", "自分", "被評価者", "the person"),
    "supervisor": ("supervisor", "上司", "上司評価", "所属長", "管理職", "課長", "manager", "line manager", "一次", "一次評価者"),
    "host": ("host", "派遣先", "受入先", "派遣先の上司", "受入先の上司", "host supervisor"),
    "second": ("second", "二次", "二次評価者", "第二評価者", "second rater"),
    "examiner": ("examiner", "試験", "検定", "試験官", "審査員"),
}  # fmt: skip
_RATER_BY_WORD = {normalise_key(word): rater for rater, words in RATERS.items() for word in words}
_UNIT_PARTS = ("bureau", "division", "section", "team", "unit")
_BLANK = {"", "-", "－", "ー", "―", "〃"}


@dataclass(frozen=True, slots=True)
class Said:
    """What is said once for the sheet, and counts where a row says nothing else; `today` bounds every day."""

    stated_on: date
    rater: str
    today: date


def read_sheet(table: Table, columns: Columns, catalogue: Catalogue, said: Said) -> Sheet:
    """What the table says. Never raises: what is wrong stands in `stops` and `faults`."""
    return _Reader(table, columns, catalogue, said).read()


class _Reader:
    """Reads one sheet row by row."""

    def __init__(self, table: Table, columns: Columns, catalogue: Catalogue, said: Said) -> None:
        self.columns = columns
        self.scale = catalogue.scale
        self.said = said
        self.body = body(table, columns.header)
        self.places = {key: column.index for key, column in columns.fields.items()}
        self.level_columns = [(column.index, column.title) for column in columns.skills]
        self.sheet = Sheet(
            columns=columns,
            skills=[catalogue.by_key[column.reads.removeprefix(SKILL)] for column in columns.skills],
            rows=[],
            stops=column_faults(columns),
            faults=Faults(),
            skipped=self.body.skipped,
            silent=0,
            cells={row.number: row.cells for row in self.body.rows}
            | {
                problem.row: table.rows[problem.row - table.first_row_number]
                for problem in self.body.problems
                if problem.row is not None
            },
        )
        if not catalogue.scale.steps:
            self.sheet.stops.append(
                Problem(
                    None, "", "", _("This framework has no levels."), _("Choose a framework with levels.")
                )
            )

    def read(self) -> Sheet:
        """The sheet."""
        if self.sheet.stops:
            return self.sheet
        self.sheet.faults.extend(self.body.problems)
        for row in self.body.rows:
            self._read_row(row)
        if not self.sheet.rows and not self.sheet.faults.problems and not self.sheet.silent:
            self.sheet.stops.append(
                Problem(
                    None,
                    "",
                    "",
                    _("The sheet holds no people."),
                    _("Choose the file or sheet that holds the levels."),
                )
            )
        return self.sheet

    def _read_row(self, row: NumberedRow) -> None:
        levels = self._levels(row)
        if levels is None:
            return
        if all(level is None for level in levels):
            self.sheet.silent += 1
            return
        number, name = folded_number(self._cell("number", row.cells)), self._name(row.cells)
        if number in _BLANK and not name:
            self._fault(
                row.number,
                "number" if "number" in self.places else "name",
                "",
                _("The row names nobody."),
                _("Write the staff number or the name."),
            )
            return
        own_day = self._day("date", row)
        standing_on = self._day("standing", row)
        rater, rater_name = self._rater(row.cells)
        self.sheet.rows.append(
            SheetRow(
                row=row.number,
                number="" if number in _BLANK else number,
                name=name,
                kana=clean_name(self._text("kana", row.cells)),
                unit=self._unit(row.cells),
                stated_on=own_day or self.said.stated_on,
                has_own_day=own_day is not None,
                standing_on=standing_on,
                rater=rater or self.said.rater,
                rater_name=rater_name,
                levels=levels,
            )
        )

    def _levels(self, row: NumberedRow) -> tuple[int | None, ...] | None:
        """The row's levels; None where one of them cannot be read, which is noted."""
        number, cells = row
        width = len(cells)
        levels: list[int | None] = []
        read = self.scale.read
        is_whole = True
        for index, title in self.level_columns:
            cell = cells[index] if index < width else ""
            if cell == "":
                levels.append(None)
                continue
            try:
                levels.append(read(cell))
            except Unreadable as problem:
                is_whole = False
                self.sheet.faults.add(
                    Problem(number, title, cell_text(cell)[:200], problem.reason, problem.fix)
                )
        return tuple(levels) if is_whole else None

    def _cell(self, key: str, cells: Sequence[Cell]) -> Cell:
        index = self.places.get(key)
        return cells[index] if index is not None and index < len(cells) else ""

    def _text(self, key: str, cells: Sequence[Cell]) -> str:
        return cell_text(self._cell(key, cells))

    def _name(self, cells: Sequence[Cell]) -> str:
        name = clean_name(self._text("name", cells))
        if name:
            return name
        parts = (clean_name(self._text(key, cells)) for key in ("family_name", "given_name"))
        return " ".join(filter(None, parts))

    def _unit(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        return tuple(
            step
            for key in _UNIT_PARTS
            if key in self.places and (text := self._text(key, cells)) not in _BLANK
            for step in way(text)
        )

    def _day(self, key: str, row: NumberedRow) -> date | None:
        """The day in a cell, None where it is blank or, which is noted, cannot be read or lies ahead."""
        cell = self._cell(key, row.cells)
        if isinstance(cell, str) and cell.strip() in _BLANK:
            return None
        try:
            day = parse_date(cell)
        except DateProblem as problem:
            self._fault(row.number, key, cell_text(cell), problem.reason, problem.fix)
            return None
        if day > self.said.today:
            self._fault(
                row.number,
                key,
                cell_text(cell),
                _("The day lies in the future."),
                _("Write the day on which the level was stated."),
            )
        return day

    def _rater(self, cells: Sequence[Cell]) -> tuple[str, str]:
        """The kind of rater and, where the cell names a person instead, the name."""
        text = clean_name(self._text("rater", cells))
        if text in _BLANK:
            return "", ""
        kind = _RATER_BY_WORD.get(normalise_key(text))
        return (kind, "") if kind else ("", text)

    def _fault(self, row: int, key: str, value: str, reason: str, fix: str) -> None:
        column = self.columns.fields.get(key)
        self.sheet.faults.add(Problem(row, column.title if column else "", value[:200], reason, fix))
