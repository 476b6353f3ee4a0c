"""The day a page is read as of: `?on=2025-04-01`, today without it."""

from collections.abc import Mapping
from datetime import date

from ikusei.lib import clock

EARLIEST = date(1950, 1, 1)
LATEST = date(2100, 1, 1)


def as_of(query: Mapping[str, str], name: str = "on") -> date:
    """The day named in a query string; today where none, or nothing that is a day of this or the last century, stands."""
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return clock.today()
    return day if EARLIEST <= day < LATEST else clock.today()
