"""Concurrent posts (兼務): shares of time add up to one person at most, and nobody holds a post twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ikusei.rotation.picture import MoveFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Choice, Fix
from ikusei.rotation.rules.scene import EDGE, Scene

SMALLEST = 0.05
"""A share of time below this is no posting."""


def main_share(scene: Scene, key: str, year: int) -> float:
    """The share of the main post in a fiscal year: as the last move says, else as the posting of today says."""
    moves = [move for move in scene.main_moves.get(key, ()) if move.year <= year]
    if moves:
        return moves[-1].share
    seat = scene.person(key).main
    return 1.0 if seat is None else seat.share


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """Told for the years in which a draft changes something: what is so today is not the draft's doing."""
    moves = scene.concurrent_moves.get(key, ())
    if not moves:
        return
    told: set[tuple[str, int]] = set()
    for year, beside in zip(scene.years, scene.seating.concurrent[key], strict=True):
        main = scene.seating.at(key, year)
        for move in moves:
            in_force = move.post in dict(beside) and move.year <= year
            if not in_force or move.post is None:
                continue
            if move.post == main and ("same-post", move.post) not in told:
                told.add(("same-post", move.post))
                fix = Fix("drop", {"person": key, "post": move.post}, (_drop_all(moves, move.post),))
                yield Breach("same-post", key, move.post, year, {}, "must", fix)
        total = main_share(scene, key, year) + sum(share for _post, share in beside)
        if total > 1 + EDGE and ("shares", 0) not in told:
            told.add(("shares", 0))
            yield _too_much(scene, key, year, total)


def _drop_all(moves: Iterable[MoveFacts], post: int) -> Choice:
    """Take back every concurrent move to a post: one of them alone would leave the others in force."""
    there = [one for one in moves if one.post == post]
    return replace(ways.drop(there[0]), steps=tuple(step for one in there for step in ways.drop(one).steps))


def _too_much(scene: Scene, key: str, year: int, total: float) -> Breach:
    """The last concurrent post is the one to shrink, or to drop where nothing would be left of it."""
    move = [one for one in scene.concurrent_moves[key] if one.year <= year][-1]
    facts = {"total": total, "over": total - 1}
    left = round(move.share - (total - 1), 3)
    choice = ways.beside(move, left) if left >= SMALLEST else _less_main(scene, key, year, total)
    found = choice or ways.drop(move)
    choices = (found,) if found.kind == "drop" else (found, ways.drop(move))
    fix = Fix(found.kind, {"person": key, "post": found.post, "share": found.share}, choices)
    return Breach("shares", key, move.post, year, facts, "must", fix)


def _less_main(scene: Scene, key: str, year: int, total: float) -> Choice | None:
    """The main post with what the concurrent ones leave of the time; None where nothing is left of it."""
    left = round(main_share(scene, key, year) - (total - 1), 3)
    main = scene.seating.at(key, year)
    if left < SMALLEST or main is None:
        return None
    old = next((one for one in scene.main_moves.get(key, ()) if one.year == year), None)
    kept = old or MoveFacts(person=key, year=year, post=main, from_post=scene.seating.before(key, year))
    put = MoveFacts(
        person=key,
        year=year,
        post=main,
        kind=kept.kind,
        share=left,
        until_year=kept.until_year,
        return_post=kept.return_post,
        from_post=kept.from_post,
    )
    return Choice((ways.put(put),), "share", key, year, main, share=left)
