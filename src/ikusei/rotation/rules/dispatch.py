"""Dispatches (派遣): they end, a post is kept for the return, and it is free when they come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ikusei.rotation.picture import DISPATCH, MoveFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Choice, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene


def returns(scene: Scene, key: str) -> Iterator[tuple[MoveFacts, int]]:
    """Somebody's moves that end by themselves, with the fiscal year of the return to the post kept for it."""
    for move in scene.main_moves.get(key, ()):
        back = move.until_year
        if back is None or move.return_post is None or back not in scene.picture.place:
            continue
        if scene.seating.at(key, back) == move.return_post:
            yield move, back


def comes_back(scene: Scene, key: str, post: int, year: int) -> bool:
    """Whether somebody takes the seat that was kept for them in that fiscal year, and it is one too many."""
    facts = scene.post(post)
    if facts is None or scene.room(facts, year) >= 0:
        return False
    return any(move.return_post == post and back == year for move, back in returns(scene, key))


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """A dispatch without an end or a return post; a return to a post without a free seat."""
    for move in scene.main_moves.get(key, ()):
        if move.kind == DISPATCH and move.post is not None and scene.person(key).is_there(move.year):
            yield from _open_ended(scene, key, move)
    for move, year in returns(scene, key):
        post = scene.post(move.return_post)
        if post is None or scene.room(post, year) >= 0:
            continue
        people = scene.seating.filled(post.id, year)
        facts = {"people": people, "limit": post.capacity, "since": move.year}
        others = [other for other in scene.seating.sitting(post.id, year) if other != key]
        more = people - post.capacity
        choices = _go(scene, others, year, most=more)
        fix = Fix("capacity", {"post": post.id, "more": more, "now": post.capacity}, choices, more)
        yield Breach("reserved", key, post.id, year, facts, "must", fix)


def _go(scene: Scene, people: list[str], year: int, *, most: int) -> tuple[Choice, ...]:
    """Ways for somebody else to leave the seat, who came last first."""
    found: list[Choice] = []
    for other in sorted(people, key=lambda other: (scene.served_before(other, year + 1), other)):
        term = scene.term_at(other, year)
        if term is None or ways.is_held(scene, other, year):
            continue
        found += ways.out_of(scene, other, [one for one in term.years if one >= year], may_sit, most=1)
        if len(found) == max(ways.MOST, most):
            break
    return tuple(found)


def _open_ended(scene: Scene, key: str, move: MoveFacts) -> Iterator[Breach]:
    post = scene.post(move.post)
    if post is None or (move.until_year is not None and move.return_post is not None):
        return
    if not post.is_host or any(one.year > move.year for one in scene.main_moves.get(key, ())):
        return  # a later move of the draft says where they go next
    last = move.year + post.tenure_max
    if last not in scene.picture.place and move.until_year is None:
        return  # it ends after the years planned
    back = scene.seating.before(key, move.year)
    home = scene.post(back)
    choices: tuple[Choice, ...] = ()
    if home is not None and home.is_there(last):
        put = replace(move, until_year=move.until_year or last, return_post=home.id, id=0)
        choices = (Choice((ways.put(put),), "return", key, move.year, home.id, put.until_year),)
    facts = {"back": move.until_year or last}
    fix = Fix("return", {"person": key, "post": None if home is None else home.id, "year": last}, choices)
    yield Breach("dispatch-return", key, post.id, move.year, facts, "should", fix)
