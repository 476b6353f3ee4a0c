"""The sheet that an office fills in and brings back: people down, skills across, today's levels in the cells."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ikusei.lib.fields import pick_text
from ikusei.lib.tabular import column_letters
from ikusei.skills.sheets.catalogue import Catalogue
from ikusei.skills.sheets.columns import FIELDS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

PERSON_COLUMNS = ("number", "name", "kana", "unit", "standing", "rater", "date")
WIDTHS = (14, 18, 20, 24, 13, 12, 13)
HEADING_ROWS = 2


@dataclass(frozen=True, slots=True)
class TemplatePerson:
    """One row: who, where, and the levels held by the skill's primary key."""

    number: str
    name: str
    kana: str
    unit: str
    levels: Mapping[int, int]


def write_template(people: Sequence[TemplatePerson], catalogue: Catalogue, *, on: date) -> bytes:
    """The workbook: the sheet, and a second one that says how to fill it in.

    Every cell of a level offers the scale's numbers. Nothing in it becomes a formula. What is left as it is says nothing
    when the sheet comes back: the column 出力時点 (levels as of) tells.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = _("Skill sheet")
    _write_heading(sheet, catalogue)
    for row, person in enumerate(people, HEADING_ROWS + 1):
        cells = (person.number, person.name, person.kana, person.unit, on.isoformat(), "", "")
        for column, text in enumerate(cells, 1):
            if text:
                cell = sheet.cell(row, column, text)
                cell.data_type = "s"
        for place, skill in enumerate(catalogue.skills, len(PERSON_COLUMNS) + 1):
            if (level := person.levels.get(skill.pk)) is not None:
                sheet.cell(row, place, level)
    _offer_levels(sheet, catalogue, len(people))
    _explain(book, catalogue)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_heading(sheet: "Worksheet", catalogue: Catalogue) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for column, (key, width) in enumerate(zip(PERSON_COLUMNS, WIDTHS, strict=True), 1):
        sheet.cell(HEADING_ROWS, column, FIELDS[key].name)
        sheet.column_dimensions[column_letters(column - 1)].width = width
    first = len(PERSON_COLUMNS) + 1
    for column, skill in enumerate(catalogue.skills, first):
        names = dict(zip(("ja", "en"), skill.groups, strict=False))
        sheet.cell(1, column, pick_text(names))
        sheet.cell(HEADING_ROWS, column, skill.name)
        sheet.column_dimensions[column_letters(column - 1)].width = 12
    start = 0
    for index in range(1, len(catalogue.skills) + 1):
        skills = catalogue.skills
        if index == len(skills) or skills[index].groups != skills[start].groups:
            for column in range(first + start + 1, first + index):
                sheet.cell(1, column).value = None
            if index - start > 1:
                sheet.merge_cells(
                    start_row=1, end_row=1, start_column=first + start, end_column=first + index - 1
                )
            start = index
    for row in sheet.iter_rows(1, HEADING_ROWS, 1, first + len(catalogue.skills) - 1):
        for cell in row:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", start_color="E6E6E6")
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = f"C{HEADING_ROWS + 1}"


def _offer_levels(sheet: "Worksheet", catalogue: Catalogue, people: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not people or not catalogue.skills or not catalogue.scale.steps:
        return
    numbers = ",".join(str(step.number) for step in catalogue.scale.steps)
    offer = DataValidation(type="list", formula1=f'"{numbers}"', allow_blank=True, showErrorMessage=True)
    offer.errorTitle = _("Level")
    offer.error = (_("Write one of: %(levels)s.") % {"levels": catalogue.scale.words})[:255]
    first = column_letters(len(PERSON_COLUMNS))
    last = column_letters(len(PERSON_COLUMNS) + len(catalogue.skills) - 1)
    offer.add(f"{first}{HEADING_ROWS + 1}:{last}{HEADING_ROWS + people}")
    sheet.add_data_validation(offer)


def _explain(book: "Workbook", catalogue: Catalogue) -> None:
    sheet = book.create_sheet(_("How to fill it in"))
    lines = [
        _("Change the levels that have changed, and write levels where there were none."),
        _("A level that is left as it is says nothing new."),
        _("To say all levels of a row again, write the day into the column %(column)s.")
        % {"column": FIELDS["date"].name},
        _("An empty cell or - says nothing."),
        _("Where the column %(column)s is empty, the rater chosen when the sheet is brought in counts.")
        % {"column": FIELDS["rater"].name},
    ]
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, line)
    for row, step in enumerate(catalogue.scale.steps, len(lines) + 2):
        sheet.cell(row, 1, step.words).data_type = "s"
    sheet.column_dimensions["A"].width = 90
