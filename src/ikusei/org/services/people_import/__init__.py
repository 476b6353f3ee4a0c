"""Importing an employer's staff list, and taking the last import back."""

from ikusei.org.services.people_import.exporting import export_people
from ikusei.org.services.people_import.mending import mend_file
from ikusei.org.services.people_import.reach import employers_for, require_employer
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
    start_import,
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
    "check_import",
    "check_list",
    "employers_for",
    "export_people",
    "import_list",
    "mend_file",
    "report_of",
    "require_employer",
    "rows_with_problems",
    "start_import",
    "undo_import",
    "undo_obstacles",
]
