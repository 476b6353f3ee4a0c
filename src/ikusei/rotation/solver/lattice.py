"""The growth lattice: how many years somebody has served in each growth class, and what that does to the index."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Lattice:
    """Nodes are count vectors over growth classes, ordered by their sum (years served); node 0 is the start.

    following: (nodes, classes) int64, the node after one more year in the class, -1 beyond the horizon.
    shrink: (nodes, 2) float64, the product of rho over the years served, axes gq and dq.
    post_class: (posts,) int64, the class of each post.
    exact: False where classes had to be merged; the merged class has the smaller rho on both axes, so that
    everybody looks at least as good as he is and a bound priced on the lattice stays a bound.
    """

    following: NDArray[np.int64]
    shrink: NDArray[np.float64]
    post_class: NDArray[np.int64]
    exact: bool


def build(rho: NDArray[np.float64], years: int, most: int = MOST_NODES) -> Lattice:
    """The lattice for posts whose yearly factors are `rho` (posts, 2), over `years` years."""
    factors, post_class = _classes(rho)
    exact = True
    while len(factors) > 1 and math.comb(years + len(factors), years) > most:
        factors, post_class = _merged(factors, post_class)
        exact = False
    classes = len(factors)
    counts = [vector for total in range(years + 1) for vector in _compositions(total, classes)]
    number = {vector: node for node, vector in enumerate(counts)}
    following = np.full((len(counts), max(classes, 1)), -1, dtype=np.int64)
    for node, vector in enumerate(counts):
        for kind in range(classes):
            longer = (*vector[:kind], vector[kind] + 1, *vector[kind + 1 :])
            following[node, kind] = number.get(longer, -1)
    powers = np.array(counts, dtype=np.float64).reshape(len(counts), classes)
    shrink = np.ones((len(counts), 2))
    for axis in range(2):
        for kind in range(classes):
            shrink[:, axis] *= factors[kind, axis] ** powers[:, kind]
    return Lattice(following, shrink, post_class, exact)


def _classes(rho: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distinct rows of rho, and which one each post has."""
    if not len(rho):
        return np.ones((1, 2)), np.zeros(0, dtype=np.int64)
    factors, post_class = np.unique(rho, axis=0, return_inverse=True)
    return factors, post_class.reshape(-1).astype(np.int64)


def _merged(
    factors: NDArray[np.float64], post_class: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The two nearest classes made one, with the better (smaller) factor on each axis."""
    pairs = itertools.combinations(range(len(factors)), 2)
    keep, drop = min(pairs, key=lambda pair: float(np.abs(factors[pair[0]] - factors[pair[1]]).sum()))
    merged = factors.copy()
    merged[keep] = np.minimum(factors[keep], factors[drop])
    moved = np.where(post_class == drop, keep, post_class)
    return np.delete(merged, drop, axis=0), np.where(moved > drop, moved - 1, moved)


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    """Every vector of `parts` whole numbers that add up to `total`."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in _compositions(total - first, parts - 1)]
