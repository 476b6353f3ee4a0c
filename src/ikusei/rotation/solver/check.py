"""The independent checker: what a plan costs and which hard rules it breaks, counted from the text of the model.

Written plainly from docs/formats/rotation.md, one person and one post at a time. It shares no code with the search:
what both get wrong in the same way nobody would see.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from math import floor

from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Axis, Person, Post, Problem

EDGE = 1e-9
"""An index this close below a level has reached it: 100 - 50 x 0.9 is 55, whatever the last binary digit says."""

type Seats = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan costs and what it breaks.

    `broken`: one entry for each hard rule broken, {rule, person, post?, year?, text}; empty: the plan may stand. The
    counts are the seats over capacity, seats under the minimum, experts short and stayers short, each summed over posts
    and years, and the changes of post of everybody. Of a plan that breaks rules the objective counts what can be counted.
    """

    objective: float
    broken: list[dict[str, object]]
    over_capacity: int
    below_minimum: int
    missing_expert: int
    missing_continuity: int
    moves: int

    def as_dict(self) -> dict[str, object]:
        """The verdict as `ikusei rotation check` prints it."""
        whole = self.objective.is_integer()
        return asdict(self) | {"objective": int(self.objective) if whole else self.objective}


def check(problem: Problem, plan: Plan) -> Verdict:
    """The verdict on a plan for this problem; it trusts nothing that the plan says of itself."""
    broken = _strangers(problem, plan)
    seats = {person.id: _seats(problem, person, plan, broken) for person in problem.people}
    posts = {post.id: post for post in problem.posts}
    for person in problem.people:
        broken += _presence_broken(problem, person, seats[person.id])
        broken += _tenure_broken(problem, person, seats[person.id], posts)
    broken += _pins_broken(problem, seats)

    value = sum(_value(problem, person, seats[person.id]) for person in problem.people)
    moves = sum(_moves(person, seats[person.id]) for person in problem.people)
    balance = sum(_imbalance(problem, person, seats[person.id], posts) for person in problem.people)
    over, under, experts, stayers = _shortfalls(problem, seats, posts)
    weights = problem.weights
    objective = (
        -value
        + weights.move * moves
        + weights.balance * balance
        + weights.over_capacity * over
        + weights.below_minimum * under
        + weights.missing_expert * experts
        + weights.missing_continuity * stayers
    )
    return Verdict(objective, broken, over, under, experts, stayers, moves)


def _breach(
    rule: str, person: str, text: str, *, post: str | None = None, year: int | None = None
) -> dict[str, object]:
    entry: dict[str, object] = {"rule": rule, "person": person}
    if post is not None:
        entry["post"] = post
    if year is not None:
        entry["year"] = year
    return entry | {"text": text}


# --- Is it a plan for this problem at all? ------------------------------------------------------------------------


def _strangers(problem: Problem, plan: Plan) -> list[dict[str, object]]:
    """One entry for everybody in the plan whom the problem does not know."""
    known = {person.id for person in problem.people}
    return [
        _breach("unknown_person", name, f"{name} is in the plan and not in the problem.")
        for name in plan.assignments
        if name not in known
    ]


def _seats(problem: Problem, person: Person, plan: Plan, broken: list[dict[str, object]]) -> Seats:
    """One known post or None for every year of the horizon; what had to be left out or filled up is added to `broken`."""
    years = problem.years
    written = plan.assignments.get(person.id)
    if written is None:
        if any(person.start <= year < person.until for year in years):
            broken.append(_breach("missing_person", person.id, f"{person.id} is not in the plan."))
        return (None,) * len(years)
    if len(written) != len(years):
        text = f"{person.id} has {len(written)} entries; the problem has {len(years)} years."
        broken.append(_breach("length", person.id, text))
        written = (*written, *(None,) * len(years))[: len(years)]
    known = {post.id for post in problem.posts}
    for year, post in zip(years, written, strict=True):
        if post is not None and post not in known:
            text = f"{person.id} sits in {year} in {post}, which is no post of the problem."
            broken.append(_breach("unknown_post", person.id, text, post=post, year=year))
    return tuple(post if post in known else None for post in written)


# --- Hard rules ---------------------------------------------------------------------------------------------------


def _presence_broken(problem: Problem, person: Person, seats: Seats) -> list[dict[str, object]]:
    """Present people sit in one of their options, not in a forbidden year; absent people sit nowhere."""
    options = {option.post: option for option in person.options}
    broken = []
    for year, post in zip(problem.years, seats, strict=True):
        is_present = person.start <= year < person.until
        if post is None:
            if is_present:
                text = f"{person.id} is present in {year} and sits nowhere."
                broken.append(_breach("unseated", person.id, text, year=year))
        elif not is_present:
            text = f"{person.id} is absent in {year} and sits in {post}."
            broken.append(_breach("absent", person.id, text, post=post, year=year))
        elif post not in options:
            text = f"{person.id} sits in {year} in {post}, which is none of the options."
            broken.append(_breach("option", person.id, text, post=post, year=year))
        elif year in options[post].forbidden_years:
            text = f"{person.id} sits in {year} in {post}, which is forbidden in that year."
            broken.append(_breach("forbidden", person.id, text, post=post, year=year))
    return broken


