"""The trend: people at a level at the end of each fiscal year."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from ikusei.org import access
from ikusei.org.services import posts
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.queries.maps.trend import trend
from ikusei.skills.tests import crowds
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

pytestmark = pytest.mark.django_db

EVERYONE = access.operator()


def test_each_fiscal_year_counts_those_at_the_level_on_its_last_day(office: Office) -> None:
    crowds.language()
    early, late = crowds.hire(office, "services", 2)
    crowds.say(early, "cloud", 3, on=date(2025, 3, 31))
    crowds.say(late, "cloud", 2, on=date(2025, 3, 1))
    crowds.say(late, "cloud", 3, on=date(2026, 3, 1))
    found = trend(EVERYONE, on=TODAY, skill="cloud")
    assert [(point.year, point.so_far, point.count) for point in found.points] == [
        (2024, False, Shown(1, 1)),
        (2025, False, Shown(2, 2)),
        (2026, True, Shown(2, 2)),
    ]


def test_a_level_that_expired_within_the_year_is_not_in_it(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services")[0]
    crowds.say(person, "cloud", 3, on=date(2024, 6, 1), expires_on=date(2025, 6, 1))
    counts = [point.count for point in trend(EVERYONE, on=TODAY, skill="cloud").points]
    assert counts == [Shown(1, 1), Shown(0, 0), Shown(0, 0)]


def test_a_unit_has_those_who_worked_in_it_on_the_day(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services")[0]
    crowds.say(person, "cloud", 3, on=date(2024, 6, 1))
    posts.end_posting(actor=EVERYONE, posting=person.postings.get(), on=date(2025, 4, 1))
    crowds.post_to(office, person, "platform", "1", from_date=date(2025, 4, 1))
    found = trend(EVERYONE, on=TODAY, skill="cloud", unit_id=office.units["digital"].pk)
    assert [point.count for point in found.points] == [Shown(1, 1), Shown(0, 0), Shown(0, 0)]


def test_a_skill_is_followed_by_its_key_through_the_versions_in_use(office: Office) -> None:
    crowds.language()
    crowds.language(version="2", use_from=date(2025, 10, 1))
    person = crowds.hire(office, "services")[0]
    crowds.say(person, "cloud", 3, on=date(2024, 6, 1), version="1")
    crowds.say(person, "cloud", 4, on=date(2025, 11, 1), version="2")
    found = trend(EVERYONE, on=TODAY, skill="cloud", level=4)
    assert [point.count for point in found.points] == [Shown(0, 0), Shown(1, 1), Shown(1, 1)]


def test_an_executive_is_told_steps_on_the_page_and_in_the_file(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    crowds.hire(office, "services", 7, {"cloud": 3})
    client = client_as("executive")
    page = client.open("/our-map/trend/?skill=cloud", language="en")
    assert "5–9" in page
    response = client.get("/our-map/trend/?skill=cloud&format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows if row[:1] == ["2025年度"]] == ["5～9"]


def test_without_any_level_there_is_nothing_to_follow(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    page = client_as("steward").open("/our-map/trend/?skill=cloud", language="en")
    assert "There is nothing to follow yet" in page


def test_a_skill_or_unit_that_does_not_exist_is_not_found(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    client_as("steward").open("/our-map/trend/?skill=nothing", status=404)
    client_as("steward").open("/our-map/trend/?skill=cloud&unit=99999999", status=404)


def test_the_page_costs_the_same_for_ten_people_and_a_thousand(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    assert_same_cost(
        "our-map-trend",
        client_as("executive"),
        "/our-map/trend/?skill=cloud",
        lambda number: crowds.hire(office, "services", number, {"cloud": 3}),
    )
