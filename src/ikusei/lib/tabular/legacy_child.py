"""Program of its own: an XLS workbook on standard input -> its visible sheets as JSON on standard output.

Run by `legacy` and never imported, so that it may fail in any way it likes. It knows nothing of this project.
"""

import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MAX_MEMORY = 2**30
DAMAGED, PROTECTED = 2, 3


def main() -> int:
    """0 once everything is written; DAMAGED or PROTECTED where calamine says so itself."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as workbook:
            visible = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            json.dump([_sheet(workbook, name) for name in visible], sys.stdout, default=_tagged)
    except PasswordError:
        return PROTECTED
    except CalamineError:
        return DAMAGED
    return 0


def _sheet(workbook: CalamineWorkbook, name: str) -> dict[str, object]:
    sheet = workbook.get_sheet_by_name(name)
    return {
        "name": name,
        "left": sheet.start[1] if sheet.start else 0,
        "rows": list(sheet.iter_rows()) if sheet.start else [],
        "merged": sheet.merged_cell_ranges or [],
    }


def _tagged(value: object) -> dict[str, str]:
    """A day or time as JSON can carry it: {"date": "2025-04-01"}."""
    return {type(value).__name__: str(value)}


if __name__ == "__main__":
    sys.exit(main())
