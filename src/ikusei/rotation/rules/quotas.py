"""Quotas of hosts: how many moves a year into a unit and below may bring. Set in the round by the personnel section."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.scene import Scene


def arrivals(scene: Scene, unit_id: int, year: int) -> list[str]:
    """The people who come into a unit, or below, from outside it in a fiscal year."""
    within = {post.id for post in scene.picture.posts.values() if f"/{unit_id}/" in post.path}
    return [
        key
        for key in scene.seating.main
        if scene.seating.at(key, year) in within and scene.seating.before(key, year) not in within
    ]


def of_round(scene: Scene) -> Iterator[Breach]:
    """One breach for each quota and year with more arrivals than it allows."""
    for quota in scene.picture.quotas:
        for year in scene.years:
            came = arrivals(scene, quota.unit_id, year)
            over = len(came) - quota.most
            if over <= 0:
                continue
            facts = {"unit": quota.unit, "moves": len(came), "most": quota.most, "over": over, "last": year}
            came.sort(key=lambda key: (-scene.served_before(key, year + 1), key), reverse=True)
            found = [
                ways.stay(scene, key, year)
                for key in came
                if not ways.is_held(scene, key, year) and scene.seating.before(key, year) is not None
            ]
            choices = tuple(choice for choice in found if choice)[: max(ways.MOST, over)]
            fix = Fix("fewer", {"unit": quota.unit, "count": over}, choices, over)
            yield Breach("quota", None, None, year, facts, "must", fix, str(quota.unit_id))
