"""A process that the worker forked ends at the first word, also a word that comes before it listens."""

from __future__ import annotations

import signal
import subprocess
import sys

FORKED_AND_TOLD_AT_ONCE = """
import os, signal, time
from ikusei.jobs.forks import let_forks_end
signal.signal(signal.SIGTERM, lambda *_: None)  # as the queue's supervisor has one when it forks
let_forks_end()
child = os.fork()
if child == 0:
    time.sleep(5)
    os._exit(0)
os.kill(child, signal.SIGTERM)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.kill(os.getpid(), signal.SIGTERM)
print("the supervisor has its own handler")
"""


def test_a_fork_that_is_told_to_end_before_it_has_a_handler_ends() -> None:
    told = subprocess.run(
        [sys.executable, "-c", FORKED_AND_TOLD_AT_ONCE], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == [str(-signal.SIGTERM), "the supervisor has its own handler"]
