"""The UK Government Digital and Data Profession Capability Framework, from its two files as published.

roles.csv has one row per role, role level and skill with the level asked for; every role level becomes a job
type. skills.csv has one row per skill with its text at each of the four levels. Licence of the content: Open
Government Licence v3.0.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .data import FrameworkData, JobTypeData, LevelData, SkillData, Text
from .report import At, Duplicate, Report
from .tables import Row, Table
from .values import folded, unlike_slugs

KEY = "uk-gdad"
LEVELS = ("Awareness", "Working", "Practitioner", "Expert")
ROLES_COLUMNS = (
    "Role Family",
    "Role",
    "Role Description",
    "Role Level",
    "Role Level Description",
    "Skill Name",
    "Skill Description",
    "Skill Level",
    "Skill Level Description",
)
ROLES_EXTRA = ("Role Type",)
ROLES_SIGNATURE = frozenset({"Role Family", "Role", "Role Level", "Role Level Description", "Skill Level"})
SKILLS_COLUMNS = ("Skill Name", "Skill Description", *LEVELS)
SKILLS_EXTRA = ("Roles that require Skill",)
SKILLS_SIGNATURE = frozenset({*LEVELS, *SKILLS_EXTRA})

NOT_IN_USE = "NOT IN USE"
# What the published files write where there is no text.
_NO_TEXT = frozenset({"", "missing", "not in use", "this skill level is currently not defined."})
_LEVEL_NUMBERS = {folded(name): number for number, name in enumerate(LEVELS, start=1)}

_NAME = Text(en="Government Digital and Data Profession Capability Framework")
_SOURCE = "UK Government Digital and Data Profession Capability Framework (roles.csv, skills.csv)"
_LICENCE = "Open Government Licence v3.0"
_NOTE = Text(
    ja="Open Government Licence v3.0 による英国の公共部門情報を含みます。本文は英語のみです。",
    en="Contains public sector information licensed under the Open Government Licence v3.0.",
)


@dataclass(slots=True)
class _RoleLevel:
    """A role level under way: the row it first stood in, and each skill's rows with the level asked for."""

    row: Row
    asked: dict[str, list[tuple[Row, int]]] = field(default_factory=dict)


def kind_of(heading: Sequence[str]) -> str | None:
    """ "roles", "skills" or None: which of the two files this heading is most like."""
    roles, skills = (len(ROLES_SIGNATURE & set(heading)), len(SKILLS_SIGNATURE & set(heading)))
    if max(roles, skills) < 2:
        return None
    return "roles" if roles > skills else "skills"


def read(roles: Table, skills: Table, report: Report) -> FrameworkData | None:
    """The framework of both tables, or None; the version is a hash of the files, which carry none."""
    report.framework, report.version = KEY, _version(roles, skills)
    whole = [roles.require(ROLES_COLUMNS, report), skills.require(SKILLS_COLUMNS, report)]
    if not all(whole):
        return None
    roles.skip_columns_except({*ROLES_COLUMNS, *ROLES_EXTRA}, report)
    skills.skip_columns_except({*SKILLS_COLUMNS, *SKILLS_EXTRA}, report)
    skill_rows = _skill_rows(skills, report)
    role_levels = _role_levels(roles, skill_rows, report)
    _check_each_other(roles, skills, skill_rows, report)
    if report.blocked:
        return None
    skill_keys = unlike_slugs((name,) for name in skill_rows)
    return FrameworkData(
        key=KEY,
        version=report.version,
        name=_NAME,
        source=_SOURCE,
        licence=_LICENCE,
        note=_NOTE,
        levels=tuple(LevelData(number, Text(en=name)) for number, name in enumerate(LEVELS, start=1)),
        skills=tuple(_skill(row, skill_keys[(name,)]) for name, row in skill_rows.items()),
        job_types=_job_types(role_levels, {name: skill_keys[(name,)] for name in skill_rows}, report),
    )


def _version(*tables: Table) -> str:
    """A name for what the cells hold, whatever the encoding mark, the line ends and the order of files."""
    cells = [[table.columns, [list(row.cells.values()) for row in table.rows]] for table in tables]
    return f"files-{hashlib.sha256(repr(cells).encode()).hexdigest()[:12]}"


