"""The confirmation sheet as a workbook: one row a person and skill, for whoever cannot reach the system."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ikusei.lib.tabular import column_letters
from ikusei.skills.models import Decision

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

WORDS = {
    Decision.AGREE: "確認する / confirm",
    Decision.DIFFER: "見方が異なる / differ",
    Decision.ASK: "根拠を求める / ask",
}
"""What stands in the drop-down: in both languages, so that a sheet can be brought back under either."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading in both languages, its width; whether the supervisor fills it in."""

    key: str
    heading: str
    width: int
    is_open: bool = False
    is_hidden: bool = False


COLUMNS = (
    Column("row", "照合用 Row", 12, is_hidden=True),
    Column("revision", "版 Revision", 12, is_hidden=True),
    Column("number", "職員番号 Staff number", 14),
    Column("name", "氏名 Name", 18),
    Column("skill", "スキル項目 Skill", 26),
    Column("level", "自己評価 Self", 10),
    Column("behaviour", "その行動 Behaviour", 48),
    Column("note", "本人の補足 Note", 30),
    Column("last", "前回の確認済評価 Last confirmed", 14),
    Column("decision", "判断 Decision", 24, is_open=True),
    Column("seen_level", "あなたの見るレベル Level you see", 14, is_open=True),
    Column("reason", "理由・求める根拠 Reason", 48, is_open=True),
)

EXPLANATION = (
    ("記入方法", "How to fill it in"),
    (
        "「判断」の列で一つ選びます。空欄の行は、まだ判断しないものとして扱います。",
        "Choose one word in the column Decision. A row left empty is not decided yet.",
    ),
    (
        "「見方が異なる」を選んだ行には、あなたの見るレベルと理由を書きます。本人が読み、一度返答できます。",
        "Where you differ, write the level you see and the reason. The person reads it and can answer once.",
    ),
    (
        "「根拠を求める」を選んだ行には、何を見たいかを「理由」の列に書きます。",
        "Where you ask for evidence, write what you would like to see in the column Reason.",
    ),
    (
        "行の並べ替えや削除はできます。隠れている列は変更しないでください。",
        "Rows may be sorted or deleted. Leave the hidden columns as they are.",
    ),
    (
        "本人がこの後に回答を改めた行は、取込時にお知らせします。",
        "Where the person has said something anew since, you are told when the sheet is brought in.",
    ),
    (
        "レベルは人事評価には使いません。",
        "Levels never feed appraisal.",
    ),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line. `row` and `revision` are what the sheet is recognised by when it comes back."""

    row: str
    revision: str
    number: str
    name: str
    skill: str
    level: int
    behaviour: str
    note: str
    last: int | None
    decision: str
    seen_level: int | None
    reason: str


def write_sheet(rows: Sequence[SheetRow], levels: Sequence[tuple[int, str]]) -> bytes:
    """The workbook: the sheet, what is not to be filled in locked, and the instructions in both languages.

    `levels`: number and words of the scale. Nothing in it becomes a formula.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = "確認 Confirmation"
    _write_heading(sheet)
    for place, row in enumerate(rows, 2):
        _write_row(sheet, place, row)
    _offer(sheet, len(rows), levels)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.sort = False
    sheet.protection.autoFilter = False
    _explain(book, levels)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_heading(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for index, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, index, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFF4D6" if column.is_open else "E6E6E6")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        dimension = sheet.column_dimensions[column_letters(index - 1)]
        dimension.width = column.width
        dimension.hidden = column.is_hidden
    sheet.freeze_panes = "F2"


def _write_row(sheet: "Worksheet", place: int, row: SheetRow) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Protection

    for index, column in enumerate(COLUMNS, 1):
        value: Any = getattr(row, column.key)
        if isinstance(value, str):
            # Control characters, pasted into a note: no workbook can hold them, and one must not cost the whole sheet.
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell = sheet.cell(place, index, "" if value is None else value)
        if isinstance(value, str):
            cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if column.is_open:
            cell.protection = Protection(locked=False)


def _offer(sheet: "Worksheet", count: int, levels: Sequence[tuple[int, str]]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not count:
        return
    offers = {
        "decision": ",".join(WORDS.values()),
        "seen_level": ",".join(str(number) for number, _words in levels),
    }
    for index, column in enumerate(COLUMNS):
        if column.key in offers:
            offer = DataValidation(
                type="list", formula1=f'"{offers[column.key]}"', allow_blank=True, showErrorMessage=True
            )
            offer.errorTitle = column.heading[:32]
            offer.error = _("Choose one from the list, or leave it empty.")[:255]
            letters = column_letters(index)
            offer.add(f"{letters}2:{letters}{count + 1}")
            sheet.add_data_validation(offer)


def _explain(book: "Workbook", levels: Sequence[tuple[int, str]]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet("記入方法 How to")
    for place, texts in enumerate(EXPLANATION, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(place, column, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=place == 1)
    for place, (number, words) in enumerate(levels, len(EXPLANATION) + 2):
        sheet.cell(place, 1, f"{number} {words}").data_type = "s"
    sheet.column_dimensions["A"].width = 70
    sheet.column_dimensions["B"].width = 70
