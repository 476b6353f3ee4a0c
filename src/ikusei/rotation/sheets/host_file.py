"""The sheet of a host: one row for each post and person it can speak of, out as a workbook and read back."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Problem, Table, TabularError, cell_text, column_letters, read_with_header
from ikusei.rotation.models import HostAsk
from ikusei.rotation.queries.host_wishes import Asked, Targets, WishLine
from ikusei.rotation.sheets.wish_columns import Column, folded, meant

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 5000
POST, PERSON = "post", "person"
ASKS: Mapping[str, str] = {
    HostAsk.NEED: "必要 / needed",
    HostAsk.KEEP: "残ってほしい / should stay",
    HostAsk.RETURN: "異動してよい / may go",
}
ALLOWED = {POST: (HostAsk.NEED,), PERSON: (HostAsk.KEEP, HostAsk.RETURN)}
COLUMNS = (
    Column("row", "照合用 Row", 12, is_open=False, is_hidden=True),
    Column("unit", "所属 Unit", 28, is_open=False),
    Column("subject", "ポスト・職員 Post or person", 36, is_open=False),
    Column("ask", "希望 Wish", 28, offers=tuple(ASKS.values())),
    Column("count", "人数 People", 10),
    Column("skill", "スキル項目 Skill", 32),
    Column("level", "レベル Level", 10),
    Column("text", "備考 Remarks", 48),
)
_HEADINGS = {column.key: (column.heading, *column.heading.split(" ", 1)) for column in COLUMNS}
_NEEDED = ("row", "ask", "count", "skill", "level", "text")
SKILLS_SHEET = "スキル項目 Skills"


@dataclass(frozen=True, slots=True)
class Lines:
    """What a sheet says, the rows that cannot be read, and how many were left empty."""

    asked: list[Asked]
    problems: list[Problem]
    empty: int


def write_host_sheet(targets: Targets, said: Sequence[WishLine], skills: Mapping[str, str]) -> bytes:
    """The workbook, with what was said before filled in; `skills`: key -> name. Nothing in it becomes a formula."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = "受入側の希望 Wishes of hosts"
    _write_heading(sheet)
    rows = _rows(targets, said, skills)
    for place, cells in enumerate(rows, 2):
        _write_row(sheet, place, cells)
    _offer(sheet, len(rows), len(skills))
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    names = book.create_sheet(SKILLS_SHEET)
    for place, (key, name) in enumerate(skills.items(), 1):
        names.cell(place, 1, f"{key}: {name}").data_type = "s"
    names.column_dimensions["A"].width = 60
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read_host_sheet(content: bytes, targets: Targets, skills: Mapping[str, str], *, file: str = "") -> Lines:
    """What a sheet says of the posts and people given. Raises TabularError where it is no such sheet."""
    table, header = read_with_header(content, _HEADINGS, file=file)
    if any(key not in header.columns for key in _NEEDED):
        raise TabularError(
            _("This is not a sheet of wishes of a host."),
            fix=_("Bring back the sheet that was saved here, with all of its columns."),
            file=file,
        )
    if len(table.rows) > MOST_ROWS:
        raise TabularError(
            _("The sheet has too many rows."), fix=_("Split it into several files."), file=file
        )
    found, taken = Lines([], [], 0), dict[str, int]()
    empty = 0
    for index in range(header.first_row_index, len(table.rows)):
        cells = {key: _cell(table, index, column) for key, column in header.columns.items()}
        if not any(cells[key] for key in ("ask", "count", "skill", "level", "text")):
            empty += any(cells.values())
            continue
        number = table.row_number(index)
        problem = _twice(cells["row"], number, taken)
        asked = problem or _asked(number, cells, targets, skills)
        (found.problems if isinstance(asked, Problem) else found.asked).append(asked)  # type: ignore[arg-type]  # each list takes its own kind
    return Lines(found.asked, found.problems, empty)


def _rows(targets: Targets, said: Sequence[WishLine], skills: Mapping[str, str]) -> list[dict[str, str]]:
    before = {_mark(line.wish.post_id, line.wish.person_id): line for line in said}
    subjects = [(POST, one.id, one.unit, one.label) for one in targets.posts.values()]
    subjects += [(PERSON, one.id, one.unit, one.name) for one in targets.people.values()]
    rows = []
    for kind, pk, unit, label in subjects:
        cells = {"row": f"{kind}.{pk}", "unit": unit, "subject": label}
        if line := before.get(cells["row"]):
            wish = line.wish
            named = f"{wish.skill_key}: {skills.get(wish.skill_key, '')}" if wish.skill_key else ""
            cells |= {"ask": ASKS[wish.ask], "skill": named, "text": wish.text}
            cells |= {"count": str(wish.count) if kind == POST else ""}
            cells |= {"level": "" if wish.level is None else str(wish.level)}
        rows.append(cells)
    return rows


