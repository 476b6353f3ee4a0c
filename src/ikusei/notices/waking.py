"""Letting the worker know that letters wait."""

from ikusei.jobs import queries
from ikusei.jobs import services as jobs

TASK = "notices.send"


def wake() -> None:
    """Put a job into the queue that sends what waits, unless one waits there already."""
    if not queries.is_queued(task=TASK):
        jobs.enqueue(owner=None, task=TASK)
