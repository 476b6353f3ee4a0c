"""Reminders of a cycle go to exactly the list shown, once, and never to who need not answer."""

from collections.abc import Callable
from datetime import date

import pytest

from ikusei.jobs.services import run_waiting
from ikusei.notices.models import Letter, LetterState, Mailing
from ikusei.notices.services import ListChanged, new_key
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Leave
from ikusei.org.models.person import LeaveKind
from ikusei.skills.models import Cycle, Excuse, Participant, Progress
from ikusei.skills.queries.cycles.reminding import Whom, letters
from ikusei.skills.services import cycles
from ikusei.skills.tests.crowds import hire
from ikusei.skills.views import cycle_reminders
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]


@pytest.fixture
def steward(office: Office) -> Viewer:
    return office.viewer("steward")


def barred(viewer: Viewer, cycle: Cycle, whom: Whom = Whom.ANSWER) -> dict[str, str]:
    """Address -> why nothing is sent to it, "" where something is."""
    return {one.address: str(one.barred) for one in letters(viewer, cycle, whom).recipients}


def send(viewer: Viewer, cycle: Cycle, whom: Whom = Whom.ANSWER, key: str = "") -> Mailing:
    return cycles.remind(actor=viewer, cycle=cycle, whom=whom, once_key=key or new_key())


def test_only_who_has_not_handed_in_is_reminded_and_it_is_noted(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    assert barred(steward, cycle) == {"colleague@example.test": ""}
    mailing = send(steward, cycle)
    assert (mailing.size, mailing.subject_ref) == (1, f"cycle:{cycle.public_id}")
    reminded = dict(Participant.objects.values_list("person__email", "reminded_at"))
    assert reminded["colleague@example.test"] is not None
    assert reminded["owner@example.test"] is None


@pytest.mark.parametrize("excuse", Excuse)
def test_who_is_excused_is_in_the_list_with_the_reason_and_gets_nothing(
    steward: Viewer, cycle: Cycle, office: Office, excuse: Excuse
) -> None:
    Participant.objects.filter(person=office.person("colleague")).update(excuse=excuse)
    assert barred(steward, cycle)["colleague@example.test"]
    assert send(steward, cycle).size == 0


def test_who_is_on_leave_today_or_has_more_time_is_left_alone(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    person = office.person("colleague")
    Participant.objects.filter(person=person).update(extended_until=date(2026, 5, 10))
    assert "期限を延長" in barred(steward, cycle)["colleague@example.test"]
    Participant.objects.filter(person=person).update(extended_until=date(2026, 4, 17))
    assert barred(steward, cycle)["colleague@example.test"] == ""
    Leave.objects.create(
        person=person, kind=LeaveKind.SICK, from_date=date(2026, 4, 14), until=date(2026, 4, 20)
    )
    assert "休業" in barred(steward, cycle)["colleague@example.test"]


def test_once_answers_have_ended_only_who_has_more_time_is_reminded(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    cycle = cycles.enter_confirmation(actor=steward, cycle=cycle, reason="Enough")
    assert "終わり" in barred(steward, cycle)["colleague@example.test"]
    Participant.objects.filter(person=office.person("colleague")).update(extended_until=date(2026, 4, 16))
    assert barred(steward, cycle)["colleague@example.test"] == ""


def test_supervisors_are_told_how_many_wait_and_since_when(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    Participant.objects.filter(person=office.person("colleague")).update(
        progress=Progress.HANDED_IN, handed_in_at=None
    )
    (recipient,) = letters(steward, cycle, Whom.CONFIRM).recipients
    assert recipient.address == "manager@example.test"
    assert recipient.context == {"people": 2, "since": date(2026, 4, 10)}
    send(steward, cycle, Whom.CONFIRM)
    (letter,) = Letter.objects.all()
    assert (letter.state, letter.context["people"]) == (LetterState.WAITING, "2")


def test_whom_the_steward_settled_waits_for_the_head_of_that_unit(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    Participant.objects.filter(person=office.person("owner")).update(
        unit=office.units["platform"], unit_by_hand=True
    )
    (recipient,) = letters(steward, cycle, Whom.CONFIRM).recipients
    assert recipient.address == "host_supervisor@example.test"


def test_a_form_sent_twice_sends_once(steward: Viewer, cycle: Cycle) -> None:
    key = new_key()
    assert send(steward, cycle, key=key) == send(steward, cycle, key=key)
    assert Letter.objects.count() == 1


def test_a_list_that_changed_since_it_was_shown_is_not_sent(steward: Viewer, cycle: Cycle) -> None:
    with pytest.raises(ListChanged):
        cycles.remind(actor=steward, cycle=cycle, whom=Whom.ANSWER, once_key=new_key(), expect="another")
    assert not Mailing.objects.exists()


def hidden(page: object) -> dict[str, str]:
    """What the sending form of a page carries."""
    assert hasattr(page, "find_all")
    fields = page.find_all("input", type="hidden")
    return {one.get("name", ""): one.get("value", "") for one in fields}


def test_the_page_shows_the_list_and_sends_it_once(cycle: Cycle, client_as: ClientAs) -> None:
    client, url = client_as("steward"), f"/cycles/{cycle.public_id}/remind/"
    page = client.open(url, language="en")
    assert "Ren Inoue" in page or "井上 蓮" in page
    for _twice in range(2):
        answer = client.send(url, hidden(page))
        assert answer.response.headers["Location"].startswith("/notices/")
    assert Letter.objects.count() == 1
    again = client.open(url, language="en")
    assert "lately" in again


def test_many_letters_are_queued_by_a_job(
    cycle: Cycle, office: Office, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle_reminders, "MANY", 2)
    hire(office, "planning", 3)
    cycles.refresh_cycle(actor=access.operator(), cycle=cycle)
    client, url = client_as("steward"), f"/cycles/{cycle.public_id}/remind/"
    answer = client.send(url, hidden(client.open(url)))
    assert "/jobs/" in answer.response.headers["Location"]
    assert not Letter.objects.exists()
    run_waiting()
    assert Letter.objects.exclude(state=LetterState.SKIPPED).count() == 6


def test_a_closed_cycle_reminds_nobody(cycle: Cycle, steward: Viewer, client_as: ClientAs) -> None:
    cycles.close_cycle(actor=steward, cycle=cycle)
    client_as("steward").open(f"/cycles/{cycle.public_id}/remind/", status=404)
