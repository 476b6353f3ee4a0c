"""Which cycles there are, and how far they came."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Q

from ikusei.org.access import Viewer
from ikusei.skills.models import Cycle, CycleStep, FrameworkVersion, Participant, Progress, VersionState
from ikusei.skills.queries.cycles.opening import days_left

SIZE = 10


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle of the list; the numbers are of those of whom something is, or was, awaited."""

    cycle: Cycle
    asked: int
    handed_in: int
    confirmed: int
    days_left: int | None


def cycle_list(viewer: Viewer, *, number: str = "1") -> Page[CycleRow]:
    """The cycles, newest first, with their numbers. Three queries."""
    cycles = Cycle.objects.select_related("version").fetch_mode(FETCH_RAISE)
    pages: Paginator[Any] = Paginator(cycles, SIZE)
    page = pages.get_page(number)
    shown: list[Cycle] = list(page.object_list)
    through = Q(progress__in=(Progress.HANDED_IN, Progress.CONFIRMED))
    told = (
        Participant.objects.filter(cycle__in=[cycle.pk for cycle in shown], excuse="")
        .order_by()
        .values_list("cycle_id")
        .annotate(
            asked=Count("pk"),
            handed_in=Count("pk", filter=through),
            confirmed=Count("pk", filter=Q(progress=Progress.CONFIRMED)),
        )
    )
    numbers = {row[0]: row[1:] for row in told}
    rows = []
    for cycle in shown:
        asked, handed_in, confirmed = numbers.get(cycle.pk, (0, 0, 0))
        rows.append(CycleRow(cycle, asked, handed_in, confirmed, days_left(cycle, viewer.today)))
    return Page(rows, page.number, pages)


def steps(cycle: Cycle) -> list[CycleStep]:
    """The phases that a cycle entered, oldest first, with who did it and why. One query."""
    return list(cycle.steps.select_related("by").fetch_mode(FETCH_RAISE))


def versions_to_ask() -> list[FrameworkVersion]:
    """The published framework versions, the newest first: those a cycle can ask about."""
    rows = FrameworkVersion.objects.filter(state=VersionState.PUBLISHED).order_by("framework__key", "-id")
    return list(rows.fetch_mode(FETCH_RAISE))


def last_cycle() -> Cycle | None:
    """The newest cycle, whose rule the next one begins with; None where there was none."""
    return Cycle.objects.select_related("version").first()
