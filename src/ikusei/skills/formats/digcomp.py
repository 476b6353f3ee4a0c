"""DigComp 3.0, from its files exactly as published: location, context, source, target.

Areas become groups, competences become skills, and competence statements and learning outcomes stand under
their competence. The files hold neither levels nor requirements. Licence of the content: CC BY 4.0.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .data import FrameworkData, GroupData, SkillData, StatementData, StatementKind, Text
from .report import At, Report
from .tables import Row, Table

KEY = "digcomp"
VERSION = "3.0"
COLUMNS = ("location", "context", "source", "target")

_LOCATION = re.compile(
    r"digcomp\.(?:"
    r"(?P<area>area)\.(?P<area_number>\d{1,3})\.(?P<area_part>label|description)"
    r"|(?P<competence>competence)\.(?P<competence_number>\d{1,3}\.\d{1,3})\.(?P<competence_part>label|description)"
    r"|(?P<kind>statement|outcome)\.(?P<code>(?P<letters>CS|LO)(?P<of>\d{1,3}\.\d{1,3})\.(?P<number>\d{1,4})))"
)
_READ = ("area", "competence", "statement", "outcome")
_LETTERS: dict[str, StatementKind] = {"CS": "statement", "LO": "outcome"}

_NAME = Text(en="DigComp 3.0: European Digital Competence Framework")
_SOURCE = "European Commission, Joint Research Centre: DigComp 3.0"
_LICENCE = "CC BY 4.0"
_NOTE = Text(
    ja="DigComp 3.0（© European Union、CC BY 4.0）。レベルと要求水準は含みません。",
    en="DigComp 3.0, © European Union, CC BY 4.0. It holds no levels and no requirements.",
)


@dataclass(slots=True)
class _Found:
    """What the rows hold so far: texts by location parts, statements by competence, with their rows."""

    texts: dict[tuple[str, str, str], tuple[Row, Text]] = field(default_factory=dict)
    statements: dict[str, list[tuple[Row, StatementData]]] = field(default_factory=dict)
    locations: dict[str, Row] = field(default_factory=dict)


def is_heading(heading: Sequence[str]) -> bool:
    """True where at least three of the four columns stand in the heading."""
    return len(set(COLUMNS) & set(heading)) >= 3


def read(
    tables: Sequence[Table], report: Report, *, target_language: str | None = None
) -> FrameworkData | None:
    """The framework of all tables together, or None.

    `target_language` tells what language the column "target" is in; without it a file name ending in the
    language ("statements_ja.csv") does. A translation in no told language is left out, and said so.
    """
    report.framework, report.version = KEY, VERSION
    found = _Found()
    for table in tables:
        if table.require(COLUMNS, report):
            table.skip_columns_except(COLUMNS, report)
            _read_rows(table, target_language or _language_of(table.file), found, report)
    if report.blocked:
        return None
    groups = _groups(found, report)
    skills = _skills(found, {group.key for group in groups}, report)
    _check_whole(tables, found, skills, report)
    return FrameworkData(
        key=KEY,
        version=VERSION,
        name=_NAME,
        source=_SOURCE,
        licence=_LICENCE,
        note=_NOTE,
        groups=tuple(groups),
        skills=tuple(skills),
    )


def _language_of(name: str) -> str | None:
    """The language a file name ends in; "en" is that of the column "source" and tells nothing."""
    ending = re.search(r"[_-]([a-z]{2})\.\w+$", name.lower())
    return ending[1] if ending and ending[1] != "en" else None


def _read_rows(table: Table, language: str | None, found: _Found, report: Report) -> None:
    for row in table.rows:
        location = row.get("location")
        if location in found.locations:
            first = found.locations[location]
            reason = _("This location stands in %(file)s, row %(row)d already.") % {
                "file": first.file,
                "row": first.number,
            }
            report.problem(row.at("location"), reason, _("Delete one of the rows."), location)
            continue
        found.locations[location] = row
        parts = _LOCATION.fullmatch(location)
        if parts is None:
            _unknown_location(row, location, report)
        elif not row.get("source"):
            report.problem(
                row.at("source"), _("The cell is empty."), _("Fill it in, or get the whole file again.")
            )
        else:
            if "label" in (parts["area_part"], parts["competence_part"]):
                report.check_length(row.at("source"), row.get("source"))
                report.check_length(row.at("target"), row.get("target"))
            _keep(row, parts, _text(row, language, report), found, report)


def _unknown_location(row: Row, location: str, report: Report) -> None:
    """Content of another kind is left out and said so; a location that is misspelt is a problem."""
    kind = location.split(".")[1] if re.match(r"digcomp\.[a-z-]+(\.|$)", location) else ""
    if kind and kind not in _READ:
        report.skip(row.at("location"), _("DigComp content of a kind that is not read."), location)
        return
    fix = _("Write it as in the published file, for example “digcomp.statement.CS1.1.01”.")
    report.problem(row.at("location"), _("This is no location of DigComp."), fix, location)


def _text(row: Row, language: str | None, report: Report) -> Text:
    target = row.get("target")
    if target and language != "ja":
        reason = (
            _("The translation is in a language that is not kept: %(language)s.") % {"language": language}
            if language
            else _("The translation is left out: nothing tells what language it is in.")
        )
        report.skip(row.at("target"), reason, target)
    return Text(ja=target if language == "ja" else "", en=row.get("source"))


def _keep(row: Row, parts: re.Match[str], text: Text, found: _Found, report: Report) -> None:
    if parts["area"]:
        found.texts["area", parts["area_number"], parts["area_part"]] = (row, text)
    elif parts["competence"]:
        found.texts["competence", parts["competence_number"], parts["competence_part"]] = (row, text)
    elif _LETTERS[parts["letters"]] == parts["kind"]:
        statement = StatementData(parts["code"], _LETTERS[parts["letters"]], text)
        found.statements.setdefault(parts["of"], []).append((row, statement))
    else:
        fix = _("Statements are numbered CS, outcomes LO.")
        report.problem(
            row.at("location"), _("The location's kind and number do not agree."), fix, row.get("location")
        )


def _groups(found: _Found, report: Report) -> list[GroupData]:
    return [
        GroupData(f"area-{number}", name, description)
        for number, name, description in _labelled("area", found, report)
    ]


def _skills(found: _Found, groups: set[str], report: Report) -> list[SkillData]:
    skills = []
    for number, name, description in _labelled("competence", found, report):
        group = f"area-{number.split('.')[0]}"
        if group not in groups:
            row, _text = found.texts["competence", number, "label"]
            report.problem(
                row.at("location"),
                _("No row names this competence's area."),
                _("Get the whole file again."),
                number,
            )
        statements = tuple(statement for _row, statement in found.statements.get(number, ()))
        skills.append(SkillData(number, name, group, description, statements=statements))
    known = {skill.key for skill in skills}
    for number, statements_found in found.statements.items():
        if number not in known:
            row, statement = statements_found[0]
            reason = _("No competence of this number was given.")
            fix = _("Give the file core-framework as well, whole and of the same version.")
            report.problem(row.at("location"), reason, fix, statement.code)
    return skills


def _labelled(kind: str, found: _Found, report: Report) -> list[tuple[str, Text, Text]]:
    """(number, label, description) of every area or competence; a missing part is a problem."""
    labelled = []
    numbers = list(dict.fromkeys(number for of, number, _part in found.texts if of == kind))
    for number in numbers:
        parts = {part: found.texts.get((kind, number, part)) for part in ("label", "description")}
        for part, other in (("label", "description"), ("description", "label")):
            there = parts[other]
            if parts[part] is None and there:
                reason = _("The row digcomp.%(kind)s.%(number)s.%(part)s is missing.")
                places = {"kind": kind, "number": number, "part": part}
                report.problem(
                    there[0].at("location"), reason % places, _("Get the whole file again."), number
                )
        label, description = (one[1] if one else Text() for one in parts.values())
        labelled.append((number, label, description))
    return labelled


def _check_whole(tables: Sequence[Table], found: _Found, skills: Sequence[SkillData], report: Report) -> None:
    """Says where numbers are left out or competences have none: a file cut off between rows shows so."""
    if not skills and not report.blocked:
        fix = _("Give the file core-framework as well, whole and of the same version.")
        report.problem(tables[0].at("location"), _("The files hold no competence."), fix)
    for kind in _LETTERS.values():
        rows = {
            number: [(row, int(one.code.rsplit(".", 1)[1])) for row, one in statements if one.kind == kind]
            for number, statements in found.statements.items()
        }
        for numbered in rows.values():
            _check_numbers(numbered, report)
        _check_none_missing(kind, rows, skills, tables, report)
    for table in tables:
        if table.cut:
            last = At(table.file, table.rows[-1].number if table.rows else 1)
            report.note(
                last,
                _("The last line has no line end: the file may be cut off."),
                _("Compare it with the published file."),
            )


def _check_numbers(numbered: Sequence[tuple[Row, int]], report: Report) -> None:
    present = {number for _row, number in numbered}
    for row, number in numbered:
        if number > 1 and number - 1 not in present:
            reason = _("The row of the number before this one is missing.")
            report.problem(row.at("location"), reason, _("Get the whole file again."), row.get("location"))


def _check_none_missing(
    kind: StatementKind,
    rows: dict[str, list[tuple[Row, int]]],
    skills: Sequence[SkillData],
    tables: Sequence[Table],
    report: Report,
) -> None:
    """A problem where competences lack a kind of row that others have; a note where all lack it."""
    given = [row for numbered in rows.values() for row, _number in numbered]
    without = [skill.key for skill in skills if not rows.get(skill.key)]
    if not given and skills:
        reason = {
            "statement": _("No competence statements were given."),
            "outcome": _("No learning outcomes were given."),
        }[kind]
        report.note(At(tables[0].file), reason, _("Give all three files to import them as well."))
    elif without:
        reason = _("Competences without any row of this kind: %(competences)s.") % {
            "competences": ", ".join(without)
        }
        report.problem(
            given[-1].at("location"), reason, _("The file is cut off: get the whole file again."), kind
        )
