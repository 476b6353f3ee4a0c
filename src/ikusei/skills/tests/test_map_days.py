"""Days to come on the maps: a posting recorded ahead of its day is the personnel section's secret until the notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ikusei.org import access
from ikusei.org.services import posts
from ikusei.skills.models import FrameworkVersion
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]

MOVES = date(2026, 5, 1)
AFTER = "2026-06-01"


@pytest.fixture(autouse=True)
def move_ahead(office: Office, skill_map: FrameworkVersion) -> None:
    """The colleague will leave the services section for the planning section."""
    colleague = office.person("colleague")
    posts.end_posting(actor=access.operator(), posting=colleague.postings.get(), on=MOVES)
    posts.assign(actor=access.operator(), person=colleague, post=office.posts["planner"], from_date=MOVES)


@pytest.mark.parametrize("who", ["manager", "steward", "executive"])
def test_a_map_of_a_day_to_come_is_todays_map_outside_the_personnel_section(
    office: Office, client_as: ClientAs, who: str
) -> None:
    url = f"/units/{office.units['services'].pk}/map/"
    client = client_as(who)
    ahead, today = client.open(url, on=AFTER, format="csv"), client.open(url, format="csv")
    assert ahead.html == today.html


def test_the_planner_sees_the_unit_without_who_will_have_left(office: Office, client_as: ClientAs) -> None:
    url = f"/units/{office.units['services'].pk}/map/"
    planner = client_as("planner")
    ahead, today = planner.open(url, on=AFTER, format="csv"), planner.open(url, format="csv")
    assert ahead.html != today.html


def test_ones_own_map_does_not_tell_ones_own_next_post(office: Office, client_as: ClientAs) -> None:
    client = client_as("colleague")
    assert client.open("/map/", on=AFTER, format="csv").html == client.open("/map/", format="csv").html


def test_a_day_to_come_cannot_be_compared_with_either(office: Office, client_as: ClientAs) -> None:
    url = f"/units/{office.units['services'].pk}/map/"
    manager = client_as("manager")
    assert manager.open(url, compare=AFTER, format="csv").html == manager.open(url, format="csv").html
