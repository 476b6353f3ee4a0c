"""`ikusei skills sheet import`: an office's skill sheet, people down and skills across."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar

from ikusei.jobs.console import ConsoleProgress
from ikusei.lib import clock
from ikusei.lib.tabular import Problem, TabularError
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer
from ikusei.skills.models import FrameworkVersion, Rater
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.skills.queries.sheets import sheet_versions
from ikusei.skills.services.sheets.mending import mend_sheet
from ikusei.skills.services.sheets.recording import (
    SheetOrder,
    SheetResult,
    SheetStopped,
    check_sheet,
    import_sheet,
)
from ikusei.skills.sheets.columns import UnknownColumn
from ikusei.skills.sheets.report import summary_of

SHOWN = 50


class Command(BaseCommand):
    help = "Import a skill sheet: people down, skills across, levels in the cells (CSV or XLSX)."
    requires_system_checks = ()  # the addresses of pages do not matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--employer", required=True, metavar="CODE", help="whose staff numbers these are")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day on which the levels were stated, where a row gives none (today)",
        )
        parser.add_argument(
            "--rater",
            choices=[Rater.SELF, Rater.SUPERVISOR],
            default=Rater.SUPERVISOR,
            help="who stated them, where a row does not say (supervisor)",
        )
        parser.add_argument(
            "--framework", metavar="KEY/VERSION", help="the framework version (the one in use on that day)"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=SKILL",
            help="what a column is: the key or name of a skill or field, nothing for a column not to be read",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be recorded; write nothing"
        )
        parser.add_argument("--good-rows", action="store_true", help="record the rows without problems")
        parser.add_argument(
            "--problems-to",
            type=Path,
            metavar="FILE",
            help="where --good-rows writes the rows to be mended (beside FILE)",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        order = _order(options)
        try:
            result, is_written = _carry_out(order, options)
        except TabularError as error:
            self._refuse(error.problem, as_json=options["json"])
        except (UnknownColumn, RuleBroken) as error:
            raise CommandError(str(error)) from error
        to_mend = _write_rows_to_mend(result, options) if is_written else None
        summary = summary_of(result.sheet, result.tally) | {
            "written": is_written,
            "seconds": round(result.seconds, 2),
        }
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            self._tell(summary, to_mend)
        if result.is_stopped(good_rows=options["good_rows"]):
            raise SystemExit(1)

    def _refuse(self, problem: Problem, *, as_json: bool) -> None:
        """Say why a file cannot be read, and end with 1."""
        if as_json:
            nothing: dict[str, Any] = dict.fromkeys(("new", "differing", "unchanged"), 0)
            told = nothing | {"problems": [problem.as_dict()], "written": False}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(_line(problem.as_dict()))
        raise SystemExit(1)

    def _tell(self, summary: dict[str, Any], to_mend: Path | None) -> None:
        """Print the counts, doubtful columns and problems, for a person."""
        for name in ("rows", "people", "new", "differing", "unchanged", "silent", "rows_to_mend"):
            self.stdout.write(f"{name:<14}{summary[name]}")
        for heading, reads in summary["guessed"].items():
            self.stdout.write(
                _("guessed: %(heading)s is read as %(name)s") % {"heading": heading, "name": reads}
            )
        for heading in summary["not_read"]:
            self.stdout.write(_("not read: %(heading)s") % {"heading": heading})
        for problem in summary["problems"][:SHOWN]:
            self.stdout.write(_line(problem))
        more = len(summary["problems"]) - SHOWN
        if more > 0:
            self.stdout.write(_("and %(count)s more problems") % {"count": more})
        if to_mend is not None:
            self.stdout.write(_("Rows to be mended: %(path)s") % {"path": to_mend})
        self.stdout.write(_("Recorded.") if summary["written"] else _("Nothing was written."))


def _order(options: dict[str, Any]) -> SheetOrder:
    """What to read, from the arguments. Raises CommandError."""
    employer = Employer.objects.filter(code=options["employer"]).first()
    if employer is None:
        raise CommandError(_("There is no employer with the code %(code)s.") % {"code": options["employer"]})
    on = options["on"] or clock.today()
    if not options["file"].is_file():
        raise CommandError(_("There is no file %(name)s.") % {"name": options["file"]})
    wrong = [text for text in options["map"] if "=" not in text]
    if wrong:
        raise CommandError(_("Write --map HEADING=SKILL, not %(text)s.") % {"text": wrong[0]})
    return SheetOrder(
        source=options["file"],
        file_name=options["file"].name,
        employer=employer,
        version=_version(options["framework"], on),
        stated_on=on,
        rater=options["rater"],
        named_columns=dict(text.rsplit("=", 1) for text in options["map"]),
    )


def _version(named: str | None, on: date) -> FrameworkVersion:
    if named is None:
        version = version_in_use(on)
        if version is None:
            raise CommandError(_("No framework is in use on that day; name one with --framework."))
        return version
    key, _slash, label = named.partition("/")
    found = sheet_versions().filter(framework__key=key, label=label).first()
    if found is None:
        raise CommandError(_("There is no published framework %(name)s.") % {"name": named})
    return found


def _carry_out(order: SheetOrder, options: dict[str, Any]) -> tuple[SheetResult, bool]:
    """What was found, and whether it was recorded."""
    is_silent = options["json"] or not sys.stderr.isatty()
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=is_silent) as bar:
        progress = ConsoleProgress(bar, 0)
        actor = access.operator()
        if options["dry_run"]:
            return check_sheet(actor=actor, order=order, progress=progress), False
        try:
            good_rows = options["good_rows"]
            return import_sheet(actor=actor, order=order, good_rows=good_rows, progress=progress), True
        except SheetStopped as stopped:
            return stopped.result, False


def _write_rows_to_mend(result: SheetResult, options: dict[str, Any]) -> Path | None:
    """Where the rows that were left out were written, None where there are none."""
    if not result.sheet.faults.rows:
        return None
    source: Path = options["file"]
    is_csv = source.suffix.lower() not in {".xlsx", ".xlsm", ".xls"}
    beside = source.with_name(f"{source.stem}-problems{'.csv' if is_csv else '.xlsx'}")
    target: Path = options["problems_to"] or beside
    target.write_bytes(mend_sheet(result.sheet, is_csv=target.suffix.lower() == ".csv"))
    return target


def _line(problem: dict[str, Any]) -> str:
    place = ":".join(str(part) for part in (problem["row"], problem["column"]) if part)
    value = f" [{problem['value']}]" if problem["value"] else ""
    return f"{place}: {problem['reason']} {problem['fix']}{value}".removeprefix(": ")
