"""The steward's table of certificates as files: JSON (`ikusei-certificates/1`) and a table (CSV, XLSX), both ways.

Pure: content in, rows and problems out. `docs/formats/certificates.md` describes the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ikusei.lib.dates import DateProblem, parse_date
from ikusei.lib.tabular import Problem, TabularError, body, cell_text, read_with_header, write_csv
from ikusei.skills.formats.values import broken_character, whole_number

FORMAT = "ikusei-certificates/1"
MOST_ROWS = 5_000
"""Rows of one file: hundreds of certificates in every skill of a framework."""

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY_LENGTH, NAME_LENGTH = 100, 300
GRADES: Mapping[str, int] = {"said": 1, "seen": 2, "tested": 3, "examined": 4, "done": 5}
"""The grades of evidence as files write them -> `EvidenceGrade`."""
EXAMINED = GRADES["examined"]
MOST_MONTHS = 600

COLUMNS: Mapping[str, Sequence[str]] = {
    "key": ("key", "キー", "番号"),
    "name_ja": ("name_ja", "名称", "資格名", "名称（日本語）"),
    "name_en": ("name_en", "英語名", "名称（英語）"),
    "issuer": ("issuer", "認定団体", "実施団体", "発行者"),
    "valid_months": ("valid_months", "有効期間（月）", "有効月数"),
    "grade": ("grade", "根拠の段階"),
    "retired_on": ("retired_on", "廃止日", "終了日"),
    "framework": ("framework", "スキル体系"),
    "skill": ("skill", "スキル項目", "スキル"),
    "level": ("level", "レベル"),
}
NEEDED = ("key", "name_ja", "issuer", "framework", "skill", "level")
FACTS = ("name_ja", "name_en", "issuer", "valid_months", "grade", "retired_on")


@dataclass(frozen=True, slots=True, order=True)
class LevelData:
    """The level of a skill that a certificate speaks for; framework and skill by their keys."""

    framework: str
    skill: str
    level: int


@dataclass(frozen=True, slots=True)
class KindData:
    """One kind of certificate. `valid_months` None: it does not expire; `retired_on`: not issued from that day on."""

    key: str
    name_ja: str
    name_en: str = ""
    issuer: str = ""
    valid_months: int | None = None
    grade: int = EXAMINED
    retired_on: date | None = None
    levels: tuple[LevelData, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The kind as the JSON format writes it."""
        return {
            "key": self.key,
            "name": {"ja": self.name_ja, "en": self.name_en},
            "issuer": self.issuer,
            "valid_months": self.valid_months,
            "grade": _grade_word(self.grade),
            "retired_on": self.retired_on and self.retired_on.isoformat(),
            "levels": [
                {"framework": one.framework, "skill": one.skill, "level": one.level}
                for one in sorted(self.levels)
            ],
        }


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """What a file holds: kinds in the order of the file, and every problem; nothing may be written while there is one."""

    kinds: tuple[KindData, ...]
    problems: tuple[Problem, ...]


def read_certificates(content: bytes, *, name: str = "") -> ParsedTable:
    """What a file of certificates says, JSON or a table. Never raises for bad content."""
    beginning = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    try:
        rows = _json_rows(content, name) if beginning in (b"{", b"[") else _table_rows(content, name)
    except TabularError as error:
        return ParsedTable((), (error.problem,))
    return _gathered(rows, name)


def write_table(kinds: Iterable[KindData]) -> bytes:
    """The kinds as CSV for Excel, a row for each level; reading it gives the same kinds again."""
    rows: list[list[str | int | date | None]] = [list(COLUMNS)]
    for kind in kinds:
        facts = [
            kind.key,
            kind.name_ja,
            kind.name_en,
            kind.issuer,
            kind.valid_months,
            _grade_word(kind.grade),
            kind.retired_on,
        ]
        levels: list[list[Any]] = [[one.framework, one.skill, one.level] for one in sorted(kind.levels)]
        rows += [[*facts, *level] for level in levels or [["", "", None]]]
    return write_csv(rows).content


@dataclass(frozen=True, slots=True)
class _Row:
    """One row before anything is checked: field -> text, with the number that the office sees (None in JSON)."""

    number: int | None
    texts: Mapping[str, str]


def _table_rows(content: bytes, name: str) -> list[_Row]:
    table, header = read_with_header(content, COLUMNS, file=name)
    missing = header.missing(NEEDED)
    if missing:
        raise TabularError(
            _("There is no column %(name)s.") % {"name": missing[0]},
            fix=_("The columns are: %(names)s.") % {"names": _(", ").join(COLUMNS)},
            file=name,
        )
    found = body(table, header)
    if found.problems:
        first = found.problems[0]
        raise TabularError(
            first.reason, fix=first.fix, row=first.row, column=first.column, value=first.value, file=name
        )
    return [
        _Row(
            row.number,
            {
                field: cell_text(row.cells[place])
                for field, place in header.columns.items()
                if place < len(row.cells)
            },
        )
        for row in found.rows
    ]


