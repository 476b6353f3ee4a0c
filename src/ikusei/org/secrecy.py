"""Since when looks made for placement may be known. The room of rotation knows the days of notice (内示), org does not."""

from collections.abc import Callable
from datetime import datetime

from ikusei.org.models import Person

type NoticeBefore = Callable[[Person], datetime | None]
"""Person -> the moment of their employer's latest notice that has been given; None where there has been none."""


class _Told:
    """Who knows the days of notice."""

    def __init__(self) -> None:
        self.source: NoticeBefore | None = None


_told = _Told()


def noticed_by(source: NoticeBefore) -> None:
    """Ask this function for the latest notice from now on."""
    _told.source = source


def latest_notice(person: Person) -> datetime | None:
    """The moment from which everything done before it for the person's placement may be known to them.

    None where nothing may: before the first notice, or where nobody knows of any.
    """
    return None if _told.source is None else _told.source(person)
