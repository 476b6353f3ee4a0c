"""A round and a draft as a problem for the planner, and its plan back as moves. Pure.

The format (docs/formats/rotation.md) cannot say every rule. What it cannot say is compiled into options and forbidden
years, or checked afterwards: `rules.catalogue` tells the page which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from math import ceil

from ikusei.lib import fiscal
from ikusei.rotation.considerations import NOTHING_SAID, Considerations, value
from ikusei.rotation.picture import (
    CONCURRENT,
    DISPATCH,
    FORBID,
    ONE_OF,
    PIN,
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    RestrictionFacts,
    seating,
)
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.promotion import is_promotion, was_promoted
from ikusei.rotation.rules.protected import PLACE, STAY
from ikusei.rotation.rules.scene import Scene, bureau, whole_years
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import (
    Axis,
    Current,
    Experts,
    Growth,
    Option,
    Person,
    Pin,
    Post,
    Problem,
    Tenure,
    Weights,
)

MOVE, BALANCE = 40.0, 1.0
"""Prices of a change of post and of a squared point of imbalance, against values of 0 to 130."""
EXPERT, STAYER = 800.0, 500.0
ROUNDED = 100
CHECKED_AFTERWARDS = frozenset(
    {
        "capacity",
        "headcount",
        "minimum",
        "experts",
        "continuity",
        "quota",
        "shares",
        "same-post",
        "reserved",
        "dispatch-return",
        "promoted",
        "promotion",
        "protected",
    }
)
"""Rules that a plan may break: prices, and what the format cannot say. The page of a plan lists every one it breaks."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One person while their options are being worked out: posts and years that are closed, and years that are fixed."""

    person: PersonFacts
    start: int
    until: int
    closed: dict[int, set[int]]
    pins: dict[int, int]

    def close(self, post: int, years: Iterable[int]) -> None:
        """Forbid a post in these years."""
        self.closed.setdefault(post, set()).update(years)

    @property
    def years(self) -> range:
        """The years of presence within the horizon."""
        return range(self.start, self.until)


def post_key(post: int) -> str:
    """The id of a post in problems and plans."""
    return str(post)


def compile_problem(
    picture: Picture,
    moves: Iterable[MoveFacts] = (),
    said: Considerations = NOTHING_SAID,
    ordered: Iterable[MoveFacts] = (),
) -> Problem:
    """The planner's problem of a round. Of the draft only pinned moves bind; the others are what the planner may change.

    `ordered` moves are fixed, before what the draft says of the same person and year. Who sits outside the rotation, or
    in no year of it, is not in the problem.
    """
    fixed = tuple(move for move in ordered if move.kind != CONCURRENT)
    by_order = {(move.person, move.year) for move in fixed}
    moves = tuple(moves)
    beside = [move for move in moves if move.kind == CONCURRENT]
    drafted = (move for move in moves if move.is_pinned and move.kind != CONCURRENT)
    pinned = (*fixed, *(move for move in drafted if (move.person, move.year) not in by_order))
    scene = Scene(seating(picture, pinned))
    cases = [case for key in picture.people if (case := _case(scene, key, pinned, beside)) is not None]
    people = tuple(_person(scene, case, said) for case in cases)
    pins = tuple(
        Pin(case.person.key, post_key(post), year)
        for case in cases
        for year, post in sorted(case.pins.items())
    )
    return Problem(
        years=picture.years,
        targets={"gq": float(picture.targets[0]), "dq": float(picture.targets[1])},
        growth=_growth(picture),
        weights=_weights(people, picture),
        posts=tuple(_post(post) for post in picture.posts.values()),
        people=people,
        pins=pins,
    )


def _growth(picture: Picture) -> dict[str, Growth]:
    """The rates of the classes in use; a class without rates changes nothing."""
    classes = {post.growth for post in picture.posts.values()}
    rates = {name: picture.growth.get(name, (1.0, 1.0)) for name in sorted(classes)}
    return {name: Growth(float(gq), float(dq)) for name, (gq, dq) in rates.items()}


def _post(post: PostFacts) -> Post:
    experts = None
    if post.expert_axis and post.expert_count:
        axis: Axis = "gq" if post.expert_axis == "gq" else "dq"
        experts = Experts(axis, float(post.expert_level), post.expert_count)
    return Post(
        id=post_key(post.id),
        growth=post.growth,
        capacity=post.capacity,
        minimum=post.minimum,
        experts=experts,
        continuity=post.continuity,
        tenure=Tenure(post.tenure_min, post.tenure_max),
    )


