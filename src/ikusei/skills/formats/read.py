"""One way in for every framework file: guesses the format if none is told, never raises for bad content."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from . import digcomp, ikusei_csv, ikusei_json, uk_gdad
from .data import FrameworkData
from .report import At, ParsedFramework, Report
from .tables import Limits, Source, Table, decode, heading_of, read_table

FORMATS = ("ikusei", "uk-gdad", "digcomp")
DEFAULT_LIMITS = Limits()


def read_framework(
    sources: Sequence[Source],
    format: str | None = None,
    *,
    target_language: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFramework:
    """What the files hold, with every problem found; `data` is None where nothing may be written.

    `format` is one of FORMATS, or None to guess it from the content; another word is a ValueError.
    `target_language` tells the language of DigComp's column "target".
    """
    if format is not None and format not in FORMATS:
        raise ValueError(format)
    report = Report()
    texts = _texts(sources, format, report, limits)
    if report.blocked:
        return report.close(None)
    report.format = chosen = format or _guess(texts, report)
    data: FrameworkData | None = None
    if chosen == "uk-gdad":
        data = _uk_gdad(texts, report, limits)
    elif chosen == "digcomp":
        data = _digcomp(texts, report, limits, target_language)
    elif chosen == "ikusei":
        data = _ikusei(texts, report, limits)
    return report.close(data)


def _texts(
    sources: Sequence[Source], wanted: str | None, report: Report, limits: Limits
) -> list[tuple[Source, str]]:
    """Every file with its text; sizes, repeated files and encodings are checked on the way."""
    if not sources:
        report.problem(At(""), _("No file was given."), _("Give at least one file."))
    if len(sources) > limits.max_files:
        reason = _("More than %(limit)d files were given.") % {"limit": limits.max_files}
        report.problem(At(sources[0].name), reason, _("Give the files of one framework only."), len(sources))
        return []
    texts: list[tuple[Source, str]] = []
    for position, source in enumerate(sources):
        same = next((other for other in sources[:position] if other.content == source.content), None)
        if len(source.content) > limits.max_bytes:
            reason = _("The file has %(bytes)d bytes; at most %(limit)d are read.")
            sizes = {"bytes": len(source.content), "limit": limits.max_bytes}
            report.problem(At(source.name), reason % sizes, _("Check that it is the right file."))
        elif not source.content.strip():
            fix = _("Give the file as it was published or exported.")
            report.problem(At(source.name, 1, None, 1), _("The file is empty."), fix)
        elif same:
            reason = _("The same file was given twice (as “%(other)s”).") % {"other": same.name}
            report.problem(At(source.name), reason, _("Give each file once."))
        else:
            text = decode(source, report, japanese_windows=wanted in (None, "ikusei"))
            if text is not None:
                texts.append((source, text))
    return texts


def _guess(texts: Sequence[tuple[Source, str]], report: Report) -> str | None:
    """The format most of the files look like; None and a problem where none of them is known."""
    votes = [like for source, text in texts if (like := _format_of(source, text))]
    if votes:
        return max(FORMATS, key=votes.count)
    source, text = texts[0]
    heading = heading_of(text)
    report.problem(
        At(source.name, 1, None, 1),
        _("The file is in none of the known formats: %(formats)s.") % {"formats": ", ".join(FORMATS)},
        _("Check the headings of its columns against the documentation."),
        ", ".join(heading),
    )
    return None


def _is_json(source: Source, text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") or source.name.lower().endswith(".json")


def _format_of(source: Source, text: str) -> str | None:
    if _is_json(source, text):
        return "ikusei"
    heading = heading_of(text)
    if uk_gdad.kind_of(heading):
        return "uk-gdad"
    if digcomp.is_heading(heading):
        return "digcomp"
    return "ikusei" if ikusei_csv.kind_of(source.name, heading) else None


def _not_of_format(source: Source, text: str, wanted: str, report: Report) -> None:
    other = _format_of(source, text)
    reason = (
        _("This file is of the format “%(other)s”, not of “%(wanted)s”.") % {"other": other, "wanted": wanted}
        if other and other != wanted
        else _("This file's headings are not those of the format “%(wanted)s”.") % {"wanted": wanted}
    )
    fix = _("Choose the right file or format; the documentation lists the headings.")
    report.problem(At(source.name, 1, None, 1), reason, fix, ", ".join(heading_of(text)))


def _by_kind(found: dict[str, Table], kind: str, table: Table, report: Report) -> None:
    """Keeps the table under its kind; two files of one kind are a problem, a misleading name is a note."""
    if kind in found:
        reason = _("Two files hold the same kind of rows: “%(first)s” and this one.") % {
            "first": found[kind].file
        }
        report.problem(table.at(), reason, _("Give one file of each kind."))
        return
    found[kind] = table


def _uk_gdad(texts: Sequence[tuple[Source, str]], report: Report, limits: Limits) -> FrameworkData | None:
    report.framework = uk_gdad.KEY
    found: dict[str, Table] = {}
    for source, text in texts:
        kind = uk_gdad.kind_of(heading_of(text))
        if kind is None:
            _not_of_format(source, text, "uk-gdad", report)
            continue
        table = read_table(source, text, report, limits)
        if table:
            _by_kind(found, kind, table, report)
            other = {"roles": "skills", "skills": "roles"}[kind]
            if re.search(other, source.name.lower()) and kind not in source.name.lower():
                reason = _("By its headings this file holds the %(kind)s, whatever its name says.") % {
                    "kind": kind
                }
                report.note(table.at(), reason, _("Check that the two files were not swapped."))
    for kind in ("roles", "skills"):
        if kind not in found and not report.blocked:
            reason = _("The file “%(file)s” is missing.") % {"file": f"{kind}.csv"}
            report.problem(
                At(f"{kind}.csv"), reason, _("Give both published files: roles.csv and skills.csv.")
            )
    # A row that could not be read would make the files contradict each other all over.
    return None if report.blocked else uk_gdad.read(found["roles"], found["skills"], report)


def _digcomp(
    texts: Sequence[tuple[Source, str]], report: Report, limits: Limits, target_language: str | None
) -> FrameworkData | None:
    report.framework, report.version = digcomp.KEY, digcomp.VERSION
    tables = []
    for source, text in texts:
        if not digcomp.is_heading(heading_of(text)):
            _not_of_format(source, text, "digcomp", report)
            continue
        table = read_table(source, text, report, limits)
        if table:
            tables.append(table)
    return None if report.blocked else digcomp.read(tables, report, target_language=target_language)


def _ikusei(texts: Sequence[tuple[Source, str]], report: Report, limits: Limits) -> FrameworkData | None:
    json_files = [(source, text) for source, text in texts if _is_json(source, text)]
    if json_files:
        for source, _text in texts:
            if source is not json_files[0][0]:
                reason = _("A framework in JSON is one file; this one is too many.")
                report.problem(At(source.name), reason, _("Give only the JSON file, or only the CSV files."))
        source, text = json_files[0]
        return None if report.blocked else ikusei_json.read(source.name, text, report)
    found: dict[str, Table] = {}
    for source, text in texts:
        kind = ikusei_csv.kind_of(source.name, heading_of(text))
        if kind is None:
            _not_of_format(source, text, "ikusei", report)
            continue
        table = read_table(source, text, report, limits, canonical=ikusei_csv.canonical)
        if table:
            _by_kind(found, kind, table, report)
            if table.cut:
                last = At(table.file, table.rows[-1].number if table.rows else 1)
                reason = _("The last line has no line end: the file may be cut off.")
                report.note(last, reason, _("Check that its last row is whole."))
    return None if report.blocked else ikusei_csv.read(found, report)
