"""Our own format as one JSON file: `ikusei-framework/1`, read strictly."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .build import Builder
from .data import FORMAT, CoverageData, FrameworkData, JobTypeData, SkillData, Text
from .report import At, Report
from .values import broken_character, clean, whole_number

_LANGUAGES = ("ja", "en")
_FIELDS = (
    "format",
    "key",
    "version",
    "name",
    "source",
    "licence",
    "note",
    "levels",
    "groups",
    "skills",
    "job_types",
    "coverage",
)
_LEVEL = ("number", "name", "meaning")
_GROUP = ("key", "name", "description")
_SKILL = ("key", "group", "name", "description", "plain", "example", "levels", "statements")
_STATEMENT = ("code", "kind", "text")
_JOB_TYPE = ("key", "family", "name", "description", "requirements")
_COVERAGE = ("skill", "level", "people", "unit")


class _Repeated(dict[str, Any]):
    """A JSON object in which names stand more than once."""

    names: tuple[str, ...] = ()


def read(file: str, text: str, report: Report) -> FrameworkData | None:
    """The framework of a JSON text, or None; a problem's column is a path such as `$.skills[3].levels.5`."""
    tree = _parsed(file, text, report)
    top = At(file, None, "$", json=True)
    if tree is None:
        return None
    _check_strings(top, tree, report)
    if not isinstance(tree, dict):
        report.problem(top, _("This is not a JSON object."), _("Give the whole file, from “{” to “}”."))
        return None
    if tree.get("format") != FORMAT:
        reason = _("The file does not say that it is in our format.")
        fix = _("Write “format”: “%(format)s”, or choose the right format.") % {"format": FORMAT}
        report.problem(top.inner("format"), reason, fix, tree.get("format", ""))
        return None
    return _Reader(report, Builder(report)).framework(top, tree)