def _case(scene: Scene, key: str, pinned: tuple[MoveFacts, ...], beside: Iterable[MoveFacts]) -> _Case | None:
    """The person with what is closed to them; None for who is not planned."""
    person, years = scene.person(key), scene.years
    start = max(person.from_year, years[0])
    until = years[-1] + 1 if person.until_year is None else min(person.until_year, years[-1] + 1)
    mine = [move for move in pinned if move.person == key]
    for move in mine:
        if move.post is None and move.until_year is None:
            until = min(until, move.year)  # pinned to the unassigned list: the planner seats them no more
    if person.is_away and person.base[0] is None:
        start = max(start, years[0] + 1)
    if start >= until or (scene.is_outside(key) and not scene.restrictions.get(key)):
        return None
    case = _Case(person, start, until, {}, {})
    _close_by_move(scene, case, mine)
    for one in scene.restrictions.get(key, ()):
        _close_by_decision(scene, case, one)
    _close_by_leave(scene, case)
    _close_by_return(scene, case)
    _close_by_protected(scene, case)
    _close_by_promotion(scene, case)
    _close_by_quota(scene, case)
    _close_by_concurrent(case, beside)
    return case


def _close_by_move(scene: Scene, case: _Case, mine: list[MoveFacts]) -> None:
    """A pinned move holds in its year; one that ends by itself in all its years, and the return in the year after."""
    for move in mine:
        last = move.year + 1 if move.until_year is None else move.until_year + 1
        for year in range(move.year, last):
            if year in case.years and year in scene.picture.place:
                post = scene.seating.at(case.person.key, year)
                if post in scene.picture.posts and post is not None:
                    case.pins[year] = post


def _close_by_concurrent(case: _Case, beside: Iterable[MoveFacts]) -> None:
    """A post that the draft gives somebody beside their main one is not their main one: nobody holds a post twice.

    One that they hold beside today stays open: the order of the main post ends the concurrent one (`picture.seating`).
    """
    home = None if case.person.main is None else case.person.main.post
    for move in beside:
        if move.person == case.person.key and move.post is not None and move.post != home:
            years = range(move.year, move.until_year or case.until)
            case.close(move.post, (year for year in years if case.pins.get(year) != move.post))


def _close_by_decision(scene: Scene, case: _Case, one: RestrictionFacts) -> None:
    years = [year for year in case.years if one.from_year <= year < one.until_year]
    if one.kind == FORBID:
        for post in one.posts:
            case.close(post, years)
    elif one.kind == PIN and len(one.posts) == 1:
        (post,) = one.posts
        case.pins.update((year, post) for year in years if post in scene.picture.posts)
    elif one.kind in {PIN, ONE_OF}:
        for post in scene.picture.posts:
            if post not in one.posts:
                case.close(post, years)


def _close_by_leave(scene: Scene, case: _Case) -> None:
    """Who is on leave on the day of the moves is not moved on it."""
    first, home = scene.years[0], case.person.base[0]
    if case.person.is_away and home in scene.picture.posts and home is not None and first in case.years:
        case.pins.setdefault(first, home)


def _close_by_return(scene: Scene, case: _Case) -> None:
    """Who comes back from a dispatch sits in the post kept for them in that year, unless something else was decided."""
    for one in scene.picture.reserved:
        post = scene.post(one.post)
        is_free = one.year in case.years and one.year not in case.closed.get(one.post, ())
        if one.person == case.person.key and is_free and post is not None and post.is_there(one.year):
            case.pins.setdefault(one.year, one.post)


def _close_by_protected(scene: Scene, case: _Case) -> None:
    """No move, or only the post of today and wished ones, while the reason holds; a decision by hand goes before it."""
    seat = case.person.main
    home = scene.post(seat.post) if seat is not None else None
    if home is None or seat is None or case.pins:
        return
    for one in scene.picture.protected:
        if one.person != case.person.key or one.ask not in (STAY, PLACE):
            continue
        until = scene.years[0] + 1 if one.until is None else fiscal.fiscal_year(one.until) + 1
        left = max(0, home.tenure_max - whole_years(seat.since, scene.picture.effective_on))
        kept = case.years[:left] if one.ask == STAY else case.years
        wished = {home.id} if one.ask == STAY else {home.id, *case.person.wishes}
        years = [year for year in kept if year < until and home.is_there(year)]
        for post in scene.picture.posts:
            if post not in wished:
                case.close(post, years)


def _close_by_promotion(scene: Scene, case: _Case) -> None:
    """Who became 主任 leaves the bureau in the first year, where the term allows; nobody becomes 主任 in today's bureau."""
    person = case.person
    home = scene.post(person.main.post) if person.main is not None else None
    if home is None or person.main is None:
        return
    same = [post for post in scene.picture.posts.values() if bureau(post) == bureau(home)]
    for post in same:
        if post.id != home.id and home.grade != post.grade and is_promotion(person, post):
            case.close(post.id, case.years)
    served = whole_years(person.main.since, scene.picture.effective_on)
    first = scene.years[0]
    if not was_promoted(scene, person) or served < home.tenure_min or first in case.pins:
        return
    others = [post for post in scene.picture.posts.values() if post not in same and post.is_there(first)]
    if any(may_sit(person, post) and first not in case.closed.get(post.id, ()) for post in others):
        for post in same:
            case.close(post.id, [first])