def _text(value: str) -> Text:
    """The English text; empty where the files say that there is none."""
    return Text() if folded(value) in _NO_TEXT else Text(en=value)


def _skill_rows(skills: Table, report: Report) -> dict[str, Row]:
    """The rows of skills.csv by folded name; a name standing twice is a problem."""
    found: dict[str, Row] = {}
    for row in skills.rows:
        name = folded(row.get("Skill Name"))
        if not name:
            report.problem(
                row.at("Skill Name"), _("The skill has no name."), _("Write the name, or delete the row.")
            )
        elif name in found:
            reason = _("This skill stands in row %(row)d already.") % {"row": found[name].number}
            report.problem(row.at("Skill Name"), reason, _("Delete one of the rows."), row.get("Skill Name"))
        else:
            found[name] = row
            report.check_length(row.at("Skill Name"), row.get("Skill Name"))
    if not skills.rows:
        report.problem(
            skills.at(), _("The file has no rows below its heading."), _("Get the whole file again.")
        )
    return found


def _skill(row: Row, key: str) -> SkillData:
    texts = {number: _text(row.get(level)) for number, level in enumerate(LEVELS, start=1)}
    return SkillData(
        key=key,
        name=Text(en=row.get("Skill Name")),
        description=_text(row.get("Skill Description")),
        level_texts={number: text for number, text in texts.items() if text},
    )


def _role_levels(
    roles: Table, skill_rows: dict[str, Row], report: Report
) -> dict[tuple[str, str], _RoleLevel]:
    """Every role level in use, by folded role and level; rows not in use are skipped."""
    found: dict[tuple[str, str], _RoleLevel] = {}
    for row in roles.rows:
        if NOT_IN_USE in (row.get("Role Level"), row.get("Skill Level")):
            report.skip(
                row.at(), _("The row is marked “NOT IN USE”."), f"{row.get('Role')}: {row.get('Skill Name')}"
            )
            continue
        blank = [
            column for column in ("Role Family", "Role", "Role Level", "Skill Name") if not row.get(column)
        ]
        for column in blank:
            report.problem(row.at(column), _("The cell is empty."), _("Fill it in, or delete the row."))
        level = _level(row, report)
        skill = folded(row.get("Skill Name"))
        if skill and skill not in skill_rows:
            _complain_of_skill(row, skill_rows, report)
        elif level and not blank:
            _compare_with_skill(row, skill_rows[skill], report)
            role_level = found.setdefault(
                (folded(row.get("Role")), folded(row.get("Role Level"))), _RoleLevel(row)
            )
            _compare_with_first(row, role_level.row, report)
            role_level.asked.setdefault(skill, []).append((row, level))
    if not found and not report.blocked:
        report.problem(roles.at(), _("The file has no role level in use."), _("Get the whole file again."))
    return found


def _level(row: Row, report: Report) -> int | None:
    value = row.get("Skill Level")
    level = _LEVEL_NUMBERS.get(folded(value))
    if level is None:
        near = report.nearest(value.title(), LEVELS)
        fix = (
            _("Write “%(level)s”.") % {"level": near}
            if near
            else _("Write one of: %(levels)s.") % {"levels": ", ".join(LEVELS)}
        )
        report.problem(row.at("Skill Level"), _("The framework has no level of this name."), fix, value)
    return level


def _complain_of_skill(row: Row, skill_rows: dict[str, Row], report: Report) -> None:
    near = report.nearest(folded(row.get("Skill Name")), skill_rows)
    fix = (
        _("Write “%(skill)s”.") % {"skill": skill_rows[near].get("Skill Name")}
        if near
        else _("Add the skill to skills.csv, or get both files of the same day again.")
    )
    report.problem(
        row.at("Skill Name"), _("skills.csv has no skill of this name."), fix, row.get("Skill Name")
    )


def _compare_with_skill(row: Row, skill: Row, report: Report) -> None:
    """Notes where the behaviour text of roles.csv is not that of skills.csv, which is the one kept."""
    written = row.get("Skill Level Description")
    level = LEVELS[_LEVEL_NUMBERS[folded(row.get("Skill Level"))] - 1]
    if written and folded(written) not in _NO_TEXT and folded(written) != folded(skill.get(level)):
        reason = _("The text differs from that of skills.csv, which is kept.")
        report.note(row.at("Skill Level Description"), reason, _("Get both files of the same day."), written)


