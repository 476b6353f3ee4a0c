"""The only source of "today": Asia/Tokyo, held by IKUSEI_TODAY in the demonstration, by fixed() in tests."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
VARIABLE = "IKUSEI_TODAY"
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_fixed_day: ContextVar[date | None] = ContextVar("ikusei_fixed_day", default=None)


class ClockSettingError(ValueError):
    """IKUSEI_TODAY holds something that is not a date."""


def today() -> date:
    """The current day in Asia/Tokyo, or the fixed one.

    Raises ClockSettingError where IKUSEI_TODAY is not an ISO date.
    """
    return _fixed() or datetime.now(TOKYO).date()


def now() -> datetime:
    """The current moment, aware, in UTC; on a fixed day that day at the present wall time of Tokyo.

    now().astimezone(TOKYO).date() is today() in both cases.
    """
    day = _fixed()
    if day is None:
        return datetime.now(UTC)
    wall_time = datetime.now(TOKYO).timetz()
    return datetime.combine(day, wall_time).astimezone(UTC)


@contextmanager
def fixed(day: date) -> Iterator[date]:
    """Hold the clock at one day inside the block, in this thread or task only; stronger than IKUSEI_TODAY."""
    token = _fixed_day.set(day)
    try:
        yield day
    finally:
        _fixed_day.reset(token)


def _fixed() -> date | None:
    """The day the clock is held at, if any."""
    day = _fixed_day.get()
    if day is not None:
        return day
    setting = os.environ.get(VARIABLE, "").strip()
    return _read_setting(setting) if setting else None


@lru_cache(maxsize=8)
def _read_setting(setting: str) -> date:
    """The day the setting names."""
    problem = f"{VARIABLE} must be a date such as 2026-04-01, or empty for the real date; it is {setting!r}."
    if not _ISO_DAY.fullmatch(setting):  # fromisoformat alone also takes 20260401 and 2026-W14-3
        raise ClockSettingError(problem)
    try:
        return date.fromisoformat(setting)
    except ValueError as error:
        raise ClockSettingError(problem) from error