def _parsed(file: str, text: str, report: Report) -> Any:
    """The JSON tree, objects with repeated names as `_Repeated`; None and a problem where it is no JSON."""
    fix = _("Get the whole file again, or mend this place.")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = At(file, error.lineno, _("character %(number)d") % {"number": error.colno}, error.lineno)
        reason = (
            _("The file ends too early: it is cut off.")
            if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
            else _("This is not correct JSON (%(message)s).") % {"message": error.msg}
        )
        report.problem(place, reason, fix, text[max(0, error.pos - 20) : error.pos + 20])
    except ValueError as error:  # NaN, Infinity, numbers of thousands of digits
        report.problem(At(file), _("This is not correct JSON (%(message)s).") % {"message": error}, fix)
    except RecursionError:
        report.problem(At(file), _("The JSON is nested too deeply."), fix)
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    counts = Counter(name for name, _value in pairs)
    repeated = _Repeated(made)
    repeated.names = tuple(name for name, count in counts.items() if count > 1)
    return repeated


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _check_strings(top: At, tree: Any, report: Report) -> None:
    """Problems for names that stand twice and for characters no text may hold, anywhere in the tree."""
    waiting = [(top, tree)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, _Repeated):
            for name in value.names:
                report.problem(
                    at.inner(name),
                    _("This name stands twice in one object."),
                    _("Delete one of the two."),
                    name,
                )
        if isinstance(value, dict):
            for name in value:
                _check_string(at, name, report)
            waiting += [(at.inner(name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(at.item(index), inner) for index, inner in enumerate(value)]
        elif isinstance(value, str):
            _check_string(at, value, report)


def _check_string(at: At, value: str, report: Report) -> None:
    character = broken_character(value)
    if character:
        reason = _("The text holds a character that no text may hold: %(character)s.") % {
            "character": character
        }
        report.problem(at, reason, _("Delete the character."))


@dataclass(slots=True)
class _Reader:
    """Takes the tree apart: each wrong type is a problem, and a harmless value stands in for it."""

    report: Report
    builder: Builder

    def framework(self, at: At, tree: Mapping[str, Any]) -> FrameworkData | None:
        self._fields(at, tree, _FIELDS)
        head = FrameworkData(
            key=self._string(at, tree, "key"),
            version=self._string(at, tree, "version"),
            name=self._text(at, tree, "name"),
            source=self._string(at, tree, "source", optional=True),
            licence=self._string(at, tree, "licence", optional=True),
            note=self._text(at, tree, "note"),
        )
        self.report.framework, self.report.version = (head.key or None, head.version or None)
        self.builder.check_head(at, head.key, head.version, head.name)
        for place, level in self._objects(at, tree, "levels", _LEVEL):
            number = self._number(place, level, "number")
            if number is not None:
                self.builder.add_level(
                    place, number, self._text(place, level, "name"), self._text(place, level, "meaning")
                )
        for place, group in self._objects(at, tree, "groups", _GROUP):
            name, description = (self._text(place, group, "name"), self._text(place, group, "description"))
            self.builder.add_group(place, self._string(place, group, "key"), name, description)
        for place, skill in self._objects(at, tree, "skills", _SKILL):
            self._skill(place, skill)
        for place, job_type in self._objects(at, tree, "job_types", _JOB_TYPE):
            self._job_type(place, job_type)
        for place, coverage in self._objects(at, tree, "coverage", _COVERAGE):
            self._coverage(place, coverage)
        return self.builder.finish(at.inner("skills"), head)

    def _skill(self, at: At, tree: Mapping[str, Any]) -> None:
        key = self._string(at, tree, "key")
        skill = SkillData(
            key=key,
            name=self._text(at, tree, "name"),
            group=self._string(at, tree, "group", optional=True) or None,
            description=self._text(at, tree, "description"),
            plain=self._text(at, tree, "plain"),
            example=self._text(at, tree, "example"),
        )
        self.builder.add_skill(at, skill)
        texts = self._object(at, tree, "levels")
        for number_text in texts:
            place = at.inner("levels").inner(number_text)
            number = whole_number(number_text)
            if number is None or str(number) != number_text:
                reason = _("The name must be the number of a level, such as “1”.")
                self.report.problem(place, reason, _("Correct the name."), number_text)
            else:
                text = self._text(at.inner("levels"), texts, number_text)
                self.builder.add_level_text(place, key, number, text)
        for place, statement in self._objects(at, tree, "statements", _STATEMENT):
            code, kind = (self._string(place, statement, "code"), self._string(place, statement, "kind"))
            self.builder.add_statement(place, key, code, kind, self._text(place, statement, "text"))

    def _job_type(self, at: At, tree: Mapping[str, Any]) -> None:
        key = self._string(at, tree, "key")
        name, family = self._text(at, tree, "name"), self._text(at, tree, "family")
        self.builder.add_job_type(at, JobTypeData(key, name, family, self._text(at, tree, "description")))
        requirements = self._object(at, tree, "requirements")
        for skill in requirements:
            number = self._number(at.inner("requirements"), requirements, skill)
            if number is not None:
                self.builder.add_requirement(at.inner("requirements").inner(skill), key, skill, number)

    def _coverage(self, at: At, tree: Mapping[str, Any]) -> None:
        skill, unit = (self._string(at, tree, "skill"), self._string(at, tree, "unit", optional=True))
        level, people = (self._number(at, tree, "level"), self._number(at, tree, "people"))
        if level is not None and people is not None:
            self.builder.add_coverage(at, CoverageData(skill, level, people, unit or None))

    def _fields(self, at: At, tree: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """An unknown field is left out and said so, unless it is like one we know: then it is misspelt."""
        for name in tree:
            if name in known or name.startswith(("$", "_")):
                continue
            missing = [one for one in known if one not in tree]
            # The country's code is what people write for the language; too short for a likeness to show.
            near = "ja" if name == "jp" and "ja" in missing else self.report.nearest(name, missing)
            if near:
                fix = _("Write “%(near)s”.") % {"near": near}
                self.report.problem(at.inner(name), _("The format has no field of this name."), fix, name)
            else:
                self.report.skip(
                    at.inner(name), _("The field is not part of the format and is not read."), name
                )

    def _wrong(self, at: At, value: Any, reason: str) -> None:
        shown = json.dumps(value, ensure_ascii=False)[:200]
        self.report.problem(at, reason, _("Correct the value; the documentation has an example."), shown)

    def _string(self, at: At, tree: Mapping[str, Any], name: str, *, optional: bool = False) -> str:
        value = tree.get(name)
        if isinstance(value, str):
            return clean(value)
        if value is None and (optional or name not in tree):
            return ""
        self._wrong(at.inner(name), value, _("A text in quotation marks belongs here."))
        return ""

    def _number(self, at: At, tree: Mapping[str, Any], name: str) -> int | None:
        value = tree.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(at.inner(name), value, _("A whole number belongs here."))
        return None

    def _object(self, at: At, tree: Mapping[str, Any], name: str) -> dict[str, Any]:
        value = tree.get(name)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._wrong(at.inner(name), value, _("An object in “{” and “}” belongs here."))
        return {}

    def _text(self, at: At, tree: Mapping[str, Any], name: str) -> Text:
        value = self._object(at, tree, name)
        self._fields(at.inner(name), value, _LANGUAGES)
        ja, en = (self._string(at.inner(name), value, language, optional=True) for language in _LANGUAGES)
        return Text(ja, en)

    def _objects(
        self, at: At, tree: Mapping[str, Any], name: str, known: tuple[str, ...]
    ) -> Iterator[tuple[At, dict[str, Any]]]:
        """(place, object) of every element of a list that may be missing."""
        value = tree.get(name)
        if value is not None and not isinstance(value, list):
            self._wrong(at.inner(name), value, _("A list in “[” and “]” belongs here."))
        for index, element in enumerate(value if isinstance(value, list) else ()):
            place = at.inner(name).item(index)
            if isinstance(element, dict):
                self._fields(place, element, known)
                yield place, element
            else:
                self._wrong(place, element, _("An object in “{” and “}” belongs here."))
