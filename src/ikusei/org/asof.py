"""The day a page is read as of: `?on=2025-04-01`, today without it."""

from collections.abc import Mapping
from datetime import date

from ikusei.lib import clock
from ikusei.org.access import Right, Viewer

EARLIEST = date(1950, 1, 1)
LATEST = date(2100, 1, 1)


def as_of(query: Mapping[str, str], name: str = "on") -> date:
    """The day named in a query string; today where none, or nothing that is a day of this or the last century, stands."""
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return clock.today()
    return day if EARLIEST <= day < LATEST else clock.today()


def readable_day(viewer: Viewer, query: Mapping[str, str], name: str = "on") -> date:
    """The day named in a query string as far as the viewer may read: days to come are the personnel section's.

    A posting that is recorded ahead of its day is not known to anybody else before the notice (内示); whoever may not
    change the organisation reads today instead.
    """
    day = as_of(query, name)
    return day if day <= viewer.today or viewer.can(Right.ORG_EDIT) else viewer.today


def on_query(on: date) -> str:
    """The query string that takes the day along to another page: "" for today."""
    return "" if on == clock.today() else f"?on={on.isoformat()}"
