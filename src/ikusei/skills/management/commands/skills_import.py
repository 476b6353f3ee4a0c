"""`ikusei skills import`: a competence framework from files."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ikusei.lib import clock
from ikusei.org import access
from ikusei.skills.formats import FORMATS, Limits, ParsedFramework, Problem, Source, read_framework
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.services.framework_imports import Checked, import_framework


class Command(BaseCommand):
    help = "Import a competence framework: our CSV or JSON, the UK Government Digital and Data files, or DigComp."
    requires_system_checks = ()  # the addresses of pages do not matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="every file of one framework version")
        parser.add_argument(
            "--format", choices=FORMATS, help="guessed from the content where it is not given"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish the version: it can never change again"
        )
        parser.add_argument(
            "--use-from",
            type=date.fromisoformat,
            metavar="DATE",
            help="the maps use the version from this day (2026-04-01); only a published one",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        sources, unreadable = _sources(options["files"])
        parsed = (
            ParsedFramework(data=None, problems=tuple(unreadable))
            if unreadable
            else read_framework(sources, options["format"])
        )
        checked, version = import_framework(
            actor=access.operator(),
            parsed=parsed,
            publish=options["publish"],
            publish_on=clock.today(),
            use_from=options["use_from"],
            dry_run=options["dry_run"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(checked.parsed.summary(), ensure_ascii=False))
        else:
            self._tell(checked, version, dry_run=options["dry_run"])
        if checked.problems:
            raise SystemExit(1)

    def _tell(self, checked: Checked, version: FrameworkVersion | None, *, dry_run: bool) -> None:
        """Print the counts, what was left out or is doubtful, and every problem, for a person."""
        summary = checked.parsed.summary()
        for name, value in summary.items():
            if name != "problems":
                self.stdout.write(f"{name:<14}{'' if value is None else value}")
        for skipped in checked.parsed.skipped:
            self.stdout.write(_line(_("skipped"), skipped.file, skipped.row, skipped.column, skipped.reason))
        for note in checked.parsed.notes:
            self.stdout.write(_line(_("note"), note.file, note.row, note.column, f"{note.reason} {note.fix}"))
        for problem in checked.problems:
            said = f"{problem.reason} {problem.fix}" + (f" [{problem.value}]" if problem.value else "")
            self.stdout.write(_line(_("problem"), problem.file, problem.row, problem.column, said))
        self.stdout.write(_outcome(checked, version, dry_run=dry_run))


def _sources(names: list[str]) -> tuple[list[Source], list[Problem]]:
    """The files' bytes, no more of each than may be read plus one; a problem for each that cannot be opened."""
    sources, problems = [], []
    for name in names:
        try:
            with Path(name).open("rb") as opened:
                sources.append(Source(Path(name).name, opened.read(Limits().max_bytes + 1)))
        except OSError as error:
            reason = _("The file cannot be opened: %(error)s.") % {"error": error.strerror or str(error)}
            problems.append(Problem(name, None, None, "", reason, _("Check the path and who may read it.")))
    return sources, problems


def _line(kind: str, file: str, row: int | None, column: str | None, said: str) -> str:
    place = ":".join(str(part) for part in (file, row, column) if part not in (None, ""))
    return f"{kind}: {place}: {said}".rstrip() if place else f"{kind}: {said}".rstrip()


def _outcome(checked: Checked, version: FrameworkVersion | None, *, dry_run: bool) -> str:
    if checked.problems:
        return _("Nothing was written.")
    named = {"framework": checked.parsed.framework, "version": checked.parsed.version}
    if checked.unchanged is not None:
        return _("Unchanged: %(framework)s %(version)s is stored with the very same content.") % named
    if dry_run or version is None:
        return _("Dry run: %(framework)s %(version)s could be saved. Nothing was written.") % named
    if version.is_draft:
        return _("Saved: %(framework)s %(version)s, a draft.") % named
    return _("Saved and published: %(framework)s %(version)s.") % named
