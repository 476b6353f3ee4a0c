"""What job types are called. A post keeps the key alone; the room of the frameworks tells the names (`named_by`)."""

import time
from collections.abc import Callable, Mapping

from ikusei.lib.fields import pick_text

REMEMBERED_SECONDS = 60

type Names = Mapping[str, Mapping[str, str]]
"""Key of a job type -> {"ja": ..., "en": ...}."""


class _Told:
    """Who tells the names, and what was told last: a page asks nobody for what was told a minute ago."""

    def __init__(self) -> None:
        self.source: Callable[[], Names] | None = None
        self.names: Names = {}
        self.until = 0.0


_told = _Told()


def named_by(source: Callable[[], Names]) -> None:
    """Ask this function for the names from now on."""
    _told.source = source
    _told.until = 0.0


def forget() -> None:
    """Ask again at the next name."""
    _told.until = 0.0


def job_type_name(key: str) -> str:
    """The name of a job type in the reader's language; the key itself where nobody knows it."""
    if key and _told.source is not None and time.monotonic() >= _told.until:
        _told.names = _told.source()
        _told.until = time.monotonic() + REMEMBERED_SECONDS
    return pick_text(_told.names.get(key, {})) or key
