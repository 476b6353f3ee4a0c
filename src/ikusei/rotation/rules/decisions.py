"""Decisions about one person's seat: pins, forbids, "one of these". Set by planners in a draft or for the whole round."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.picture import FORBID, OF_REJECTION, ONE_OF, PIN, RestrictionFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Choice, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene

RULES = {PIN: "pin", FORBID: "forbid", ONE_OF: "one-of"}


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """One breach for each decision that a seat does not follow, at the first year in which it does not."""
    for one in scene.restrictions.get(key, ()):
        broken = [year for year in _years(scene, key, one) if _is_broken(scene, key, one, year)]
        if not broken:
            continue
        first = broken[0]
        run = [year for place, year in enumerate(broken) if year == first + place]
        facts = {"posts": sorted(one.posts), "reason": one.reason, "last": run[-1], "held": one.held}
        ways_out = _satisfy(scene, key, one, run)
        if one.held == OF_REJECTION:
            fix = Fix("rejected", {"person": key}, ways_out)
        else:
            lift = ways.lift(key, one.id, first)
            fix = Fix("lift-" + RULES[one.kind], {"person": key}, (*ways_out, lift))
        here = scene.seating.at(key, first)
        yield Breach(RULES[one.kind], key, here, first, facts, "must", fix, str(one.id))


def _years(scene: Scene, key: str, one: RestrictionFacts) -> list[int]:
    person = scene.person(key)
    return [year for year in scene.years if one.from_year <= year < one.until_year and person.is_there(year)]


def _is_broken(scene: Scene, key: str, one: RestrictionFacts, year: int) -> bool:
    here = scene.seating.at(key, year)
    return here in one.posts if one.kind == FORBID else here not in one.posts


def _satisfy(scene: Scene, key: str, one: RestrictionFacts, years: list[int]) -> tuple[Choice, ...]:
    """The ways to follow the decision: into one of the posts where somebody must sit, or out of where they must not."""
    if one.kind == FORBID:
        return ways.out_of(scene, key, years, may_sit, but=one.posts)
    posts = [post for number in sorted(one.posts) if (post := scene.post(number)) is not None]
    posts.sort(key=lambda post: scene.room(post, years[0]) < 1)
    found = [ways.go(scene, key, years, post.id) for post in posts[: ways.MOST]]
    return tuple(choice for choice in found if choice is not None)
