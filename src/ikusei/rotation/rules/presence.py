"""Being there: leavers, new hires and people not yet hired, long leave, posts that exist, the unassigned list."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.picture import MoveFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """Moves of years in which somebody is not employed or on leave, closed posts, two main posts, no post at all."""
    yield from _absent(scene, key)
    yield from _away(scene, key)
    yield from _double(scene, key)
    yield from _closed(scene, key)
    yield from _unassigned(scene, key)


def _absent(scene: Scene, key: str) -> Iterator[Breach]:
    person = scene.person(key)
    both = (*scene.main_moves.get(key, ()), *scene.concurrent_moves.get(key, ()))
    for move in both:
        if move.post is None or person.is_there(move.year):
            continue
        comes = move.year < person.from_year
        facts = {"since": person.from_year} if comes else {"until": person.until_year}
        rule = "absent-yet" if comes else "absent-gone"
        fix = Fix("drop", {"person": key, "post": move.post}, (ways.drop(move),))
        yield Breach(rule, key, move.post, move.year, facts, "must", fix, str(move.id))


def _away(scene: Scene, key: str) -> Iterator[Breach]:
    """Leave is known for the day of the moves, so a move of the first year is looked at."""
    first = scene.years[0]
    if not scene.person(key).is_away:
        return
    for move in scene.main_moves.get(key, ()):
        if move.year == first and move.post is not None and move.post != scene.seating.before(key, first):
            fix = Fix("drop", {"person": key, "post": move.post}, (ways.drop(move),))
            yield Breach("away", key, move.post, first, {}, "should", fix)


def _double(scene: Scene, key: str) -> Iterator[Breach]:
    seen: dict[int, MoveFacts] = {}
    for move in scene.main_moves.get(key, ()):
        if move.year in seen and move.post is not None:
            first = seen[move.year].post
            fix = Fix("drop", {"person": key, "post": move.post}, ())
            yield Breach("two-mains", key, move.post, move.year, {"other": first}, "must", fix)
        seen[move.year] = move


def _closed(scene: Scene, key: str) -> Iterator[Breach]:
    for term in scene.terms(key):
        post = scene.post(term.post)
        closed = [year for year in term.years if post is not None and not post.is_there(year)]
        if post is None or not closed:
            continue
        choices = ways.out_of(scene, key, closed, may_sit)
        fix = Fix("elsewhere", {"person": key, "post": post.id}, choices)
        yield Breach("closed", key, post.id, closed[0], {"last": closed[-1]}, "must", fix)


def _unassigned(scene: Scene, key: str) -> Iterator[Breach]:
    """One breach for each stretch of years without a seat. Who is on leave needs none."""
    person = scene.person(key)
    if person.is_away or scene.is_outside(key):
        return
    posts = zip(scene.years, scene.seating.main[key], strict=True)
    empty = [year for year, post in posts if post is None and person.is_there(year)]
    while empty:
        first = empty[0]
        years = [year for place, year in enumerate(empty) if year == first + place]
        choices = ways.out_of(scene, key, years, may_sit) or ways.out_of(scene, key, years[:1], may_sit)
        fix = Fix("place", {"person": key}, choices)
        yield Breach("unassigned", key, None, first, {"last": years[-1]}, "must", fix)
        empty = empty[len(years) :]
