"""What an office does today: one year after the other, everybody to the best seat of that year, the future left out.

Best means value, the move, how far the year brings somebody towards the target of the index, and what the post lacks
that year: people, experts, stayers.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Person, Post, Problem

NEVER = 1e9
SPARE = 3  # seats over capacity that may be taken, each at its price


def by_year(problem: Problem) -> Plan:
    """A plan made by one assignment a year: seats as columns, those under the minimum preferred, one spare seat each."""
    rows: dict[str, list[str | None]] = {person.id: [] for person in problem.people}
    headroom = {person.id: (100 - person.gq, 100 - person.dq) for person in problem.people}
    served = {
        person.id: (person.current.post, person.current.years) if person.current else None
        for person in problem.people
    }
    for year in problem.years:
        present = [person for person in problem.people if person.start <= year < person.until]
        seats = [(post, number) for post in problem.posts for number in range(post.capacity + SPARE)]
        cost = np.full((len(present), len(seats)), NEVER)
        for row, person in enumerate(present):
            before = served[person.id]
            values = _values(problem, person, year, before)
            growth = {place: _after(problem, headroom[person.id], place) for place in values}
            values = {place: value - _short(problem, growth[place]) for place, value in values.items()}
            for column, (post, number) in enumerate(seats):
                if post.id in values:
                    stays = before is not None and before[0] == post.id
                    bonus = _bonus(problem, post, number, headroom[person.id], stays=stays)
                    cost[row, column] = -values[post.id] - bonus
        chosen = dict(zip(*linear_sum_assignment(cost), strict=True))
        for person in problem.people:
            rows[person.id].append(None)
        for row, person in enumerate(present):
            seat = seats[chosen[row]][0].id
            rows[person.id][-1] = seat
            headroom[person.id] = _after(problem, headroom[person.id], seat)
            before = served[person.id]
            served[person.id] = (seat, before[1] + 1 if before and before[0] == seat else 1)
    return Plan({name: tuple(row) for name, row in rows.items()})


def _bonus(problem: Problem, post: Post, number: int, headroom: tuple[float, float], *, stays: bool) -> float:
    """What it saves in a post's rows that somebody takes its seat with this number."""
    weights, experts = problem.weights, post.experts
    saved = weights.below_minimum if number < post.minimum else 0.0
    saved -= weights.over_capacity if number >= post.capacity else 0.0
    if experts and number < experts.count:
        index = 100 - min(100.0, headroom[0 if experts.axis == "gq" else 1])
        saved += weights.missing_expert if index >= experts.level else 0.0
    if stays and number < post.continuity:
        saved += weights.missing_continuity
    return saved


def _after(problem: Problem, headroom: tuple[float, float], seat: str) -> tuple[float, float]:
    """What a year in the post leaves of the headroom on both axes."""
    rho = problem.growth[next(post.growth for post in problem.posts if post.id == seat)]
    return headroom[0] * rho.gq, headroom[1] * rho.dq


def _short(problem: Problem, headroom: tuple[float, float]) -> float:
    """What the balance would cost if the horizon ended now."""
    short = max(
        0.0,
        problem.targets["gq"] - 100 + min(100.0, headroom[0]),
        problem.targets["dq"] - 100 + min(100.0, headroom[1]),
    )
    return problem.weights.balance * short**2


def _values(problem: Problem, person: Person, year: int, served: tuple[str, int] | None) -> dict[str, float]:
    """Post -> what this year there is worth, of the posts that tenure and forbidden years leave open."""
    tenure = {post.id: post.tenure for post in problem.posts}
    opened = {option.post: option.value for option in person.options if year not in option.forbidden_years}
    if served is None:
        return opened
    post, years = served
    if years < tenure[post].min:
        return {post: opened.get(post, -NEVER / 10)}
    if years >= tenure[post].max:
        opened.pop(post, None)
    return {
        place: value - (problem.weights.move if place != post else 0.0) for place, value in opened.items()
    }
