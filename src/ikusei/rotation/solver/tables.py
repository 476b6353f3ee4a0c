"""A problem as arrays, for the compiled parts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ikusei.rotation.solver import lattice
from ikusei.rotation.solver.problem import Person, Problem

AXES = ("gq", "dq")
NOBODY = -1  # no post: absent, no current post, no expert wanted


class Tables(NamedTuple):
    """Arrays of one problem. P posts, N people, M options of all people one after the other, T years.

    A named tuple, because compiled functions take one as it is. Years are counted from the first of the horizon.
    """

    post_class: NDArray[np.int64]  # (P,) class in the lattice
    tenure_min: NDArray[np.int64]  # (P,) years
    tenure_max: NDArray[np.int64]  # (P,) years
    capacity: NDArray[np.int64]  # (P,) seats
    minimum: NDArray[np.int64]  # (P,) seats
    expert_axis: NDArray[np.int64]  # (P,) 0 gq, 1 dq, NOBODY: none wanted
    expert_level: NDArray[np.float64]  # (P,) index 0-100
    expert_count: NDArray[np.int64]  # (P,) people
    continuity: NDArray[np.int64]  # (P,) people
    rho: NDArray[np.float64]  # (P, 2) yearly factor of the headroom
    first: NDArray[np.int64]  # (N,) first year present
    last: NDArray[np.int64]  # (N,) first year absent again
    options: NDArray[np.int64]  # (N + 1,) person i's options are options[i] .. options[i + 1]
    option_post: NDArray[np.int64]  # (M,)
    option_value: NDArray[np.float64]  # (M, T) value of sitting there that year
    option_open: NDArray[np.bool_]  # (M, T) present, not forbidden, no pin elsewhere
    current_post: NDArray[np.int64]  # (N,) or NOBODY
    current_years: NDArray[np.int64]  # (N,)
    headroom: NDArray[np.float64]  # (N, 2) 100 - index at the start
    blocked: NDArray[np.bool_]  # (N,) pinned in a year of absence: no path
    following: NDArray[np.int64]  # (nodes, classes)
    shrink: NDArray[np.float64]  # (nodes, 2)
    target: NDArray[np.float64]  # (2,)
    move: float
    balance: float
    over_capacity: float
    below_minimum: float
    missing_expert: float
    missing_continuity: float


def compile_tables(problem: Problem) -> Tables:
    """The arrays of a problem."""
    years = len(problem.years)
    posts = problem.posts
    place = {post.id: number for number, post in enumerate(posts)}
    rho = np.array(
        [[problem.growth[post.growth].gq, problem.growth[post.growth].dq] for post in posts], dtype=np.float64
    ).reshape(len(posts), 2)
    grown = lattice.build(rho, years)
    first = np.array([_year(problem, person.start) for person in problem.people], dtype=np.int64)
    last = np.array([_year(problem, person.until) for person in problem.people], dtype=np.int64)
    counts = [len(person.options) for person in problem.people]
    options = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
    choices = [option for person in problem.people for option in person.options]
    weights = problem.weights
    return Tables(
        post_class=grown.post_class,
        tenure_min=np.array([post.tenure.min for post in posts], dtype=np.int64),
        tenure_max=np.array([post.tenure.max for post in posts], dtype=np.int64),
        capacity=np.array([post.capacity for post in posts], dtype=np.int64),
        minimum=np.array([post.minimum for post in posts], dtype=np.int64),
        expert_axis=np.array(
            [AXES.index(post.experts.axis) if post.experts else NOBODY for post in posts], dtype=np.int64
        ),
        expert_level=np.array(
            [post.experts.level if post.experts else 0.0 for post in posts], dtype=np.float64
        ),
        expert_count=np.array([post.experts.count if post.experts else 0 for post in posts], dtype=np.int64),
        continuity=np.array([post.continuity for post in posts], dtype=np.int64),
        rho=rho,
        first=first,
        last=np.maximum(first, last),
        options=options,
        option_post=np.array([place[option.post] for option in choices], dtype=np.int64),
        option_value=np.repeat(
            np.array([option.value for option in choices], dtype=np.float64).reshape(-1, 1), years, axis=1
        ),
        option_open=_open(problem),
        current_post=np.array(
            [place[person.current.post] if person.current else NOBODY for person in problem.people],
            dtype=np.int64,
        ),
        current_years=np.array(
            [person.current.years if person.current else 0 for person in problem.people], dtype=np.int64
        ),
        headroom=np.array([[100.0 - person.gq, 100.0 - person.dq] for person in problem.people]).reshape(
            -1, 2
        ),
        blocked=_blocked(problem),
        following=grown.following,
        shrink=grown.shrink,
        target=np.array([problem.targets["gq"], problem.targets["dq"]], dtype=np.float64),
        move=float(weights.move),
        balance=float(weights.balance),
        over_capacity=float(weights.over_capacity),
        below_minimum=float(weights.below_minimum),
        missing_expert=float(weights.missing_expert),
        missing_continuity=float(weights.missing_continuity),
    )


def _year(problem: Problem, year: int) -> int:
    """The year's place in the horizon, cut off at its ends."""
    start = problem.years[0] if problem.years else 0
    return min(max(year - start, 0), len(problem.years))


def _open(problem: Problem) -> NDArray[np.bool_]:
    """(M, T): may the person sit in this option that year."""
    pinned: dict[str, list[tuple[int, str]]] = {}
    for pin in problem.pins:
        pinned.setdefault(pin.person, []).append((pin.year, pin.post))
    rows = [row for person in problem.people for row in _open_of(problem, person, pinned.get(person.id, []))]
    return np.array(rows, dtype=np.bool_).reshape(len(rows), len(problem.years))


def _open_of(problem: Problem, person: Person, pins: list[tuple[int, str]]) -> list[list[bool]]:
    """One row per option of a person."""
    return [
        [
            person.start <= year < person.until
            and year not in option.forbidden_years
            and all(post == option.post for pin_year, post in pins if pin_year == year)
            for year in problem.years
        ]
        for option in person.options
    ]


def _blocked(problem: Problem) -> NDArray[np.bool_]:
    """(N,): is there a pin in a year in which the person is absent."""
    absent = {person.id: person for person in problem.people}
    blocked = {
        pin.person
        for pin in problem.pins
        if not absent[pin.person].start <= pin.year < absent[pin.person].until
    }
    return np.array([person.id in blocked for person in problem.people], dtype=np.bool_)
