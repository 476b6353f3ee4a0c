"""The worker's processes: what they do when they are told to end, and when their parent is gone."""

import ctypes
import signal
import sys
from typing import Any

from dj_queue import hooks

from ikusei.jobs.heart import worker_ends

PR_SET_PDEATHSIG = 1


def register() -> None:
    """Hook into the queue's processes. Called once, when the app is ready; it costs the web process nothing."""
    for start in (hooks.on_worker_start, hooks.on_dispatcher_start, hooks.on_scheduler_start):
        start(_end_with_parent)
    hooks.on_worker_stop(_hand_work_back)


def _end_with_parent(process: Any) -> None:
    """Ask the kernel to end this process when its supervisor is killed: nobody would restart or upgrade an orphan."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _hand_work_back(process: Any) -> None:
    """Let the running task stop at its next word; the job goes back to the queue."""
    worker_ends.set()
