"""`ikusei worker`: does the background work of this host until it is told to end."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.jobs import services
from ikusei.jobs.forks import let_forks_end


class Command(BaseCommand):
    help = "Run background work: imports, exports, news, nightly checks. SIGTERM ends it cleanly. Any number of hosts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            count = services.run_waiting()
            self.stdout.write(
                ngettext("%(count)d job was run.", "%(count)d jobs were run.", count) % {"count": count}
            )
            return
        self.stdout.write(
            _("The worker is at work. SIGTERM (or Ctrl+C) ends it; what runs goes back to the queue.")
        )
        self.stdout.flush()
        let_forks_end()
        call_command("dj_queue")
