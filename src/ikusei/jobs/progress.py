"""What a running task holds in its hand: it says how far it is, and hears that it should stop."""

from enum import StrEnum


class Why(StrEnum):
    """Why a task must stop."""

    ASKED = "asked"
    """Somebody pressed stop."""
    WORKER_ENDS = "worker-ends"
    """The worker was told to end; the job goes back to the queue."""
    NOT_OURS = "not-ours"
    """The job was given to somebody else meanwhile: this run was taken for dead."""


class StopWanted(Exception):
    """The task must stop here. It is raised inside the task, which need not catch it: open transactions roll back."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class Progress:
    """How far a task is. This one tells nobody: for tests, and for services called without a job."""

    def __init__(self, total: int = 0) -> None:
        self.done = 0
        self.total = total
        self.message = ""

    def start(self, total: int, message: str = "") -> None:
        """Begin a stage of so many steps (0: nobody knows how many)."""
        self.done, self.total, self.message = 0, total, message or self.message
        self._told()

    def advance(self, steps: int = 1, *, message: str = "") -> None:
        """So many more steps are done. Cheap: call it for every row. Raises StopWanted where the task must stop."""
        self.done += steps
        if message:
            self.message = message
        self._told()

    def check(self) -> None:
        """Raise StopWanted where the task must stop, without a step done: for long stretches that cannot count."""
        self._told()

    def _told(self) -> None:
        """Called after every word of the task."""
