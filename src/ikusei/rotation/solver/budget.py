"""How long a search may go on: seconds or rounds, and whoever says stop."""

from __future__ import annotations

import math
import threading
import time


class Budget:
    """Time and rounds of one search. Threads ask it; one thread ends it."""

    def __init__(self, seconds: float | None, iterations: int | None) -> None:
        self.began = time.monotonic()
        self.seconds, self.iterations = seconds, iterations
        self.rounds = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds left; infinite where rounds are counted."""
        return math.inf if self.seconds is None else self.seconds - self.elapsed()

    def end(self) -> None:
        """No more: everybody who asks is told so."""
        self._ended.set()

    def over(self) -> bool:
        """Is it time to end."""
        if self._ended.is_set() or self.left() <= 0:
            return True
        return self.iterations is not None and self.rounds >= self.iterations

    def stopped(self) -> bool:
        """As `over`, but a round that has begun may finish: for solvers within a round."""
        return self._ended.is_set() or self.left() <= 0

    def round(self) -> bool:
        """Begin a round; False where none is left."""
        with self._lock:
            if self.over():
                return False
            self.rounds += 1
            return True

    def spent(self) -> float:
        """Share of the budget used, 0 to 1."""
        shares = [0.0]
        if self.seconds is not None:
            shares.append(self.elapsed() / max(self.seconds, 1e-9))
        if self.iterations is not None:
            shares.append(self.rounds / max(self.iterations, 1))
        return min(1.0, max(shares))
