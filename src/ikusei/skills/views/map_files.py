"""The maps as files: the rows of their tables, and the answers that carry a file."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.lib.tabular import Cell as Value
from ikusei.lib.tabular import write_csv
from ikusei.skills.queries.maps.cells import OTHERS, Cell
from ikusei.skills.queries.maps.my_map import MyMap
from ikusei.skills.queries.maps.our_map import Column, OurMap
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.queries.maps.trend import Trend
from ikusei.skills.templatetags.maps import difference

type Line = Sequence[Value | None]


def csv(name: str, rows: Iterable[Line], on: date) -> HttpResponse:
    """A CSV file for Excel, which runs nothing in it."""
    return _file(write_csv(rows).content, "text/csv; charset=utf-8", f"{name}-{on.isoformat()}.csv")


def svg(name: str, drawing: str, on: date) -> HttpResponse:
    """A picture as an SVG file."""
    return _file(drawing.encode(), "image/svg+xml", f"{name}-{on.isoformat()}.svg")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def my_map_rows(drawn: MyMap) -> Iterable[Line]:
    """A person's map, one skill a row, below what it is and as of when."""
    yield [_("As of"), drawn.on]
    yield [_("Job type"), drawn.job_type.name if drawn.job_type else ""]
    compared = [_("Level before"), _("Change")] if drawn.compare else []
    yield [
        _("Group"),
        _("Skill"),
        _("Level"),
        _("Level asked"),
        _("Levels short"),
        _("Confirmed"),
        _("Said by"),
        _("Evidence"),
        _("Note"),
        _("Stated on"),
        _("Expires on"),
        *compared,
    ]
    for tile in drawn.tiles:
        held = tile.held
        row: list[Value | None] = [tile.skill.group, tile.skill.name, tile.level, tile.asked, tile.short]
        if held is None:
            row += [None] * 6
        else:
            confirmed = _("yes") if held.confirmed else _("no")
            row += [
                confirmed,
                str(held.rater),
                str(held.evidence),
                held.note,
                held.stated_on,
                held.expires_on,
            ]
        yield [*row, tile.before, tile.change] if drawn.compare else row


def our_map_rows(drawn: OurMap) -> Iterable[Line]:
    """An office's map as the page tells it: a number not told to the viewer is not in the file either."""
    yield [_("As of"), drawn.asked.on]
    if drawn.unit:
        yield [_("Unit"), drawn.unit.name]
    heads = [_("All"), *(column_name(column) for column in drawn.columns)]
    compared = [_("%(unit)s: change") % {"unit": head} for head in heads] if drawn.asked.compare else []
    yield [_("Skill"), _("Counted from level"), *heads, *compared]
    for row in drawn.rows:
        cells = [row.total, *row.cells]
        changes = [_difference(cell) for cell in cells] if drawn.asked.compare else []
        yield [row.skill.name, row.level, *(_number(cell.count) for cell in cells), *changes]


def trend_rows(found: Trend) -> Iterable[Line]:
    """The trend of a skill as the page tells it."""
    yield [_("Skill"), found.skill.name if found.skill else ""]
    yield [_("Counted from level"), found.level]
    yield [_("Fiscal year"), _("Day"), _("People at the level"), _("ICT staff"), _("From here version")]
    for point in found.points:
        count = _number(point.count) if point.count else None
        label = point.change.label if point.change else None
        yield [fiscal.label(point.year), point.day, count, _number(point.staff), label]


def column_name(column: Column) -> str:
    """The name of a column: a unit, the others together, or those without a posting."""
    if column.id == OTHERS:
        return _("Other units")
    return column.name or _("No posting on this day")


def _number(count: Shown) -> int | str:
    return count.low if count.exact else count.words()


def _difference(cell: Cell) -> str:
    return difference(cell.before, cell.change) if cell.before is not None else ""
