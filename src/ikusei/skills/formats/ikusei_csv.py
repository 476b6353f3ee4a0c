"""Our own format as CSV files that an office fills in with Excel: one file per kind of row.

What a file holds is told by its headings, and where those leave it open by its name. The headings are English
(`name_ja`) or Japanese (`名称（日本語）`); docs/formats/framework.md shows them all.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from ikusei.lib.tabular.formulas import unguard

from .build import Builder
from .data import FORMAT, CoverageData, FrameworkData, JobTypeData, SkillData, Text
from .report import At, Report
from .tables import Row, Table
from .values import folded, whole_number

KINDS = ("framework", "levels", "groups", "skills", "job_types", "statements", "coverage")

_HEADINGS = {
    "項目": "field",
    "値": "value",
    "日本語": "ja",
    "英語": "en",
    "キー": "key",
    "番号": "number",
    "分野": "group",
    "スキル": "skill",
    "スキル項目": "skill",
    "レベル": "level",
    "人数": "people",
    "組織": "unit",
    "記号": "code",
    "種類": "kind",
}
_TEXTS = {
    "名称": "name",
    "意味": "meaning",
    "説明": "description",
    "平易な意味": "plain",
    "例": "example",
    "職種群": "family",
    "本文": "text",
}
_LANGUAGES = {"日本語": "ja", "英語": "en"}
_HEAD_FIELDS = ("format", "key", "version", "name", "source", "licence", "note")
_PLAIN_HEAD_FIELDS = ("format", "key", "version", "source", "licence")

SKILL_PREFIX = "skill:"
_NO_REQUIREMENT = frozenset({"", "-", "ー", "—", "–"})


def _texts(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for name in names for language in ("ja", "en"))


COLUMNS: dict[str, tuple[str, ...]] = {
    "framework": ("field", "value", "ja", "en"),
    "levels": ("number", *_texts("name", "meaning")),
    "groups": ("key", *_texts("name", "description")),
    "skills": ("key", "group", *_texts("name", "description", "plain", "example")),
    "job_types": ("key", *_texts("family", "name", "description")),
    "statements": ("skill", "code", "kind", *_texts("text")),
    "coverage": ("skill", "level", "people", "unit"),
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "framework": ("field", "value"),
    "levels": ("number",),
    "groups": ("key",),
    "skills": ("key",),
    "job_types": ("key",),
    "statements": ("skill", "code", "kind"),
    "coverage": ("skill", "level", "people"),
}
_SIGNATURES: tuple[tuple[str, frozenset[str]], ...] = (
    ("framework", frozenset({"field", "value"})),
    ("statements", frozenset({"skill", "code"})),
    ("coverage", frozenset({"skill", "people"})),
    ("levels", frozenset({"number"})),
    ("job_types", frozenset({"family_ja"})),
    ("job_types", frozenset({"family_en"})),
    ("skills", frozenset({"group"})),
    ("skills", frozenset(_texts("plain")[:1])),
    ("skills", frozenset(_texts("plain")[1:])),
)
_LEVEL_COLUMN = re.compile(r"level_(\d{1,9})_(ja|en)")


def canonical(heading: str) -> str:
    """Our name for a heading, English or Japanese, whatever its case and width; others as they are."""
    word = folded(heading)
    if word.startswith(SKILL_PREFIX):
        return SKILL_PREFIX + heading.split(":", 1)[-1].split("：", 1)[-1].strip()
    if word in _HEADINGS:
        return _HEADINGS[word]
    japanese = re.fullmatch(r"(.+?)\s?\((日本語|英語)\)", word)
    if japanese:
        level = re.fullmatch(r"レベル\s?(\d+)", japanese[1])
        name = f"level_{level[1]}" if level else _TEXTS.get(japanese[1])
        return f"{name}_{_LANGUAGES[japanese[2]]}" if name else heading
    english = word.replace(" ", "_")
    known = any(english in columns for columns in COLUMNS.values()) or _LEVEL_COLUMN.fullmatch(english)
    return english if known else heading


def kind_of(name: str, heading: Sequence[str]) -> str | None:
    """Which of our files this is, by its headings, then by its name; None where neither tells."""
    columns = {canonical(word) for word in heading}
    for kind, signature in _SIGNATURES:
        if signature <= columns:
            return kind
    if any(_LEVEL_COLUMN.fullmatch(column) for column in columns):
        return "skills"
    if any(column.startswith(SKILL_PREFIX) for column in columns):
        return "job_types"
    stem = PurePath(name).stem.casefold().replace("-", "_").replace(" ", "_")
    named = [kind for kind in KINDS if kind in stem]
    return named[-1] if named and "key" in columns else None


def read(tables: Mapping[str, Table], report: Report) -> FrameworkData | None:
    """The framework of the tables by kind, or None."""
    head_table = tables.get("framework")
    whole = [table.require(_REQUIRED[kind], report) for kind, table in tables.items()]
    for kind in ("framework", "skills"):
        if kind not in tables:
            reason = _("The file “%(file)s” is missing.") % {"file": f"{kind}.csv"}
            fix = _("Give it as well; the documentation has an example.")
            report.problem(At(f"{kind}.csv"), reason, fix)
    if head_table is None or "skills" not in tables or not all(whole):
        return None
    return _Reader(report, Builder(report), dict(tables)).framework(head_table)


@dataclass(slots=True)
class _Reader:
    report: Report
    builder: Builder
    tables: dict[str, Table]

    def framework(self, head_table: Table) -> FrameworkData | None:
        head, at = self._head(head_table)
        self.report.framework, self.report.version = (head.key or None, head.version or None)
        self.builder.check_head(at, head.key, head.version, head.name)
        for row in self._rows("levels"):
            number = self._number(row, "number")
            if number is not None:
                self.builder.add_level(row.at("number"), number, _text(row, "name"), _text(row, "meaning"))
        for row in self._rows("groups"):
            self.builder.add_group(
                row.at("key"), row.get("key"), _text(row, "name"), _text(row, "description")
            )
        self._skills()
        for row in self._rows("statements"):
            place = row.at("skill")
            self.builder.add_statement(
                place, row.get("skill"), row.get("code"), row.get("kind"), _text(row, "text")
            )
        self._job_types()
        for row in self._rows("coverage"):
            level, people = self._level(row, "level"), self._number(row, "people")
            if level is not None and people is not None:
                unit = unguard(row.get("unit")) or None
                self.builder.add_coverage(
                    row.at("skill"), CoverageData(row.get("skill"), level, people, unit)
                )
        return self.builder.finish(self.tables["skills"].at("key"), head)

    def _rows(self, kind: str) -> list[Row]:
        table = self.tables.get(kind)
        if table is None:
            return []
        if kind not in ("skills", "job_types"):
            table.skip_columns_except(COLUMNS[kind], self.report)
        return table.rows

    def _head(self, table: Table) -> tuple[FrameworkData, At]:
        """The key and value rows as a framework without content, and the place of the heading."""
        found: dict[str, Row] = {}
        for row in self._rows("framework"):
            name = folded(row.get("field"))
            if name in found:
                self.report.problem(
                    row.at("field"), _("This stands twice."), _("Delete one of the rows."), name
                )
            elif name in _HEAD_FIELDS:
                found[name] = row
            elif near := self.report.nearest(name, [one for one in _HEAD_FIELDS if one not in found]):
                fix = _("Write “%(near)s”.") % {"near": near}
                self.report.problem(row.at("field"), _("The format has no field of this name."), fix, name)
            else:
                self.report.skip(
                    row.at("field"), _("The field is not part of the format and is not read."), name
                )
        values = {
            name: unguard(row.get("value")) for name, row in found.items() if name in _PLAIN_HEAD_FIELDS
        }
        if values.get("format") != FORMAT:
            reason = _("The file does not say that it is in our format.")
            fix = _("Write the row “format” with the value “%(format)s”.") % {"format": FORMAT}
            self.report.problem(
                found["format"].at("value") if "format" in found else table.at("value"), reason, fix
            )
        texts = {
            name: Text(unguard(found[name].get("ja")), unguard(found[name].get("en")))
            if name in found
            else Text()
            for name in ("name", "note")
        }
        head = FrameworkData(
            key=values.get("key", ""),
            version=values.get("version", ""),
            name=texts["name"],
            source=values.get("source", ""),
            licence=values.get("licence", ""),
            note=texts["note"],
        )
        return head, table.at("field")

    def _skills(self) -> None:
        table = self.tables["skills"]
        level_columns = [column for column in table.columns if _LEVEL_COLUMN.fullmatch(column)]
        table.skip_columns_except({*COLUMNS["skills"], *level_columns}, self.report)
        numbers = sorted({int(column.split("_")[1]) for column in level_columns})
        unknown = [number for number in numbers if number not in self.builder.levels]
        for number in unknown:
            reason = _("levels.csv has no level of this number.")
            fix = _("Add the level there, or delete the column.")
            column = next(one for one in level_columns if int(one.split("_")[1]) == number)
            self.report.problem(table.at(column), reason, fix, number)
        for row in table.rows:
            skill = SkillData(
                key=row.get("key"),
                name=_text(row, "name"),
                group=row.get("group") or None,
                description=_text(row, "description"),
                plain=_text(row, "plain"),
                example=_text(row, "example"),
            )
            self.builder.add_skill(row.at("key"), skill)
            for number in numbers:
                text = _text(row, f"level_{number}")
                if number not in unknown and text:
                    self.builder.add_level_text(row.at(f"level_{number}_ja"), skill.key, number, text)

    def _job_types(self) -> None:
        table = self.tables.get("job_types")
        if table is None:
            return
        skill_of = self._skill_columns(table)
        for row in table.rows:
            key = row.get("key")
            job_type = JobTypeData(key, _text(row, "name"), _text(row, "family"), _text(row, "description"))
            self.builder.add_job_type(row.at("key"), job_type)
            for column, skill in skill_of.items():
                if folded(row.get(column)) in _NO_REQUIREMENT:
                    continue
                number = self._level(row, column)
                if number is not None:
                    self.builder.add_requirement(row.at(column), key, skill, number)

    def _skill_columns(self, table: Table) -> dict[str, str]:
        """The skill's key for every column of requirements, headed by the skill's key or name."""
        names = _by_name((key, skill.data.name) for key, skill in self.builder.skills.items())
        found: dict[str, str] = {}
        for column in table.columns:
            if column in COLUMNS["job_types"]:
                continue
            word = column.removeprefix(SKILL_PREFIX)
            skill = word if word in self.builder.skills else names.get(folded(word))
            if skill is None:
                near = self.report.nearest(word, self.builder.skills)
                fix = (
                    _("Write “%(near)s”, or add what is missing.") % {"near": near}
                    if near
                    else _("Head the column with the key of a skill, or delete it.")
                )
                self.report.problem(
                    table.at(column), _("skills.csv has no skill of this key or name."), fix, word
                )
            elif skill in found.values():
                self.report.problem(
                    table.at(column), _("This skill has two columns."), _("Delete one of them."), word
                )
            else:
                found[column] = skill
        return found

    def _number(self, row: Row, column: str) -> int | None:
        number = whole_number(row.get(column))
        if number is None:
            self.report.problem(
                row.at(column), _("This is not a whole number."), _("Write a number."), row.get(column)
            )
        return number

    def _level(self, row: Row, column: str) -> int | None:
        """The level a cell names by its number or, in either language, its name."""
        value = row.get(column)
        number = whole_number(value)
        if number is not None:
            return number
        names = _by_name((number, level.name) for number, level in self.builder.levels.items())
        number = names.get(folded(value))
        if number is None:
            levels = ", ".join(str(one) for one in sorted(self.builder.levels))
            fix = _("Use one of the framework's levels: %(levels)s.") % {"levels": levels}
            self.report.problem(row.at(column), _("The framework has no level of this name."), fix, value)
        return number


def _by_name[K](named: Iterable[tuple[K, Text]]) -> dict[str, K]:
    """What each name stands for, names that stand for two things left out."""
    found: dict[str, K] = {}
    ambiguous: set[str] = set()
    for key, name in named:
        for word in {folded(name.ja), folded(name.en)} - {""}:
            if word in found:
                ambiguous.add(word)
            found[word] = key
    return {word: key for word, key in found.items() if word not in ambiguous}


def _text(row: Row, name: str) -> Text:
    return Text(unguard(row.get(f"{name}_ja")), unguard(row.get(f"{name}_en")))
