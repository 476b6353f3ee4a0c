"""Planner's problems of any size and seed, like the published ones in their statistics; the same seed makes the same file.

Usage: python -m tools.rotation_instances --people 220 --years 5 --seed 3 --out problem.json.gz
"""

import argparse
import random
from pathlib import Path
from typing import Any

from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.documents import write_json
from ikusei.rotation.solver.problem import FORMAT, parse

GROWTH = {
    "bureau_digital_services": {"gq": 0.88, "dq": 0.98},
    "govtech": {"gq": 1.01, "dq": 0.86},
    "line_bureau": {"gq": 0.9, "dq": 1.02},
    "municipality": {"gq": 0.91, "dq": 0.97},
    "private_company": {"gq": 1.03, "dq": 0.8},
}
SHARES = (0.30, 0.28, 0.17, 0.18, 0.07)
"""How often a post belongs to each class, in their order."""
WEIGHTS = {
    "move": 60,
    "balance": 1,
    "over_capacity": 6000,
    "below_minimum": 2000,
    "missing_expert": 800,
    "missing_continuity": 500,
}
SPARE = 1.09
"""Seats for each person present."""
TURNOVER = 0.04
"""Share of the staff that comes, and that goes, in each year."""
MOST_OPTIONS = 40

type Document = dict[str, Any]


def make(*, people: int, years: int, seed: int, first: int = 2026) -> Document:
    """A problem for about `people` present at a time; those who come and go over the years are added."""
    dice = random.Random(f"rotation {people} {years} {seed}")  # noqa: S311 - invented people, nothing to guess
    posts = _posts(dice, people)
    staff = _staff(dice, people, list(range(first, first + years)), posts)
    document: Document = {
        "format": FORMAT,
        "years": list(range(first, first + years)),
        "targets": {"gq": 65, "dq": 65},
        "growth": GROWTH,
        "weights": WEIGHTS,
        "posts": posts,
        "people": staff,
        "pins": [],
    }
    _free(document)
    return document


def _free(document: Document) -> None:
    """Open every post to whoever has no way through the years: with few posts, chance leaves some with too little."""
    found = conflict.find(parse(document))
    stuck = {entry.person for entry in found.conflicts} if found else set()
    for person in document["people"]:
        if person["id"] in stuck:
            values = {option["post"]: option["value"] for option in person["options"]}
            person["options"] = [
                {"post": post["id"], "value": values.get(post["id"], 30)} for post in document["posts"]
            ]


def _posts(dice: random.Random, people: int) -> list[Document]:
    posts: list[Document] = []
    seats = 0
    while seats < SPARE * people:
        growth = dice.choices(list(GROWTH), SHARES)[0]
        is_company = growth == "private_company"
        capacity = dice.randint(1, 3) if is_company else dice.randint(2, 8)
        has_experts = not is_company and capacity >= 4
        has_stayers = not is_company and capacity >= 3 and dice.random() < 0.33
        posts.append(
            {
                "id": f"P{len(posts) + 1:05}",
                "growth": growth,
                "capacity": capacity,
                "minimum": 0 if is_company else capacity * 4 // 5,
                "experts": {
                    "axis": "dq" if growth == "govtech" else "gq",
                    "level": 55,
                    "count": 1 + (capacity >= 6),
                }
                if has_experts
                else None,
                "continuity": 1 + (capacity >= 4) + (capacity >= 8) if has_stayers else 0,
                "tenure": {"min": 1, "max": 1} if is_company else {"min": 2, "max": 4},
            }
        )
        seats += capacity
    return posts


def _staff(dice: random.Random, people: int, years: list[int], posts: list[Document]) -> list[Document]:
    """Those there at the start in their current posts, then those who come; some of the first ones go each year."""
    yearly = max(1, round(people * TURNOVER)) if people else 0
    seats = [
        post["id"] for post in posts if post["growth"] != "private_company" for _ in range(post["capacity"])
    ]
    incumbents = max(0, min(people - yearly, len(seats)))
    untils = [year for year in years[1:] for _ in range(yearly)][:incumbents]
    untils += [years[-1] + 1] * (incumbents - len(untils))
    dice.shuffle(untils)
    comings: list[tuple[int, int, str | None]] = [
        (years[0], until, seat) for until, seat in zip(untils, dice.sample(seats, incumbents), strict=True)
    ]
    comings += [(year, years[-1] + 1, None) for year in years for _ in range(yearly)]
    reach = {post["id"]: dice.uniform(-0.25, 0.35) for post in posts}
    liked = {post["id"]: dice.gauss(0, 7) for post in posts}
    return [
        _person(dice, number, coming, reach, liked, years) for number, coming in enumerate(comings, start=1)
    ]


def _person(
    dice: random.Random,
    number: int,
    coming: tuple[int, int, str | None],
    reach: dict[str, float],
    liked: dict[str, float],
    years: list[int],
) -> Document:
    start, until, seat = coming
    ability = dice.uniform(0.3, 0.7)
    open_to = [post for post in reach if post != seat and dice.random() < ability + reach[post]]
    open_to = dice.sample(open_to, min(len(open_to), MOST_OPTIONS - 1)) or dice.sample(list(reach), 1)
    chosen = {*open_to, seat} if seat else set(open_to)
    return {
        "id": f"E{number:06}",
        "from": start,
        "until": until,
        "gq": _clipped(dice.gauss(45 if seat else 35, 12), 10, 80),
        "dq": _clipped(dice.gauss(42 if seat else 37, 11.5), 10, 80),
        "current": {"post": seat, "years": dice.randint(1, 3)} if seat else None,
        "options": [
            _option(dice, post, liked[post], years, is_current=post == seat)
            for post in reach
            if post in chosen
        ],
    }


def _option(dice: random.Random, post: str, liked: float, years: list[int], *, is_current: bool) -> Document:
    wished = 50 if dice.random() < 0.2 else 0
    option: Document = {"post": post, "value": _clipped(dice.gauss(51 + liked, 16) + wished, 10, 150)}
    if not is_current and dice.random() < 0.1:
        option["forbidden_years"] = sorted(dice.sample(years, 1 + (len(years) > 1 and dice.random() < 0.03)))
    return option


def _clipped(value: float, least: int, most: int) -> int:
    return max(least, min(most, round(value)))


def main() -> None:
    """Write one problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=220, help="present at a time (220)")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="FILE.json or FILE.json.gz")
    told = parser.parse_args()
    write_json(told.out, make(people=told.people, years=told.years, seed=told.seed))


if __name__ == "__main__":
    main()
