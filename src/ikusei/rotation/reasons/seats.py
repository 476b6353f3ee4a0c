"""What a plan and its prices say of one person's seats: the alternatives, what a seat costs, what speaks for it. Pure.

Prices stand still: all differences are estimates, told from what the plan gives the person. A search confirms them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ikusei.rotation.considerations import FIT_UNKNOWN, Considerations, points, value
from ikusei.rotation.picture import PIN, PersonFacts, Picture, PostFacts, seating
from ikusei.rotation.rules.eligibility import misfits
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.solver.problem import Person, Problem
from ikusei.rotation.solver.whatif import WhatIf

type Assignments = Mapping[str, Sequence[str | None]]

FOR, AGAINST, RULE = "for", "against", "rule"
NEAR = 0.5
"""Points that are no difference: prices are kept with one digit."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A post that somebody could sit in that year, and how many points worse that would be than the plan (below 0: better)."""

    post: int
    points: float

    @property
    def amount(self) -> int:
        """The points, whole and without a sign."""
        return round(abs(self.points))


@dataclass(frozen=True, slots=True)
class SeatPrice:
    """What a seat of a post costs in a year, and the people of the round: who may sit there, who of them wished for it."""

    post: int
    year: int
    price: float
    qualified: int
    wishing: int
    seats: int

    @property
    def amount(self) -> int:
        """The points, whole and without a sign."""
        return round(abs(self.price))


class Priced:
    """A plan with the prices at which it was searched.

    `seats` post key -> price in each year; `rows` post key -> [price of an expert, of a stayer, in each year]. Each of the
    `announced` seats that differs costs `change_price`.
    """

    def __init__(
        self,
        problem: Problem,
        assignments: Assignments,
        seats: Mapping[str, Sequence[float]],
        rows: Mapping[str, Sequence[Sequence[float]]],
        announced: Mapping[tuple[str, int], str] | None = None,
        change_price: float = 0.0,
    ) -> None:
        self.problem, self.assignments = problem, assignments
        self.announced, self.change_price = announced, change_price
        nothing = [0.0] * len(problem.years)
        others = [rows.get(post.id, (nothing, nothing)) for post in problem.posts]
        self.prices = (
            [seats.get(post.id, nothing) for post in problem.posts],
            [row[0] for row in others],
            [row[1] for row in others],
        )
        self.people = {person.id: person for person in problem.people}
        self.place = {year: place for place, year in enumerate(problem.years)}

    @cached_property
    def answers(self) -> WhatIf:
        """One person priced anew."""
        return WhatIf(self.problem, self.prices, self.announced, self.change_price)

    def pins(self, person: str) -> set[tuple[int, int]]:
        """The (post, year) in which the problem fixes somebody."""
        return {(int(pin.post), pin.year) for pin in self.problem.pins if pin.person == person}

    def knows(self, person: str) -> bool:
        """Whether the plan plans for somebody."""
        return person in self.people and person in self.assignments

    def seat(self, person: str, year: int) -> int | None:
        """The post in which the plan puts somebody."""
        row = self.assignments.get(person, ())
        place = self.place.get(year)
        return None if place is None or place >= len(row) or row[place] is None else int(row[place] or 0)

    def differences(self, person: str, year: int) -> dict[int, float]:
        """Post -> points that sitting there in a year is worse than the plan's seat of that year; below 0: better.

        Like is compared with like: the cheapest path through the one seat with the cheapest through the other.
        """
        through = self.answers.through(person)
        there = {int(post): cost for (post, sat_in), cost in through.items() if sat_in == year}
        mine = self.seat(person, year)
        if mine not in there:
            return {}
        return {post: cost - there[mine] for post, cost in there.items()}

    def alternatives(self, person: str, year: int) -> list[Alternative]:
        """Every other post that somebody could sit in that year, cheapest first."""
        mine = self.seat(person, year)
        found = [
            Alternative(post, points)
            for post, points in self.differences(person, year).items()
            if post != mine
        ]
        return sorted(found, key=lambda one: (one.points, one.post))

    def pinned(self, person: str, post: int, year: int) -> float | None:
        """Points that somebody's years become worse if they have to sit there then; None: the planner's rules forbid it."""
        return self.differences(person, year).get(post)

    def forbidden(self, person: str, post: int, year: int) -> float | None:
        """Points that they become worse if they may not sit there then; None: nothing else is left."""
        others = [points for place, points in self.differences(person, year).items() if place != post]
        return min(others, default=None)

    def price(self, picture: Picture, post: int, year: int) -> SeatPrice | None:
        """What a seat costs; None for a post or year that the plan does not know."""
        key, place = str(post), self.place.get(year)
        known = {one.id: number for number, one in enumerate(self.problem.posts)}
        if key not in known or place is None:
            return None
        able = [person for person in self.problem.people if _is_open(person, key, year)]
        wishing = [
            person
            for person in able
            if person.id in picture.people and post in picture.people[person.id].wishes
        ]
        return SeatPrice(
            post=post,
            year=year,
            price=float(self.prices[0][known[key]][place]),
            qualified=len(able),
            wishing=len(wishing),
            seats=self.problem.posts[known[key]].capacity,
        )


