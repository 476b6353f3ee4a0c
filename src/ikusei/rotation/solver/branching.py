"""How much of a gap is the linear program's own, shown by branching: for reports, not for plans.

What lies between a plan and the bound of the prices is partly a plan that could be better and partly what the linear
program can never see. Here two halves of all plans are bounded apart (somebody sits in a post in a year, or does not),
then the half with the lower bound is halved again (best bound first: Land, Doig 1960). The lowest bound of what is left
open holds for all plans; by what it rises above the root's, the gap was the linear program's own.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver.allowed import allowed
from ikusei.rotation.solver.columns import Columns, Lister, joined, none
from ikusei.rotation.solver.lagrange import Ascent, Pricer
from ikusei.rotation.solver.master import INFINITE, Restricted
from ikusei.rotation.solver.objective import rounding
from ikusei.rotation.solver.problem import Problem
from ikusei.rotation.solver.tables import Tables, compile_tables

ROOM = 400  # columns of one person at most
EACH = 30  # columns a person, on average, listed at a node's first prices
PROGRAMS = 12  # linear programs of one node at most
EXACT = 5e-5  # units a person: prices whose bound is this near to the linear program's are exact
TRACE = 1e-3  # share of a column that is worth remembering
FLAT = 0.02  # a share this near to 0 or 1 is whole

type Choice = tuple[int, int, int]
"""(person, year, post), all as places in the tables."""


@dataclass(frozen=True, slots=True)
class Branched:
    """What branching proved. `root`: bound of the prices; `bound`: of all plans, after `nodes` halves were bounded. `left` of
    them may still hold a better plan; with none left there is none. `seconds` it took.
    """

    root: float
    bound: float
    nodes: int
    left: int
    seconds: float


@dataclass(order=True, slots=True)
class _Half:
    """Some of all plans: their bound, the prices and columns that gave it, and where to halve them."""

    bound: float
    number: int
    tables: Tables = field(compare=False)
    prices: NDArray[np.float64] = field(compare=False)
    columns: Columns = field(compare=False)
    choice: Choice | None = field(compare=False)


def branch(
    problem: Problem,
    prices: NDArray[np.float64],
    objective: float,
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> Branched:
    """Branch for some seconds. `prices` (3, P, T) to begin with, as `Found.prices`; `objective` of a known plan: halves whose
    bound reaches it hold none that is better. The root's linear program and the halves at work are finished after the time is over.
    """
    begun = clock()
    objective -= rounding(objective)  # nearer than this, a bound has reached it
    tables = compile_tables(problem)
    root = _bounded(tables, prices, none(tables), objective, 0)
    open_halves, numbers, nodes = [root], count(1), 1
    worst, stuck = math.inf, 0  # of halves that hold no better plan, or cannot be halved any more
    with ThreadPoolExecutor(2) as workers:
        while open_halves and clock() - begun < seconds:
            half = heapq.heappop(open_halves)
            if half.bound >= objective or half.choice is None:
                worst = min(worst, half.bound)
                stuck += half.bound < objective
                continue
            parts = [_with(half.tables, half.choice, sits=sits) for sits in (True, False)]

            def bounded(part: Tables, half: _Half = half) -> _Half:
                return _bounded(part, half.prices, half.columns, objective, next(numbers))

            for part in workers.map(bounded, parts):
                nodes += 1
                # A half of a half holds no plan below what was proven of both.
                part.bound = max(part.bound, half.bound)
                heapq.heappush(open_halves, part)
    bound = min([worst, objective, *(half.bound for half in open_halves)])
    left = stuck + sum(half.bound < objective for half in open_halves)
    return Branched(root.bound, max(root.bound, bound), nodes, left, clock() - begun)


def _with(tables: Tables, choice: Choice, *, sits: bool) -> Tables:
    """The tables with one seat of a person taken for sure, or closed."""
    person, year, post = choice
    options = slice(int(tables.options[person]), int(tables.options[person + 1]))
    there = tables.option_post[options] == post
    opened = tables.option_open.copy()
    opened[options, year] &= there if sits else ~there
    return tables._replace(option_open=opened)


def _bounded(
    tables: Tables, prices: NDArray[np.float64], known: Columns, enough: float, number: int
) -> _Half:
    """The bound of the plans that these tables allow, by the linear program over all their paths; infinite without any."""
    pricer, ascent = Pricer(tables, 1), Ascent(tables)
    priced = pricer.price(ascent.clip(prices))
    if np.isinf(priced.costs).any():
        return _Half(math.inf, number, tables, prices, known, None)
    ascent.know(priced)
    lister, people = Lister(tables, ROOM), np.arange(len(tables.first))
    columns = lister.near(ascent.best, people, 0.5 * ascent.unit, EACH).columns
    kept = known.take(allowed(tables, np.column_stack([known.person, known.path])))
    columns = joined(tables, columns, kept.person, kept.path)
    outside = np.zeros(ascent.best.shape, dtype=np.int64)
    used, shares = columns, np.zeros(len(columns))
    for _program in range(PROGRAMS):
        relaxed = Restricted(tables, columns, outside).relax(INFINITE, lambda: False)
        if not relaxed.solved:
            break
        used, shares = columns.take(relaxed.shares > TRACE), relaxed.shares[relaxed.shares > TRACE]
        if ascent.bound >= enough or relaxed.objective - ascent.bound < EXACT * ascent.unit * len(people):
            break
        columns = _more(tables, pricer, ascent, lister, columns, relaxed.priced(_dearest(tables, ascent)))
    return _Half(ascent.bound, number, tables, ascent.best, used, _most_divided(used, shares))


def _dearest(tables: Tables, ascent: Ascent) -> NDArray[np.float64]:
    """Prices (3, P, T) of rows that no column touches: what the linear program pays for everybody missing there."""
    prices = np.where(np.isfinite(ascent.high), ascent.high, 0.0)
    prices[0] = np.where(tables.minimum[:, None] > 0, ascent.low[0], 0.0)
    return prices


def _more(
    tables: Tables,
    pricer: Pricer,
    ascent: Ascent,
    lister: Lister,
    columns: Columns,
    prices: NDArray[np.float64],
) -> Columns:
    """Price at the linear program's prices, or half way and less where they are worse; the columns with those found there."""
    people = np.arange(len(tables.first))
    for part in (1.0, 0.5, 0.2):
        point = ascent.clip(ascent.best + part * (prices - ascent.best))
        before = ascent.bound
        ascent.know(pricer.price(point))
        more = lister.near(point, people, 0.2 * ascent.unit, EACH).columns
        columns = joined(tables, columns, more.person, more.path)
        if ascent.bound > before:
            break
    return columns


def _most_divided(columns: Columns, shares: NDArray[np.float64]) -> Choice | None:
    """The seat of a person in a year that is nearest to half taken; None where every one is whole."""
    sums: dict[Choice, float] = {}
    for person, path, share in zip(
        columns.person.tolist(), columns.path.tolist(), shares.tolist(), strict=True
    ):
        for year, post in enumerate(path):
            if post >= 0:
                sums[person, year, post] = sums.get((person, year, post), 0.0) + share
    if not sums:
        return None
    choice, share = min(sums.items(), key=lambda entry: (abs(entry[1] - 0.5), entry[0]))
    return choice if FLAT < share < 1.0 - FLAT else None
