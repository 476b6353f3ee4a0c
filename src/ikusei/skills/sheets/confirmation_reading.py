"""A confirmation sheet that came back, as lines: what was chosen, or why the row cannot be read. Asks no database."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Cell, Problem, Table, TabularError, cell_text, read_with_header
from ikusei.skills.models import Decision
from ikusei.skills.sheets.confirmation_sheet import COLUMNS, WORDS

MOST_ROWS = 20_000
_HEADINGS: Mapping[str, Sequence[str]] = {
    column.key: (column.heading, *column.heading.split(" ", 1)) for column in COLUMNS
}
_NEEDED = ("row", "revision", "decision", "seen_level", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One row in which something was chosen: its number in the sheet, the answer it is about, and the choice."""

    number: int
    participant_id: int
    skill_id: int
    seen: int
    mark: str
    decision: Decision
    level: int | None
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything in a sheet: the choices, the rows that cannot be read, and how many were left empty."""

    lines: list[Line]
    problems: list[Problem]
    empty: int


def read_sheet(content: bytes, *, file: str = "") -> Lines:
    """What a confirmation sheet says. Raises TabularError where it is none."""
    table, header = read_with_header(content, _HEADINGS, file=file)
    missing = [key for key in _NEEDED if key not in header.columns]
    if missing:
        raise TabularError(
            _("This is not a confirmation sheet."),
            fix=_("Bring back the sheet that was saved here, with all of its columns."),
            file=file,
        )
    if len(table.rows) > MOST_ROWS:
        raise TabularError(
            _("The sheet has too many rows."), fix=_("Split it into several files."), file=file
        )
    found = Lines([], [], 0)
    empty = 0
    taken: dict[tuple[int, int], int] = {}
    for index in range(header.first_row_index, len(table.rows)):
        cells = {key: _cell(table, index, column) for key, column in header.columns.items()}
        if not any(cells.get(key) for key in ("decision", "seen_level", "reason")):
            empty += any(cells.values())
            continue
        line = _line(table.row_number(index), cells, taken)
        (found.problems if isinstance(line, Problem) else found.lines).append(line)  # type: ignore[arg-type]  # each list takes its own kind
    return Lines(found.lines, found.problems, empty)


def _cell(table: Table, index: int, column: int) -> str:
    row: list[Cell] = table.rows[index]
    return cell_text(row[column]) if column < len(row) else ""


def _line(number: int, cells: Mapping[str, str], taken: dict[tuple[int, int], int]) -> Line | Problem:
    place = _numbers(cells["row"], 2)
    revision = cells["revision"].partition(":")
    seen = _numbers(revision[0], 1)
    who = " ".join(filter(None, (cells.get("name", ""), cells.get("skill", ""))))
    if place is None or seen is None:
        return _problem(
            number, "row", who, _("The hidden columns of this row were changed."),
            _("Take a fresh sheet and enter the row there."),
        )  # fmt: skip
    if (first := taken.setdefault((place[0], place[1]), number)) != number:
        return _problem(
            number, "row", who, _("Row %(row)s is about the same skill of the same person.") % {"row": first},
            _("Keep one of the two."),
        )  # fmt: skip
    decision = decision_of(cells["decision"])
    if decision is None:
        return _problem(
            number, "decision", cells["decision"], _("No decision is chosen, or not one of the list."),
            _("Choose one of: %(words)s.") % {"words": ", ".join(WORDS.values())},
        )  # fmt: skip
    level = _numbers(_narrow(cells["seen_level"]), 1) if cells["seen_level"] else None
    if cells["seen_level"] and level is None:
        return _problem(
            number, "seen_level", cells["seen_level"], _("This is not a level."), _("Write the number of the level.")
        )  # fmt: skip
    return Line(
        number, place[0], place[1], seen[0], revision[2], decision, level[0] if level else None, cells["reason"].replace("\0", ""), who
    )  # fmt: skip


def decision_of(text: str) -> Decision | None:
    """The decision that a cell means: the words of the list, or either language's alone."""
    key = _narrow(text).strip().casefold()
    for decision, words in WORDS.items():
        if key in {words.casefold(), *(part.strip().casefold() for part in words.split("/"))}:
            return decision
    return None


def _narrow(text: str) -> str:
    """Full-width digits and letters as plain ones."""
    return unicodedata.normalize("NFKC", text)


def _numbers(text: str, count: int) -> list[int] | None:
    """The whole numbers of "12.7", None for anything else or another number of them."""
    parts = text.strip().split(".")
    if len(parts) != count or not all(one.isascii() and one.isdecimal() and len(one) < 16 for one in parts):
        return None
    return [int(one) for one in parts]


def _problem(number: int, column: str, value: str, reason: str, fix: str) -> Problem:
    return Problem(number, heading_of(column), value, reason, fix)


def heading_of(column: str) -> str:
    """The heading of a column by its key."""
    return next(one.heading for one in COLUMNS if one.key == column)
