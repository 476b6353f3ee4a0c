"""What a reader has to say about the files it was given: problems, notes, rows left out.

A *problem* blocks: nothing may be written. A *note* tells what was done with something doubtful. Rows are
those of a spreadsheet: the heading is row 1, a blank row counts, and a record whose cells hold line breaks is
one row. `line` is the line of the text file at which that record starts, for those who open it in an editor.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from .data import FrameworkData
from .values import NAME_LENGTH

SHOWN_LENGTH = 80
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class At:
    """A place in a file: a row and a column of a table, or a path in JSON (then `row` is None).

    `written` maps our names of columns to the words of the file, for those that differ.
    """

    file: str
    row: int | None = None
    column: str | None = None
    line: int | None = None
    json: bool = False
    written: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def safe_column(self) -> str | None:
        """The column as it can be printed: a wrong file's heading or name may hold anything."""
        return self.column and shown(self.column)

    def inner(self, name: str) -> "At":
        """The same row at the column `name`, or the JSON path one step deeper."""
        return replace(self, column=f"{self.column}.{name}" if self.json else self.written.get(name, name))

    def inner_text(self, name: str) -> "At":
        """The same row at the two columns of a text in two languages, or its JSON path."""
        if self.json:
            return self.inner(name)
        both = (self.written.get(column, column) for column in (f"{name}_ja", f"{name}_en"))
        return replace(self, column=", ".join(both))

    def item(self, index: int) -> "At":
        """The JSON path of one element of the list at this place."""
        return replace(self, column=f"{self.column}[{index}]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one place: what is wrong (`reason`) and what to do (`fix`)."""

    file: str
    row: int | None
    column: str | None
    value: str
    reason: str
    fix: str
    line: int | None = None
    blocking: bool = True

    def as_json(self) -> dict[str, Any]:
        """{file, row, column, value, reason, fix}: what the command line prints."""
        return {name: getattr(self, name) for name in ("file", "row", "column", "value", "reason", "fix")}


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a file that was left out on purpose, and why; `row` None: a whole file or column."""

    file: str
    row: int | None
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A surplus row: the pair of job type and skill stood before; its highest level was kept."""

    file: str
    row: int
    first_row: int
    job_type: str
    skill: str
    level: int
    kept: int


@dataclass(frozen=True, slots=True)
class Hole:
    """A behaviour text that the framework does not define (skill key, level number)."""

    skill: str
    level: int


@dataclass(frozen=True, slots=True)
class ParsedFramework:
    """What became of the files: `data` is None where a problem stands, and then nothing may be written."""

    data: FrameworkData | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    undefined: tuple[Hole, ...] = ()
    framework: str | None = None
    version: str | None = None
    format: str | None = None
    """The format the files were read in, as asked or guessed; None where it could not be told."""

    def summary(self) -> dict[str, Any]:
        """The counts that `ikusei skills import --json` prints, zero where nothing may be written.

        {framework, version, skills, job_types, requirements, levels, undefined, duplicates, skipped,
        problems}: key and version (null where unknown), counts, and the list of blocking problems.
        """
        data = self.data
        return {
            "framework": self.framework,
            "version": self.version,
            "skills": len(data.skills) if data else 0,
            "job_types": len(data.job_types) if data else 0,
            "requirements": data.requirement_count if data else 0,
            "levels": len(data.levels) if data else 0,
            "undefined": len(self.undefined),
            "duplicates": len(self.duplicates),
            "skipped": len(self.skipped),
            "problems": [problem.as_json() for problem in self.problems],
        }


def shown(value: object) -> str:
    """The value as a person is shown it: one line, at most 80 characters."""
    text = " ".join(str(value).encode("utf-8", "replace").decode().split())
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


@dataclass(slots=True)
class Report:
    """Collects what a reader finds; from the 200th on, problems are counted and not listed."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    framework: str | None = None
    version: str | None = None
    format: str | None = None
    unlisted: int = 0
    places: set[tuple[str, int | None, str | None]] = field(default_factory=set)

    @property
    def blocked(self) -> bool:
        """True once any problem was found."""
        return bool(self.problems)

    def nearest(self, value: str, known: Iterable[str]) -> str | None:
        """The known word most like a wrong one, for the fix; None where none is or no more is listed."""
        if len(self.problems) >= MOST_PROBLEMS:
            return None
        return next(iter(difflib.get_close_matches(value, list(known), n=1)), None)

    def problem(self, at: At, reason: str, fix: str, value: object = "") -> None:
        """Keeps a problem; of several at one cell or path the first, from which the others mostly follow."""
        place = (at.file, at.row, at.column)
        if at.column is not None and place in self.places:
            return
        self.places.add(place)
        if len(self.problems) >= MOST_PROBLEMS:
            self.unlisted += 1
            return
        self.problems.append(Problem(at.file, at.row, at.safe_column, shown(value), reason, fix, at.line))

    def check_length(self, at: At, name: str) -> None:
        """A problem where a name is longer than names may be."""
        if len(name) > NAME_LENGTH:
            reason = _("The name is longer than %(most)d characters.") % {"most": NAME_LENGTH}
            self.problem(at, reason, _("Shorten it; the description has room."), name)

    def note(self, at: At, reason: str, fix: str = "", value: object = "") -> None:
        self.notes.append(
            Problem(at.file, at.row, at.safe_column, shown(value), reason, fix, at.line, blocking=False)
        )

    def skip(self, at: At, reason: str, value: object = "") -> None:
        self.skipped.append(Skipped(at.file, at.row, at.safe_column, shown(value), reason))

    def close(self, data: FrameworkData | None) -> ParsedFramework:
        """The result; `data` is dropped where any problem stands."""
        if self.blocked:
            data = None
        problems = list(self.problems)
        if self.unlisted:
            reason = _("%(count)d more problems were found and are not listed.") % {"count": self.unlisted}
            problems.append(
                Problem(
                    problems[-1].file,
                    None,
                    None,
                    "",
                    reason,
                    _("Mend the listed ones, then read the files again."),
                )
            )
        return ParsedFramework(
            data=data,
            problems=tuple(problems),
            notes=tuple(self.notes),
            skipped=tuple(self.skipped),
            duplicates=tuple(self.duplicates),
            undefined=tuple(Hole(skill, level) for skill, level in data.undefined_levels()) if data else (),
            framework=data.key if data else self.framework and shown(self.framework),
            version=data.version if data else self.version and shown(self.version),
            format=self.format,
        )
