"""The people behind a number: by name within scope, as a number outside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ikusei.audit.models import Entry
from ikusei.skills.queries.maps.people import people_behind
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.tests import crowds
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

pytestmark = pytest.mark.django_db


def test_a_number_opens_those_in_scope_by_name_and_says_how_many_more_there_are(office: Office) -> None:
    crowds.language()
    own = crowds.hire(office, "services", 3, {"cloud": 3})
    crowds.hire(office, "planning", 8, {"cloud": 3})
    found = people_behind(office.viewer("manager"), on=TODAY, skill="cloud")
    assert {line.person.pk for line in found.page.object_list} == {person.pk for person in own}
    assert found.others == Shown(5, 9)


def test_an_executive_is_given_no_names(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    hired = crowds.hire(office, "services", 6, {"cloud": 3})
    page = client_as("executive").open("/our-map/people/?skill=cloud", language="en")
    assert not any(person.display_name in page for person in hired)
    assert "Outside your scope there are more people at this level: 5–9." in page
    assert not Entry.objects.filter(verb="skills.map.people").exists()


def test_the_look_is_noted_with_the_number_of_names(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    crowds.hire(office, "services", 3, {"cloud": 3})
    client_as("manager").open("/our-map/people/?skill=cloud")
    look = Entry.objects.get(verb="skills.map.people")
    assert (look.count, look.purpose) == (3, "supervision")


def test_the_list_is_of_the_level_and_the_unit_asked_for(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 2})
    crowds.hire(office, "services", 1, {"cloud": 4})
    crowds.hire(office, "digital", 1, {"cloud": 3})
    viewer, unit = office.viewer("steward"), office.units["digital"].pk

    def number(**asked: object) -> int:
        found = people_behind(viewer, on=TODAY, skill="cloud", **asked)  # type: ignore[arg-type]
        return len(found.page.object_list)

    assert number() == 2
    assert number(level=2) == 4
    assert number(unit_id=unit) == 2
    assert number(unit_id=unit, direct=True) == 1
    assert number(unit_id=office.units["govtech"].pk) == 0


def test_a_few_others_in_a_small_unit_are_not_told(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "welfare-office", 3, {"cloud": 3})
    found = people_behind(
        office.viewer("executive"), on=TODAY, skill="cloud", unit_id=office.units["welfare"].pk
    )
    assert found.others == Shown(0, None)


def test_a_skill_that_does_not_exist_is_not_found(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    client_as("steward").open("/our-map/people/?skill=nothing", status=404)
    client_as("steward").open("/our-map/people/?skill=cloud&unit=99999999", status=404)


def test_those_who_alone_hold_a_needed_skill_are_listed_within_scope(
    office: Office, client_as: ClientAs
) -> None:
    crowds.language()
    only = crowds.hire(office, "services", 1, {"cloud": 3})[0]
    crowds.hire(office, "services", 2, {"data": 3})
    page = client_as("steward").open("/our-map/people/?only=single", language="en")
    assert only.display_name in page
    assert "Cloud" in page
    assert "Data" not in page.text(page.find_all("table")[0])
    assert only.display_name not in client_as("executive").open("/our-map/people/?only=single")


def test_the_list_costs_the_same_for_ten_people_and_a_thousand(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    assert_same_cost(
        "our-map-people",
        client_as("manager"),
        f"/our-map/people/?skill=cloud&unit={office.units['services'].pk}",
        lambda number: crowds.hire(office, "services", number, {"cloud": 3}),
    )
