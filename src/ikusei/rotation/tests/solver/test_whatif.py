"""What a wish costs one person, in plain Python: the same as the planner's compiled program says."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from ikusei.rotation.solver import paths
from ikusei.rotation.solver.problem import Problem, parse
from ikusei.rotation.solver.solve import with_changes
from ikusei.rotation.solver.tables import NOBODY, compile_tables
from ikusei.rotation.solver.whatif import WhatIf
from tools.rotation_instances import make


@pytest.fixture(scope="module")
def office() -> Problem:
    """Thirty people and four years, like the published ones."""
    return parse(make(people=30, years=4, seed=11))


@pytest.fixture(scope="module")
def prices(office: Problem) -> NDArray[np.float64]:
    """Prices by chance, those of seats of both signs."""
    chance = np.random.default_rng(5)
    drawn = chance.uniform(0.0, 90.0, (3, len(office.posts), len(office.years)))
    drawn[0] -= 30.0
    return drawn


def test_everybodys_cheapest_path_is_that_of_the_compiled_program(
    office: Problem,
    prices: NDArray[np.float64],
) -> None:
    tables = compile_tables(office)
    memory = paths.labels(tables)
    known = WhatIf(office, prices)
    for place, person in enumerate(office.people):
        row = np.full(len(office.years), NOBODY, dtype=np.int64)
        cost = float(paths.cheapest(tables, prices, place, memory, row))
        way = known.path(person.id)
        if math.isinf(cost):
            assert way is None
            continue
        assert way is not None
        assert way.cost == pytest.approx(cost, abs=1e-6)
        assert known.cost(person.id, way.posts) == pytest.approx(cost, abs=1e-6)


def test_a_seat_costs_what_the_cheapest_path_through_it_costs(
    office: Problem,
    prices: NDArray[np.float64],
) -> None:
    known = WhatIf(office, prices)
    for person in office.people[:6]:
        through = known.through(person.id)
        for option in person.options:
            for year in office.years:
                way = known.path(person.id, pins=[(option.post, year)])
                seat = (option.post, year)
                assert (seat in through) == (way is not None)
                if way is not None:
                    assert way.posts[office.years.index(year)] == option.post
                    assert through[seat] == pytest.approx(way.cost, abs=1e-6)


def test_without_a_seat_the_best_of_the_others_is_left(
    office: Problem,
    prices: NDArray[np.float64],
) -> None:
    known = WhatIf(office, prices)
    person = next(one for one in office.people if one.start <= 2026 and one.until > 2029)
    way = known.path(person.id)
    assert way is not None
    seat = way.posts[1]
    assert seat is not None
    year = office.years[1]
    others = [extra for post, extra in known.alternatives(person.id, year) if post != seat]
    assert known.with_forbid(person.id, seat, year) == pytest.approx(others[0])
    avoided = known.path(person.id, forbids=[(seat, year)])
    assert avoided is not None
    assert avoided.posts[1] != seat


def test_an_announced_seat_that_changes_costs_its_price_as_in_the_search(
    office: Problem,
    prices: NDArray[np.float64],
) -> None:
    person = next(one for one in office.people if one.start <= 2026 and one.until > 2029)
    announced = {(person.id, year): person.options[0].post for year in office.years}
    tables = with_changes(office, compile_tables(office), announced, 25.0)
    row = np.full(len(office.years), NOBODY, dtype=np.int64)
    place = office.people.index(person)
    cost = float(paths.cheapest(tables, prices, place, paths.labels(tables), row))
    way = WhatIf(office, prices, announced, 25.0).path(person.id)
    free = WhatIf(office, prices).path(person.id)
    assert way is not None
    assert free is not None
    assert way.cost == pytest.approx(cost, abs=1e-6)
    assert way.cost > free.cost


def test_a_year_of_absence_cannot_be_pinned(office: Problem) -> None:
    document = make(people=30, years=4, seed=11)
    document["people"][0] |= {"from": office.years[1], "current": None}
    late = parse(document)
    free = WhatIf(late, np.zeros((3, len(late.posts), 4)))
    person = late.people[0]
    assert free.path(person.id) is not None
    assert free.path(person.id, pins=[(person.options[0].post, late.years[0])]) is None


def test_asking_loads_no_compiled_code() -> None:
    code = "import sys, ikusei.rotation.solver.whatif; print(sorted({'numba', 'numpy', 'highspy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
