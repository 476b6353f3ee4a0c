"""The pages about one cycle, as tabs."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.skills.models import Cycle, Phase
from ikusei.ui.components import Tab

PAGES = (
    ("cycle", _("Progress")),
    ("cycle_waiting", _("Who waits for whom")),
    ("cycle_settling", _("To settle")),
    ("cycle_people", _("People")),
    ("cycle_population", _("Who is asked, and why")),
    ("cycle_raters", _("Raters")),
    ("cycle_remind", _("Remind")),
)
BEFORE = {"cycle", "cycle_population"}
"""What there is to see before a cycle is opened."""


def cycle_tabs(cycle: Cycle, current: str) -> list[Tab]:
    """The pages that a cycle has in its phase, the one named marked."""
    shown = (page for page in PAGES if cycle.phase != Phase.PLANNED or page[0] in BEFORE)
    return [
        Tab(label, reverse(f"skills:{route}", args=(cycle.public_id,)), route == current)
        for route, label in shown
        if route != "cycle_remind" or cycle.is_open
    ]