@dataclass(slots=True)
class _Term:
    """Consecutive years of one person in one post: those before the horizon, and the years of the horizon."""

    post: str
    past: int
    years: list[int]
    left: int | None = None
    """The year in which the person sits in another post instead."""


def _terms(problem: Problem, person: Person, seats: Seats) -> list[_Term]:
    """The person's terms in order; the current post is the first of them. Who comes back to a post begins anew."""
    terms: list[_Term] = []
    term = _Term(person.current.post, person.current.years, []) if person.current else None
    for year, post in zip(problem.years, seats, strict=True):
        if not person.start <= year < person.until:
            continue
        if term is not None and post != term.post:
            term.left = year if post is not None else None
            terms.append(term)
            term = None
        if post is not None:
            term = term or _Term(post, 0, [])
            term.years.append(year)
    return terms if term is None else [*terms, term]


def _tenure_broken(
    problem: Problem, person: Person, seats: Seats, posts: dict[str, Post]
) -> list[dict[str, object]]:
    """Nobody sits in a post beyond its longest term, nor leaves it for another before its shortest."""
    broken = []
    for term in _terms(problem, person, seats):
        tenure = posts[term.post].tenure
        served = term.past + len(term.years)
        if term.years and served > tenure.max:
            year = term.years[max(0, tenure.max - term.past)]
            text = f"{person.id} sits in {term.post} in {year} still; years that are allowed: {tenure.max}, years served before: {term.past + term.years.index(year)}."
            broken.append(_breach("tenure_max", person.id, text, post=term.post, year=year))
        if term.left is not None and served < tenure.min:
            text = f"{person.id} leaves {term.post} in {term.left}; years that have to be served: {tenure.min}, years served: {served}."
            broken.append(_breach("tenure_min", person.id, text, post=term.post, year=term.left))
    return broken


def _pins_broken(problem: Problem, seats: dict[str, Seats]) -> list[dict[str, object]]:
    """Who is pinned to a post in a year sits in it."""
    broken = []
    for pin in problem.pins:
        post = seats[pin.person][problem.years.index(pin.year)]
        if post != pin.post:
            where = f"sits in {post}" if post else "sits nowhere"
            text = f"{pin.person} is pinned to {pin.post} in {pin.year} and {where}."
            broken.append(_breach("pin", pin.person, text, post=pin.post, year=pin.year))
    return broken


# --- The objective ------------------------------------------------------------------------------------------------


def _value(problem: Problem, person: Person, seats: Seats) -> float:
    """What the person's years are worth: the value of the option sat in, each year."""
    worth = {option.post: option.value for option in person.options}
    return sum(worth.get(post, 0.0) for post in seats if post is not None)


def _moves(person: Person, seats: Seats) -> int:
    """Changes of post; the first is counted from the current post, and without one the first seat is no change."""
    sat = [person.current.post] if person.current else []
    sat += [post for post in seats if post is not None]
    return sum(before != after for before, after in pairwise(sat))


def _index(problem: Problem, person: Person, seats: Seats, posts: dict[str, Post], axis: Axis) -> float:
    """The index after these years: 100 - min(100, (100 - start) x what each year served leaves of the headroom)."""
    headroom = 100 - (person.gq if axis == "gq" else person.dq)
    for post in seats:
        if post is not None:
            rho = problem.growth[posts[post].growth]
            headroom *= rho.gq if axis == "gq" else rho.dq
    return 100 - min(100.0, headroom)


def _imbalance(problem: Problem, person: Person, seats: Seats, posts: dict[str, Post]) -> int:
    """floor(s^2 + 0.5), s the points by which the worse axis is short of its target after the last year."""
    short = max(
        0.0,
        problem.targets["gq"] - _index(problem, person, seats, posts, "gq"),
        problem.targets["dq"] - _index(problem, person, seats, posts, "dq"),
    )
    return floor(short * short + 0.5)


def _shortfalls(
    problem: Problem, seats: dict[str, Seats], posts: dict[str, Post]
) -> tuple[int, int, int, int]:
    """Seats over capacity, seats under the minimum, experts short, stayers short: summed over posts and years."""
    over = under = experts = stayers = 0
    for place, _year in enumerate(problem.years):
        there: dict[str, list[Person]] = {post: [] for post in posts}
        for person in problem.people:
            seat = seats[person.id][place]
            if seat is not None:
                there[seat].append(person)
        for post in problem.posts:
            sitting = there[post.id]
            over += max(0, len(sitting) - post.capacity)
            under += max(0, post.minimum - len(sitting))
            stayed = sum(_sat_before(person, seats[person.id], place) == post.id for person in sitting)
            stayers += max(0, post.continuity - stayed)
            if post.experts is not None:
                expert = post.experts
                able = sum(
                    _index(problem, person, seats[person.id][:place], posts, expert.axis)
                    >= expert.level - EDGE
                    for person in sitting
                )
                experts += max(0, expert.count - able)
    return over, under, experts, stayers


def _sat_before(person: Person, seats: Seats, place: int) -> str | None:
    """Where the person sat the year before; before the first year of the horizon: the current post."""
    if place > 0:
        return seats[place - 1]
    return person.current.post if person.current else None
