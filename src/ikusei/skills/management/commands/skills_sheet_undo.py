"""`ikusei skills sheet undo`: take back the sheet of an employer that was recorded last."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer
from ikusei.skills.services.sheets.undoing import SheetInUse, last_sheet, undo_sheet


class Command(BaseCommand):
    help = "Take back the skill sheet of an employer that was recorded last."
    requires_system_checks = ()  # the addresses of pages do not matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employer", required=True, metavar="CODE")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        employer = Employer.objects.filter(code=options["employer"]).first()
        if employer is None:
            raise CommandError(
                _("There is no employer with the code %(code)s.") % {"code": options["employer"]}
            )
        try:
            record = last_sheet(employer)
            count = undo_sheet(actor=access.operator(), record=record)
        except SheetInUse as error:
            self._say(
                options, {"undone": 0, "obstacles": [[one.what, one.reason] for one in error.obstacles]}
            )
            raise SystemExit(1) from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        self._say(options, {"undone": count, "file": record.file_name, "obstacles": []})

    def _say(self, options: dict[str, Any], result: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for what, reason in result["obstacles"]:
            self.stdout.write(f"{what}: {reason}")
        self.stdout.write(_("Statements taken back: %(count)s") % {"count": result["undone"]})
