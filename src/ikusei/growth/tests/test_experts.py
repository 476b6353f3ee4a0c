"""Experts: found only by their own consent, asked by mail, never ranked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail

from ikusei.growth.models import RequestState, TeachRequest
from ikusei.growth.queries.experts import experts, find_expert
from ikusei.growth.services.teaching import answer_request, ask_to_teach, withdraw_request
from ikusei.jobs import services as jobs
from ikusei.notices.models import Mailing
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Leave
from ikusei.org.models.person import LeaveKind
from ikusei.skills.models import Assessment, HeldLevel, Rater
from ikusei.skills.services.interests import set_consents
from ikusei.skills.services.levels import add_statements
from tests.office import Office

SKILL = "software-development"


@pytest.fixture
def expert(office: Office, skill_map: Any) -> None:
    """The colleague does software development alone and may be asked."""
    add_statements(
        [
            Assessment(
                person=office.person("colleague"),
                skill=skill_map.skills.get(key=SKILL),
                level=4,
                stated_on=date(2026, 1, 10),
                rater=Rater.SUPERVISOR,
            )
        ]
    )
    set_consents(actor=office.viewer("colleague"), framework_key="ikusei-demo", shown=[SKILL], agreed=[SKILL])


def found(office: Office) -> list[str]:
    return [one.person.email for one in experts(office.viewer("stranger"), SKILL).people]


@pytest.mark.usefixtures("expert")
def test_only_who_agreed_is_found_and_no_level_is_told(office: Office, client_as: Callable[..., Any]) -> None:
    assert found(office) == ["colleague@example.test"]
    page = client_as("stranger").get(f"/experts/?skill={SKILL}").content.decode()
    assert office.person("colleague").name in page
    assert "レベル4" not in page
    set_consents(actor=office.viewer("colleague"), framework_key="ikusei-demo", shown=[SKILL], agreed=[])
    assert found(office) == []


@pytest.mark.usefixtures("expert")
def test_who_is_away_or_whose_level_ran_out_is_not_found(office: Office) -> None:
    held = HeldLevel.objects.filter(person=office.person("colleague"), skill__key=SKILL)
    held.update(expires_on=date(2026, 4, 1))
    assert found(office) == []
    held.update(expires_on=None)
    Leave.objects.create(
        person=office.person("colleague"), kind=LeaveKind.CHILDCARE, from_date=date(2026, 4, 1)
    )
    assert found(office) == []
    counts = {one.skill.key: one.experts for one in experts(office.viewer("stranger"), "").choices}
    assert counts[SKILL] == 0


def test_nobody_can_be_asked_who_did_not_agree(office: Office, skill_map: Any) -> None:
    with pytest.raises(NotVisible):
        find_expert(office.viewer("stranger"), office.person("owner").public_id, SKILL)


@pytest.mark.usefixtures("expert")
def test_a_request_goes_by_mail_to_the_expert_alone_and_the_answer_back(office: Office) -> None:
    request = ask_to_teach(
        actor=office.viewer("stranger"), expert=office.person("colleague"), skill_key=SKILL, text="基礎から"
    )
    jobs.run_waiting()
    (letter,) = mail.outbox
    assert "colleague@example.test" in letter.to[0]
    assert "基礎から" in letter.body
    with pytest.raises(NotVisible):
        answer_request(actor=office.viewer("owner"), request=request, accept=True, text="")
    answered = answer_request(
        actor=office.viewer("colleague"), request=request, accept=True, text="火曜の午後に"
    )
    assert answered.state == RequestState.ACCEPTED
    jobs.run_waiting()
    assert "stranger@example.test" in mail.outbox[1].to[0]
    with pytest.raises(RuleBroken):
        answer_request(actor=office.viewer("colleague"), request=request, accept=False, text="")
    with pytest.raises(RuleBroken):
        withdraw_request(actor=office.viewer("stranger"), request=request)


@pytest.mark.usefixtures("expert")
def test_who_asked_whom_stands_on_no_page_of_notices(office: Office, client_as: Callable[..., Any]) -> None:
    ask_to_teach(
        actor=office.viewer("stranger"), expert=office.person("colleague"), skill_key=SKILL, text="基礎から"
    )
    mailing = Mailing.objects.get()
    client = client_as("administrator")
    assert str(mailing.public_id) not in client.get("/notices/").content.decode()
    assert client.get(f"/notices/{mailing.public_id}/").status_code == 404


@pytest.mark.usefixtures("expert")
def test_a_double_submit_asks_once(office: Office, client_as: Callable[..., Any]) -> None:
    client = client_as("stranger")
    path = f"/experts/{office.person('colleague').public_id}/{SKILL}/"
    assert client.post(path, {"text": "基礎から"}).status_code == 302
    assert client.post(path, {"text": "基礎から"}).status_code == 200
    assert TeachRequest.objects.count() == 1


@pytest.mark.usefixtures("expert")
def test_a_third_person_sees_nothing_of_a_request(office: Office, client_as: Callable[..., Any]) -> None:
    request = ask_to_teach(
        actor=office.viewer("stranger"), expert=office.person("colleague"), skill_key=SKILL, text="基礎から"
    )
    assert client_as("manager").post(f"/growth/requests/{request.public_id}/accept/").status_code == 404
    assert "基礎から" in client_as("colleague").get("/growth/").content.decode()
    assert "基礎から" not in client_as("owner").get("/growth/").content.decode()


def test_the_consent_is_set_on_the_page_for_what_was_shown_only(
    office: Office, skill_map: Any, client_as: Callable[..., Any]
) -> None:
    client = client_as("owner")
    client.post(
        "/growth/offers/",
        {"shown": ["data-analysis", "made-up"], "may_be_asked": ["data-analysis", "made-up"]},
    )
    keys = list(
        office.person("owner").interests.filter(may_be_asked=True).values_list("skill_key", flat=True)
    )
    assert keys == ["data-analysis"]
