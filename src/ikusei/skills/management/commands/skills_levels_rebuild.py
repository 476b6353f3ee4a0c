"""`ikusei skills levels rebuild`: derives every level anew from all statements, by the rule in force."""

from typing import Any

from django.core.management.base import BaseCommand

from ikusei.jobs.progress import Progress
from ikusei.skills.services.level_rules import rebuild_everything


class Command(BaseCommand):
    """Derive all levels anew."""

    help = "Derive every level anew from all statements, by the rule in force (after an upgrade)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many periods were written."""
        self.stdout.write(f"{rebuild_everything(Progress())} periods written")
