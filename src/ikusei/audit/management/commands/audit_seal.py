"""`ikusei audit seal`: seal now what the worker would seal at its next turn."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext

from ikusei.audit import services


class Command(BaseCommand):
    help = "Seal the settled entries of the audit trail (the worker does it every ten minutes)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what was sealed as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        seals = services.seal()
        entries = sum(link.count for link in seals)
        if options["json"]:
            digest = seals[-1].digest if seals else ""
            self.stdout.write(json.dumps({"seals": len(seals), "entries": entries, "digest": digest}))
            return
        sentence = ngettext("%(entries)d entry was sealed.", "%(entries)d entries were sealed.", entries)
        self.stdout.write(sentence % {"entries": entries})
