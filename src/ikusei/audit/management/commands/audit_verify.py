"""`ikusei audit verify`: is the audit trail as it was written?"""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ikusei.audit import services


class Command(BaseCommand):
    help = "Recompute every seal of the audit trail; exits 1 where one does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noted",
            default="",
            metavar="DIGEST",
            help="a digest printed earlier, which the chain must still hold",
        )
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = services.verify(noted=options["noted"])
        if options["json"]:
            self.stdout.write(json.dumps(self._as_dict(verdict)))
        else:
            for sentence in self._sentences(verdict):
                self.stdout.write(sentence)
        if not verdict.is_whole:
            sys.exit(1)

    @staticmethod
    def _as_dict(verdict: services.Verdict) -> dict[str, Any]:
        fields = asdict(verdict)
        broken = verdict.broken
        fields["broken"] = broken and {"first_id": broken.first_id, "last_id": broken.last_id}
        fields["unsealed_since"] = verdict.unsealed_since and verdict.unsealed_since.isoformat()
        return {"whole": verdict.is_whole, **fields}

    @staticmethod
    def _sentences(verdict: services.Verdict) -> list[str]:
        read = {"entries": verdict.entries, "seals": verdict.seals}
        sentences = [_("%(entries)d entries under %(seals)d seals are as they were written.") % read]
        if verdict.head:
            sentences.append(_("Last digest, to be noted elsewhere: %(digest)s") % {"digest": verdict.head})
        if verdict.broken:
            bounds = {"first": verdict.broken.first_id, "last": verdict.broken.last_id}
            sentences.append(
                _("BROKEN: entries %(first)d to %(last)d were changed, added or removed.") % bounds
            )
        if verdict.noted_found is False:
            sentences.append(_("BROKEN: the chain does not hold the digest that was noted."))
        if verdict.unsealed_since:
            since = {"since": verdict.unsealed_since.isoformat(timespec="minutes")}
            sentences.append(_("Entries since %(since)s wait for a seal: is a worker running?") % since)
        return sentences