def _compare_with_first(row: Row, first: Row, report: Report) -> None:
    for column in ("Role Family", "Role Description", "Role Level Description"):
        if row.get(column) != first.get(column):
            reason = _("The text differs from that of row %(row)d of the same role level, which is kept.")
            report.note(row.at(column), reason % {"row": first.number}, value=row.get(column))


def _check_each_other(roles: Table, skills: Table, skill_rows: dict[str, Row], report: Report) -> None:
    """Says where skills.csv tells of roles that roles.csv lacks: a file cut off between rows shows so.

    A skill that skills.csv says is required, and that no row of roles.csv names, is a problem. Roles that
    have no row at all are one if the file also lacks its last line end, else a note.
    """
    used = {folded(row.get("Skill Name")) for row in roles.rows}
    known = {folded(row.get("Role")) for row in roles.rows}
    absent: dict[str, tuple[str, Row]] = {}
    for name, row in skill_rows.items():
        listed = [role.strip() for role in re.split(r"[,;\n]", row.get(SKILLS_EXTRA[0])) if role.strip()]
        absent |= {folded(role): (role, row) for role in listed if folded(role) not in known}
        if name in used:
            continue
        if listed:
            reason = _("skills.csv names roles that require this skill, but no row of roles.csv has it.")
            report.problem(
                row.at("Skill Name"),
                reason,
                _("roles.csv is cut off, or of another day: get both again."),
                row.get("Skill Name"),
            )
        else:
            report.note(row.at("Skill Name"), _("No role requires this skill."), value=row.get("Skill Name"))
    tell = report.problem if roles.cut else report.note
    for role, row in absent.values():
        reason = _("roles.csv has no row of this role.")
        tell(
            row.at(SKILLS_EXTRA[0]),
            reason,
            _("Check that roles.csv is whole, and that both files are of the same day."),
            role,
        )
    for table in (roles, skills):
        if table.cut:
            last = At(table.file, table.rows[-1].number if table.rows else 1, None, None)
            report.note(
                last,
                _("The last line has no line end: the file may be cut off."),
                _("Compare it with the published file."),
            )


def _job_types(
    role_levels: dict[tuple[str, str], _RoleLevel], skill_keys: dict[str, str], report: Report
) -> tuple[JobTypeData, ...]:
    keys = unlike_slugs(role_levels)
    return tuple(
        _job_type(keys[name], role_level, skill_keys, report) for name, role_level in role_levels.items()
    )


def _job_type(key: str, role_level: _RoleLevel, skill_keys: dict[str, str], report: Report) -> JobTypeData:
    """The role level as a job type; a skill asked for twice counts at its highest level, and is told."""
    row = role_level.row
    requirements: dict[str, int] = {}
    for skill, asked in role_level.asked.items():
        highest = max(level for _row, level in asked)
        requirements[skill_keys[skill]] = highest
        first = asked[0][0]
        for surplus, level in asked[1:]:
            report.duplicates.append(
                Duplicate(surplus.file, surplus.number, first.number, key, skill_keys[skill], level, highest)
            )
        if len(asked) > 1:
            report.note(
                first.at("Skill Name"),
                _("“%(role_level)s” asks for this skill in rows %(rows)s; the highest level is kept.")
                % {
                    "role_level": row.get("Role Level"),
                    "rows": ", ".join(str(one.number) for one, _level in asked),
                },
                value=first.get("Skill Name"),
            )
    role, level_name = row.get("Role"), row.get("Role Level")
    named = level_name if folded(role) in folded(level_name) else f"{level_name} ({role})"
    report.check_length(row.at("Role Level"), named)
    texts = [
        _text(row.get("Role Level Description")).en,
        f"Role: {role}",
        _text(row.get("Role Description")).en,
    ]
    return JobTypeData(
        key=key,
        name=Text(en=named),
        family=Text(en=row.get("Role Family")),
        description=Text(en="\n\n".join(text for text in texts if text)),
        requirements=requirements,
    )
