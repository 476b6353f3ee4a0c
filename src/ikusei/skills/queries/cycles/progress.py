"""The steward's page of a cycle: how far it is, unit by unit, worst first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.lib.tabular import Cell
from ikusei.org.access import NotVisible, Viewer
from ikusei.skills.models import Cycle
from ikusei.skills.queries.cycles.counting import (
    Counts,
    Place,
    added_up,
    counts_by_unit,
    parts_of,
    places,
    total,
)
from ikusei.skills.queries.cycles.opening import days_left, participants
from ikusei.ui.components import Crumb, KeyFigure

SIZE = 40


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with everybody below it; `unit_id` None for those without a unit of today. `is_own`: this unit alone."""

    unit_id: int | None
    name: str
    counts: Counts
    has_parts: bool
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """A cycle as the steward sees it: the part of the tree, its numbers, the units below it worst first."""

    cycle: Cycle
    unit: Place | None
    crumbs: list[Crumb]
    counts: Counts
    figures: list[KeyFigure]
    rows: Page[UnitRow]
    days_left: int | None
    is_overdue: bool


def progress_page(
    viewer: Viewer, cycle: Cycle, *, unit_id: int | None = None, number: str = "1"
) -> ProgressPage:
    """How far a cycle is, or the part of it in one unit. Two queries. Raises NotVisible for a unit that is not there."""
    counts = counts_by_unit(participants(viewer, cycle))
    units = places(viewer.today)
    unit = units.get(unit_id) if unit_id is not None else None
    if unit_id is not None and unit is None:
        raise NotVisible(str(unit_id))
    parts = parts_of(unit_id, counts, units)
    whole = total(counts.values())
    if unit is not None:
        whole = total([*parts.values(), counts.get(unit.pk, Counts())])
    left = days_left(cycle, viewer.today)
    return ProgressPage(
        cycle=cycle,
        unit=unit,
        crumbs=_crumbs(cycle, unit, units),
        counts=whole,
        figures=_figures(cycle, whole, unit_id),
        rows=Paginator(_rows(unit, counts, parts, units), SIZE).get_page(number),
        days_left=left,
        is_overdue=left is not None and left < 0,
    )


def _rows(
    unit: Place | None,
    counts: dict[int | None, Counts],
    parts: dict[int, Counts],
    units: dict[int, Place],
) -> list[UnitRow]:
    with_parts = {
        int(above)
        for pk in counts
        if pk is not None and pk in units
        for above in units[pk].path.strip("/").split("/")[:-1]
    }
    rows = [UnitRow(pk, units[pk].name, sums, has_parts=pk in with_parts) for pk, sums in parts.items()]
    if unit is not None and rows and unit.pk in counts:
        name = _("%(unit)s itself") % {"unit": unit.name}
        rows.append(UnitRow(unit.pk, name, counts[unit.pk], has_parts=False, is_own=True))
    if unit is None:
        homeless = total(own for pk, own in counts.items() if pk is None or pk not in units)
        if homeless.everybody:
            rows.append(UnitRow(None, _("Without a unit of today"), homeless, has_parts=False))
    return sorted(rows, key=lambda row: (row.counts.badness, row.name))


def _crumbs(cycle: Cycle, unit: Place | None, units: dict[int, Place]) -> list[Crumb]:
    page = reverse("skills:cycle", args=(cycle.public_id,))
    crumbs = [
        Crumb(_("Assessment cycles"), reverse("skills:cycles")),
        Crumb(cycle.name, page if unit else ""),
    ]
    for part in unit.path.strip("/").split("/") if unit else ():
        place = units[int(part)]
        crumbs.append(Crumb(place.name, "" if place is unit else f"{page}?unit={place.pk}"))
    return crumbs


def _figures(cycle: Cycle, counts: Counts, unit_id: int | None) -> list[KeyFigure]:
    people = reverse("skills:cycle_people", args=(cycle.public_id,))
    tail = f"&unit={unit_id}" if unit_id is not None else ""
    return [
        KeyFigure(
            label=_("Asked"),
            number=counts.asked,
            rule=_("Everybody in the cycle of whom something is awaited; the excused are not counted."),
            url=f"{people}?state=asked{tail}",
        ),
        KeyFigure(
            label=_("Not handed in"),
            number=counts.not_handed_in,
            rule=_("Have not begun, or have begun and not handed in."),
            url=f"{people}?state=open{tail}",
            tone="warning" if counts.not_handed_in else "ok",
        ),
        KeyFigure(
            label=_("Waiting for confirmation"),
            number=counts.handed_in,
            rule=_("Have handed in, and nobody has said something to every answer yet."),
            url=f"{people}?state=handed-in{tail}",
        ),
        KeyFigure(
            label=_("Confirmed"),
            number=counts.confirmed,
            rule=_("Every answer was confirmed, or seen differently with a reason."),
            url=f"{people}?state=confirmed{tail}",
            tone="ok",
        ),
    ]


type Line = list[Cell | None]


def progress_rows(viewer: Viewer, cycle: Cycle) -> Iterable[Line]:
    """Every unit with its numbers, in the order of the tree, for a file: how far people are, never a level."""
    counts = counts_by_unit(participants(viewer, cycle))
    units = places(viewer.today)
    sums = added_up(counts, units)
    yield [
        _("Unit"),
        _("Part of"),
        _("Asked"),
        _("Not begun"),
        _("Answering"),
        _("Handed in"),
        _("Confirmed"),
        _("On long leave"),
        _("Left, or out of the rule"),
        _("Excused by the steward"),
        _("Moved, not settled"),
        _("Given more time"),
        _("Waiting longest since"),
    ]
    for pk in sorted(sums, key=lambda key: _place_in_tree(units[key], units)):
        above = units.get(units[pk].parent_id or 0)
        yield _line(units[pk].name, above.name if above else "", sums[pk])
    homeless = total(own for pk, own in counts.items() if pk is None or pk not in units)
    if homeless.everybody:
        yield _line(_("Without a unit of today"), "", homeless)
    yield _line(_("Together"), "", total(counts.values()))


def _line(name: str, above: str, counts: Counts) -> Line:
    return [
        name,
        above,
        counts.asked,
        counts.waiting,
        counts.answering,
        counts.handed_in,
        counts.confirmed,
        counts.on_leave,
        counts.gone,
        counts.excused,
        counts.moved,
        counts.extended,
        _day(counts),
    ]


def _day(counts: Counts) -> date | None:
    return counts.since.date() if counts.since else None


def _place_in_tree(place: Place, units: dict[int, Place]) -> list[tuple[int, int]]:
    return [(units[int(part)].order, int(part)) for part in place.path.strip("/").split("/")]
