"""Which paths keep the hard rules: for plans that come from elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.tables import NOBODY, Tables


def allowed(tables: Tables, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,): do these paths keep the hard rules. rows (n, T + 1): person, then a post or NOBODY for every year."""
    return np.array([_keeps(tables, person, path) for person, *path in rows.tolist()], dtype=np.bool_)


def _keeps(tables: Tables, person: int, path: list[int]) -> bool:
    first, last = int(tables.first[person]), int(tables.last[person])
    if tables.blocked[person] or any(post != NOBODY for post in path[:first] + path[last:]):
        return False
    options = {
        int(tables.option_post[option]): option for option in range(*tables.options[person : person + 2])
    }
    before, served = int(tables.current_post[person]), int(tables.current_years[person])
    for year in range(first, last):
        post = path[year]
        if post not in options or not tables.option_open[options[post], year]:
            return False
        if post != before:
            if before != NOBODY and served < tables.tenure_min[before]:
                return False
            before, served = post, 0
        served += 1
        if served > tables.tenure_max[post]:
            return False
    return True
