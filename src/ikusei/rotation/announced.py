"""What was announced, and what a new plan makes of it: changed seats, and what keeping them for one person would cost. Pure.

Announced are the seats of everybody whom the announced moves move, from their first such move to the last year planned.
People whom nothing was announced for have no announced seat.
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
    return {
        (key, year): str(post)
        for key, begins in first.items()
        for year, post in zip(picture.years, seats.main[key], strict=True)
        if post is not None and year >= begins and (until is None or year < until)
    }


def stored(announced: Announced) -> list[list[Any]]:
    """As it is kept: [[person key, fiscal year, post key], ...]."""
    return [[key, year, post] for (key, year), post in sorted(announced.items())]


def read(rows: Iterable[Sequence[Any]]) -> Announced:
    """What `stored` kept."""
    return {(str(key), int(year)): str(post) for key, year, post in rows}


@dataclass(frozen=True, slots=True)
class Kept:
    """One person with a changed announcement: [fiscal year, post announced, post planned] of each changed seat.

    `costs` says what the plan would cost more if this person alone kept what was announced and nobody else moved:
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


def replanned(problem: Problem, announced: Announced, plan: Plan, verdict: Verdict, start: Plan) -> Replanned:
    """What a plan makes of what was announced; `start` is where these people sit if everything is kept."""
    present = {person.id: person for person in problem.people}
    known = {
        (key, year): post
        for (key, year), post in announced.items()
        if key in present and present[key].start <= year < present[key].until and year in problem.years
    }
    changed: dict[str, list[int]] = {}
    for key, year in changed_seats(problem, plan, known):
        changed.setdefault(key, []).append(year)
    closed = sum(not _is_open(present[key], year, post) for (key, year), post in known.items())
    ways = {
        key: _way(problem, known, plan.assignments[key], start.assignments.get(key), key) for key in changed
    }
    whole = check(problem, Plan({**plan.assignments, **ways}))
    people = [
        _kept(problem, known, plan, verdict, key, years, ways[key])
        for key, years in list(changed.items())[:MOST_COUNTED]
    ]
    return Replanned(
        seats=len(known),
        changed=sum(len(years) for years in changed.values()),
        closed=closed,
        kept_all=None if whole.broken else whole.objective,
        people=people,
    )


def _is_open(person: Person, year: int, post: str) -> bool:
    return any(option.post == post and year not in option.forbidden_years for option in person.options)


def _way(
    problem: Problem,
    announced: Announced,
    row: Sequence[str | None],
    start: Sequence[str | None] | None,
    key: str,
) -> tuple[str | None, ...]:
    """Where somebody sits who keeps what was announced; in years without an announcement as in `start`, else as planned."""
    other = row if start is None else start
    return tuple(
        announced.get((key, year), seat if seat is not None else row[place])
        for place, (year, seat) in enumerate(zip(problem.years, other, strict=True))
    )


def _kept(
    problem: Problem,
    announced: Announced,
    plan: Plan,
    verdict: Verdict,
    key: str,
    years: list[int],
    way: Sequence[str | None],
) -> Kept:
    row = plan.assignments[key]
    other = check(problem, Plan({**plan.assignments, key: tuple(way)}))
    place_of = {year: place for place, year in enumerate(problem.years)}
    seats: list[list[Any]] = [[year, announced[key, year], row[place_of[year]]] for year in years]
    if other.broken:
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
