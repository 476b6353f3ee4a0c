"""Office tables: CSV and Excel files in and out, as people keep them.

read_table or read_with_header -> find_header -> body: rows with the number the office sees, what was skipped and
why, and problems with a proposed fix. write_csv and write_xlsx go the other way. Nothing here knows what a column
means.
"""

from ikusei.lib.tabular.body import Body, NumberedRow, Skipped, body
from ikusei.lib.tabular.cells import Cell, Problem, Table, TabularError, cell_text, column_letters
from ikusei.lib.tabular.header import Header, find_header
from ikusei.lib.tabular.reading import list_sheets, read_table, read_with_header
from ikusei.lib.tabular.writing import CsvFile, Unwritten, write_csv, write_xlsx

__all__ = [
    "Body",
    "Cell",
    "CsvFile",
    "Header",
    "NumberedRow",
    "Problem",
    "Skipped",
    "Table",
    "TabularError",
    "Unwritten",
    "body",
    "cell_text",
    "column_letters",
    "find_header",
    "list_sheets",
    "read_table",
    "read_with_header",
    "write_csv",
    "write_xlsx",
]
