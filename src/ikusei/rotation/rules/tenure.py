"""Years in a post: at least, at most, and the posts that take people for one year. Set in the rules of the post."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene, Term

ONE_YEAR = 1


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """A term ended too early for another post, or lasting too long. The years before the round count.

    Going to the unassigned list and leaving the employer end a term of any length.
    """
    for term in scene.terms(key):
        yield from _too_short(scene, key, term)
        yield from _too_long(scene, key, term)


def _too_short(scene: Scene, key: str, term: Term) -> Iterator[Breach]:
    post = scene.post(term.post)
    if post is None or term.left is None or term.served >= post.tenure_min:
        return
    missing = post.tenure_min - term.served
    facts = {"served": term.served, "least": post.tenure_min, "missing": missing}
    choice = ways.stay(scene, key, term.left, missing)
    last = term.left + missing - 1
    fix = Fix(
        "stay", {"person": key, "post": post.id, "years": missing, "last": last}, (choice,) if choice else ()
    )
    yield Breach("tenure-min", key, post.id, term.left, facts, "must", fix)


def _too_long(scene: Scene, key: str, term: Term) -> Iterator[Breach]:
    post = scene.post(term.post)
    if post is None or not term.years or term.served <= post.tenure_max:
        return
    too_many = term.years[max(0, post.tenure_max - term.past) :]
    year = too_many[0]
    served = term.past + term.years.index(year)
    facts = {"served": served, "most": post.tenure_max, "last": too_many[-1]}
    rule = "dispatch-year" if post.tenure_max == ONE_YEAR else "tenure-max"
    choices = ways.out_of(scene, key, too_many, may_sit)
    fix = Fix("leave", {"person": key, "post": post.id, "last": year - 1}, choices)
    yield Breach(rule, key, post.id, year, facts, "must", fix)