def _mark(post_id: int | None, person_id: int | None) -> str:
    return f"{POST}.{post_id}" if post_id is not None else f"{PERSON}.{person_id}"


def _twice(mark: str, number: int, taken: dict[str, int]) -> Problem | None:
    first = taken.setdefault(mark, number)
    if first == number:
        return None
    reason = _("Row %(row)s is about the same post or person.") % {"row": first}
    return _problem(number, "row", mark, reason, _("Keep one of the two."))


def _asked(
    number: int, cells: Mapping[str, str], targets: Targets, skills: Mapping[str, str]
) -> Asked | Problem:
    kind, _dot, digits = cells["row"].partition(".")
    pk = _whole(digits)
    subjects: Mapping[str, Mapping[int, object]] = {POST: targets.posts, PERSON: targets.people}
    known = subjects.get(kind, {})
    if pk is None or pk not in known:
        return _problem(
            number,
            "row",
            cells.get("subject", ""),
            _("This post or person is not among those that this host can speak of today."),
            _("Take a fresh sheet and enter the row there."),
        )
    ask = meant(cells["ask"], ASKS)
    if ask not in ALLOWED[kind]:
        words = ", ".join(ASKS[one] for one in ALLOWED[kind])
        return _problem(
            number,
            "ask",
            cells["ask"],
            _("No wish is chosen, or not one that fits the row."),
            _("Choose one of: %(words)s.") % {"words": words},
        )
    count = _whole(cells["count"]) if cells["count"] else 1
    if count is None or not 1 <= count <= 99:
        reason = _("Between 1 and 99 people can be wished for.")
        return _problem(number, "count", cells["count"], reason, _("Write a number."))
    skill = _skill(cells["skill"], skills)
    if skill is None:
        reason, fix = _("There is no such skill."), _("Choose one from the list of skills.")
        return _problem(number, "skill", cells["skill"], reason, fix)
    level = _whole(cells["level"]) if cells["level"] else None
    if bool(skill) != (level is not None):
        reason = _("A skill is named together with its level.")
        return _problem(number, "level", cells["level"], reason, _("Fill in both, or neither."))
    post, person = (pk, None) if kind == POST else (None, pk)
    text = cells["text"].replace("\0", "")[:2000]
    return Asked(str(ask), post, person, count if kind == POST else 1, skill, level, text)


def _skill(text: str, skills: Mapping[str, str]) -> str | None:
    """The key of a skill named by key, by name or by both; "" for none, None for an unknown one."""
    if not text.strip():
        return ""
    wanted = folded(text)
    for key, name in skills.items():
        if wanted in {folded(key), folded(name), folded(f"{key}: {name}")}:
            return key
    key = text.partition(":")[0].strip()
    return key if key in skills else None


def _whole(text: str) -> int | None:
    plain = folded(text)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else None


def _cell(table: Table, index: int, column: int) -> str:
    row = table.rows[index]
    return cell_text(row[column]) if column < len(row) else ""


def _problem(number: int, key: str, value: str, reason: str, fix: str) -> Problem:
    heading = next(column.heading for column in COLUMNS if column.key == key)
    return Problem(number, heading, value, reason, fix)


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
    sheet.freeze_panes = "D2"


def _write_row(sheet: "Worksheet", place: int, cells: Mapping[str, str]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Protection

    for index, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(place, index, ILLEGAL_CHARACTERS_RE.sub("", cells.get(column.key, "")))
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if column.is_open:
            cell.protection = Protection(locked=False)


def _offer(sheet: "Worksheet", count: int, skills: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    for index, column in enumerate(COLUMNS if count else ()):
        formula = f'"{",".join(column.offers)}"' if column.offers else ""
        if column.key == "skill" and skills:
            formula = f"'{SKILLS_SHEET}'!$A$1:$A${skills}"
        if formula:
            offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
            letters = column_letters(index)
            offer.add(f"{letters}2:{letters}{count + 1}")
            sheet.add_data_validation(offer)
