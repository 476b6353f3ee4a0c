"""CSV files as tables whose cells know their row, and a complaint for every way in which a file is broken."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from .report import At, Report
from .values import broken_character, clean, folded

DELIMITERS = ",;\t"


class Source(NamedTuple):
    """A file as it came: its name, for messages and as a hint of what it holds, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one import may hold: bytes and rows per file, files per import."""

    max_bytes: int = 20_000_000
    max_rows: int = 100_000
    max_files: int = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the row a spreadsheet shows it in, the line its text starts at, its cells by heading."""

    file: str
    number: int
    line: int
    cells: dict[str, str]
    written: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cleaned text under a heading, "" where the table has no such column."""
        return self.cells.get(column, "")

    def at(self, column: str | None = None) -> At:
        """The place of a cell, its column named as the file writes it."""
        return At(
            self.file,
            self.number,
            self.written.get(column, column) if column else None,
            self.line,
            written=self.written,
        )


@dataclass(slots=True)
class Table:
    """A heading and the rows below it; `cut` where the last line has no end.

    `columns` are our names, `written` maps them to the words of the file where those differ.
    """

    file: str
    columns: list[str]
    written: dict[str, str] = field(default_factory=dict)
    header_row: int = 1
    header_line: int = 1
    rows: list[Row] = field(default_factory=list)
    cut: bool = False

    def at(self, column: str | None = None) -> At:
        """The place of a column's heading."""
        return At(
            self.file,
            self.header_row,
            self.written.get(column, column) if column else None,
            self.header_line,
            written=self.written,
        )

    def require(self, columns: Iterable[str], report: Report) -> bool:
        """True where every column is there; a problem for each that is missing."""
        missing = [column for column in columns if column not in self.columns]
        for column in missing:
            near = report.nearest(column, self.columns)
            fix = (
                _("Rename the heading “%(near)s” to “%(column)s”.") % {"near": near, "column": column}
                if near
                else _("Add the column “%(column)s”, or check that this is the right file.")
                % {"column": column}
            )
            report.problem(self.at(column), _("The column is missing."), fix, ", ".join(self.columns))
        return not missing

    def skip_columns_except(self, known: Container[str], report: Report) -> None:
        """Says of every column that is not known that it is not read."""
        for column in self.columns:
            if column and column not in known:
                report.skip(
                    self.at(column), _("The column is not part of the format and is not read."), column
                )


class Record(NamedTuple):
    number: int
    line: int
    cells: list[str]


def decode(source: Source, report: Report, *, japanese_windows: bool = False) -> str | None:
    """The file's text: UTF-8 with or without mark and, where asked, CP932 (Excel in Japan); else None."""
    content = source.content
    binary = _binary_kind(content)
    if binary:
        fix = _("Save it as “CSV UTF-8 (comma delimited)” or give our JSON.")
        report.problem(At(source.name), binary, fix)
        return None
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        if japanese_windows:
            text = _from_japanese_windows(content)
            if text is not None:
                return text
        _complain_of_encoding(source, error, report)
        return None


def read_table(
    source: Source, text: str, report: Report, limits: Limits, *, canonical: Callable[[str], str] = str
) -> Table | None:
    """The table of a CSV text; None where not even a heading can be read.

    The first row that is not blank is the heading; `canonical` turns its words into our names. Every broken
    row is a problem of its own.
    """
    table: Table | None = None
    found = len(report.problems)
    for record in _records(source.name, text, _delimiter(text), report):
        if not any(cell.strip() for cell in record.cells):
            continue
        if table is None:
            table = _table(record, source.name, canonical)
            _check_heading(table, report)
            continue
        if len(table.rows) >= limits.max_rows:
            report.problem(
                At(source.name, record.number, None, record.line),
                _("The file has more than %(limit)d rows.") % {"limit": limits.max_rows},
                _("Split it, or check that it is the right file."),
            )
            return table
        row = _row(table, record, report)
        if row:
            table.rows.append(row)
    if table is None:
        if len(report.problems) == found:
            fix = _("Give the file as it was published or exported.")
            report.problem(At(source.name, 1, None, 1), _("The file is empty."), fix)
        return None
    table.cut = text[-1] not in "\r\n"
    return table


