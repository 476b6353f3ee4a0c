"""Tables -> CSV and XLSX files that Excel opens as they are, and that run nothing in it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ikusei.lib.tabular.cells import Cell, column_letters
from ikusei.lib.tabular.formulas import guard
from ikusei.lib.text import encodable, fit_encoding

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as OfficeCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

GETA = "〓"
"""What stands for a character the encoding cannot write: the printers' mark for a missing type."""

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_SHEET_NAME = 31


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A character replaced by 〓: row as the file has it (1-based), column letter, and the character."""

    row: int
    column: str
    character: str
    value: str

    def as_dict(self) -> dict[str, str | int]:
        """The same for JSON, with the character's code point for whoever has no font for it."""
        return {
            "row": self.row,
            "column": self.column,
            "character": self.character,
            "code": f"U+{ord(self.character):04X}",
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class CsvFile:
    """The bytes of a CSV file, and what its encoding could not write."""

    content: bytes
    unwritten: list[Unwritten]


def write_csv(rows: Iterable[Sequence[Cell | None]], encoding: str = "utf-8-sig") -> CsvFile:
    """The rows as a CSV file for Excel: utf-8-sig (with byte order mark) or cp932, lines ended by CR LF.

    Days are written as 2026-04-01, None as nothing. Text that Excel would run as a formula gets a ' before it,
    which read_table takes away again. Characters outside cp932 become 〓 and are listed, each once per cell.
    """
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    target = io.BytesIO()
    unwritten: list[Unwritten] = []
    with io.TextIOWrapper(target, encoding=encoding, newline="", write_through=True) as stream:
        writer = csv.writer(stream)
        for number, row in enumerate(rows, 1):
            written = [_csv_text(cell) for cell in row]
            if encodable("".join(written), plain):
                for column, text in enumerate(written):
                    bad = encodable(text, plain)
                    written[column] = text.translate(dict.fromkeys(map(ord, bad), GETA))
                    unwritten += [Unwritten(number, column_letters(column), sign, text) for sign in bad]
            writer.writerow([fit_encoding(text, plain) for text in written])
        stream.flush()
        return CsvFile(target.getvalue(), unwritten)


def write_xlsx(
    rows: Iterable[Sequence[Cell | None]],
    *,
    sheet_name: str = "Sheet1",
    widths: Sequence[float] = (),
    header_rows: int = 1,
) -> bytes:
    """The rows as an XLSX workbook of one sheet, written row by row so that memory stays small.

    The first `header_rows` rows are bold on grey, stay in view and carry a filter; `widths` are column widths in
    characters. Text is always stored as text: nothing in it becomes a formula.
    """
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_sheet_name(sheet_name))
    for column, width in enumerate(widths):
        sheet.column_dimensions[column_letters(column)].width = width
    if header_rows:
        sheet.freeze_panes = f"A{header_rows + 1}"
    most = count = 0
    for count, row in enumerate(rows, 1):
        most = max(most, len(row))
        sheet.append([_xlsx_cell(sheet, cell, heading=count <= header_rows) for cell in row])
    if header_rows and most and count >= header_rows:
        sheet.auto_filter.ref = f"A{header_rows}:{column_letters(most - 1)}{count}"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _csv_text(cell: Cell | None) -> str:
    if isinstance(cell, str):
        return guard(cell.replace("\0", ""))
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _sheet_name(name: str) -> str:
    """The name as Excel allows it: at most 31 characters, none of []:*?/\\ in it."""
    return _NOT_IN_SHEET_NAMES.sub("_", name)[:_LONGEST_SHEET_NAME].strip("'") or "Sheet1"


def _xlsx_cell(
    sheet: "WriteOnlyWorksheet", cell: Cell | None, *, heading: bool
) -> "Cell | OfficeCell | None":
    """What openpyxl is given: the plain value where it would read it rightly, a cell marked as text elsewhere."""
    if isinstance(cell, datetime) and cell.tzinfo:
        cell = cell.replace(tzinfo=None)  # Excel knows no time zones
    if isinstance(cell, str):
        cell = _NOT_IN_XML.sub("", cell)
        if not heading and not cell.startswith(("=", "#")):
            return cell
    elif not heading:
        return cell
    return _styled(sheet, cell, heading=heading)


def _styled(sheet: "WriteOnlyWorksheet", value: Cell | None, *, heading: bool) -> "OfficeCell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    styled: OfficeCell = WriteOnlyCell(sheet)
    styled.value = value
    if isinstance(value, str):
        styled.data_type = "s"
    if heading:
        styled.font = Font(bold=True)
        styled.fill = PatternFill("solid", start_color="E6E6E6")
        styled.alignment = Alignment(vertical="center", wrap_text=True)
    return styled
