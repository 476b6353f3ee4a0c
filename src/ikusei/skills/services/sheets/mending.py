"""The rows of a sheet that have to be mended, in the office's own columns."""

from ikusei.org.services.people_import import mend_file
from ikusei.skills.sheets.rows import Sheet


def mend_sheet(sheet: Sheet, *, is_csv: bool) -> bytes:
    """The file: the sheet's headings, then every row that has a problem with what is wrong and what to write."""
    return mend_file(sheet, sheet.faults.problems, is_csv=is_csv)
