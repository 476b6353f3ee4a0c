"""What a map's address asks for. Anything that cannot be meant is read as if it were not there."""

from collections.abc import Mapping
from datetime import date

from ikusei.org.access import Viewer
from ikusei.org.asof import readable_day
from ikusei.skills.queries.maps.counting import Who
from ikusei.skills.queries.maps.our_map import Asked

HIGHEST_LEVEL = 99
LONGEST_NUMBER = 15


def number_in(query: Mapping[str, str], name: str) -> int | None:
    """The whole number named in a query string."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def level_in(query: Mapping[str, str]) -> int | None:
    """The level asked for; None for the level that matters in each skill."""
    level = number_in(query, "level")
    return level if level is not None and 0 < level <= HIGHEST_LEVEL else None


def compare_in(viewer: Viewer, query: Mapping[str, str], on: date) -> date | None:
    """The day of comparison; None without one, and for the day of the page itself."""
    if not query.get("compare"):
        return None
    day = readable_day(viewer, query, "compare")
    return None if day == on else day


def who_in(query: Mapping[str, str]) -> Who:
    """Whose levels are counted: the ICT staff's unless everyone's with a level is asked for."""
    return Who.RATED if query.get("who") == Who.RATED else Who.ICT


def asked_in(viewer: Viewer, query: Mapping[str, str], unit_id: int | None = None) -> Asked:
    """The map that a query string asks for, of a unit where one is given."""
    on = readable_day(viewer, query)
    return Asked(
        on=on,
        unit_id=unit_id,
        who=who_in(query),
        level=level_in(query),
        order="framework" if query.get("order") == "framework" else "gaps",
        only=query["only"] if query.get("only") in {"nobody", "single"} else "",
        compare=compare_in(viewer, query, on),
        columns=number_in(query, "columns") or 1,
        rows=number_in(query, "rows") or 1,
    )
