"""The steward's other question: how far is the assessment, and what waits for a decision of mine?"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Cycle, Phase
from ikusei.skills.queries.cycles.counting import Counts, counts_by_unit, total
from ikusei.skills.queries.cycles.opening import newest_open_cycle, participants_of_newest
from ikusei.ui.components import KeyFigure

ENOUGH = 5
"""A share of fewer people says nothing about a unit."""


@dataclass(frozen=True, slots=True)
class RunningCycle:
    """The cycle that is open: its next deadline, its numbers, the unit that is furthest behind, who moved.

    `worst` is None where every unit of some size has handed in whole.
    """

    cycle: Cycle
    deadline: date
    is_over: bool
    figures: list[KeyFigure]
    worst: Counts | None
    worst_name: str
    moved: int


def running_cycle(viewer: Viewer) -> RunningCycle | None:
    """The newest open cycle for its steward, None where none is open. Two queries."""
    counts = counts_by_unit(participants_of_newest(viewer))
    behind = {pk: own for pk, own in counts.items() if pk and own.asked >= ENOUGH and own.not_handed_in}
    worst_id = min(behind, key=lambda pk: behind[pk].badness, default=None)
    cycle, worst_name = newest_open_cycle(worst_id, viewer.today)
    if cycle is None or not viewer.can(Right.CYCLE_RUN):
        return None
    whole = total(counts.values())
    deadline = cycle.self_until if cycle.phase == Phase.SELF else cycle.confirm_until
    return RunningCycle(
        cycle=cycle,
        deadline=deadline,
        is_over=deadline < viewer.today,
        figures=_figures(cycle, whole),
        worst=behind[worst_id] if worst_id is not None else None,
        worst_name=worst_name,
        moved=whole.moved,
    )


def _figures(cycle: Cycle, counts: Counts) -> list[KeyFigure]:
    people = reverse("skills:cycle_people", args=(cycle.public_id,))
    return [
        KeyFigure(
            label=_("Handed in"),
            number=counts.handed_in_share,
            unit="%",
            rule=_("Of those asked, the excused not counted; confirmed or not."),
            url=f"{people}?state=open",
        ),
        KeyFigure(
            label=_("Confirmed"),
            number=counts.confirmed_share,
            unit="%",
            rule=_("Of those asked: everything they handed in was confirmed or answered."),
            url=f"{people}?state=handed-in",
        ),
    ]
