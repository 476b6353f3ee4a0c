"""What a process forked from the worker does when it is told to end."""

import os
import signal

TOLD = {signal.SIGTERM}


def let_forks_end() -> None:
    """Make SIGTERM end a process forked from now on until it has a handler of its own.

    The queue's supervisor tells its children once to end. A child that was forked a moment before still carries the
    supervisor's handler, which would swallow the word: the supervisor would wait its whole patience and then kill.
    """
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, TOLD),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD),
        after_in_child=_end_by_default,
    )


def _end_by_default() -> None:
    for one in TOLD:
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
