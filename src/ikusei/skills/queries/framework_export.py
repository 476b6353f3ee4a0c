"""A version as a file to take away: our JSON, our CSV files in a ZIP, or one workbook."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ikusei.lib.tabular.formulas import unguard
from ikusei.skills.formats import FrameworkData, write_csv, write_json
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.queries.framework_content import framework_data

_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_NUMBERS = re.compile(r"number|level|people|skill:.+")
"""The columns of our CSV files that hold whole numbers."""

_OLDEST_OF_ZIP = (1980, 1, 1, 0, 0, 0)
"""One fixed time for every file of a ZIP, so that the same content gives the same bytes."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to be sent or written."""

    name: str
    content_type: str
    content: bytes


def export_version(version: FrameworkVersion, kind: str) -> ExportFile:
    """The version as a file of one of the kinds of EXPORTS. Raises KeyError for another kind."""
    made = EXPORTS[kind]
    data = framework_data(version)
    # A label may hold any character; a file name in a header and on a disk may not.
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{data.key}-{data.version}")
    return ExportFile(f"{stem}.{made.ending}", made.content_type, made.write(data))


def zip_of(files: dict[str, bytes]) -> bytes:
    """A ZIP of files by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _OLDEST_OF_ZIP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, content)
    return target.getvalue()


def workbook_of(files: dict[str, bytes]) -> bytes:
    """A workbook with a sheet for each CSV file; text stays text, whatever it begins with."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    for name, content in files.items():
        sheet = workbook.create_sheet(name.removesuffix(".csv"))
        sheet.freeze_panes = "A2"
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        heading = next(rows)
        sheet.append([_cell(sheet, title, "", bold=True) for title in heading])
        for row in rows:
            sheet.append([_cell(sheet, value, title) for value, title in zip(row, heading, strict=True)])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _cell(sheet: Any, value: str, title: str, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if _NUMBERS.fullmatch(title) and _WHOLE.fullmatch(value):
        return int(value)
    text = unguard(value)
    if not bold and not text.startswith(("=", "#")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl would take it for a formula or an error value
    if bold:
        cell.font = Font(bold=True)
    return cell


@dataclass(frozen=True, slots=True)
class _Kind:
    ending: str
    content_type: str
    write: Callable[[FrameworkData], bytes]


EXPORTS = {
    "json": _Kind("json", "application/json", write_json),
    "csv": _Kind("zip", "application/zip", lambda data: zip_of(write_csv(data))),
    "xlsx": _Kind(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda data: workbook_of(write_csv(data)),
    ),
}
