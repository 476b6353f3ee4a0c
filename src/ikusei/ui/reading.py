"""How the reader wants dates written: set once per request by `accounts`, asked for by the template filters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_era_dates: ContextVar[Callable[[], bool] | None] = ContextVar("ikusei_era_dates", default=None)


def era_dates() -> bool:
    """Whether the reader asked for Japanese era years; False outside a request."""
    asked = _era_dates.get()
    return asked() if asked is not None else False


@contextmanager
def reading(*, era: Callable[[], bool]) -> Iterator[None]:
    """Answer `era_dates()` with a call of `era` inside the block, which is called only where a page shows a date."""
    token = _era_dates.set(era)
    try:
        yield
    finally:
        _era_dates.reset(token)