def _json_rows(content: bytes, name: str) -> list[_Row]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(_("This is not JSON."), name) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _unreadable(_("The format is not %(format)s.") % {"format": FORMAT}, name)
    kinds = document.get("certificates")
    if not isinstance(kinds, list) or not all(isinstance(kind, dict) for kind in kinds):
        raise _unreadable(_("There is no list of certificates."), name)
    rows = []
    for kind in kinds:
        names = kind.get("name") if isinstance(kind.get("name"), dict) else {}
        facts = {"name_ja": names.get("ja"), "name_en": names.get("en")} | {
            field: kind.get(field) for field in ("key", "issuer", "valid_months", "grade", "retired_on")
        }
        levels = kind.get("levels")
        listed = [one for one in levels if isinstance(one, dict)] if isinstance(levels, list) else []
        for level in listed or [{}]:
            said = facts | {field: level.get(field) for field in ("framework", "skill", "level")}
            rows.append(_Row(None, {field: _text(value) for field, value in said.items()}))
    return rows


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, list | dict | bool) else str(value).strip()


def _unreadable(reason: str, name: str) -> TabularError:
    return TabularError(
        reason, fix=_("Take the table out of Ikusei, change it and bring it in again."), file=name
    )


def _gathered(rows: Sequence[_Row], name: str) -> ParsedTable:
    """The kinds of checked rows: facts of a certificate stand in its first row, the others may leave them out."""
    problems: list[Problem] = []
    kinds: dict[str, KindData] = {}
    if len(rows) > MOST_ROWS:
        reason = _("There are more than %(count)s rows.") % {"count": MOST_ROWS}
        return ParsedTable((), (Problem(None, "", "", reason, _("Split it into several files."), name),))
    for row in rows:
        try:
            _take(kinds, row)
        except _Bad as bad:
            problems.append(
                Problem(row.number, bad.column, row.texts.get(bad.column, ""), bad.reason, bad.fix, name)
            )
    if not kinds and not problems:
        problems.append(Problem(None, "", "", _("There is no certificate in it."), "", name))
    return ParsedTable(() if problems else tuple(kinds.values()), tuple(problems))


class _Bad(ValueError):
    """A cell that cannot be taken."""

    def __init__(self, column: str, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.column, self.reason, self.fix = column, reason, fix


def _take(kinds: dict[str, KindData], row: _Row) -> None:
    """Add one row to the kinds. Raises _Bad."""
    texts = row.texts
    for column, text in texts.items():
        if sign := broken_character(text):
            raise _Bad(column, _("The character %(sign)s cannot be stored.") % {"sign": sign})
    key = texts.get("key", "")
    if not KEY.fullmatch(key) or len(key) > KEY_LENGTH:
        raise _Bad("key", _("A key is made of small letters, digits and hyphens."), "ipa-fe")
    known = kinds.get(key)
    if known is None:
        known = _facts(key, texts)
    else:
        again = _facts(key, _all_written(known) | _filled(texts))
        differing = [field for field in FACTS if getattr(again, field) != getattr(known, field)]
        if differing:
            raise _Bad(differing[0], _("Two rows of the same certificate differ here."))
    kinds[key] = _with_level(known, texts)


def _facts(key: str, texts: Mapping[str, str]) -> KindData:
    """A kind without levels."""
    for field in ("name_ja", "issuer"):
        if not texts.get(field):
            raise _Bad(field, _("This is missing."))
    for field in ("name_ja", "name_en", "issuer"):
        if len(texts.get(field, "")) > NAME_LENGTH:
            raise _Bad(field, _("This is too long: at most %(count)s characters.") % {"count": NAME_LENGTH})
    return KindData(
        key=key,
        name_ja=texts["name_ja"],
        name_en=texts.get("name_en", ""),
        issuer=texts["issuer"],
        valid_months=_months(texts.get("valid_months", "")),
        grade=_grade(texts.get("grade", "")),
        retired_on=_day(texts.get("retired_on", "")),
    )


def _months(text: str) -> int | None:
    if not text:
        return None
    number = whole_number(text)
    if number is None or not 1 <= number <= MOST_MONTHS:
        raise _Bad(
            "valid_months", _("Write the months as a number from 1 to %(most)s.") % {"most": MOST_MONTHS}
        )
    return number


def _grade(text: str) -> int:
    if not text:
        return EXAMINED
    if text.casefold() not in GRADES:
        raise _Bad("grade", _("There is no such grade of evidence."), _(", ").join(GRADES))
    return GRADES[text.casefold()]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except DateProblem as problem:
        raise _Bad("retired_on", problem.reason, problem.fix) from problem


def _with_level(kind: KindData, texts: Mapping[str, str]) -> KindData:
    """The kind with the level of a row, which may name none."""
    named = [texts.get(field, "") for field in ("framework", "skill", "level")]
    if not any(named):
        return kind
    if not all(named):
        raise _Bad("skill", _("Framework, skill and level belong together."))
    level = whole_number(texts["level"])
    if level is None or not 1 <= level <= 99:
        raise _Bad("level", _("Write the level as a number."))
    made = LevelData(texts["framework"], texts["skill"], level)
    if any((one.framework, one.skill) == (made.framework, made.skill) for one in kind.levels):
        raise _Bad("skill", _("This skill stands twice for the same certificate."))
    return replace(kind, levels=(*kind.levels, made))


def _grade_word(grade: int) -> str:
    return next(word for word, number in GRADES.items() if number == grade)


def _written(kind: KindData, field: str) -> str:
    value = getattr(kind, field)
    if field == "grade":
        return _grade_word(value)
    return "" if value is None else str(value)


def _all_written(kind: KindData) -> dict[str, str]:
    return {field: _written(kind, field) for field in FACTS}


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {field: text for field, text in texts.items() if text}
