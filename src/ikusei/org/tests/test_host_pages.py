"""The page on which a section invites a supervisor at a host, and what an administrator sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.notices.models import Letter, LetterState
from ikusei.org.models import Posting, Role, RoleGrant, Scope
from ikusei.org.tests.guests import ADDRESS, BACK, dispatch, invite, open_company
from tests.office import Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count

type Clients = Callable[[object], PageClient]


@pytest.fixture
def away(office: Office) -> Posting:
    """The colleague's dispatch to a company."""
    return dispatch(office.person("colleague"), open_company())


def url(posting: Posting, more: str = "") -> str:
    """The address of the page about the posted person."""
    return f"/people/{posting.person.public_id}/host/{more}"


def asked(away: Posting, **more: str) -> dict[str, str]:
    """What the form sends."""
    sent = {"posting": str(away.pk), "name": "Boss", "address": ADDRESS, "language": "ja", "until": ""}
    return sent | more


def table(page: Page, name: str) -> str:
    """The text of a table."""
    return " ".join(page.text(found) for found in page.find_all("table", id=name))


def test_the_page_of_a_person_leads_there_for_those_who_invite(
    client_as: Clients, office: Office, away: Posting
) -> None:
    record = f"/people/{away.person.public_id}/"
    assert url(away) in client_as("manager").open(record).links()
    assert url(away) not in client_as("planner").open(record).links()
    assert url(away) not in client_as("colleague").open("/me/").links()


def test_a_section_invites_sends_again_and_ends(client_as: Clients, office: Office, away: Posting) -> None:
    client = client_as("manager")
    page = client.open(url(away), language="en")
    assert "Minamo Inc. Development: until 31 March 2027" in page
    client.send(url(away), asked(away, until="2026-09-30"), language="en")
    grant = RoleGrant.objects.get(scope=Scope.PERSON)
    assert (grant.until, grant.user.email) == (date(2026, 10, 1), ADDRESS)
    page = client.open(url(away), language="en")
    assert "The invitation is on its way." in page
    shown = page.text(page.find_all("section", aria_labelledby="invited")[0])
    for words in ("Boss", ADDRESS, "Minamo Inc.", "15 April 2026", "30 September 2026", "waiting"):
        assert words in shown
    client.send(url(away, f"{grant.pk}/again/"), language="en")
    assert "a few minutes ago" in client.open(url(away), language="en")
    end = url(away, f"{grant.pk}/end/")
    assert "Boss confirms the levels of Ren Inoue no more" in client.open(end, language="en")
    assert RoleGrant.objects.filter(pk=grant.pk).exists()
    with clock.fixed(date(2026, 4, 20)):
        client.send(end)
        page = client.open(url(away), language="en")
    assert page.find_all("section", aria_labelledby="invited") == []
    assert "19 April 2026" in table(page, "past-table")


