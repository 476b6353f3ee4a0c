"""Running a task in the foreground, for the command line."""

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ikusei.jobs import registry
from ikusei.jobs.progress import Progress


class ConsoleProgress(Progress):
    """Progress as a bar in the terminal."""

    def __init__(self, bar: Bar, total: int) -> None:
        super().__init__(total)
        self._bar = bar
        self._line = bar.add_task("", total=total or None)

    def _told(self) -> None:
        self._bar.update(self._line, completed=self.done, total=self.total or None, description=self.message)


def run_now(
    *, task: str, arguments: dict[str, Any], total: int = 0, is_quiet: bool = False
) -> dict[str, Any]:
    """The task's result; it runs in this process, with a bar on standard error unless quiet, and without a job row.

    Errors of the task reach the caller as they are. Raises registry.UnknownTask.
    """
    known = registry.find_task(task)
    console = Console(stderr=True, quiet=is_quiet)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        return known.run(ConsoleProgress(bar, total), arguments)
