"""The steward's first page says how far the open cycle is, and what waits for a decision."""

from collections.abc import Callable
from datetime import date

from ikusei.org import access
from ikusei.skills.models import Cycle, Participant
from ikusei.skills.services import cycles
from ikusei.skills.tests.crowds import hire
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[[object], PageClient]


def test_it_says_deadline_shares_the_unit_furthest_behind_and_who_moved(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    hire(office, "planning", 5)
    cycles.refresh_cycle(actor=access.operator(), cycle=cycle)
    Participant.objects.filter(person=office.person("colleague")).update(moved_on=date(2026, 4, 12))
    page = client_as("steward").open("/", language="en")
    assert "Last day to answer: 30 April 2026." in page
    assert "Furthest behind: Planning Section, 6 of 6 have not handed in." in page
    assert "1 person moved: settle who confirms" in page
    assert_query_count("home-steward-cycle", client_as("steward"), "/")


def test_without_an_open_cycle_nothing_is_said_of_one(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)
    assert "Last day to" not in client_as("steward").open("/", language="en")


def test_the_panel_is_the_stewards_alone(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    for who in ("manager", "academy", "executive", "administrator"):
        assert f"/cycles/{cycle.public_id}/" not in client_as(who).open("/").links()
