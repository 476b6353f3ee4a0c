"""Tasks that take their time and leave marks in a file, so that a test sees from outside what a worker does."""

import os
import threading
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import task

_never = threading.Event()


def mark(path: str, word: str) -> None:
    with Path(path).open("a", encoding="ascii") as file:
        file.write(f"{word} {os.getpid()}\n")


@task("slow.count")
def count(progress: Progress, *, path: str, seconds: float, in_transaction: bool = False) -> dict[str, Any]:
    """Count for so many seconds, where asked inside three long transactions that hold SQLite's only pen."""
    mark(path, "start")
    if in_transaction:
        for _third in range(3):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE jobs_event SET name = name")
                _spend(progress, seconds / 3)
    else:
        _spend(progress, seconds)
    mark(path, "end")
    return {"seconds": seconds}


def _spend(progress: Progress, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _never.wait(0.05)
        progress.advance()
