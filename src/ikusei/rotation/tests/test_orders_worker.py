"""A real worker, killed with -9 in the middle of an order, and another one after it: nothing twice, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from ikusei.jobs.tests.test_worker import ALIAS, Ground, database, kill_group
from ikusei.jobs.tests.test_worker import wait_until as wait
from ikusei.org.models import Posting
from ikusei.rotation.models import Order, OrderState
from ikusei.rotation.tests.slow.apps import HANGS_AT

PEOPLE = 9

BUILD = f"""
from datetime import date
from tests import office as cast
from ikusei.org import access
from ikusei.org.services import people, posts
from ikusei.rotation.models import Order
from ikusei.rotation.tests import ground
cast.build()
office = cast.read()
laid = ground.lay(office)
operator = access.operator()
for number in range({PEOPLE}):
    terms = {{"name_ja": "担当", "grade": "主事"}}
    unit = office.units["services"]
    old = posts.open_post(actor=operator, unit=unit, code=f"old{{number}}", from_date=cast.SINCE, **terms)
    new = posts.open_post(actor=operator, unit=unit, code=f"new{{number}}", from_date=cast.SINCE, **terms)
    person = people.add_person(actor=operator, name=f"職員{{number}}", employment={{
        "employer": office.employers["city"], "staff_number": f"W{{number}}", "category": "ict",
        "from_date": cast.SINCE,
    }})
    posts.assign(actor=operator, person=person, post=old, from_date=cast.SINCE)
    Order.objects.create(
        round=laid.round, number=str(number), decided_on=date(2026, 3, 1), effective_on=date(2026, 4, 1),
        notice_on=date(2026, 3, 24), person=person, from_post=old, to_post=new,
        issued_by=office.user("planner"),
    )
"""

wait_until = partial(wait, seconds=90)


@pytest.fixture(scope="module")
def ground(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A database of its own, on the day of the moves, with an order for each of some people."""
    folder = tmp_path_factory.mktemp("orders")
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ikusei.rotation.tests.slow.settings",
        "IKUSEI_DATA_DIR": str(folder),
        "IKUSEI_JOB_DEAD_AFTER": "2",
        "IKUSEI_SECRET_KEY": "only for tests",
        "IKUSEI_TODAY": "2026-04-01",
    }
    with django_db_blocker.unblock(), database(folder, env) as entry:
        connections.databases[ALIAS] = {**connection.settings_dict, **entry}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
        subprocess.run([sys.executable, "-c", f"import django\ndjango.setup()\n{BUILD}"], env=env, check=True)
        try:
            yield Ground(env, folder)
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]


def applied() -> int:
    return Order.objects.using(ALIAS).filter(state=OrderState.APPLIED).count()


def begun() -> list[int]:
    """For each order how many postings began by it."""
    rows = Posting.objects.using(ALIAS).filter(post__code__startswith="new")
    return sorted(rows.values_list("person_id", flat=True))


def test_a_worker_killed_in_the_middle_of_an_order_loses_nothing_and_does_nothing_twice(
    ground: Ground,
) -> None:
    with ground.worker() as worker:  # nobody asked for it: the worker sees at its start what is due
        wait_until((ground.folder / "hanging").exists)
        kill_group(worker)
    done = HANGS_AT - 1
    assert applied() == done
    assert len(begun()) == done, "of the order in whose middle it died nothing is left"
    (ground.folder / "patient").touch()
    with ground.worker():
        wait_until(lambda: applied() == PEOPLE)
    assert len(begun()) == len(set(begun())) == PEOPLE
    old = Posting.objects.using(ALIAS).filter(post__code__startswith="old")
    assert {str(day) for day in old.values_list("until", flat=True)} == {"2026-04-01"}
    before = begun()
    with ground.worker():
        wait_until(lambda: applied() == PEOPLE)
    assert begun() == before
