"""`ikusei people export`: an employer's staff list in the columns that the import reads."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.lib import clock
from ikusei.lib.tabular import write_csv, write_xlsx
from ikusei.org import access
from ikusei.org.models import Employer
from ikusei.org.services.people_import import export_people

ENCODINGS = {"utf-8": "utf-8-sig", "utf-8-sig": "utf-8-sig", "cp932": "cp932", "shift_jis": "cp932"}


class Command(BaseCommand):
    help = "Export an employer's staff list (CSV or XLSX) in the columns that the import reads."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employer", required=True, metavar="CODE")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="default: today")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="ends in .csv or .xlsx")
        parser.add_argument(
            "--encoding", choices=sorted(ENCODINGS), default="utf-8", help="of a CSV file (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        employer = Employer.objects.filter(code=options["employer"]).first()
        if employer is None:
            raise CommandError(_("There is no employer %(code)s.") % {"code": options["employer"]})
        out: Path = options["out"]
        if out.suffix.lower() not in {".csv", ".xlsx"}:
            raise CommandError(_("The name of the file must end in .csv or .xlsx."))
        rows = export_people(
            actor=access.operator(), employer=employer, as_of=options["as_of"] or clock.today()
        )
        unwritten = []
        if out.suffix.lower() == ".xlsx":
            content = write_xlsx(rows, sheet_name=employer.name)
        else:
            written = write_csv(rows, encoding=ENCODINGS[options["encoding"]])
            content, unwritten = written.content, written.unwritten
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("The file cannot be written: %(error)s.") % {"error": error.strerror or str(error)}
            ) from error
        for sign in unwritten:
            self.stderr.write(
                _(
                    "row %(row)s: column %(column)s: %(character)s (U+%(code)s) in %(value)s cannot be written; 〓 stands for it."
                )
                % {
                    "row": sign.row,
                    "column": sign.column,
                    "character": sign.character,
                    "code": f"{ord(sign.character):04X}",
                    "value": sign.value,
                }
            )
        self.stdout.write(_("%(count)s people written to %(path)s.") % {"count": len(rows) - 1, "path": out})
