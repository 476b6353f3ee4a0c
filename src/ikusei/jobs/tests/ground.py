"""Tasks and listeners for the tests of this app; importing the module declares them."""

from typing import Any

from ikusei.jobs.models import Event
from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import TaskFailed, nightly, task

HEARD: list[tuple[str, int]] = []
"""What the listeners heard: who, and the number in the event."""

BROKEN: set[str] = set()
"""The listeners that fail now."""


class OfficeClosed(Exception):
    """An error of the app, with a sentence for people."""


ADD = "test.add"
"""Adds `first` and `second` in two steps."""


@task(ADD, label="Addition")
def add(progress: Progress, *, first: int, second: int) -> dict[str, Any]:
    progress.start(2, "Adding")
    progress.advance()
    progress.advance(message="Added")
    return {"sum": first + second, "url": "/people/"}


@task("test.refuse", tells=(OfficeClosed,))
def refuse(progress: Progress) -> None:
    raise OfficeClosed("本日は閉庁日です。")


@task("test.give-up")
def give_up(progress: Progress) -> None:
    raise TaskFailed("No rows.")


@task("test.break")
def break_down(progress: Progress) -> None:
    raise ZeroDivisionError("secret detail")


@task("test.start", at_start=True)
def start(progress: Progress) -> None:
    HEARD.append(("start", 0))


@nightly("test.night", label="Night check")
def night(progress: Progress) -> None:
    HEARD.append(("night", 0))


def _hear(who: str, event: Event) -> None:
    if who in BROKEN:
        raise ConnectionError(f"{who} is not at home")
    HEARD.append((who, event.payload["number"]))


def first_listener(event: Event) -> None:
    """Listens."""
    _hear("first", event)


def second_listener(event: Event) -> None:
    """Listens too."""
    _hear("second", event)
