"""The progress of a job that runs in a worker: written to its row, with signs of life while the task says nothing."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from ikusei.jobs.models import Job, JobState
from ikusei.jobs.progress import Progress, StopWanted, Why

logger = logging.getLogger(__name__)

PACE = 0.5
"""Seconds between two writes of progress, and between two looks for a wish to stop."""

worker_ends = threading.Event()
"""Set when this process was told to end."""


class JobProgress(Progress):
    """The handle of one attempt at one job.

    The row is written by a thread with a connection of its own: what the task writes inside its transaction nobody
    else sees before the end. Where only one connection can see the row (a test inside a transaction, a database in
    memory) the task's own calls write it.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(job.total)
        self.job_id = job.pk
        self.attempt = job.attempts
        self._beat_every: float = settings.JOBS_DEAD_AFTER / 6
        self._why: Why | None = None
        self._written: tuple[int, int, str] | None = None
        self._last_write = 0.0
        self._own_connection = not connection.in_atomic_block and not _is_in_memory()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Write the row as long as the block runs."""
        if not self._own_connection:
            yield
            return
        ended = threading.Event()
        thread = threading.Thread(
            target=self._beat, args=(ended,), name=f"heart of job {self.job_id}", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _told(self) -> None:
        if not self._own_connection and time.monotonic() - self._last_write >= PACE:
            self._write()
        if self._why is None and worker_ends.is_set():
            self._why = Why.WORKER_ENDS
        if self._why is not None:
            raise StopWanted(self._why)

    def _beat(self, ended: threading.Event) -> None:
        try:
            while not ended.wait(PACE):
                try:
                    self._write()
                except (InterfaceError, OperationalError) as error:
                    # A locked SQLite file or a database that restarts: the next beat tries again.
                    logger.info("No heartbeat of job %s: %s", self.job_id, error)
                    connection.close()
        finally:
            connection.close()

    def _write(self) -> None:
        """Write what changed, or a sign of life when one is due, and hear what became of the job."""
        state = (self.done, self.total, self.message)
        rows = Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt)
        now = time.monotonic()
        if state != self._written or now - self._last_write >= self._beat_every:
            done, total, message = state
            rows.update(done=done, total=total, message=message[:500], heartbeat_at=Now())
            self._written, self._last_write = state, now
        wanted = rows.values_list("stop_wanted", flat=True).first()
        if wanted is None:
            self._why = Why.NOT_OURS
        elif wanted:
            self._why = Why.ASKED


def _is_in_memory() -> bool:
    return connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]  # SQLite's own
