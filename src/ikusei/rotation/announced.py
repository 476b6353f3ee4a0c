"""What was announced, and what a new plan makes of it: changed seats, and what keeping them for one person would cost. Pure.

Announced are the seats of everybody whom the announced moves move, from their first such move to the last year planned,
in each post as long as its years at most allow. People whom nothing was announced for have no announced seat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture, seating
from ikusei.rotation.solver.check import Verdict, check
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Person, Problem
from ikusei.rotation.solver.verified import changed_seats
from ikusei.rotation.solver.whatif import Prices, WhatIf

type Announced = dict[tuple[str, int], str]
"""(person key, fiscal year) -> post key."""

MOST_COUNTED = 400
"""People for whom keeping is counted: one reading of the whole plan each."""


def announced_seats(picture: Picture, moves: Iterable[MoveFacts], until: int | None = None) -> Announced:
    """The seats that moves announce, before the fiscal year `until` (None: to the end of the years planned)."""
    main = [move for move in moves if move.kind != CONCURRENT and move.person in picture.people]
    seats = seating(picture, main)
    first: dict[str, int] = {}
    for move in main:
        first[move.person] = min(move.year, first.get(move.person, move.year))
    found: Announced = {}
    for key, begins in first.items():
        before, served = None, 0
        for year, post in zip(picture.years, seats.main[key], strict=True):
            if year < begins or post is None or (until is not None and year >= until):
                continue
            before, served = post, served + 1 if post == before else 1
            facts = picture.posts.get(post)
            if facts is not None and served <= facts.tenure_max:
                found[key, year] = str(post)
    return found


def stored(announced: Announced) -> list[list[Any]]:
    """As it is kept: [[person key, fiscal year, post key], ...]."""
    return [[key, year, post] for (key, year), post in sorted(announced.items())]


def read(rows: Iterable[Sequence[Any]]) -> Announced:
    """What `stored` kept."""
    return {(str(key), int(year)): str(post) for key, year, post in rows}


@dataclass(frozen=True, slots=True)
class Kept:
    """One person with a changed announcement: [fiscal year, post announced, post planned] of each changed seat.

    `costs` says what the plan would cost more if this person alone kept what was announced, in the other years on the
    cheapest way at the plan's prices, and nobody else moved:
    `whole`, of it `moves`, `seats`, `experts`, `stayers`, and `value` (wishes, fit, balance); None where a rule forbids
    it, and then `rules` has the broken rules as the checker names them.
    """

    person: str
    seats: list[list[Any]]
    costs: dict[str, float] | None
    rules: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Replanned:
    """What became of the announced seats: how many there are, how many are changed, and for whom; `closed` could not be
    kept by any plan, because the post is closed to the person in that year. `kept_all` is what the plan would cost if all
    of them kept what was announced and nobody else moved; None where rules forbid it.
    """

    seats: int
    changed: int
    closed: int
    kept_all: float | None
    people: list[Kept]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: {"seats", "changed", "closed", "kept_all", "people": [{"person", "seats", "costs", "rules"}]}."""
        return asdict(self)


def replanned(
    problem: Problem, announced: Announced, plan: Plan, verdict: Verdict, prices: Prices
) -> Replanned:
    """What a plan makes of what was announced; `prices` are those of the plan's rows (`solver.whatif.Prices`)."""
    known = _known(problem, announced)
    changed: dict[str, list[int]] = {}
    for key, year in changed_seats(problem, plan, known):
        changed.setdefault(key, []).append(year)
    answers = WhatIf(problem, prices)
    counted = list(changed)[:MOST_COUNTED]
    ways = {key: _way(answers, known, key) for key in counted}
    return Replanned(
        seats=len(known),
        changed=sum(len(years) for years in changed.values()),
        closed=sum(not _is_open(answers.people[key], year, post) for (key, year), post in known.items()),
        kept_all=_kept_all(problem, plan, ways) if len(counted) == len(changed) else None,
        people=[_kept(problem, known, plan, verdict, key, changed[key], ways[key]) for key in counted],
    )


def starting(problem: Problem, announced: Announced, start: Plan) -> Plan:
    """The plan to begin with, everybody with an announcement on their best way that keeps it, where there is one."""
    nothing = [[[0.0] * len(problem.years)] * len(problem.posts)] * 3
    answers, known = WhatIf(problem, nothing), _known(problem, announced)
    ways = {key: _way(answers, known, key) for key in dict.fromkeys(key for key, _year in known)}
    return Plan({**start.assignments, **{key: way for key, way in ways.items() if way is not None}})


def _known(problem: Problem, announced: Announced) -> Announced:
    """The announced seats of people who are there in that year, as far as the problem knows them."""
    present = {person.id: person for person in problem.people}
    posts = {post.id for post in problem.posts}
    return {
        (key, year): post
        for (key, year), post in announced.items()
        if key in present
        and present[key].start <= year < present[key].until
        and year in problem.years
        and post in posts
    }


def _way(answers: WhatIf, known: Announced, key: str) -> tuple[str | None, ...] | None:
    """The cheapest way of somebody who keeps what was announced; None where rules forbid it."""
    pins = [(post, year) for (person, year), post in known.items() if person == key]
    way = answers.path(key, pins=pins)
    return None if way is None else way.posts


def _kept_all(
    problem: Problem, plan: Plan, ways: Mapping[str, tuple[str | None, ...] | None]
) -> float | None:
    possible = {key: way for key, way in ways.items() if way is not None}
    if len(possible) < len(ways):
        return None
    whole = check(problem, Plan({**plan.assignments, **possible}))
    return None if whole.broken else whole.objective


def _is_open(person: Person, year: int, post: str) -> bool:
    return any(option.post == post and year not in option.forbidden_years for option in person.options)


def _kept(
    problem: Problem,
    announced: Announced,
    plan: Plan,
    verdict: Verdict,
    key: str,
    years: list[int],
    way: tuple[str | None, ...] | None,
) -> Kept:
    row = plan.assignments[key]
    # Without a way, what was announced is laid over the plan: the checker names the rules that it breaks.
    laid = tuple(announced.get((key, year), seat) for year, seat in zip(problem.years, row, strict=True))
    other = check(problem, Plan({**plan.assignments, key: laid if way is None else way}))
    place_of = {year: place for place, year in enumerate(problem.years)}
    seats: list[list[Any]] = [[year, announced[key, year], row[place_of[year]]] for year in years]
    if way is None or other.broken:
        return Kept(key, seats, None, [one for one in other.broken if one["person"] == key])
    return Kept(key, seats, _costs(problem, verdict, other), [])


def _costs(problem: Problem, before: Verdict, then: Verdict) -> dict[str, float]:
    weights = problem.weights
    parts: Mapping[str, float] = {
        "moves": weights.move * (then.moves - before.moves),
        "seats": weights.over_capacity * (then.over_capacity - before.over_capacity)
        + weights.below_minimum * (then.below_minimum - before.below_minimum),
        "experts": weights.missing_expert * (then.missing_expert - before.missing_expert),
        "stayers": weights.missing_continuity * (then.missing_continuity - before.missing_continuity),
    }
    whole = then.objective - before.objective
    return {"whole": whole, "value": whole - sum(parts.values()), **parts}
