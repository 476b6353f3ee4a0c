"""Small problems for tests: one to change field by field, and strange ones by the seed."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[5].parent / "shared" / "data" / "rotation"

type Document = dict[str, Any]

FREE = {
    "move": 0,
    "balance": 0,
    "over_capacity": 0,
    "below_minimum": 0,
    "missing_expert": 0,
    "missing_continuity": 0,
}
"""Weights at which nothing but the values counts."""


def published(name: str) -> Path:
    """A published problem beside the repository; its absence skips, and fails where nothing may skip."""
    path = SHARED / name
    if not path.is_file():
        reason = f"The published problems are missing: expected ../shared/data/rotation/{name} beside the repository."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def post(name: str, **changed: Any) -> Document:
    """A post with two seats that asks for nothing."""
    return {
        "id": name,
        "growth": "line",
        "capacity": 2,
        "minimum": 0,
        "experts": None,
        "continuity": 0,
        "tenure": {"min": 1, "max": 9},
    } | changed


def person(name: str, values: dict[str, float], **changed: Any) -> Document:
    """Somebody present through 2026-2028 with these options (post: value), index 50 on both axes, no current post."""
    return {
        "id": name,
        "from": 2026,
        "until": 2029,
        "gq": 50,
        "dq": 50,
        "current": None,
        "options": [{"post": place, "value": value} for place, value in values.items()],
    } | changed


def problem(posts: list[Document], people: list[Document], **changed: Any) -> Document:
    """A problem over 2026-2028 in which nothing but the values counts."""
    return {
        "format": "ikusei-rotation-problem/1",
        "years": [2026, 2027, 2028],
        "targets": {"gq": 0, "dq": 0},
        "growth": {"line": {"gq": 0.9, "dq": 1.0}, "lab": {"gq": 1.0, "dq": 0.5}},
        "weights": FREE,
        "posts": posts,
        "people": people,
        "pins": [],
    } | changed


def small() -> Document:
    """Two posts, two people, one pin: everything that the format has."""
    return problem(
        [
            post(
                "A",
                minimum=1,
                experts={"axis": "gq", "level": 55, "count": 1},
                continuity=1,
                tenure={"min": 2, "max": 3},
            ),
            post("B", growth="lab"),
        ],
        [
            person("E1", {"A": 10, "B": 20.5}, current={"post": "A", "years": 1}),
            person("E2", {"A": 30, "B": -4}, until=2028),
        ],
        pins=[{"person": "E2", "post": "A", "year": 2027}],
    ) | {"weights": dict.fromkeys(FREE, 10)}


def strange(seed: int) -> Document:
    """A tiny problem with everything unusual in it: late comers with a current post, pins, forbidden years, short terms.

    About one in three has no plan.
    """
    dice = random.Random(seed)
    years = list(range(2026, 2026 + dice.randint(1, 4)))
    names = [f"P{number}" for number in range(dice.randint(1, 4))]
    posts = [_strange_post(dice, name) for name in names]
    people = [_strange_person(dice, f"E{number}", years, names) for number in range(dice.randint(0, 3))]
    pins = [
        {"person": dice.choice(people)["id"], "post": dice.choice(names), "year": dice.choice(years)}
        for _ in range(dice.choice((0, 0, 0, 0, 1, 2)))
        if people
    ]
    weights = {name: dice.choice((0, 1, 7, 60, 500.5)) for name in FREE}
    targets = {"gq": dice.randint(0, 100), "dq": dice.randint(0, 100)}
    return problem(posts, people, years=years, pins=pins, weights=weights, targets=targets) | {
        "growth": {"line": {"gq": 0.9, "dq": 1.02}, "lab": {"gq": 1.03, "dq": 0.8}}
    }


def _strange_post(dice: random.Random, name: str) -> Document:
    shortest = dice.choice((1, 1, 1, 2, 3))
    return post(
        name,
        growth=dice.choice(("line", "lab")),
        capacity=dice.randint(0, 2),
        minimum=dice.randint(0, 2),
        experts=dice.choice(
            (
                None,
                {
                    "axis": dice.choice(("gq", "dq")),
                    "level": dice.randint(40, 70),
                    "count": dice.randint(0, 2),
                },
            )
        ),
        continuity=dice.randint(0, 2),
        tenure={"min": shortest, "max": shortest + dice.choice((0, 1, 2, 9))},
    )


def _strange_person(dice: random.Random, name: str, years: list[int], posts: list[str]) -> Document:
    start = dice.choice((years[0] - 1, years[0], years[0], dice.choice(years)))
    until = dice.randint(start + 1, years[-1] + 2)
    options = [
        {"post": place, "value": dice.randint(-20, 150)}
        | ({"forbidden_years": [dice.choice(years)]} if dice.random() < 0.15 else {})
        for place in dice.sample(posts, max(dice.randint(1, len(posts)), dice.randint(1, len(posts))))
    ]
    current = {"post": dice.choice(posts), "years": dice.randint(0, 4)} if dice.random() < 0.7 else None
    return {
        "id": name,
        "from": start,
        "until": until,
        "gq": dice.randint(0, 100),
        "dq": dice.randint(0, 100),
        "current": current,
        "options": options,
    }