def _close_by_quota(scene: Scene, case: _Case) -> None:
    """A quota of none closes a host to who does not sit there; other quotas are checked afterwards."""
    seat = case.person.main
    for quota in scene.picture.quotas:
        if quota.most:
            continue
        within = [post for post in scene.picture.posts.values() if f"/{quota.unit_id}/" in post.path]
        if seat is None or seat.post not in {post.id for post in within}:
            for post in within:
                case.close(post.id, case.years)


def _person(scene: Scene, case: _Case, said: Considerations) -> Person:
    person, seat = case.person, case.person.main
    home = scene.post(seat.post) if seat is not None else None
    current = None
    if home is not None and seat is not None:
        current = Current(post_key(home.id), whole_years(seat.since, scene.picture.effective_on))
    back = {*person.base, *(one.post for one in scene.picture.reserved if one.person == person.key)}
    options = []
    for post in scene.picture.posts.values():
        gone = {year for year in case.years if not post.is_there(year)}
        closed = frozenset(gone | (case.closed.get(post.id, set()) & set(case.years)))
        if len(closed) == len(case.years) or not (post is home or post.id in back or may_sit(person, post)):
            continue
        options.append(Option(post_key(post.id), value(person, post, said), closed))
    return Person(
        id=person.key,
        start=case.start,
        until=case.until,
        gq=_index(person.gq),
        dq=_index(person.dq),
        current=current,
        options=tuple(options),
    )


def _index(index: float) -> float:
    return min(100.0, max(0.0, round(index, 6)))


def _weights(people: Iterable[Person], picture: Picture) -> Weights:
    """Prices that put one seat of coverage above all wishes: W is what any two plans can differ by in values.

    A seat below the minimum costs W, one above capacity 3 W; experts and stayers cost as in the published instances.
    """
    differ = 0.0
    for person in people:
        if values := [option.value for option in person.options]:
            present = sum(person.start <= year < person.until for year in picture.years)
            differ += present * (max(values) - min(values))
    whole = max(1, ceil((differ + 1) / ROUNDED)) * ROUNDED
    return Weights(
        move=MOVE,
        balance=BALANCE,
        over_capacity=3.0 * whole,
        below_minimum=float(whole),
        missing_expert=EXPERT,
        missing_continuity=STAYER,
    )


def moves_of(
    problem: Problem, plan: Plan, picture: Picture, kept: Iterable[MoveFacts] = ()
) -> list[MoveFacts]:
    """The moves that lead from live data, and the `kept` moves of a draft (its pinned ones), to a plan."""
    kept = tuple(move for move in kept if move.kind != CONCURRENT)
    found: list[MoveFacts] = []
    for person in problem.people:
        facts = picture.people.get(person.id)
        if facts is not None and person.id in plan.assignments:
            mine = [move for move in kept if move.person == person.id]
            found += _moves_of(picture, facts, person, plan.assignments[person.id], mine)
    return found


def _moves_of(
    picture: Picture,
    facts: PersonFacts,
    person: Person,
    seats: tuple[str | None, ...],
    kept: list[MoveFacts],
) -> list[MoveFacts]:
    alone = replace(picture, people={facts.key: facts})
    found: list[MoveFacts] = []
    before = None if facts.main is None else facts.main.post
    for place, year in enumerate(picture.years):
        wanted = None if seats[place] is None else int(seats[place] or 0)
        if person.start <= year < person.until and wanted is not None:
            here = seating(alone, [*kept, *found]).main[facts.key][place]
            if here != wanted:
                following = {move.year for move in kept}
                found.append(_move(picture, facts.key, year, seats[place:], before, following))
            before = wanted
    return found


def _move(
    picture: Picture,
    key: str,
    year: int,
    seats: tuple[str | None, ...],
    before: int | None,
    following: Collection[int],
) -> MoveFacts:
    """The move into the first of `seats`: into a post for one year a dispatch with its end and the post of the return.

    Where the next seat lies after the years planned, or is another host's, or a kept move says it (`following` years), the
    format or that move says what comes then, and the move has no end of its own.
    """
    post = picture.posts[int(seats[0] or 0)]
    if not post.is_host:
        return MoveFacts(key, year, post.id, from_post=before)
    move = MoveFacts(key, year, post.id, kind=DISPATCH, from_post=before)
    back = None if len(seats) < 2 or seats[1] is None else picture.posts.get(int(seats[1]))
    if post.tenure_max > 1 or back is None or back.is_host or year + 1 in following:
        return move
    return replace(move, until_year=year + 1, return_post=back.id)


def plan_of_draft(problem: Problem, picture: Picture, moves: Iterable[MoveFacts]) -> Plan:
    """The draft as a plan to begin with: where everybody of the problem sits under its moves."""
    seats = seating(picture, moves)
    return Plan({person.id: _keys(seats.main[person.id]) for person in problem.people})


def _keys(posts: tuple[int | None, ...]) -> tuple[str | None, ...]:
    return tuple(None if post is None else post_key(post) for post in posts)
