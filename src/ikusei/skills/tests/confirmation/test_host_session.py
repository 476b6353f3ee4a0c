"""A host's supervisor by mailed code: everything that confirming takes for one person, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from ikusei.accounts.models import User
from ikusei.org.models import Purpose, Role, RoleGrant, Scope
from ikusei.skills.models import Cycle, Rater
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews
from ikusei.skills.tests.confirmation.test_confirmation_pages import boxes, page_of, posted
from tests import assessment as assessed
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]


@pytest.fixture
def host(office: Office, cycle: Cycle) -> User:
    """Invited for the owner, as long as the concurrent posting at the affiliate lasts."""
    user = User.objects.create_user(
        email="host@partner.test", password=None, label="派遣 太郎", code_only=True
    )
    posting = office.person("owner").postings.get(post=office.posts["owner-platform"])
    RoleGrant.objects.create(
        user=user,
        role=Role.HOST_SUPERVISOR,
        scope=Scope.PERSON,
        person=office.person("owner"),
        posting=posting,
        purpose=Purpose.SUPERVISION,
        from_date=SINCE,
    )
    return user


def test_a_host_by_code_confirms_the_person_they_were_invited_for(
    office: Office, host: User, cycle: Cycle, client_as: ClientAs
) -> None:
    assessed.hand_in(participant(cycle, office, "colleague"))
    client = client_as(host)
    page = client.open("/confirmation/")
    assert "青木 花" in page
    assert "井上 蓮" not in page
    client.send("/confirmation/unchanged/", {"seen": boxes(page)})
    second = answers(participant(cycle, office))[1]
    data = posted(client.open(page_of(office))) | {
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
    }
    client.send(page_of(office), data)
    first, differing = reviews(participant(cycle, office))
    assert first.statement is not None
    assert (first.statement.rater, first.statement.share) == (Rater.HOST, Decimal("0.5"))
    assert (differing.decision, differing.reviewer) == ("differ", host)
    assert "派遣 太郎さんの見方" in client_as("manager").open(page_of(office))
    client.open(f"{page_of(office)}history/")
    client.open("/confirmation/sheet/")


@pytest.mark.parametrize(
    "url", ["/confirmation/proxy-sheet/", "/second-ratings/", "/map/", "/people/", "/our-map/"]
)
def test_a_host_by_code_opens_nothing_else(host: User, client_as: ClientAs, url: str) -> None:
    client_as(host).open(url, status=403)


def test_a_host_by_code_does_not_know_of_other_people(
    office: Office, host: User, cycle: Cycle, client_as: ClientAs
) -> None:
    assessed.hand_in(participant(cycle, office, "colleague"))
    client_as(host).open(page_of(office, "colleague"), status=404)


def test_with_the_posting_the_host_s_word_ends_and_what_was_said_stays(
    office: Office, host: User, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as(host)
    client.send("/confirmation/unchanged/", {"seen": boxes(client.open("/confirmation/"))})
    posting = office.person("owner").postings.get(post=office.posts["owner-platform"])
    posting.until = TODAY
    posting.save()
    response = client.get(page_of(office))
    assert response.status_code in (302, 403, 404)
    assert len(reviews(participant(cycle, office))) == 1
