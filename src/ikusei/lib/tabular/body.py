"""The rows below the heading: what is data, what is not and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from ikusei.lib.tabular.cells import Cell, Problem, Table, cell_text, column_letters
from ikusei.lib.tabular.header import Header, heading_key

type Kind = Literal["blank", "total", "heading", "note"]

_TOTAL = re.compile(
    r"(合計|小計|中計|総計|総合計|累計|計|平均|(grand|sub)?total|sum|average)([0-9]*(人数?|名|件数?)?)"
)
# A part of the organisation or of time and its total: 総務局計, 総務課の計. Never 会計 or 設計, nor a person named 計.
_TOTAL_OF_A_PART = re.compile(
    r".+((局|部|課|室|所|係|担当|庁|署|班|科|校|院|館|場|職|級|男|女|別|年度|月)の?計|合計|小計|総計|total)"
)
_NOTE = re.compile(r"[※＊*]|[(（]?注[)）0-9０-９:：]|注記|備考|以上$|note", re.IGNORECASE)


class NumberedRow(NamedTuple):
    """A row of data with the number the office sees."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row left out: blank, a total, a heading repeated on a new page, or a note below the table."""

    row: int
    kind: Literal["blank", "total", "heading", "note"]
    text: str
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        """The same for JSON."""
        return {"row": self.row, "kind": self.kind, "text": self.text, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of data, the rows left out, and the rows that cannot be read as they are."""

    rows: list[NumberedRow]
    skipped: list[Skipped]
    problems: list[Problem]


def body(table: Table, header: Header) -> Body:
    """The rows below the heading; every one of them stands in exactly one of the three lists.

    A cell merged over several rows gives its value to each of them.
    """
    reasons: dict[Kind, str] = {
        "blank": _("The row is blank."),
        "total": _("The row is a total."),
        "heading": _("The row repeats the heading."),
        "note": _("The row is a note."),
    }
    heading = _filled(table.rows[header.first_row_index - 1])
    named = sum(map(bool, header.headings))
    result = Body([], [], [])
    for index in range(header.first_row_index, len(table.rows)):
        cells = table.rows[index]
        number = table.row_number(index)
        filled = _filled(cells)
        kind: Kind | None = "heading" if filled == heading else _kind(filled, named)
        if kind is not None:
            result.skipped.append(Skipped(number, kind, " ".join(filled)[:80], reasons[kind]))
        elif problem := _width_problem(table, header, number, cells) or _error_problem(table, header, index):
            result.problems.append(problem)
        else:
            result.rows.append(NumberedRow(number, cells))
    if table.merged:
        _fill_down(result.rows, table, header)
    return result


def _filled(cells: Sequence[Cell]) -> list[str]:
    return [text for cell in cells if (text := cell_text(cell))]


def _kind(filled: Sequence[str], named: int) -> Kind | None:
    """What a row is where it is not data, told from its filled cells and the number of named columns."""
    if not filled:
        return "blank"
    if len(filled) * 2 <= named:
        keys = [heading_key(text) for text in filled]
        if any(map(_TOTAL.fullmatch, keys)) or _TOTAL_OF_A_PART.fullmatch(keys[0]):
            return "total"
        if len(filled) == 1 and _NOTE.match(filled[0]):
            return "note"
    elif _TOTAL.fullmatch(heading_key(filled[0])):
        return "total"
    return None


def _width_problem(table: Table, header: Header, number: int, cells: Sequence[Cell]) -> Problem | None:
    """The problem of a text file's row whose cells do not stand under the headings; a workbook has none."""
    headings = header.headings
    if not table.delimiter or len(cells) == len(headings):
        return None
    extra = next((i for i in range(len(headings), len(cells)) if cell_text(cells[i])), None)
    if extra is not None:
        return Problem(
            number,
            column_letters(extra),
            cell_text(cells[extra]),
            _("The row has %(cells)s cells, the heading %(headings)s.")
            % {"cells": len(cells), "headings": len(headings)},
            _("Put a text that contains the separator between quotation marks."),
            table.file,
        )
    last_named = max((i for i, text in enumerate(headings) if text), default=-1)
    if len(cells) <= last_named:
        return Problem(
            number,
            headings[len(cells)] or column_letters(len(cells)),
            "",
            _("The row has %(cells)s cells, the heading %(headings)s.")
            % {"cells": len(cells), "headings": len(headings)},
            _("Add the missing cells; look for a line break inside a text."),
            table.file,
        )
    return None


def _error_problem(table: Table, header: Header, index: int) -> Problem | None:
    """The problem of a row in which a cell we need shows an error instead of a value."""
    if not table.errors:
        return None
    field = next((name for name, column in header.columns.items() if (index, column) in table.errors), None)
    if field is None:
        return None
    return Problem(
        table.row_number(index),
        header.column_name(field),
        "",
        _("The cell shows an error of Excel, such as #N/A."),
        _("Correct the formula, or write the value itself."),
        table.file,
    )


def _fill_down(rows: list[NumberedRow], table: Table, header: Header) -> None:
    """Give each row under a merged cell its value; the table's own rows stay as they were read."""
    places = {row.number: place for place, row in enumerate(rows)}
    for merged in table.merged:
        if merged.top < header.first_row_index or merged.top >= len(table.rows):
            continue
        value = table.rows[merged.top][merged.left] if merged.left < len(table.rows[merged.top]) else ""
        for index in range(merged.top + 1, min(merged.bottom + 1, len(table.rows))):
            place = places.get(table.row_number(index))
            if place is not None and value != "":
                number, cells = rows[place]
                rows[place] = NumberedRow(number, [*cells[: merged.left], value, *cells[merged.left + 1 :]])
