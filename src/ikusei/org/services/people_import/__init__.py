"""Importing an employer's staff list, and taking the last import back."""

from ikusei.org.services.people_import.background import apply_later, check_later, undo_later
from ikusei.org.services.people_import.exporting import export_people
from ikusei.org.services.people_import.mending import mend_file
from ikusei.org.services.people_import.reporting import all_problems, report_of, rows_with_problems
from ikusei.org.services.people_import.running import (
    Columns,
    Outdated,
    Result,
    Stopped,
    apply_import,
    check_import,
    check_list,
    import_list,
    rows_to_mend,
    upload_list,
)
from ikusei.org.services.people_import.undoing import InUse, Obstacle, undo_import, undo_obstacles

__all__ = [
    "Columns",
    "InUse",
    "Obstacle",
    "Outdated",
    "Result",
    "Stopped",
    "all_problems",
    "apply_import",
    "apply_later",
    "check_import",
    "check_later",
    "check_list",
    "export_people",
    "import_list",
    "mend_file",
    "report_of",
    "rows_to_mend",
    "rows_with_problems",
    "undo_import",
    "undo_later",
    "undo_obstacles",
    "upload_list",
]
