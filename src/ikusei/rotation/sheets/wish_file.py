"""Preference sheets out as a workbook: one row a person, drop-downs for what is chosen, the posts on a sheet of their own."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ikusei.lib.tabular import column_letters
from ikusei.rotation.sheets.wish_columns import COLUMNS, INTENTS, PROTECTED, YES_NO, Column
from ikusei.rotation.wishing import Choices, Wishes

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

POSTS_SHEET = "ポスト Posts"

EXPLANATION = (
    ("記入方法", "How to fill it in"),
    (
        "色の付いた列に記入します。ポストは一覧から選びます（希望順に5つまで）。",
        "Fill in the coloured columns. Choose posts from the list, the first wish first, up to five.",
    ),
    (
        "「希望する業務」には、下にある名称を「、」で区切って書きます。",
        "Kinds of work: write the names below, separated by commas.",
    ),
    (
        "何も記入していない行は取り込みません。隠れている列は変更しないでください。",
        "A row left empty is not brought in. Leave the hidden columns as they are.",
    ),
    (
        "記入した用紙は人事担当へ送ります。下書きではなく、提出として扱います。",
        "Send it to the personnel section. What comes back counts as handed in.",
    ),
    (
        "保護される事情の欄は本人用の用紙にだけあり、人事担当だけが読みます。空欄のときは前の内容を変えません。",
        "The part for a protected reason is in a person's own form alone and is read by the personnel section alone. Left empty, it changes nothing.",
    ),
    (
        "申告の内容は人事評価には使いません。",
        "Nothing in it feeds appraisal.",
    ),
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One person's row: what it is recognised by when it comes back, who it is, and what is handed in so far."""

    row: str
    revision: int
    number: str
    name: str
    unit: str
    wishes: Wishes


def write_sheets(rows: Sequence[FileRow], choices: Choices, *, protected: bool) -> bytes:
    """The workbook. With `protected` the part for a protected reason is there, always empty: no file holds one that is known.

    Nothing in it becomes a formula; what is not to be filled in is locked.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = "自己申告 Preference sheets"
    columns = (*COLUMNS, *PROTECTED) if protected else COLUMNS
    _write_heading(sheet, columns)
    for place, row in enumerate(rows, 2):
        _write_row(sheet, place, columns, _cells(row, choices))
    offered = [post_words(choices, post.id) for post in choices.offered]
    _offer(sheet, columns, len(rows), posts=len(offered))
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    _write_posts(book, offered)
    _explain(book, choices)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def post_words(choices: Choices, post_id: int) -> str:
    """A post as the drop-down names it: its number, by which it is found again, and its name."""
    return f"{post_id}: {choices.labels.get(post_id, '')}"


def _cells(row: FileRow, choices: Choices) -> dict[str, str]:
    """Key of a column -> what stands in the row."""
    said = row.wishes
    cells = {
        "row": row.row,
        "revision": str(row.revision),
        "number": row.number,
        "name": row.name,
        "unit": row.unit,
        "intent": INTENTS.get(said.intent, ""),
        "kinds": "、".join(choices.kinds.get(key, key) for key in said.growth_classes),
        "places": said.places,
        "concerns": said.concerns,
        "dispatch": YES_NO["yes"] if said.may_dispatch else "",
    }
    for rank, (post_id, why) in enumerate(said.ranked, start=1):
        cells |= {f"post{rank}": post_words(choices, post_id), f"why{rank}": why}
    return cells


def _write_heading(sheet: "Worksheet", columns: Sequence[Column]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for index, column in enumerate(columns, 1):
        cell = sheet.cell(1, index, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFF4D6" if column.is_open else "E6E6E6")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        dimension = sheet.column_dimensions[column_letters(index - 1)]
        dimension.width = column.width
        dimension.hidden = column.is_hidden
    sheet.freeze_panes = "F2"


def _write_row(sheet: "Worksheet", place: int, columns: Sequence[Column], cells: dict[str, str]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Protection

    for index, column in enumerate(columns, 1):
        # Control characters, pasted into a text: no workbook can hold them, and one must not cost the whole file.
        cell = sheet.cell(place, index, ILLEGAL_CHARACTERS_RE.sub("", cells.get(column.key, "")))
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if column.is_open:
            cell.protection = Protection(locked=False)


def _offer(sheet: "Worksheet", columns: Sequence[Column], count: int, *, posts: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not count:
        return
    for index, column in enumerate(columns):
        formula = f'"{",".join(column.offers)}"' if column.offers else ""
        if column.is_post and posts:
            formula = f"'{POSTS_SHEET}'!$A$1:$A${posts}"
        if not formula:
            continue
        offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
        offer.errorTitle = column.heading[:32]
        offer.error = _("Choose one from the list, or leave it empty.")[:255]
        letters = column_letters(index)
        offer.add(f"{letters}2:{letters}{count + 1}")
        sheet.add_data_validation(offer)


def _write_posts(book: "Workbook", offered: Sequence[str]) -> None:
    sheet = book.create_sheet(POSTS_SHEET)
    for place, words in enumerate(offered, 1):
        sheet.cell(place, 1, words).data_type = "s"
    sheet.column_dimensions["A"].width = 70


def _explain(book: "Workbook", choices: Choices) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet("記入方法 How to")
    for place, texts in enumerate(EXPLANATION, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(place, column, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=place == 1)
    for place, name in enumerate(choices.kinds.values(), len(EXPLANATION) + 2):
        sheet.cell(place, 1, name).data_type = "s"
    sheet.column_dimensions["A"].width = 70
    sheet.column_dimensions["B"].width = 70
