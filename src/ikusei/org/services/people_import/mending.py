"""The rows to be mended, in the office's own columns, with what is wrong and what to write."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Cell, Problem, write_csv, write_xlsx


class ListToMend(Protocol):
    """A list as read: the headings of its columns, and each row's own cells by the number the office sees."""

    @property
    def headings(self) -> Sequence[str]: ...
    @property
    def cells(self) -> Mapping[int, Sequence[Cell]]: ...


def mend_file(staff: ListToMend, problems: Sequence[Problem], *, is_csv: bool) -> bytes:
    """The file: the list's headings and two more, then every row that has a problem, as it was read.

    Problems of the whole list are not in it. CSV in UTF-8 with byte order mark, which Excel and the import both read.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.row is not None:
            by_row[problem.row].append(problem)
    width = len(staff.headings)
    rows: list[list[Cell]] = [[*staff.headings, _("Row"), _("Reason"), _("What to do")]]
    for number, found in sorted(by_row.items()):
        cells = [*staff.cells.get(number, ())][:width]
        reasons = "\n".join(f"{problem.column}: {problem.reason}".removeprefix(": ") for problem in found)
        fixes = "\n".join(dict.fromkeys(problem.fix for problem in found))
        rows.append([*cells, *[""] * (width - len(cells)), number, reasons, fixes])
    return write_csv(rows).content if is_csv else write_xlsx(rows, sheet_name=_("Rows to be mended"))
