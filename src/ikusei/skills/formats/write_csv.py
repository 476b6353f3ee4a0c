"""Writes our CSV form: UTF-8 with the mark Excel needs, every file there, be it only a heading."""

import csv
import io
from collections.abc import Iterable, Sequence

from ikusei.lib.tabular.formulas import guard

from .data import FORMAT, FrameworkData, Text
from .ikusei_csv import COLUMNS, SKILL_PREFIX


def write_csv(data: FrameworkData) -> dict[str, bytes]:
    """The framework as files by name (framework.csv, levels.csv ...); reading them gives `data` again."""
    numbers = sorted(level.number for level in data.levels)
    skills = [skill.key for skill in data.skills]
    level_columns = [f"level_{number}_{language}" for number in numbers for language in ("ja", "en")]
    rows: dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]] = {
        "framework": (COLUMNS["framework"], _head(data)),
        "levels": (COLUMNS["levels"], ((one.number, *_two(one.name, one.meaning)) for one in data.levels)),
        "groups": (COLUMNS["groups"], ((one.key, *_two(one.name, one.description)) for one in data.groups)),
        "skills": (
            (*COLUMNS["skills"], *level_columns),
            (
                (
                    one.key,
                    one.group or "",
                    *_two(one.name, one.description, one.plain, one.example),
                    *_two(*(one.level_texts.get(number, Text()) for number in numbers)),
                )
                for one in data.skills
            ),
        ),
        "job_types": (
            (*COLUMNS["job_types"], *(SKILL_PREFIX + skill for skill in skills)),
            (
                (
                    one.key,
                    *_two(one.family, one.name, one.description),
                    *(one.requirements.get(skill, "") for skill in skills),
                )
                for one in data.job_types
            ),
        ),
        "statements": (
            COLUMNS["statements"],
            (
                (skill.key, one.code, one.kind, *_two(one.text))
                for skill in data.skills
                for one in skill.statements
            ),
        ),
        "coverage": (
            COLUMNS["coverage"],
            ((one.skill, one.level, one.people, one.unit or "") for one in data.coverage),
        ),
    }
    return {f"{kind}.csv": _file(heading, body) for kind, (heading, body) in rows.items()}


def _head(data: FrameworkData) -> list[tuple[str, ...]]:
    return [
        ("format", FORMAT, "", ""),
        ("key", data.key, "", ""),
        ("version", data.version, "", ""),
        ("name", "", *_two(data.name)),
        ("source", data.source, "", ""),
        ("licence", data.licence, "", ""),
        ("note", "", *_two(data.note)),
    ]


def _two(*texts: Text) -> list[str]:
    return [one for text in texts for one in (text.ja, text.en)]


def _file(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
    return made.getvalue().encode("utf-8-sig")
