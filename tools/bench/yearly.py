"""What an office does today: one year after the other, everybody to the best seat of that year, the future left out."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Person, Problem

NEVER = 1e9


def by_year(problem: Problem) -> Plan:
    """A plan made by one assignment a year: seats as columns, those under the minimum preferred, one spare seat each."""
    rows: dict[str, list[str | None]] = {person.id: [] for person in problem.people}
    served = {
        person.id: (person.current.post, person.current.years) if person.current else None
        for person in problem.people
    }
    for year in problem.years:
        present = [person for person in problem.people if person.start <= year < person.until]
        seats: list[tuple[str, float]] = []
        for post in problem.posts:
            weights = problem.weights
            seats += [
                (post.id, -weights.below_minimum if number < post.minimum else 0.0)
                for number in range(post.capacity)
            ]
            seats += [(post.id, weights.over_capacity)] * 3
        cost = np.full((len(present), len(seats)), NEVER)
        for row, person in enumerate(present):
            values = _values(problem, person, year, served[person.id])
            for column, (post_id, extra) in enumerate(seats):
                if post_id in values:
                    cost[row, column] = extra - values[post_id]
        chosen = dict(zip(*linear_sum_assignment(cost), strict=True))
        for person in problem.people:
            rows[person.id].append(None)
        for row, person in enumerate(present):
            seat = seats[chosen[row]][0]
            rows[person.id][-1] = seat
            before = served[person.id]
            served[person.id] = (seat, before[1] + 1 if before and before[0] == seat else 1)
    return Plan({name: tuple(row) for name, row in rows.items()})


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
