"""What the charts of the maps are drawn from (the JSON of ui/README.md): nothing that the tables do not say too."""

from typing import Any

from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.skills.queries.maps.my_map import MyMap
from ikusei.skills.queries.maps.trend import Trend

LEAST_AXES = 3
MOST_AXES = 24


def radar(drawn: MyMap) -> dict[str, Any] | None:
    """The levels held and asked, one axis a skill asked for, or a rated one where nothing is; None under three axes."""
    tiles = [tile for tile in drawn.tiles if tile.asked] or [tile for tile in drawn.tiles if tile.held]
    if drawn.catalogue is None or len(tiles) < LEAST_AXES:
        return None
    tiles = tiles[:MOST_AXES]
    series: list[dict[str, Any]] = [
        {"name": _("level held"), "values": [tile.level or 0 for tile in tiles], "filled": True}
    ]
    if drawn.job_type is not None:
        name = _("asked: %(job_type)s") % {"job_type": drawn.job_type.name}
        series.append({"name": name, "values": [tile.asked or 0 for tile in tiles], "hue": "create"})
    if drawn.compare is not None:
        name = _("held on the day of comparison")
        series.append({"name": name, "values": [tile.before or 0 for tile in tiles], "hue": "understand"})
    return {
        "labels": [tile.skill.name for tile in tiles],
        "series": series,
        "max": max(drawn.catalogue.steps, default=4),
    }


def trend_line(found: Trend, *, era: bool) -> dict[str, Any]:
    """The people at the level by fiscal year: a number that is told in steps is drawn at the lower end of its step."""
    return {
        "labels": [fiscal.label(point.year, era=era) for point in found.points],
        "series": [
            {
                "name": found.skill.name if found.skill else "",
                "values": [point.count.low if point.count else None for point in found.points],
            }
        ],
        "unit": _("people"),
        "marks": [
            {"at": place, "name": _("version %(label)s") % {"label": point.change.label}}
            for place, point in enumerate(found.points)
            if point.change
        ],
    }
