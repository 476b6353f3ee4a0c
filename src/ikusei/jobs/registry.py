"""Which tasks exist. An app declares its own in `tasks.py`, where they are found at the first look.

    @task("org.people-import", label=_("Import of a staff list"), tells=(RuleBroken,))
    def import_people(progress: Progress, *, import_id: int) -> dict[str, Any]: ...

A task gets a progress handle and its arguments (JSON values) by name and returns a JSON object, or None. A key "url" with
a local path becomes the link to the result. The errors named in `tells` have a text for people; of every other error
people learn only that it happened. A task may be run again after its worker died half-way: it writes everything in one
transaction, or goes on where it stopped. `tasks.py` is read by the web process too, so heavy libraries are imported
inside the task.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from ikusei.jobs.progress import Progress

type Result = dict[str, Any] | None
type Function = Callable[..., Result]


class UnknownTask(LookupError):
    """No app declares a task of that name."""


class TaskFailed(Exception):
    """A task cannot do its work; the text says why, for people. Any task may raise it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A declared task."""

    name: str
    label: Promise | str
    function: Function
    tells: tuple[type[Exception], ...]
    is_nightly: bool
    at_start: bool

    def run(self, progress: Progress, arguments: dict[str, Any]) -> dict[str, Any]:
        """What the task returns, an empty object for None."""
        return self.function(progress, **arguments) or {}


_tasks: dict[str, Task] = {}


def task(
    name: str,
    *,
    label: Promise | str = "",
    tells: tuple[type[Exception], ...] = (),
    is_nightly: bool = False,
    at_start: bool = False,
) -> Callable[[Function], Function]:
    """A decorator that declares a task under a name of the form "app.what-it-does".

    `at_start`: it runs when a worker starts too, to make up for nights on which none ran.
    """

    def declare(function: Function) -> Function:
        known = _tasks.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two tasks are called {name}.")
        _tasks[name] = Task(name, label or name, function, (TaskFailed, *tells), is_nightly, at_start)
        return function

    return declare


def nightly(
    name: str, *, label: Promise | str = "", at_start: bool = False
) -> Callable[[Function], Function]:
    """A decorator that declares a check which runs every night at half past two, with no arguments but the progress."""
    return task(name, label=label, is_nightly=True, at_start=at_start)


def find_task(name: str) -> Task:
    """The task of that name; raises UnknownTask."""
    _discover()
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownTask(name) from None


def label_of(name: str) -> str:
    """What people read for a task, its name where it is not declared any more."""
    _discover()
    return str(_tasks[name].label) if name in _tasks else name


def nightly_tasks() -> list[str]:
    """The names of the checks of the night."""
    _discover()
    return sorted(name for name, known in _tasks.items() if known.is_nightly)


def tasks_at_start() -> list[str]:
    """The names of the tasks that run when a worker starts."""
    _discover()
    return sorted(name for name, known in _tasks.items() if known.at_start)


@cache
def _discover() -> None:
    autodiscover_modules("tasks")
