"""`ikusei skills certificates import`: the table of certificates and the levels they speak for."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats.certificates import read_certificates
from ikusei.skills.services.certificate_tables import TableLook, compare, import_table
from ikusei.skills.services.certificates import apply_table

LARGEST = 5 << 20


class Command(BaseCommand):
    help = "Import the table of certificates and the levels they speak for (JSON, CSV or XLSX)."
    requires_system_checks = ()  # the addresses of pages do not matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
        parser.add_argument(
            "--apply", action="store_true", help="let certificates that were checked speak for the new levels"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be read: %(error)s.") % {"path": path, "error": error.strerror}
            ) from error
        look = compare(read_certificates(content, name=path.name))
        is_written = look.is_good and not options["dry_run"]
        if is_written:
            _write(look, apply=options["apply"])
        result = _result(look) | {"written": is_written}
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._tell(look, result)
        if not look.is_good:
            raise SystemExit(1)

    def _tell(self, look: TableLook, result: dict[str, Any]) -> None:
        for name in ("new", "changed", "unchanged", "people"):
            self.stdout.write(f"{name:<14}{result[name]}")
        for problem in look.problems:
            place = ":".join(str(part) for part in (problem.row, problem.column) if part)
            self.stdout.write(f"{place}: {problem.reason} {problem.fix} [{problem.value}]")
        self.stdout.write(_("Recorded.") if result["written"] else _("Nothing was written."))


def _write(look: TableLook, *, apply: bool) -> None:
    """Save the table and, where asked, apply it. Raises CommandError."""
    actor = access.operator()
    try:
        saved = import_table(actor=actor, look=look)
        if apply and saved:
            apply_table(actor=actor, kinds=saved)
    except RuleBroken as error:
        raise CommandError(str(error)) from error


def _result(look: TableLook) -> dict[str, Any]:
    """The counts: `people` are those whose checked certificates speak for other levels than the table."""
    return {
        "new": len(look.new),
        "changed": len(look.changed),
        "unchanged": look.unchanged,
        "people": len(look.effect.people),
        "problems": [problem.as_dict() for problem in look.problems],
    }
