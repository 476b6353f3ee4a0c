"""What a plan costs, from the problem as it stands: whole numbers stay exact."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from ikusei.rotation.solver.problem import Person, Post, Problem

REACHED = 1e-9  # an index this little below a level has reached it
ROUNDING = 1e-9  # relative: two sums of the same costs may differ by so much


def objective(problem: Problem, assignments: Mapping[str, Sequence[str | None]]) -> float:
    """The objective of a plan that keeps the hard rules."""
    posts = {post.id: post for post in problem.posts}
    seats: Counter[tuple[str, int]] = Counter()
    experts: Counter[tuple[str, int]] = Counter()
    stayers: Counter[tuple[str, int]] = Counter()
    parts: list[float] = []
    for person in problem.people:
        parts += _own(problem, posts, person, assignments[person.id], (seats, experts, stayers))
    weights = problem.weights
    for post in problem.posts:
        for place in range(len(problem.years)):
            row = post.id, place
            parts.append(weights.over_capacity * max(0, seats[row] - post.capacity))
            parts.append(weights.below_minimum * max(0, post.minimum - seats[row]))
            if post.experts:
                parts.append(weights.missing_expert * max(0, post.experts.count - experts[row]))
            parts.append(weights.missing_continuity * max(0, post.continuity - stayers[row]))
    return math.fsum(parts)


def rounding(cost: float) -> float:
    """How far a bound may seem to lie above this objective by rounding alone."""
    return ROUNDING * max(1.0, abs(cost))


def best_values(problem: Problem) -> float:
    """V of the gap: the best option's value of everybody, for each year of presence."""
    return math.fsum(
        max((option.value for option in person.options), default=0.0)
        * sum(person.start <= year < person.until for year in problem.years)
        for person in problem.people
    )


def _own(
    problem: Problem,
    posts: Mapping[str, Post],
    person: Person,
    path: Sequence[str | None],
    counters: tuple[Counter[tuple[str, int]], ...],
) -> list[float]:
    """The person's own costs; counts the person as seat, expert and stayer."""
    seats, experts, stayers = counters
    value = {option.post: option.value for option in person.options}
    left = {"gq": 100.0 - person.gq, "dq": 100.0 - person.dq}
    before = person.current.post if person.current else None
    parts: list[float] = []
    for place, seat in enumerate(path):
        if seat is None:
            continue
        post = posts[seat]
        parts.append(-value[seat])
        if before is not None and before != seat:
            parts.append(problem.weights.move)
        seats[seat, place] += 1
        if before == seat and (place == 0 or path[place - 1] is not None):
            stayers[seat, place] += 1
        if post.experts and 100.0 - min(100.0, left[post.experts.axis]) >= post.experts.level - REACHED:
            experts[seat, place] += 1
        rho = problem.growth[post.growth]
        left["gq"] *= rho.gq
        left["dq"] *= rho.dq
        before = seat
    worst = max(0.0, *(problem.targets[axis] - 100.0 + min(100.0, left[axis]) for axis in ("gq", "dq")))
    return [*parts, problem.weights.balance * math.floor(worst * worst + 0.5)]
