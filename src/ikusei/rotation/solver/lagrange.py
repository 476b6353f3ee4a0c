"""Prices of seats, experts and stayers by subgradient ascent; every round's bound is proven.

People meet only in the rows of a post and year. Give each row a price between 0 and its weight, and the problem falls
apart into one cheapest path per person; the sum is a lower bound whatever the prices are (Lagrangian relaxation,
Geoffrion 1974).
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver import paths
from ikusei.rotation.solver.paths import Labels
from ikusei.rotation.solver.tables import Tables


@dataclass(frozen=True, slots=True)
class Priced:
    """What one round of pricing told. costs (N,), paths (N, T), counts (3, P, T) of seats, experts, stayers."""

    bound: float
    prices: NDArray[np.float64]
    costs: NDArray[np.float64]
    paths: NDArray[np.int64]
    counts: NDArray[np.int64]


class Pricer:
    """Prices everybody, on as many threads as it was given."""

    def __init__(self, tables: Tables, threads: int) -> None:
        people = np.arange(len(tables.first))
        # The next person of each thread in turn, so that long paths spread evenly.
        self.shares = [people[thread::threads] for thread in range(threads)]
        self.tables = tables
        self.labels: list[Labels] = [paths.labels(tables) for _ in self.shares]
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def close(self) -> None:
        """Let the threads go."""
        if self.pool:
            self.pool.shutdown()

    def price(self, prices: NDArray[np.float64]) -> Priced:
        """Everybody's cheapest path and the proven bound under prices (3, P, T), which lie in their box."""
        people, years = len(self.tables.first), self.tables.option_open.shape[1]
        found = np.full((people, years), -1, dtype=np.int64)
        costs = np.empty(people)
        counts = [np.zeros(prices.shape, dtype=np.int64) for _ in self.shares]
        jobs = list(zip(self.shares, self.labels, counts, strict=True))

        def run(job: tuple[NDArray[np.int64], Labels, NDArray[np.int64]]) -> None:
            share, labels, count = job
            paths.price_people(self.tables, prices, share, labels, found, costs, count)

        if self.pool:
            list(self.pool.map(run, jobs))
        else:
            for job in jobs:
                run(job)
        bound = proven(costs, terms(self.tables, prices))
        return Priced(bound, prices, costs, found, np.sum(counts, axis=0))


def terms(tables: Tables, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the rows themselves contribute to the bound, (3, P, T).

    A seat price is a (over capacity) minus b (below minimum); where minimum exceeds capacity both are paid at once.
    """
    seat = prices[0]
    capacity, minimum = tables.capacity[:, None], tables.minimum[:, None]
    below = np.where(
        minimum > capacity,
        np.minimum(tables.below_minimum, tables.over_capacity - seat),
        np.maximum(0.0, -seat),
    )
    return np.stack(
        [
            below * minimum - (seat + below) * capacity,
            prices[1] * tables.expert_count[:, None],
            prices[2] * tables.continuity[:, None],
        ]
    )


def proven(costs: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """The bound, lowered by more than rounding could have raised it."""
    parts = [*costs.tolist(), *rows.ravel().tolist()]
    size = math.fsum(abs(part) for part in parts)
    return math.fsum(parts) - 1e-11 * size - 1e-7


def box(tables: Tables, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest price of each row, (3, P, T) each."""
    low, high = np.zeros(shape), np.zeros(shape)
    low[0], high[0] = -tables.below_minimum, tables.over_capacity
    high[1] = np.where(tables.expert_axis >= 0, tables.missing_expert, 0.0)[:, None]
    high[1][tables.expert_count <= 0] = 0.0
    high[2][tables.continuity > 0] = tables.missing_continuity
    return low, high


def slope(tables: Tables, prices: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """A subgradient of the bound, (3, P, T): people wanted or too many in each row."""
    capacity, minimum = tables.capacity[:, None], tables.minimum[:, None]
    least, most = np.minimum(minimum, capacity), np.maximum(minimum, capacity)
    seats = np.where(
        prices[0] > 0.0,
        counts[0] - capacity,
        np.where(prices[0] < 0.0, counts[0] - minimum, counts[0] - np.clip(counts[0], least, most)),
    )
    return np.stack(
        [seats, tables.expert_count[:, None] - counts[1], tables.continuity[:, None] - counts[2]]
    ).astype(np.float64)


class Ascent:
    """Where the ascent stands: the best bound and its prices, and the point it moves.

    Steps are scaled for each row by how its slope has behaved (Adam: Kingma, Ba 2015), and shrink from `unit` / 6 to
    `unit` / 400; `unit` is what people's options typically differ by. Where a seat weighs far more than that, the first
    steps are wider: a price that has to reach its weight would never get there.
    """

    SLOPES, SQUARES, FLOOR = 0.9, 0.99, 0.05
    WIDEST, FINEST = 1 / 6, 1 / 400
    HEAVY, WIDEST_OF_HEAVY = 100, 1 / 300

    def __init__(self, tables: Tables) -> None:
        shape = (3, len(tables.capacity), tables.option_open.shape[1])
        self.tables = tables
        self.low, self.high = box(tables, shape)
        self.unit = _unit(tables)
        self.widest = self.unit * self.WIDEST
        heaviest = max(tables.over_capacity, tables.below_minimum)
        self.heavy = heaviest > self.HEAVY * self.unit
        if self.heavy:
            self.widest = heaviest * self.WIDEST_OF_HEAVY
        self.bound = -math.inf
        self.best = self.point = np.clip(np.zeros(shape), self.low, self.high)
        self.slopes, self.squares = np.zeros(shape), np.zeros(shape)
        self.rounds = 0

    def know(self, priced: Priced) -> None:
        """Take a bound that was priced at these prices into account."""
        if priced.bound > self.bound:
            self.bound, self.best = priced.bound, priced.prices

    def step(self, priced: Priced, done: float) -> None:
        """Move the point after a round; `done` is the share of the ascent that lies behind."""
        self.know(priced)
        self.rounds += 1
        now = slope(self.tables, self.point, priced.counts)
        # What would only push a price through its wall takes no part.
        now[(now > 0) & (self.point >= self.high)] = 0.0
        now[(now < 0) & (self.point <= self.low)] = 0.0
        self.slopes = self.SLOPES * self.slopes + (1 - self.SLOPES) * now
        self.squares = self.SQUARES * self.squares + (1 - self.SQUARES) * now**2
        width = self.widest * (self.unit * self.FINEST / self.widest) ** done
        mean = self.slopes / (1 - self.SLOPES**self.rounds)
        spread = np.sqrt(self.squares / (1 - self.SQUARES**self.rounds)) + self.FLOOR
        self.point = self.clip(self.point + width * mean / spread)

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """The nearest prices that a row may have."""
        return np.clip(prices, self.low, self.high)


def _unit(tables: Tables) -> float:
    """What one year's choice of a person typically weighs."""
    spread = [
        float(np.ptp(tables.option_value[start:end]))
        for start, end in pairwise(tables.options.tolist())
        if end > start
    ]
    weights = max(
        tables.over_capacity, tables.below_minimum, tables.missing_expert, tables.missing_continuity
    )
    return (float(np.mean(spread)) if spread else 0.0) + tables.move or tables.balance or weights or 1.0