def _is_open(person: Person, post: str, year: int) -> bool:
    return person.start <= year < person.until and any(
        option.post == post and year not in option.forbidden_years for option in person.options
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a seat, against it, or decides it (a rule), with its figures."""

    kind: str
    side: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stint:
    """Years in a row in which a plan leaves somebody in one post, and why."""

    post: int
    first: int
    last: int
    is_move: bool
    reasons: tuple[Reason, ...]


def stints(
    scene: Scene, key: str, said: Considerations, pins: Collection[tuple[int, int]] = ()
) -> list[Stint]:
    """The seats of somebody stint by stint, each with what speaks for it and against it.

    `pins` are the (post, year) that are fixed for them, by whatever fixed them.
    """
    person = scene.person(key)
    before = None if person.main is None else person.main.post
    found: list[Stint] = []
    for term in scene.terms(key):
        post = scene.post(term.post)
        if post is not None and term.years:
            is_move = term.post != before
            reasons = (
                *_fixed(scene, key, post, term.years, pins),
                *_terms(scene, key, post, term.years[0], is_move=is_move),
                *_value(person, post, scene.post(before), said),
                *_said(person, post, said),
                *_levels(person, post),
                *_team(scene, key, post, term.years),
            )
            found.append(Stint(post.id, term.years[0], term.years[-1], is_move, reasons))
        before = term.post
    return found


def growth(scene: Scene, key: str) -> Reason | None:
    """How far the seats bring the index towards its targets, and how far staying would; None for who has no seat."""
    picture, person = scene.picture, scene.person(key)
    rows = scene.seating.main[key]
    if not any(rows):
        return None
    gq, dq = _after(picture, person, rows)
    stays = _after(picture, person, [None if person.main is None else person.main.post] * len(rows))
    facts = {
        "gq_before": round(person.gq),
        "dq_before": round(person.dq),
        "gq": round(gq),
        "dq": round(dq),
        "gq_stays": round(stays[0]),
        "dq_stays": round(stays[1]),
        "gq_target": round(picture.targets[0]),
        "dq_target": round(picture.targets[1]),
        "last": picture.years[-1],
    }
    better = _short(picture, gq, dq) < _short(picture, *stays) - NEAR
    worse = _short(picture, gq, dq) > _short(picture, *stays) + NEAR
    return Reason("index", FOR if better else AGAINST if worse else RULE, facts)


def _short(picture: Picture, gq: float, dq: float) -> float:
    return max(0.0, picture.targets[0] - gq, picture.targets[1] - dq)


def _after(picture: Picture, person: PersonFacts, rows: Sequence[int | None]) -> tuple[float, float]:
    """The index after these years in these posts."""
    left_gq, left_dq = 100 - person.gq, 100 - person.dq
    for row in rows:
        post = None if row is None else picture.posts.get(row)
        rho = picture.growth.get(post.growth, (1.0, 1.0)) if post else (1.0, 1.0)
        left_gq, left_dq = left_gq * rho[0], left_dq * rho[1]
    return 100 - min(100.0, left_gq), 100 - min(100.0, left_dq)


def planned(picture: Picture, priced: Priced) -> Scene:
    """The seats of a plan, those whom it does not plan for where live data has them."""
    people = {}
    for key, facts in picture.people.items():
        row = tuple(priced.seat(key, year) for year in picture.years) if priced.knows(key) else facts.base
        people[key] = replace(facts, base=row)
    return Scene(seating(replace(picture, people=people), ()))


def _fixed(
    scene: Scene, key: str, post: PostFacts, years: Sequence[int], pins: Collection[tuple[int, int]]
) -> Iterator[Reason]:
    """What was decided about the seat; a pinned or ordered move, or a kept return, where nothing else says why it is fixed."""
    decided = list(_decided(scene, key, post, years[0]))
    yield from decided
    fixed = [year for year in years if (post.id, year) in pins]
    if fixed and not decided:
        yield Reason("fixed", RULE, {"year": fixed[0]})


def _decided(scene: Scene, key: str, post: PostFacts, year: int) -> Iterator[Reason]:
    """Decisions, leave and protected reasons that lead to the seat."""
    person = scene.person(key)
    for one in scene.restrictions.get(key, ()):
        if one.from_year <= year < one.until_year and post.id in one.posts and one.kind != "forbid":
            yield Reason("pin" if one.kind == PIN else "one-of", RULE, {"reason": one.reason})
    home = None if person.main is None else person.main.post
    if person.is_away and year == scene.years[0] and home == post.id:
        yield Reason("leave", RULE)
    if home == post.id and any(
        one.person == key and one.ask in {"stay", "place"} for one in scene.picture.protected
    ):
        yield Reason("protected", RULE)


def _terms(scene: Scene, key: str, post: PostFacts, year: int, *, is_move: bool) -> Iterator[Reason]:
    """The years served where they come from: whether they must go, may go, or must stay."""
    before = scene.post(scene.seating.before(key, year))
    if before is None:
        yield Reason("no-seat", RULE)
        return
    served = scene.served_before(key, year)
    facts = {"post": before.id, "served": served, "least": before.tenure_min, "most": before.tenure_max}
    if is_move and served >= before.tenure_max:
        yield Reason("tenure-over", RULE, facts)
    elif is_move:
        yield Reason("tenure-served", RULE, facts)
    elif served < before.tenure_min:
        yield Reason("tenure-short", RULE, facts)


def _value(
    person: PersonFacts, post: PostFacts, before: PostFacts | None, said: Considerations
) -> Iterator[Reason]:
    """What a year there counts, beside a year in the post they come from."""
    here = value(person, post, said)
    if before is None or before.id == post.id:
        yield Reason("value", RULE, {"points": f"{here:.0f}"})
        return
    there = value(person, before, said)
    side = FOR if here > there else AGAINST if here < there else RULE
    yield Reason("value-before", side, {"points": f"{here:.0f}", "other": f"{there:.0f}", "post": before.id})


def _said(person: PersonFacts, post: PostFacts, said: Considerations) -> Iterator[Reason]:
    """What sheets, chiefs and hosts said, with the points that it counts."""
    for kind, amount in points(person, post, said).items():
        if kind in {"base", "fit"}:
            continue
        facts: dict[str, Any] = {"points": f"{amount:+.0f}"}
        if kind == "wish":
            facts["rank"] = person.wishes.index(post.id) + 1
        has_side = kind in {"intent", "opinion", "host"}
        name = f"{kind}-{'stay' if amount > 0 else 'move'}" if has_side else kind
        yield Reason(name, FOR if amount > 0 else AGAINST, facts)


def _levels(person: PersonFacts, post: PostFacts) -> Iterator[Reason]:
    """The levels asked for: how many are met, and which are not."""
    if not post.needs:
        return
    if not person.levels:
        yield Reason("levels-unknown", RULE, {"asked": len(post.needs), "points": f"{FIT_UNKNOWN:+.0f}"})
        return
    short = [one for one in misfits(person, post) if one.rule == "level"]
    amount = points(person, post).get("fit", 0.0)
    facts = {"asked": len(post.needs), "met": len(post.needs) - len(short), "points": f"{amount:+.0f}"}
    if not short:
        yield Reason("levels-met", FOR, facts)
        return
    names = [(one.facts["skill"], one.facts["held"], one.facts["asked"]) for one in short]
    yield Reason(
        "levels-short", AGAINST if len(short) * 2 > len(post.needs) else FOR, {**facts, "short": names}
    )


def _team(scene: Scene, key: str, post: PostFacts, years: Sequence[int]) -> Iterator[Reason]:
    """Whether the post would lack people or experts without them in one of these years."""
    needed = [year for year in years if 0 < len(scene.seating.sitting(post.id, year)) <= post.minimum]
    if needed:
        yield Reason("minimum", FOR, {"year": needed[0], "least": post.minimum})
    if not post.expert_axis or not post.expert_count:
        return

    def is_expert(other: str, year: int) -> bool:
        return scene.index(other, year, post.expert_axis) >= post.expert_level

    for year in years:
        able = [other for other in scene.seating.sitting(post.id, year) if is_expert(other, year)]
        if key in able and len(able) <= post.expert_count:
            facts = {"year": year, "axis": post.expert_axis.upper(), "level": post.expert_level}
            yield Reason("expert", FOR, facts)
            return
