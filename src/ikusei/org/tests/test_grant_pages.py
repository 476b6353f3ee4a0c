"""Accounts, roles and employers."""

from collections.abc import Callable
from datetime import date

import pytest

from ikusei.accounts.models import User
from ikusei.org import access
from ikusei.org.models import Employer, Purpose, Role, RoleGrant, Scope
from ikusei.org.services import grants
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count, assert_same_cost
from tests.settings import TODAY

pytestmark = pytest.mark.django_db

Clients = Callable[[str], PageClient]


def rows(page: Page, name: str = "grants") -> list[list[str]]:
    """The cells of a table's rows."""
    return [
        [page.text(cell) for cell in row]
        for table in page.find_all("table", id=name)
        for row in table.findall("tbody/tr")
    ]


def test_the_roles_of_today_are_listed_and_narrowed(client_as: Clients, office: Office) -> None:
    client = client_as("administrator")
    assert len(rows(client.open("/grants/"))) == 8
    planner = rows(client.open("/grants/", role="planner", language="en"))
    assert planner == [
        [
            "Nao Kato planner@example.test",
            "personnel planner",
            "everyone an employer employs: Aozora",
            "placement",
            "1 April 2024",
            "",
            "End",
        ]
    ]
    for words in ("加藤", "かとう", "kato", "PLANNER@"):
        assert len(rows(client.open("/grants/", q=words))) == 1
    assert rows(client.open("/grants/", q="nobody@")) == []


def test_ended_and_planned_roles_are_shown_on_request(client_as: Clients, office: Office) -> None:
    grant = RoleGrant.objects.get(role=Role.ACADEMY)
    grants.end_role(actor=access.operator(), grant=grant, on=TODAY)
    grants.give_role(
        actor=access.operator(),
        user=office.user("stranger"),
        role=Role.EXECUTIVE,
        scope=Scope.UNIT,
        unit=office.units["welfare"],
        purpose=Purpose.REPORTING,
        from_date=date(2026, 5, 1),
    )
    client = client_as("administrator")
    assert len(rows(client.open("/grants/"))) == 7
    ended = rows(client.open("/grants/", when="ended", language="en"))
    assert [row[5:] for row in ended] == [["14 April 2026 ended", ""]]
    everything = rows(client.open("/grants/", when="all", q="stranger", language="en"))
    assert everything[0][2] == "a unit and all below it: Aozora Bureau of Welfare"
    assert everything[0][5] == "planned"


def test_a_role_is_given_to_an_account_found_by_name(client_as: Clients, office: Office) -> None:
    client = client_as("administrator")
    user = office.user("stranger")
    url = f"/grants/new/{user.pk}/"
    assert url in client.open("/grants/new/", q="上田").links()
    page = client.open(url, language="en")
    assert "read the audit trail" in page
    asked = {"role": "manager", "purpose": "supervision", "from_date": "2026-04-01", "until": "2026-04-30"}
    client.send(url, {**asked, "scope": "unit", "unit": "SERVICES"})
    grant = RoleGrant.objects.get(user=user)
    assert (grant.unit, grant.employer, grant.until) == (office.units["services"], None, date(2026, 5, 1))
    client.send(url, {**asked, "scope": "employer", "employer": office.employers["city"].pk})
    again = client.send(url, {**asked, "scope": "unit", "unit": "services"}, status=200, language="en")
    assert "already on one of these days" in again


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"scope": "employer"}, "Choose the employer."),
        ({"scope": "unit"}, "Write the code of the unit."),
        ({"scope": "unit", "unit": "nowhere"}, "No unit, or more than one, has this code"),
    ],
)
def test_a_scope_without_its_unit_or_employer_is_asked_for(
    client_as: Clients, office: Office, scope: dict[str, str], words: str
) -> None:
    url = f"/grants/new/{office.user('stranger').pk}/"
    asked = {"role": "manager", "purpose": "supervision", "from_date": "2026-04-01", **scope}
    assert words in client_as("administrator").send(url, asked, status=200, language="en")


def test_a_role_is_ended_after_a_question(client_as: Clients, office: Office) -> None:
    grant = RoleGrant.objects.get(role=Role.ACADEMY)
    client = client_as("administrator")
    assert "academy staff" in client.open(f"/grants/{grant.pk}/end/", language="en")
    grant.refresh_from_db()
    assert grant.until is None
    client.send(f"/grants/{grant.pk}/end/", {"on": "2026-04-30"})
    grant.refresh_from_db()
    assert grant.until == date(2026, 5, 1)
    client.open("/grants/999999/end/", status=404)


def test_a_host_supervisor_without_a_person_gets_an_account_and_a_role(
    client_as: Clients, office: Office
) -> None:
    client = client_as("administrator")
    done = client.send("/accounts/new/", {"email": "Boss@Host.test", "label": "Boss"})
    user = User.objects.get(email="boss@host.test")
    assert done.response.headers["Location"] == f"/grants/new/{user.pk}/"
    client.send(
        f"/grants/new/{user.pk}/",
        {
            "role": "host-supervisor",
            "scope": "unit",
            "unit": "platform",
            "purpose": "supervision",
            "from_date": "2026-04-01",
        },
    )
    host = PageClient()
    host.force_login(user)
    assert "青木 花" in host.open("/")
    host.open("/people/", status=403)
    assert "already" not in client.open("/accounts/new/", language="en")
    taken = client.send(
        "/accounts/new/", {"email": "boss@host.test", "label": "B"}, status=200, language="en"
    )
    assert "There is an account" in taken


def test_roles_are_for_administrators_alone(client_as: Clients, office: Office) -> None:
    pk = office.user("owner").pk
    for who in ("planner", "auditor", "owner"):
        for url in ("/grants/", "/grants/new/", f"/grants/new/{pk}/", "/accounts/new/", "/employers/"):
            client_as(who).open(url, status=403)


def test_employers_are_listed_and_added(client_as: Clients) -> None:
    client = client_as("administrator")
    assert rows(client.open("/employers/", language="en"), "employers") == [
        ["Aozora", "city", "city", "10", "5"],
        ["GovTech Aozora", "govtech", "affiliated corporation", "1", "2"],
    ]
    asked = {"code": "m-01", "kind": "municipality", "name_ja": "榎坂市"}
    client.send("/employers/new/", asked)
    assert Employer.objects.get(code="m-01").name_ja == "榎坂市"
    again = client.send("/employers/new/", asked, status=200, language="en")
    assert "There is an employer with the code m-01." in again


def test_the_list_of_roles_costs_the_same_for_ten_and_for_a_thousand(
    client_as: Clients, office: Office
) -> None:
    made = 0

    def add(count: int) -> None:
        nonlocal made
        users = User.objects.bulk_create(
            [User(email=f"u{number}@example.test", password="!") for number in range(made, made + count)]
        )
        asked = [
            grants.RoleAsked(
                user=user,
                role=Role.MANAGER,
                scope=Scope.TEAM,
                purpose=Purpose.SUPERVISION,
                from_date=SINCE,
            )
            for user in users
        ]
        grants.give_roles(actor=access.operator(), asked=asked)
        made += count

    assert_same_cost("grants", client_as("administrator"), "/grants/", add)
    assert_query_count("employers", client_as("administrator"), "/employers/")
