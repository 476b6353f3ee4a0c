"""What every workbook reader does with the rows it was given."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from ikusei.lib.tabular.cells import MAX_TEXT, Cell, TabularError, column_letters, is_blank


def tidy_rows(rows: Iterable[Sequence[Cell]], left: int, file: str) -> list[list[Cell]]:
    """The rows with `left` blank columns before them, whole numbers as int, the blank tail cut off.

    Equal texts share one object, which halves the memory of a staff list. Raises TabularError on a text longer
    than Excel allows: such cells, repeated, are how a small file is made to fill the memory.
    """
    blank: list[Cell] = [""] * left
    shared = dict[str, str]().setdefault
    tidied: list[list[Cell]] = []
    for number, cells in enumerate(rows, 1):
        row = blank.copy()
        for cell in cells:
            if isinstance(cell, str):
                if len(cell) > MAX_TEXT:
                    raise _endless_text(number, len(row), file)
                row.append(shared(cell, cell))
            elif isinstance(cell, float) and cell.is_integer():
                row.append(int(cell))
            else:
                row.append(cell)
        tidied.append(row)
    while tidied and is_blank(tidied[-1]):
        tidied.pop()
    return tidied


def _endless_text(row: int, column: int, file: str) -> TabularError:
    return TabularError(
        _("The cell holds more than %(limit)s characters.") % {"limit": MAX_TEXT},
        fix=_("Shorten the text."),
        row=row,
        column=column_letters(column),
        file=file,
    )
