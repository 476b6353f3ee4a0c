"""Whether the process that runs a job still lives, as the operating system knows it.

A heartbeat in the database can be late although its process is well: on SQLite a task's own long transaction holds
everybody's writes back, the heartbeat's too. A lock on a file is held as long as its process lives and is dropped by
the kernel however it dies. A held lock therefore vetoes a death certificate; a free one proves nothing, because the
process may run on another host.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def _path(job_id: int, attempt: int) -> Path:
    return Path(settings.JOBS_LEASES) / f"{job_id}-{attempt}"


@contextmanager
def held(job_id: int, attempt: int) -> Iterator[None]:
    """Hold the lease of one attempt inside the block."""
    path = _path(job_id, attempt)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_held(job_id: int, attempt: int) -> bool:
    """Whether a process on this host holds the lease; a lease that nobody holds is cleared away."""
    path = _path(job_id, attempt)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)
