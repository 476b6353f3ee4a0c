"""The best plan so far, shared by the threads that look for better ones."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.columns import Columns, counts_of, describe, row_costs
from ikusei.rotation.solver.tables import Tables

BETTER = 1e-7  # relative: what is less than this better is the same


class Incumbent:
    """A whole plan: one column for each person, in the order of people, and its objective."""

    def __init__(self, tables: Tables, paths: NDArray[np.int64]) -> None:
        self.tables = tables
        self.shape = (3, len(tables.capacity), tables.option_open.shape[1])
        self.lock = threading.Lock()
        self.version = 0
        self.columns, self.objective = self._counted(paths)

    def _counted(self, paths: NDArray[np.int64]) -> tuple[Columns, float]:
        columns = describe(self.tables, np.arange(len(paths)), paths)
        counts = counts_of(columns, self.shape)
        return columns, float(columns.cost.sum()) + float(row_costs(self.tables, counts).sum())

    def offer(self, people: NDArray[np.int64], paths: NDArray[np.int64]) -> float:
        """Give these people (n,) these paths (n, T) if that makes the plan better. Returns by how much it did."""
        with self.lock:
            candidate = self.columns.path.copy()
            candidate[people] = paths
            columns, objective = self._counted(candidate)
            gain = self.objective - objective
            if gain <= BETTER * max(1.0, abs(self.objective)) * 1e-3:
                return 0.0
            self.columns, self.objective = columns, objective
            self.version += 1
            return gain
