"""What a table is made of: cells, rows with the office's numbers, and problems said to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

type Cell = str | int | float | bool | date | datetime | time | timedelta
"""One cell; a blank one is "". Text files give only str."""

MAX_BYTES = 64 * 2**20
MAX_CELLS = 5_000_000
MAX_TEXT = 32_767
"""Characters in one cell: Excel's own limit."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what stands there, why it is wrong, what to write instead.

    `row` is the number the office sees (None: the whole file); `column` is the heading, or the column's letter.
    """

    row: int | None
    column: str
    value: str
    reason: str
    fix: str
    file: str = ""

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem for JSON: row, column, value, reason, fix, and file where one is named."""
        named = {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "fix": self.fix,
        }
        return {"file": self.file, **named} if self.file else named


class TabularError(ValueError):
    """A file that cannot be read as a table; `problem` says where and what to do."""

    def __init__(
        self,
        reason: str,
        *,
        fix: str,
        row: int | None = None,
        column: str = "",
        value: str = "",
        file: str = "",
    ) -> None:
        super().__init__(reason)
        self.problem = Problem(row, column, value, reason, fix, file)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range, by 0-based indexes, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or text file: every row from the first of the file on, blank ones too, blank tail cut off.

    `encoding` is utf-8, cp932 or utf-16 for a text file, xlsx or xls for a workbook. Rows of a text file may
    differ in length; those of a workbook do not. `errors` are the cells of an XLSX sheet that show an error such
    as #N/A, by 0-based row and column; they are blank in `rows`.
    """

    rows: list[list[Cell]]
    encoding: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    delimiter: str = ""
    first_row_number: int = 1
    merged: tuple[Merged, ...] = ()
    errors: frozenset[tuple[int, int]] = frozenset()
    file: str = ""

    def row_number(self, index: int) -> int:
        """The number Excel or an editor shows for the row at this 0-based index."""
        return index + self.first_row_number


def cell_text(cell: Cell | None) -> str:
    """The cell as text, stripped: 5.0 -> "5", a day -> ISO, nothing -> ""."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return str(cell)


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether no cell holds anything but spaces."""
    return all(isinstance(cell, str) and (not cell or cell.isspace()) for cell in cells)


def column_letters(index: int) -> str:
    """The letters Excel shows above a 0-based column: 0 -> A, 27 -> AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
