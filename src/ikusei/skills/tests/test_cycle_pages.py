"""The pages of a cycle: how far, who waits for whom, who is in and why, exceptions with their reasons."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from ikusei.org import access
from ikusei.org.models import UnitKind
from ikusei.org.services import units
from ikusei.skills.models import Cycle, CycleStep, Excuse, Participant, Phase, Progress
from ikusei.skills.services import cycles
from ikusei.skills.tests.crowds import hire
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost

type ClientAs = Callable[[object], PageClient]


@pytest.fixture
def steward(office: Office, client_as: ClientAs) -> PageClient:
    return client_as("steward")


@pytest.fixture
def url(cycle: Cycle) -> str:
    return f"/cycles/{cycle.public_id}/"


def rule(**values: str) -> dict[str, str]:
    """A posted rule: everybody, unless more is said."""
    return {"rule-groups": "0", "rule-except": "0", **values}


def test_a_cycle_is_planned_on_the_page_and_opened(office: Office, cycle: Cycle, steward: PageClient) -> None:
    cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)
    values = {
        "name_ja": "全職員",
        "name_en": "Everybody",
        "version": str(cycle.version_id),
        "opens_on": "2026-06-01",
        "self_until": "2026-06-30",
        "confirm_until": "2026-07-31",
    }
    steward.send("/cycles/new/", values | rule())
    made = Cycle.objects.get(name_en="Everybody")
    assert (made.phase, made.population) == (Phase.PLANNED, {"groups": [[]], "except": []})
    steward.send(f"/cycles/{made.public_id}/open/")
    assert Participant.objects.filter(cycle=made).count() == len(office.people)


def test_a_button_of_the_rule_saves_nothing_and_keeps_what_was_typed(
    cycle: Cycle, steward: PageClient
) -> None:
    page = steward.send("/cycles/new/", {"name_ja": "途中"} | rule(**{"rule-do": "group"}), status=200)
    assert 'value="途中"' in page.html
    assert not page.find_all("p", class_="field__error")
    assert Cycle.objects.count() == 1


def test_days_in_the_wrong_order_are_said_and_nothing_is_lost(cycle: Cycle, steward: PageClient) -> None:
    values = {
        "name_ja": "逆",
        "version": str(cycle.version_id),
        "opens_on": "2026-06-01",
        "self_until": "2026-05-01",
        "confirm_until": "2026-07-31",
    }
    page = steward.send("/cycles/new/", values | rule(), status=200, language="en")
    assert "The days must follow each other" in page
    assert 'value="逆"' in page.html


def test_progress_goes_down_the_tree_worst_first(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    hire(office, "planning", 4)
    cycles.refresh_cycle(actor=access.operator(), cycle=cycle)
    top = steward.open(url, language="en")
    assert "Bureau of Digital Services" in top
    below = steward.open(url, language="en", unit=str(office.units["digital"].pk))
    rows = [below.text(cell) for cell in below.root.iter("th") if cell.get("scope") == "row"]
    assert rows.index("Planning Section") < rows.index("Services Section")
    assert "Not handed in" in below


def test_a_unit_that_is_not_there_is_not_found(steward: PageClient, url: str) -> None:
    steward.open(url, status=404, unit="999999")


def test_the_export_counts_people_and_tells_no_level(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    answer = steward.get(url, {"format": "csv"}, headers={"Accept-Language": "en"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert not any("level" in head.lower() for head in rows[0])
    services = next(row for row in rows if row[0] == "Services Section")
    assert services[1:7] == ["Bureau of Digital Services", "2", "1", "0", "1", "0"]
    assert steward.get(url, {"format": "xlsx"}).content.startswith(b"PK")


def test_who_waits_is_shown_with_the_supervisor_and_since_when(steward: PageClient, url: str) -> None:
    page = steward.open(url + "waiting/", language="en")
    assert "Services Section" in page
    assert "Minoru Eguchi (1)" in page
    assert "10 April 2026" in page


def test_who_waits_is_narrowed_to_a_unit(office: Office, steward: PageClient, url: str) -> None:
    here = steward.open(url + "waiting/", language="en", unit=str(office.units["digital"].pk))
    assert "Services Section" in here
    elsewhere = steward.open(url + "waiting/", language="en", unit=str(office.units["welfare"].pk))
    assert "Nobody waits" in elsewhere
    assert "Only people who are confirmed in Bureau of Welfare" in elsewhere


def test_a_unit_that_nobody_leads_is_to_be_settled(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    hire(office, "welfare-office", 2)
    cycles.refresh_cycle(actor=access.operator(), cycle=cycle)
    page = steward.open(url + "to-settle/", language="en")
    vacant = [page.text(cell) for cell in page.root.iter("th") if cell.get("scope") == "row"]
    assert vacant == ["Welfare Section"]


def test_somebody_who_moved_is_settled_on_their_page_and_reads_why(
    office: Office, cycle: Cycle, steward: PageClient, url: str, client_as: ClientAs
) -> None:
    person = office.person("colleague")
    services, planning = office.units["services"], office.units["planning"]
    Participant.objects.filter(person=person).update(
        unit=planning, former_unit=services, moved_on=date(2026, 4, 12)
    )
    assert "Ren Inoue" in steward.open(url + "to-settle/", language="en")
    where = f"{url}people/{person.public_id}/"
    steward.send(
        f"{where}decide/settle/", {"settle-unit": str(services.pk), "settle-reason": "Knows the work"}
    )
    assert "Ren Inoue" not in steward.open(url + "to-settle/", language="en")
    page = steward.open(where, language="en")
    assert "settled who confirms" in page
    assert "Knows the work" in page
    assert "Knows the work" in client_as("colleague").open("/self-assessment/why/")


def test_whom_nobody_leads_can_be_confirmed_in_any_unit(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    (person,) = hire(office, "welfare-office")
    cycles.refresh_cycle(actor=access.operator(), cycle=cycle)
    where = f"{url}people/{person.public_id}/"
    assert "nobody leads this unit" in steward.open(where, language="en")
    values = {"settle-unit": str(office.units["digital"].pk), "settle-reason": "Works with them"}
    steward.send(f"{where}decide/settle/", values)
    assert Participant.objects.get(person=person).unit == office.units["digital"]


def test_an_exception_without_a_reason_is_refused_beside_its_form(
    office: Office, steward: PageClient, url: str
) -> None:
    where = f"{url}people/{office.person('colleague').public_id}/decide/extend/"
    page = steward.send(where, {"extend-until": "2026-05-10"}, status=400, language="en")
    assert 'value="2026-05-10"' in page.html
    assert Participant.objects.get(person=office.person("colleague")).extended_until is None


def test_the_list_is_narrowed_by_state_and_words(office: Office, steward: PageClient, url: str) -> None:
    page = steward.open(url + "people/", language="en", state="handed-in")
    assert ("Hana Aoki" in page, "Ren Inoue" in page) == (True, False)
    page = steward.open(url + "people/", language="en", q="イノウエ")
    assert ("Hana Aoki" in page, "Ren Inoue" in page) == (False, True)


def test_the_list_costs_the_same_for_ten_and_for_a_thousand(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    def add(number: int) -> None:
        hire(office, "planning", number)
        cycles.refresh_cycle(actor=access.operator(), cycle=cycle)

    assert_same_cost("cycle-people", steward, url + "people/", add)


def test_why_is_told_of_anybody_those_outside_included(office: Office, steward: PageClient, url: str) -> None:
    outside = steward.open(url + "population/", language="en", q="ウエダ")
    assert "Not in the cycle." in outside
    assert "ICT" in outside
    assert f"{url}people/{office.person('stranger').public_id}/add/" in outside.links()
    inside = steward.open(url + "population/", language="en", q="アオキ")
    assert "In the cycle." in inside
    assert "of the" in steward.open(url + "population/", language="en")


def test_everybody_reads_whether_they_are_asked_and_why(
    office: Office, cycle: Cycle, client_as: ClientAs, url: str
) -> None:
    asked = client_as("colleague").open("/self-assessment/why/", language="en")
    assert "You are asked." in asked
    outside = client_as("stranger").open(url + "why/", language="en")
    assert "You are not asked this time." in outside
    assert "clerical" in outside
    Participant.objects.filter(person=office.person("colleague")).update(excuse=Excuse.LEAVE)
    assert "You need not answer" in client_as("colleague").open(url + "why/", language="en")


def test_nobody_reads_the_rule_of_a_cycle_that_is_only_planned(
    office: Office, cycle: Cycle, client_as: ClientAs, url: str
) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.PLANNED)
    client_as("stranger").open(url + "why/", status=404)


def test_closing_says_who_is_not_through_and_opening_again_asks_for_a_reason(
    cycle: Cycle, steward: PageClient, url: str
) -> None:
    page = steward.open(url + "close/", language="en")
    assert "Of 2 people asked, 1 have not handed in, and 1 wait for a confirmation." in page
    steward.send(url + "close/")
    cycle.refresh_from_db()
    assert cycle.phase == Phase.CLOSED
    values = {"confirm_until": "2026-06-15", "reason": ""}
    steward.send(url + "open-again/", values, status=200)
    steward.send(url + "open-again/", values | {"reason": "遅れた部署があるため"})
    assert CycleStep.objects.filter(cycle=cycle).last().reason == "遅れた部署があるため"  # type: ignore[union-attr]


def test_opening_a_step_changes_nothing(cycle: Cycle, steward: PageClient, url: str) -> None:
    for step in ("open", "end-answers", "close", "open-again", "change", "more-time"):
        steward.open(f"{url}{step}/")
    cycle.refresh_from_db()
    assert (cycle.phase, cycle.steps.count()) == (Phase.SELF, 1)


def test_a_look_at_a_person_of_the_cycle_is_noted(
    office: Office, steward: PageClient, url: str, client_as: ClientAs
) -> None:
    steward.open(f"{url}people/{office.person('owner').public_id}/")
    assert "工藤 恵" in client_as("owner").open("/me/looks/")


def test_who_is_confirmed_cannot_get_more_time(office: Office, steward: PageClient, url: str) -> None:
    person = office.person("colleague")
    Participant.objects.filter(person=person).update(progress=Progress.CONFIRMED)
    values = {"extend-until": "2026-05-10", "extend-reason": "よい"}
    page = steward.send(f"{url}people/{person.public_id}/decide/extend/", values, status=400, language="en")
    assert "All is confirmed already." in page


def test_a_bureau_opens_down_to_the_people_however_deep_they_work(
    office: Office, cycle: Cycle, steward: PageClient, url: str
) -> None:
    opened = units.open_units(
        actor=access.operator(),
        employer=office.employers["city"],
        specs=(
            units.UnitSpec("team", "services", UnitKind.TEAM, "担当", "Team"),
            units.UnitSpec("cell", "team", UnitKind.TEAM, "係", "Cell"),
        ),
        from_date=date(2026, 4, 1),
    )
    Participant.objects.filter(cycle=cycle).update(unit=opened["cell"])
    assert f'href="?unit={office.units["digital"].pk}"' in steward.get(url).content.decode()
    inside = steward.get(f"{url}?unit={office.units['digital'].pk}").content.decode()
    assert f'href="?unit={office.units["services"].pk}"' in inside
