"""Preference sheets that came back, as lines: what each person says, or why a row cannot be read. Asks no database."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ikusei.lib.dates import DateProblem, parse_date
from ikusei.lib.tabular import Cell, Problem, Table, TabularError, cell_text, read_with_header
from ikusei.rotation.models.wishes import RANKS
from ikusei.rotation.sheets.wish_columns import (
    ANSWERS,
    ASKS,
    COLUMNS,
    INTENTS,
    KINDS,
    PROTECTED,
    YES_NO,
    folded,
    heading_of,
    meant,
)
from ikusei.rotation.wishing import Protected, Wishes, plain_text

MOST_ROWS = 5_000
_HEADINGS: Mapping[str, Sequence[str]] = {
    column.key: (column.heading, *column.heading.split(" ", 1)) for column in (*COLUMNS, *PROTECTED)
}
_NEEDED = tuple(column.key for column in COLUMNS if column.key not in {"number", "name", "unit", "said_by"})
_NUMBERED = re.compile(r"\s*([0-9]{1,15})\s*(?:[::].*)?", re.DOTALL)
_BETWEEN = re.compile(r"[,、，;；\n]+")


class Unreadable(ValueError):
    """A cell that cannot be read: the column's key, its value, why, and what to do."""

    def __init__(self, column: str, value: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.fix = column, value, reason, fix


@dataclass(frozen=True, slots=True)
class Line:
    """One row in which something is said. `keeps_protected`: the row says nothing of a protected reason."""

    number: int
    round_id: int
    person_id: int
    seen: int
    wishes: Wishes
    keeps_protected: bool
    said_by: str
    who: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything in a file: what is said, the rows that cannot be read, and how many were left empty."""

    lines: list[Line]
    problems: list[Problem]
    empty: int


def read_sheets(content: bytes, kinds: Mapping[str, Sequence[str]], *, file: str = "") -> Lines:
    """What a workbook of sheets says. `kinds`: key -> the names a kind of work has. Raises TabularError where it is none."""
    table, header = read_with_header(content, _HEADINGS, file=file)
    if any(key not in header.columns for key in _NEEDED):
        raise TabularError(
            _("This is not a file of preference sheets."),
            fix=_("Bring back the file that was saved here, with all of its columns."),
            file=file,
        )
    if len(table.rows) > MOST_ROWS:
        raise TabularError(_("The file has too many rows."), fix=_("Split it into several files."), file=file)
    found = Lines([], [], 0)
    empty, taken = 0, dict[tuple[int, int], int]()
    names = {folded(name): key for key, called in kinds.items() for name in (key, *called) if name}
    for index in range(header.first_row_index, len(table.rows)):
        cells = {key: _cell(table, index, column) for key, column in header.columns.items()}
        number = table.row_number(index)
        if not any(cells.get(key) for key in ANSWERS):
            empty += any(cells.values())
            continue
        try:
            found.lines.append(_line(number, cells, names, taken))
        except Unreadable as wrong:
            found.problems.append(
                Problem(number, heading_of(wrong.column), wrong.value, wrong.reason, wrong.fix)
            )
    return Lines(found.lines, found.problems, empty)


def _cell(table: Table, index: int, column: int) -> str:
    row: list[Cell] = table.rows[index]
    return plain_text(cell_text(row[column])) if column < len(row) else ""


def _line(
    number: int, cells: Mapping[str, str], names: Mapping[str, str], taken: dict[tuple[int, int], int]
) -> Line:
    who = cells.get("name", "")
    marks = cells["row"].split(".")
    if len(marks) != 2 or not all(_is_number(mark) for mark in (*marks, cells["revision"])):
        raise Unreadable(
            "row", who, _("The hidden columns of this row were changed."),
            _("Take a fresh file and enter the row there."),
        )  # fmt: skip
    place = int(marks[0]), int(marks[1])
    if (first := taken.setdefault(place, number)) != number:
        raise Unreadable(
            "row", who, _("Row %(row)s is about the same person.") % {"row": first}, _("Keep one of the two.")
        )  # fmt: skip
    reason = _protected(cells)
    return Line(
        number=number,
        round_id=place[0],
        person_id=place[1],
        seen=int(cells["revision"]),
        wishes=Wishes(
            intent=_chosen(cells, "intent", INTENTS),
            ranked=_ranked(cells),
            growth_classes=_kinds(cells["kinds"], names),
            places=cells["places"],
            concerns=cells["concerns"],
            may_dispatch=_chosen(cells, "dispatch", YES_NO) == "yes",
            protected=reason,
        ),
        keeps_protected=reason is None,
        said_by=cells.get("said_by", "") or who,
        who=who,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _chosen(cells: Mapping[str, str], key: str, words: Mapping[str, str]) -> str:
    text = cells.get(key, "")
    if not text:
        return ""
    found = meant(text, words)
    if found is None:
        raise Unreadable(
            key, text, _("This is none of the words of the list."),
            _("Choose one of: %(words)s.") % {"words": ", ".join(words.values())},
        )  # fmt: skip
    return found


def _ranked(cells: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    found: dict[int, str] = {}
    for rank in range(1, RANKS + 1):
        text = cells[f"post{rank}"]
        if not text:
            continue
        match = _NUMBERED.fullmatch(unicodedata.normalize("NFKC", text))
        if match is None:
            raise Unreadable(
                f"post{rank}", text, _("This is no post of the list."), _("Choose one from the list, or leave it empty.")
            )  # fmt: skip
        if int(match[1]) in found:
            raise Unreadable(f"post{rank}", text, _("A post is named once."), _("Keep one of the two."))
        found[int(match[1])] = cells[f"why{rank}"]
    return tuple(found.items())


def _kinds(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for part in filter(None, (folded(part) for part in _BETWEEN.split(text))):
        if part not in names:
            raise Unreadable(
                "kinds", part, _("There is no such kind of work."), _("Use the names of the sheet on how to fill it in.")
            )  # fmt: skip
        if names[part] not in found:
            found.append(names[part])
    return tuple(found)


def _protected(cells: Mapping[str, str]) -> Protected | None:
    given = {column.key: cells.get(column.key, "") for column in PROTECTED}
    if not any(given.values()):
        return None
    return Protected(
        kind=_chosen(given, "protected_kind", KINDS),
        ask=_chosen(given, "protected_ask", ASKS),
        text=given["protected_text"],
        until=_day(given["protected_until"]),
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except DateProblem as error:
        raise Unreadable("protected_until", text, str(error), _("Write a day such as 2027-03-31.")) from error
