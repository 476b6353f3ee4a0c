"""Experts and people who stay: what a team has to know and to remember. Set in the rules of the post."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.picture import PostFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import EDGE, Scene
from ikusei.rotation.rules.seats import stretches


def of_post(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    """Too few experts, too few who stay: one breach for each stretch of years."""
    if post.expert_axis and post.expert_count:
        yield from _experts(scene, post)
    if post.continuity:
        yield from _continuity(scene, post)


def _experts(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    """An expert has an index of at least the level at the start of the year; the year itself does not count yet."""

    def is_expert(key: str, year: int) -> bool:
        return scene.index(key, year, post.expert_axis) >= post.expert_level - EDGE

    def missing(year: int) -> int:
        if not post.is_there(year):
            return 0
        return post.expert_count - sum(is_expert(key, year) for key in scene.seating.sitting(post.id, year))

    for years, short in stretches(scene.years, missing):
        first = years[0]
        axis = {"axis": post.expert_axis.upper(), "level": post.expert_level}
        have = post.expert_count - short
        facts = {**axis, "have": have, "least": post.expert_count, "short": short, "last": years[-1]}

        def able(key: str, year: int = first) -> bool:
            return is_expert(key, year)

        keys = ways.candidates(scene, post, years, may_sit, also=able, most=short)
        found = [ways.come_into(scene, key, post, first) for key in keys]
        choices = tuple(choice for choice in found if choice is not None)
        wanted = {**axis, "post": post.id, "count": short}
        kind = "expert" if choices else "expert-grown"
        if not choices:
            wanted |= _nearest(scene, post, first)
        yield Breach("experts", None, post.id, first, facts, "should", Fix(kind, wanted, choices, short))


def _nearest(scene: Scene, post: PostFacts, year: int) -> dict[str, object]:
    """Who of those in the post is nearest to being an expert, and how many points are missing; nobody in an empty one."""
    there = [(scene.index(key, year, post.expert_axis), key) for key in scene.seating.sitting(post.id, year)]
    below = [(index, key) for index, key in there if index < post.expert_level - EDGE]
    if not below:
        return {}
    index, key = max(below)
    return {"person": key, "points": round(post.expert_level - index, 1)}


def _continuity(scene: Scene, post: PostFacts) -> Iterator[Breach]:
    """So many people sat in the post the year before as well; before the first year the post of today counts."""

    def stayed(year: int) -> int:
        sitting = scene.seating.sitting(post.id, year)
        return sum(scene.seating.before(key, year) == post.id for key in sitting)

    def missing(year: int) -> int:
        return post.continuity - stayed(year) if post.is_there(year) else 0

    for years, short in stretches(scene.years, missing):
        year = years[0]
        facts = {"stayed": stayed(year), "least": post.continuity, "short": short, "last": years[-1]}
        left = [
            key
            for key in scene.seating.main
            if scene.seating.before(key, year) == post.id and scene.seating.at(key, year) != post.id
        ]
        left = [key for key in left if scene.served_before(key, year) < post.tenure_max]
        left.sort(key=lambda key: (scene.served_before(key, year), key))
        found = [ways.stay(scene, key, year) for key in left]
        choices = tuple(choice for choice in found if choice is not None)[: max(ways.MOST, short)]
        fix = Fix("stayers", {"post": post.id, "count": short}, choices, short)
        yield Breach("continuity", None, post.id, year, facts, "should", fix)
