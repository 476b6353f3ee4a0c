"""XLS, Excel's format until 2003 -> Table, read by a process of its own.

On a damaged XLS file calamine panics, which no except clause of ours may catch, or asks for whatever memory the
damage spells; the format has no checksums that would tell beforehand. Such files are rare by now and worth a child.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import Cell, Merged, Table
from ikusei.lib.tabular.sheets import tidy_rows

_CHILD = Path(__file__).with_name("legacy_child.py")
_SECONDS = 120
_PROTECTED = 3


class LegacyBook:
    """A read XLS workbook: the names of its visible sheets, and their tables."""

    def __init__(self, data: bytes, file: str = "") -> None:
        """Read all visible sheets; raises TabularError where the file is damaged, protected or too large."""
        self._file = file
        self._sheets = {sheet["name"]: sheet for sheet in _read(data, file)}
        self.visible = list(self._sheets)

    def table(self, sheet: str) -> Table:
        """The sheet's table."""
        found = self._sheets.get(sheet)
        if found is None:
            raise faults.no_such_sheet(sheet, self.visible, self._file)
        return Table(
            tidy_rows(found["rows"], found["left"], self._file),
            "xls",
            sheet=sheet,
            sheets=tuple(self.visible),
            merged=tuple(Merged(*start, *end) for start, end in found["merged"]),
            file=self._file,
        )


def _read(data: bytes, file: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the file in the arguments
            command, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise faults.damaged(file) from error
    if child.returncode == _PROTECTED:
        raise faults.protected(file)
    if child.returncode:
        raise faults.damaged(file)
    sheets: list[dict[str, Any]] = json.loads(child.stdout, object_hook=_untagged)
    return sheets


def _untagged(value: dict[str, Any]) -> dict[str, Any] | Cell:
    """A sheet as it is; a tagged day or time as the day or time."""
    match value:
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"time": str(text)}:
            return time.fromisoformat(text)
        case {"timedelta": str(text)}:
            return _duration(text)
    return value


def _duration(text: str) -> timedelta:
    """The duration that str() wrote: [N day[s], ]H:MM:SS."""
    days, _comma, clock = text.rpartition(", ")
    hours, minutes, seconds = clock.split(":")
    return timedelta(
        days=int(days.split()[0]) if days else 0,
        hours=int(hours),
        minutes=int(minutes),
        seconds=float(seconds),
    )
