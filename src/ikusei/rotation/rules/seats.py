"""Seats of a post: capacity and authorised headcount (terms of the post), people at least (rules of the post)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ikusei.rotation.picture import PostFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Choice, Fix, Severity
from ikusei.rotation.rules.dispatch import comes_back
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene


def stretches(years: Sequence[int], amount: Callable[[int], int]) -> Iterator[tuple[list[int], int]]:
    """Consecutive years in which the same amount above 0 is missing, with the amount."""
    stretch: list[int] = []
    missing = 0
    for year in years:
        now = max(0, amount(year))
        if stretch and now != missing:
            yield stretch, missing
            stretch = []
        missing = now
        if now:
            stretch.append(year)
    if stretch:
        yield stretch, missing


def of_post(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    """Too many or too few people, one breach for each stretch of years. Concurrent posts take no seat."""
    yield from _too_many(scene, post)
    yield from _too_few(scene, post)


def _too_many(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    def over(year: int) -> int:
        """People above the seats; a year in which somebody comes back to a seat kept for them is told by `dispatch`."""
        sitting = scene.seating.sitting(post.id, year)
        too_many = len(sitting) - post.capacity
        return 0 if any(comes_back(scene, key, post.id, year) for key in sitting) else too_many

    def above(year: int) -> int:
        sitting = scene.seating.filled(post.id, year)
        return sitting - post.authorised if sitting <= post.capacity else 0

    for rule, amount, limit in (
        ("capacity", over, post.capacity),
        ("headcount", above, post.authorised),
    ):
        for years, too_many in stretches(scene.years, amount):
            people = scene.seating.filled(post.id, years[0])
            facts = {"people": people, "limit": limit, "over": too_many, "last": years[-1]}
            choices = leavers(scene, post, years, most=too_many)
            fix = Fix(rule, {"post": post.id, "more": too_many, "now": limit}, choices, too_many)
            worst: Severity = "must" if rule == "capacity" else "should"
            yield Breach(rule, None, post.id, years[0], facts, worst, fix)


def leavers(scene: Scene, post: PostFacts, years: Sequence[int], *, most: int = 1) -> tuple[Choice, ...]:
    """Who of those in a post could sit elsewhere in these years, each with the best way; who came last goes first."""
    first, found = years[0], []
    sitting = [key for key in scene.seating.sitting(post.id, first) if not ways.is_held(scene, key, first)]
    sitting.sort(key=lambda key: (scene.served_before(key, first + 1), key))
    for key in sitting:
        term = scene.term_at(key, first)
        span = [year for year in (term.years if term else years) if year >= first]
        choice = next(iter(ways.out_of(scene, key, span, may_sit, most=1)), None)
        if choice is not None:
            found.append(choice)
        if len(found) == max(ways.MOST, most):
            break
    return tuple(found)


def _too_few(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    def missing(year: int) -> int:
        return post.minimum - scene.seating.filled(post.id, year) if post.is_there(year) else 0

    for years, short in stretches(scene.years, missing):
        people = scene.seating.filled(post.id, years[0])
        facts = {"people": people, "least": post.minimum, "short": short, "last": years[-1]}
        keys = ways.candidates(scene, post, years, may_sit, most=short)
        found = [ways.come_into(scene, key, post, years[0]) for key in keys]
        choices = tuple(choice for choice in found if choice is not None)
        yield Breach(
            "minimum",
            None,
            post.id,
            years[0],
            facts,
            "should",
            Fix("people", {"post": post.id, "count": short}, choices, short),
        )