def test_a_mail_that_could_not_be_delivered_stands_out(
    client_as: Clients, office: Office, away: Posting
) -> None:
    invite(office, away)
    Letter.objects.update(state=LetterState.FAILED)
    page = client_as("manager").open(url(away), language="en")
    assert [page.text(badge) for badge in page.find_all("span", data_tone="danger")] == ["failed"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"until": "2027-04-01"}, "The invitation can last until 31 March 2027 at most."),
        ({"until": "2026-04-14"}, "The last day lies in the past."),
        ({"address": "no address"}, "Enter a valid email address."),
        ({"address": "colleague@example.test"}, "nobody confirms their own levels"),
        ({"posting": "0"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(
    client_as: Clients, office: Office, away: Posting, wrong: dict[str, str], words: str
) -> None:
    page = client_as("manager").send(url(away), asked(away, **wrong), status=200, language="en")
    assert words in page
    assert page.find_all("input", name="name")[0].get("value") == "Boss"
    assert not RoleGrant.objects.filter(scope=Scope.PERSON).exists()


def test_where_the_head_has_an_account_the_page_says_who_confirms(client_as: Clients, office: Office) -> None:
    home = office.person("colleague").postings.get()
    page = client_as("manager").open(url(home), language="en")
    assert "under Minoru Eguchi, who has an account and confirms" in page
    assert page.find_all("input", name="address") == []
    sent = client_as("manager").send(url(home), asked(home), status=200)
    assert sent.status == 200
    assert not User.objects.filter(email=ADDRESS).exists()


def test_nobody_opens_the_page_about_themselves(client_as: Clients, office: Office) -> None:
    own = f"/people/{office.person('manager').public_id}/host/"
    client_as("manager").open(own, status=403)
    assert not Entry.objects.filter(kind=Entry.Kind.LOOK).exists()


def test_the_invitation_of_another_person_is_not_found(
    client_as: Clients, office: Office, away: Posting
) -> None:
    grant = invite(office, away)
    other = f"/people/{office.person('owner').public_id}/host/{grant.pk}/"
    client_as("steward").open(f"{other}end/", status=404)
    client_as("steward").send(f"{other}again/", status=404)
    manager = office.viewer("manager").grants[0]
    client_as("steward").open(url(away, f"{manager.pk}/end/"), status=404)


def test_opening_the_page_is_noted_as_a_look(client_as: Clients, office: Office, away: Posting) -> None:
    client_as("manager").open(url(away))
    look = Entry.objects.get(kind=Entry.Kind.LOOK)
    assert (look.subject_id, look.purpose) == (str(away.person.public_id), "supervision")


def test_it_costs_the_same_with_many_invitations(client_as: Clients, office: Office, away: Posting) -> None:
    client = client_as("manager")
    few = assert_query_count("host", client, url(away))
    for number in range(20):
        invite(office, away, address=f"boss-{number}@company.example")
    assert assert_query_count("host", client, url(away)) == few


def test_the_list_of_roles_names_the_person_and_the_day_the_posting_ends(
    client_as: Clients, office: Office, away: Posting
) -> None:
    invite(office, away, until=date(2026, 12, 1))
    client = client_as("administrator")
    page = client.open("/grants/?role=host-supervisor&q=boss", language="en")
    assert "one person: Ren Inoue" in table(page, "grants")
    assert "30 November 2026" in table(page, "grants")
    end = f"/grants/{RoleGrant.objects.get(scope=Scope.PERSON).pk}/end/"
    assert "Boss: host supervisor (one person: Ren Inoue)" in client.open(end, language="en")
    Posting.objects.filter(pk=away.pk).update(until=date(2026, 4, 15))
    assert "Boss" not in client.open("/grants/?q=boss", language="en").text()
    ended = table(client.open("/grants/?q=boss&when=ended", language="en"), "grants")
    assert "14 April 2026 ended" in ended


def test_an_administrator_gives_a_role_over_one_person_by_naming_them(
    client_as: Clients, office: Office
) -> None:
    client = client_as("administrator")
    new = f"/grants/new/{office.user('stranger').pk}/"
    sent = {
        "role": "host-supervisor",
        "scope": "person",
        "purpose": "supervision",
        "from_date": "2026-04-15",
        "until": "2026-12-31",
    }
    for nobody in ("", "S-nobody", "%"):
        page = client.send(new, sent | {"person": nobody}, status=200, language="en")
        assert "Nobody, or more than one person, has this number or address." in page
    client.send(new, sent | {"person": "s-colleague"})
    grant = RoleGrant.objects.get(user=office.user("stranger"))
    assert (grant.person, grant.posting, grant.role) == (
        office.person("colleague"),
        None,
        Role.HOST_SUPERVISOR,
    )
    page = client.send(new, sent | {"person": "Colleague@example.test"}, status=200, language="en")
    assert "has this role in this scope already" in page
    client.send(new, sent | {"person": "owner@example.test"})
    # What is typed there counts for its own scope only.
    client.send(new, sent | {"role": "academy", "scope": "all", "person": "s-colleague"})
    assert RoleGrant.objects.get(role=Role.ACADEMY, user=office.user("stranger")).person is None


def test_an_account_by_code_is_offered_no_other_role(
    client_as: Clients, office: Office, away: Posting
) -> None:
    user = invite(office, away).user
    sent = {"role": "steward", "scope": "all", "purpose": "development", "from_date": "2026-04-15"}
    page = client_as("administrator").send(f"/grants/new/{user.pk}/", sent, status=200, language="en")
    assert "it can confirm, and nothing else" in page
    with clock.fixed(BACK):
        assert user.grants.count() == 1
        assert not RoleGrant.objects.on(BACK).filter(user=user).exists()
