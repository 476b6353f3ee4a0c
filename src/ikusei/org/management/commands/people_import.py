"""`ikusei people import`: the staff list of an employer, as the office keeps it."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar

from ikusei.jobs.console import ConsoleProgress
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.lib.tabular import Problem, TabularError
from ikusei.org import access
from ikusei.org.imports.columns import BY_KEY
from ikusei.org.imports.plan import Plan
from ikusei.org.models import Employer
from ikusei.org.services import people_import
from ikusei.org.services.people_import import Result, Stopped

COUNTS = ("new", "changed", "unchanged", "ended")
SHOWN = 50
"""Problems and warnings told to a person; --json tells all."""


def column(text: str) -> tuple[str, str | None]:
    """(field, heading) of `field=heading`; None for `field=`, which is not read."""
    key, sign, heading = text.partition("=")
    if not sign or key not in BY_KEY:
        raise ArgumentTypeError(
            _("%(text)s is not FIELD=HEADING; the fields are: %(fields)s.")
            % {"text": text, "fields": ", ".join(BY_KEY)}
        )
    return key, heading or None


class Command(BaseCommand):
    help = "Import an employer's staff list (CSV or XLSX): the state of its staff as of a day."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--employer", required=True, metavar="CODE", help="whose staff it is")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day of the list (2026-04-01); default: today",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument(
            "--good-rows",
            action="store_true",
            help="apply the good rows; write the others to a file to be mended",
        )
        parser.add_argument(
            "--allow-ended", action="store_true", help="more than a fifth of the employer's people may end"
        )
        parser.add_argument(
            "--map",
            action="append",
            type=column,
            default=[],
            metavar="FIELD=HEADING",
            help="what a column means; again for each",
        )
        parser.add_argument(
            "--problems-to",
            type=Path,
            metavar="FILE",
            help="where --good-rows writes the rows to be mended (beside FILE)",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        employer = Employer.objects.filter(code=options["employer"]).first()
        if employer is None:
            raise CommandError(
                _(
                    "There is no employer %(code)s. Create it: ikusei org employer create %(code)s NAME --kind city"
                )
                % {"code": options["employer"]}
            )
        began = monotonic()
        try:
            result, is_stopped = self._run(employer, options)
        except TabularError as error:
            self._tell_unreadable(error.problem, monotonic() - began, options)
            raise SystemExit(1) from None
        except OSError as error:
            reason = _("The file cannot be opened: %(error)s.") % {"error": error.strerror or str(error)}
            problem = Problem(
                None, "", str(options["file"]), reason, _("Check the path and who may read it.")
            )
            self._tell_unreadable(problem, monotonic() - began, options)
            raise SystemExit(1) from None
        to_mend = (
            self._write_rows_to_mend(result, options)
            if options["good_rows"] and not options["dry_run"] and not is_stopped
            else None
        )
        summary = _summary(result, monotonic() - began)
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            self._tell(summary, result, to_mend)
            self.stdout.write(_outcome(is_stopped, options["dry_run"]))
        if is_stopped:
            raise SystemExit(1)

    def _run(self, employer: Employer, options: dict[str, Any]) -> tuple[Result, bool]:
        """The result, and whether problems stopped it (or would, in a dry run)."""
        asked = {
            "actor": access.operator(),
            "employer": employer,
            "source": options["file"],
            "file_name": options["file"].name,
            "as_of": options["as_of"] or clock.today(),
            "columns": dict(options["map"]),
        }
        is_silent = options["json"] or not sys.stderr.isatty()
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        bar = Bar(*columns, console=Console(stderr=True), transient=True, disable=is_silent)
        with bar:
            progress: Progress = ConsoleProgress(bar, 0)
            if options["dry_run"]:
                result = people_import.check_list(**asked, progress=progress)
                return result, result.is_stopped(
                    good_rows=options["good_rows"], allow_ended=options["allow_ended"]
                )
            try:
                result = people_import.import_list(
                    **asked,
                    good_rows=options["good_rows"],
                    allow_ended=options["allow_ended"],
                    progress=progress,
                )
            except Stopped as stopped:
                return stopped.result, True
            return result, False

    def _write_rows_to_mend(self, result: Result, options: dict[str, Any]) -> Path | None:
        if not people_import.rows_with_problems(result.plan):
            return None
        is_csv = options["file"].suffix.lower() not in {".xlsx", ".xlsm", ".xls"}
        target: Path = options["problems_to"] or options["file"].with_name(
            f"{options['file'].stem}-problems{'.csv' if is_csv else '.xlsx'}"
        )
        content = people_import.mend_file(result.staff, result.plan.problems, is_csv=target.suffix == ".csv")
        try:
            target.write_bytes(content)
        except OSError as error:
            self.stderr.write(
                _(
                    "The rows to be mended could not be written to %(path)s: %(error)s. The good rows are applied."
                )
                % {"path": target, "error": error.strerror or str(error)}
            )
            return None
        return target

    def _tell_unreadable(self, problem: Problem, seconds: float, options: dict[str, Any]) -> None:
        if options["json"]:
            nothing: dict[str, Any] = dict.fromkeys(COUNTS, 0)
            self.stdout.write(
                json.dumps(
                    nothing | {"problems": [problem.as_dict()], "seconds": round(seconds, 2)},
                    ensure_ascii=False,
                )
            )
        else:
            self.stdout.write(_line(_("problem"), problem.as_dict()))
            self.stdout.write(_("Nothing was written."))

    def _tell(self, summary: dict[str, Any], result: Result, to_mend: Path | None) -> None:
        """Print the result for a person."""
        read = ", ".join(f"{BY_KEY[key].name} = {heading}" for key, heading in summary["columns"].items())
        self.stdout.write(_("Columns read: %(columns)s") % {"columns": read})
        if summary["not_read"]:
            self.stdout.write(
                _("Columns not read: %(columns)s") % {"columns": ", ".join(summary["not_read"])}
            )
        for name in ("skipped", "warnings", "problems"):
            rows = summary[name]
            for row in rows[:SHOWN]:
                self.stdout.write(
                    _line(
                        {"skipped": _("skipped"), "warnings": _("warning"), "problems": _("problem")}[name],
                        row,
                    )
                )
            if len(rows) > SHOWN:
                self.stdout.write(_("... and %(count)s more") % {"count": len(rows) - SHOWN})
        if result.plan.units:
            self.stdout.write(_("new units: %(count)s") % {"count": len(result.plan.units)})
        labels = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged"), "ended": _("ended")}
        for name in COUNTS:
            self.stdout.write(f"{labels[name]}: {summary[name]}")
        self.stdout.write(_("seconds: %(seconds)s") % {"seconds": summary["seconds"]})
        if to_mend is not None:
            self.stdout.write(_("Rows to be mended: %(path)s") % {"path": to_mend})


def _summary(result: Result, seconds: float) -> dict[str, Any]:
    plan = result.plan
    return {
        **plan.counts,
        "problems": [_with_flag(problem, plan).as_dict() for problem in people_import.all_problems(plan)],
        "warnings": [warning.as_dict() for warning in plan.warnings],
        "skipped": [*result.staff.skipped, *plan.passed_over],
        "columns": result.staff.columns,
        "not_read": result.staff.not_read,
        "seconds": round(seconds, 2),
    }


def _with_flag(problem: Problem, plan: Plan) -> Problem:
    """The problem, its fix with the flag that does it here."""
    flag = ""
    if problem is plan.too_many_end:
        flag = "--allow-ended"
    elif problem in plan.stops and problem.column in BY_KEY:
        flag = f"--map {problem.column}=HEADING"
    return replace(problem, fix=f"{problem.fix} ({flag})") if flag else problem


def _line(kind: str, row: dict[str, Any]) -> str:
    place = [_("row %(row)s") % {"row": row["row"]}] if row.get("row") else []
    place += [str(row[name]) for name in ("column", "value", "text") if row.get(name)]
    said = f"{row['reason']} {row.get('fix', '')}".strip()
    return f"{kind}: {': '.join([*place, said])}"


def _outcome(is_stopped: bool, is_dry_run: bool) -> str:
    if is_stopped:
        return _("Problems stop the import. Nothing was written.")
    if is_dry_run:
        return _("Dry run: nothing was written.")
    return _("Applied.")
