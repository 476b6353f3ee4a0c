"""XLSX -> Table, through calamine, behind the guards of `package`."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import Merged, Table
from ikusei.lib.tabular.legacy import LegacyBook
from ikusei.lib.tabular.package import Package
from ikusei.lib.tabular.sheets import tidy_rows

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


class Book:
    """An open XLSX workbook: the names of its visible sheets, and the table of any of its sheets."""

    def __init__(self, workbook: "CalamineWorkbook", package: Package, file: str) -> None:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        self._workbook = workbook
        self._package = package
        self._file = file
        self.visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]

    def table(self, sheet: str) -> Table:
        """The sheet's table; whole numbers come as int, days as date, error values (#N/A) as blanks told in errors.

        Raises TabularError: no such sheet, too large once unpacked, damaged.
        """
        if sheet not in self._workbook.sheet_names:
            raise faults.no_such_sheet(sheet, self._workbook.sheet_names, self._file)
        errors = self._package.check_sheet(sheet)
        loaded = self._workbook.get_sheet_by_name(sheet)
        ranges = loaded.merged_cell_ranges or ()
        return Table(
            tidy_rows(loaded.iter_rows(), loaded.start[1], self._file) if loaded.start else [],
            "xlsx",
            sheet=sheet,
            sheets=tuple(self.visible),
            merged=tuple(Merged(*start, *end) for start, end in ranges),
            errors=errors,
            file=self._file,
        )


@contextmanager
def opened(data: bytes, *, file: str = "") -> Iterator[Book | LegacyBook]:
    """The open workbook; what calamine finds wrong with it is said in our words."""
    if not data.startswith(b"PK"):
        yield LegacyBook(data, file)
        return
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    package = Package(data, file)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            yield Book(workbook, package, file)
    except PasswordError as error:
        raise faults.protected(file) from error
    except CalamineError as error:
        raise faults.damaged(file) from error
