"""Builds "Aozora Metropolis": an invented city with its history, through the services that a real city would use."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from ikusei.demo.build import (
    cast,
    cycle,
    growing,
    ict,
    materials,
    next_version,
    proofs,
    ratings,
    rotation,
    staff,
    units,
)
from ikusei.jobs.tasks import analyze
from ikusei.org import access

Report = Callable[[str, int, int], None]
"""Told after each step: what was done, how many steps are done, of how many."""

STEPS = 12

FIXED = 280
"""Heads of units that every demonstration has: Digital Services, GovTech, municipalities, companies."""

PER_BUREAU = 60
"""People that each further bureau needs: the heads of its units and some officials below them."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many people the city has in all, how many of them are ICT staff in the last year, and the seed."""

    people: int = 40_000
    ict: int = 224
    seed: int = 1


class TooSmallError(ValueError):
    """The city asked for has no room for its ICT staff and the heads of its units."""


def build_city(*, size: Size, today: date, report: Report) -> None:
    """Build the city into an empty database, whole or not at all. `today` is the last day of its history.

    A small city has fewer bureaus. Raises TooSmallError where there is no room for the heads of the units.
    """
    bureaus = (size.people - size.ict - FIXED) // PER_BUREAU
    if bureaus < 1 or size.ict < 1:
        raise TooSmallError(f"people must be at least ict + {FIXED + PER_BUREAU}, ict at least 1")
    rng = random.Random(size.seed)
    actor = access.operator()
    with transaction.atomic():
        framework = ratings.adopt_framework(actor)
        report("framework", 1, STEPS)
        city = units.build(actor, bureaus=bureaus)
        report("units", 2, STEPS)
        names = materials.NameMaker(rng)
        careers = ict.simulate(rng, names, city, headcount=size.ict, today=today)
        crew = staff.plan(rng, names, city, people=size.people - careers.people_now, today=today)
        report("careers", 3, STEPS)
        staff.save(actor, crew, careers)
        report("people", 4, STEPS)
        seats = staff.open_seats(actor, city, crew, careers)
        report("posts", 5, STEPS)
        staff.seat(actor, crew, careers, seats)
        # Nobody else sees these rows yet, PostgreSQL's own statistics neither: without them a join over 40,000 people
        # was once planned as rows times rows, and one question of the cycle below took minutes.
        analyze()
        report("postings", 6, STEPS)
        cast.open_accounts(actor, crew, careers, city, today=today)
        report("accounts", 7, STEPS)
        able = ratings.rate(rng, actor, careers, crew, city, framework, today=today)
        report("ratings", 8, STEPS)
        analyze()
        proofs.attach(rng, actor, careers, crew, framework, able, today=today)
        report("evidence", 9, STEPS)
        cycle.run(rng, actor, careers, crew, framework, able, today=today)
        report("cycle", 10, STEPS)
        growing.plan(rng, careers, crew, today=today)
        next_version.prepare(actor, framework, today=today)
        report("plans", 11, STEPS)
        rotation.prepare(rng, actor, city, seats, today=today)
        report("rotation", 12, STEPS)
