"""Pictures of rounds made by hand or by chance, without a database: for the tests of rules and planner."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from ikusei.rotation.picture import (
    CONCURRENT,
    DISPATCH,
    FORBID,
    HOME,
    ONE_OF,
    PIN,
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    ProtectedFacts,
    QuotaFacts,
    RestrictionFacts,
    Seat,
)

YEARS = (2026, 2027, 2028, 2029, 2030)
ON = date(2026, 4, 1)
CITY, HOST = 1, 2
GROWTH = {"bureau": (0.88, 0.98), "govtech": (1.01, 0.86), "line": (0.9, 1.02)}


def post(number: int, **changes: Any) -> PostFacts:
    """A post of the city with two seats, for anybody, two to four years."""
    facts: dict[str, Any] = {
        "id": number,
        "code": f"P{number}",
        "name_ja": f"職{number}",
        "name_en": f"Post {number}",
        "unit_id": 10 + number,
        "unit_ja": f"課{number}",
        "unit_en": f"Section {number}",
        "path": f"/1/{10 + number}/",
        "employer_id": CITY,
        "employer_ja": "市",
        "employer_en": "City",
        "is_host": False,
        "grade": "",
        "grades": frozenset(),
        "job_type": "",
        "job_types": frozenset(),
        "capacity": 2,
        "authorised": 2,
        "gq_share": 0.5,
        "dq_share": 0.5,
        "growth": "bureau",
        "colour": 1,
        "needs": {},
        "tenure_min": 2,
        "tenure_max": 4,
        "minimum": 0,
        "continuity": 0,
        "expert_axis": "",
        "expert_level": 55,
        "expert_count": 0,
        "from_year": 2020,
        "until_year": None,
    }
    return PostFacts(**{**facts, **changes})


def person(key: str, main: int | None = None, since: date = date(2023, 4, 1), **changes: Any) -> PersonFacts:
    """Somebody who has sat in a post since a day and stays, by live data."""
    years = changes.pop("years", YEARS)
    seat = None if main is None else Seat(main, since, (ON - since).days / 365.25, HOME, 1.0)
    facts: dict[str, Any] = {
        "key": key,
        "id": int(key[1:]),
        "public_id": key,
        "name": f"Person {key}",
        "grade": "",
        "job_type": "",
        "levels": {},
        "gq": 50.0,
        "dq": 50.0,
        "gq_years": 1.0,
        "dq_years": 1.0,
        "from_year": years[0],
        "until_year": None,
        "main": seat,
        "concurrent": (),
        "base": (main,) * len(years),
        "base_concurrent": ((),) * len(years),
    }
    return PersonFacts(**{**facts, **changes})


def picture(
    posts: list[PostFacts], people: list[PersonFacts], *, years: tuple[int, ...] = YEARS, **more: Any
) -> Picture:
    """A round with these posts and people."""
    return Picture(
        years=years,
        effective_on=ON,
        employer_id=CITY,
        posts={one.id: one for one in posts},
        people={one.key: one for one in people},
        growth=GROWTH,
        **more,
    )


def by_chance(
    seed: int, *, posts: int = 8, people: int = 14, moves: int = 10
) -> tuple[Picture, list[MoveFacts]]:
    """A round in which about everything can be wrong, and a draft in it."""
    chance = Random(seed)
    made = [_post_by_chance(chance, number) for number in range(1, posts + 1)]
    staff = [_person_by_chance(chance, f"p{number}", posts) for number in range(1, people + 1)]
    numbers = range(1, posts + 1)
    restrictions = tuple(
        RestrictionFacts(
            person=f"p{chance.randint(1, people)}",
            kind=chance.choice([PIN, FORBID, ONE_OF]),
            posts=frozenset(chance.sample(numbers, chance.randint(1, 3))),
            from_year=chance.randint(2026, 2028),
            until_year=chance.randint(2029, 2031),
            reason="a reason",
            id=number,
        )
        for number in range(1, chance.randint(1, 4))
    )
    found = picture(
        made,
        staff,
        restrictions=restrictions,
        quotas=(QuotaFacts(2, "Host", chance.randint(0, 2)),),
        protected=tuple(
            ProtectedFacts(f"p{number}", chance.choice(["stay", "place", "consider"]), None)
            for number in chance.sample(range(1, people + 1), 2)
        ),
    )
    return found, _moves_by_chance(chance, found, moves)


def _post_by_chance(chance: Random, number: int) -> PostFacts:
    is_host = chance.random() < 0.3
    least = chance.choice([1, 1, 2])
    grade = chance.choice(["", "主事", "主任"])
    capacity = chance.randint(1, 4)
    return post(
        number,
        path=f"/2/{10 + number}/" if is_host else f"/{chance.choice([1, 3])}/{10 + number}/",
        employer_id=HOST if is_host else CITY,
        is_host=is_host,
        grade=grade,
        grades=frozenset() if chance.random() < 0.6 else frozenset({"主事", "主任"}),
        job_types=frozenset() if chance.random() < 0.7 else frozenset({"a", "b"}),
        capacity=capacity,
        authorised=max(1, capacity - chance.randint(0, 1)),
        growth=chance.choice(list(GROWTH)),
        needs={} if chance.random() < 0.5 else {"cloud": chance.randint(1, 3), "data": 1},
        tenure_min=least,
        tenure_max=least + chance.randint(0, 2),
        minimum=chance.randint(0, 2),
        continuity=chance.randint(0, 1),
        expert_axis=chance.choice(["", "gq", "dq"]),
        expert_count=chance.randint(0, 1),
        until_year=None if chance.random() < 0.9 else 2028,
    )


def _person_by_chance(chance: Random, key: str, posts: int) -> PersonFacts:
    main = chance.choice([None, *range(1, posts + 1)]) if chance.random() < 0.9 else 99
    until = None if chance.random() < 0.8 else chance.randint(2027, 2030)
    base = tuple(main if main != 99 else None for _year in YEARS)
    if main is not None and chance.random() < 0.1:
        base = (*base[:2], None, None, None)
    return person(
        key,
        main,
        date(chance.randint(2022, 2025), chance.choice([4, 10]), 1),
        grade=chance.choice(["", "主事", "主任"]),
        grade_since=chance.choice([None, date(2025, 10, 1)]),
        job_type=chance.choice(["", "a", "c"]),
        levels={} if chance.random() < 0.3 else {"cloud": chance.randint(0, 3), "data": chance.randint(0, 2)},
        gq=chance.uniform(20, 70),
        dq=chance.uniform(20, 70),
        until_year=until,
        base=base,
        wishes=tuple(chance.sample(range(1, posts + 1), 2)),
        is_away=chance.random() < 0.1,
    )


def _moves_by_chance(chance: Random, found: Picture, count: int) -> list[MoveFacts]:
    moves: dict[tuple[str, int, int | None], MoveFacts] = {}
    for number in range(1, count + 1):
        key = chance.choice(list(found.people))
        year = chance.choice(YEARS)
        to = chance.choice([None, *found.posts])
        kind = chance.choice([HOME, HOME, DISPATCH, CONCURRENT])
        if kind == CONCURRENT and to is None:
            continue
        until = year + 1 if kind == DISPATCH and chance.random() < 0.6 else None
        back = chance.choice(list(found.posts)) if until else None
        share = chance.choice([0.2, 0.5, 1.0]) if kind == CONCURRENT else chance.choice([1.0, 0.8])
        place = (key, year, to if kind == CONCURRENT else -1)
        moves[place] = MoveFacts(
            person=key,
            year=year,
            post=to,
            kind=kind,
            share=share,
            until_year=until,
            return_post=back,
            is_pinned=chance.random() < 0.1,
            id=number,
        )
    return list(moves.values())
