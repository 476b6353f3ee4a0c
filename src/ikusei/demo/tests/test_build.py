"""The demonstration city, small: whole, reproducible, and within the rules of the organisation."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from ikusei.demo.build import Size, TooSmallError, build_city
from ikusei.lib import clock
from ikusei.org.models import Employer, Person
from ikusei.skills.models import Assessment

TODAY = date(2026, 2, 2)
SMALL = Size(people=700, ict=40, seed=3)


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


def build(size: Size = SMALL) -> None:
    with clock.fixed(TODAY):
        build_city(size=size, today=TODAY, report=silent)


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_city() -> None:
    def portrait() -> list[object]:
        people = list(Person.objects.order_by("email").values_list("email", "name", "public_id"))
        levels = list(
            Assessment.objects.order_by("person__email", "skill__key", "stated_on", "rater").values_list(
                "person__email", "skill__key", "level", "stated_on"
            )
        )
        return [people, levels]

    with transaction.atomic():
        build()
        first = portrait()
        transaction.set_rollback(True)
    random.seed()  # whatever the global source does, the city has its own
    build()
    assert portrait() == first


@pytest.mark.django_db
def test_a_city_too_small_for_its_heads_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(TooSmallError):
        build(Size(people=200, ict=10, seed=1))
    assert not Employer.objects.exists()


@pytest.mark.django_db
def test_the_command_refuses_a_database_that_is_not_empty(office: object) -> None:
    before = Person.objects.count()
    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("demo", people=700, ict=40)
    assert Person.objects.count() == before