def heading_of(text: str) -> list[str]:
    """The words of the first row that is not blank, for guessing; [] where the first 100 rows have none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for cells in islice(reader, 100):
            if any(cell.strip() for cell in cells):
                return [clean(cell) for cell in cells]
    except csv.Error:
        return []
    return []


def _binary_kind(content: bytes) -> str:
    """A sentence where the bytes are no text at all, else ""."""
    if content.startswith(b"PK\x03\x04"):
        return _("This is an Excel workbook or a ZIP file, not a CSV or JSON file.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _("This is an old Excel workbook (.xls), not a CSV or JSON file.")
    if content.startswith((b"\x1f\x8b", b"%PDF")):
        return _("This is a compressed file or a PDF, not a CSV or JSON file.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _("The file is written in UTF-16 (“Unicode text”), not in UTF-8.")
    return ""


def _from_japanese_windows(content: bytes) -> str | None:
    """The text where the bytes are CP932 and read like Japanese.

    Western letters with accents and curly quotation marks often pass as CP932, but then stand alone, one odd
    kanji between ASCII letters; Japanese stands in runs.
    """
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError:
        return None
    in_runs = sum(len(run) for run in re.findall("[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]{2,}", text))
    foreign = len(re.findall("[^\x00-\x7f]", text))
    return text if in_runs and in_runs * 2 >= foreign else None


def _complain_of_encoding(source: Source, error: UnicodeDecodeError, report: Report) -> None:
    start = error.start + len(source.content) - len(error.object)
    before = error.object[: error.start].decode(errors="replace")
    line = len(re.findall(r"\r\n|\r|\n", before)) + 1
    row, column = None, None
    try:
        rows = list(csv.reader(io.StringIO(before, newline=""), delimiter=_delimiter(before)))
    except csv.Error:
        rows = []
    if rows:
        ended = before.endswith(("\r", "\n")) and _quotes_closed(before)
        row = len(rows) + 1 if ended else len(rows)
        position = 0 if ended else len(rows[-1]) - 1
        column = clean(rows[0][position]) if row > 1 and position < len(rows[0]) else None
    report.problem(
        At(source.name, row, column, line),
        _("The file is not written in UTF-8: byte %(offset)d cannot be read.") % {"offset": start + 1},
        _("Save it as “CSV UTF-8 (comma delimited)”."),
        f"0x{source.content[start]:02X}",
    )


def _quotes_closed(text: str) -> bool:
    return text.count('"') % 2 == 0


def _delimiter(text: str) -> str:
    """The sign between the cells of the first line: a comma, or what Excel writes in its place."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n, ;\t")[:10_000]).split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def _records(file: str, text: str, delimiter: str, report: Report) -> Iterator[Record]:
    """The records of the text up to the first that no CSV reader can take, which is a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line, heading = 0, 1, list[str]()
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _complain_of_record(
                At(file, number, None, line), _Broken(text, delimiter, heading, str(error)), report
            )
            return
        if not heading:
            heading = cells
        yield Record(number, line, cells)
        line = reader.line_num + 1


class _Broken(NamedTuple):
    """What a record that no CSV reader can take is explained with."""

    text: str
    delimiter: str
    heading: list[str]
    error: str


def _complain_of_record(at: At, broken: _Broken, report: Report) -> None:
    heading, error = broken.heading, broken.error
    rest = io.StringIO(broken.text, newline="")
    for _skipped in range((at.line or 1) - 1):
        rest.readline()
    try:
        cells = next(csv.reader(rest, delimiter=broken.delimiter), [""])
    except csv.Error:
        cells = [""]
    column = clean(heading[len(cells) - 1]) if 0 < len(cells) <= len(heading) else None
    if "unexpected end" in error:
        reason = _("The file ends inside a cell: it is cut off, or a quotation mark is not closed.")
    elif "field limit" in error:
        reason = _("A cell is longer than 131,072 characters: a quotation mark is probably not closed.")
    else:
        reason = _("The quotation marks of this row do not match.")
    report.problem(
        At(at.file, at.row, column, at.line),
        reason,
        _("Get the whole file again, or close the quotation mark."),
        cells[-1],
    )


def _table(record: Record, file: str, canonical: Callable[[str], str]) -> Table:
    headings = [clean(cell) for cell in record.cells]
    while headings and not headings[-1]:
        headings.pop()
    columns = [canonical(heading) for heading in headings]
    written = {
        column: heading for column, heading in zip(columns, headings, strict=True) if column != heading
    }
    return Table(file, columns, written, record.number, record.line)


def _check_heading(table: Table, report: Report) -> None:
    seen: set[str] = set()
    for position, column in enumerate(table.columns, start=1):
        if not column:
            report.problem(
                table.at(str(position)),
                _("Column %(position)d has no heading.") % {"position": position},
                _("Write the column's heading, or delete the column."),
            )
        elif folded(column) in seen:
            report.problem(
                table.at(column),
                _("This heading stands twice."),
                _("Delete or rename one of the columns."),
                column,
            )
        seen.add(folded(column))


def _row(table: Table, record: Record, report: Report) -> Row | None:
    """The record as a row; None where it is broken, which is a problem."""
    width = len(table.columns)
    at = At(table.file, record.number, None, record.line)
    extra = [
        (position, cell)
        for position, cell in enumerate(record.cells[width:], start=width + 1)
        if cell.strip()
    ]
    if extra:
        position, cell = extra[0]
        reason = _("The row has %(cells)d cells, the heading has %(columns)d.") % {
            "cells": position,
            "columns": width,
        }
        report.problem(
            At(table.file, record.number, str(position), record.line),
            reason,
            _("Put a cell that holds a comma in quotation marks, or delete the extra cells."),
            cell,
        )
        return None
    if len(record.cells) < width:
        reason = _("The row has %(cells)d cells, the heading has %(columns)d.") % {
            "cells": len(record.cells),
            "columns": width,
        }
        missing = table.columns[len(record.cells)]
        fix = _("Complete the row; if it is the last one, the file is cut off: get it again.")
        report.problem(At(at.file, at.row, missing, at.line), reason, fix, record.cells[-1])
        return None
    for column, cell in zip(table.columns, record.cells, strict=False):
        character = broken_character(cell)
        if character:
            reason = _("The cell holds a character that no text may hold: %(character)s.") % {
                "character": character
            }
            report.problem(At(at.file, at.row, column, at.line), reason, _("Delete the character."), cell)
    cells = {column: clean(cell) for column, cell in zip(table.columns, record.cells, strict=False)}
    return Row(table.file, record.number, record.line, cells, table.written)
