"""Handing letters over: once each, whatever the mail server answers."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from pytest_django import Settings

from ikusei.jobs.models import Job, JobState
from ikusei.jobs.progress import Progress, StopWanted, Why
from ikusei.notices import messages, sending, services
from ikusei.notices.models import Letter, LetterState, Mailing, MailingState
from ikusei.notices.tests import ground
from ikusei.notices.tests.ground import Server, letter, mailing_to, people, send_due, states, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": ground.BACKEND}}
    settings.MAIL_RATE = 0
    for kept in (Server.answers, Server.taken, Server.opening):
        kept.clear()


def taken() -> list[str]:
    return [ground.address_of(mail) for mail in Server.taken]


def due_now(mailing: Mailing) -> None:
    Letter.objects.filter(mailing=mailing).update(next_try_at=None)
    Mailing.objects.update(next_try_at=None)


def test_everybody_gets_one_letter_and_a_second_run_sends_none() -> None:
    mailing = mailing_to(people(250))
    assert send_due() == 250
    assert send_due() == 0
    assert sorted(taken()) == sorted(f"p{number}@city.example" for number in range(1, 251))
    mailing.refresh_from_db()
    assert (mailing.state, mailing.counts) == (MailingState.DONE, {"sent": 250})


def test_a_letter_says_that_no_person_wrote_it_and_carries_a_message_id_of_ours() -> None:
    mailing = mailing_to(people(1, language="en"))
    send_due()
    mail = Server.taken[0].message()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "en"
    assert mail["From"] == "ikusei@localhost"
    assert mail["Message-ID"] == letter(mailing, "p1").message_id
    assert mail["Message-ID"].endswith("@localhost>")
    assert "職員 1" in str(mail["To"])


def test_reports_go_to_the_mailbox_for_them_under_an_address_that_names_the_letter(
    settings: Settings,
) -> None:
    settings.MAIL_BOUNCES = "returned@city.example"
    mailing = mailing_to(people(1))
    send_due()
    token = letter(mailing, "p1").message_id.strip("<>").partition("@")[0]
    assert Server.taken[0].from_email == f"returned+{token}@city.example"
    assert Server.taken[0].message()["From"] == "ikusei@localhost"


def refused(code: int) -> Exception:
    return smtplib.SMTPRecipientsRefused({"p1@city.example": (code, b"no such user")})


def test_a_refusal_for_good_fails_with_the_servers_words_and_the_others_go_on() -> None:
    Server.answers["p1@city.example"] = [refused(550)]
    mailing = mailing_to(people(2))
    assert send_due() == 1
    assert states(mailing) == {"p1": "failed", "p2": "sent"}
    assert letter(mailing, "p1").problem == "550 no such user"
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE


def test_a_refusal_for_now_is_tried_again_later_and_given_up_after_five_times() -> None:
    Server.answers["p1@city.example"] = [refused(451) for _each in range(9)]
    mailing = mailing_to(people(1))
    waits = []
    for _each in range(sending.ATTEMPTS):
        before = timezone.now()
        send_due()
        one = letter(mailing, "p1")
        if one.next_try_at and one.state == LetterState.WAITING:
            waits.append(round((one.next_try_at - before).total_seconds() / 60))
            assert send_due() == 0, "not before it is due"
        due_now(mailing)
    assert waits == [2, 4, 8, 16]
    assert (letter(mailing, "p1").state, letter(mailing, "p1").attempts) == (LetterState.FAILED, 5)
    assert len(Server.answers["p1@city.example"]) == 4


def test_it_goes_out_when_the_server_takes_it_the_second_time_under_the_same_message_id() -> None:
    Server.answers["p1@city.example"] = [refused(451)]
    mailing = mailing_to(people(1))
    send_due()
    first = letter(mailing, "p1").message_id
    due_now(mailing)
    assert send_due() == 1
    assert letter(mailing, "p1").message_id == first
    assert letter(mailing, "p1").problem == ""


def test_a_connection_that_breaks_while_a_letter_is_handed_over_leaves_it_unsure() -> None:
    Server.answers["p1@city.example"] = [smtplib.SMTPServerDisconnected("Connection unexpectedly closed")]
    mailing = mailing_to(people(2))
    send_due()
    assert states(mailing) == {"p1": "unsure", "p2": "sent"}
    due_now(mailing)
    assert send_due() == 0, "nobody sends it again but a person"


def test_a_server_that_cannot_be_reached_costs_no_attempt_and_is_asked_again_later() -> None:
    mailing = mailing_to(people(2))
    for expected in (30, 60, 120):
        Server.opening.append(ConnectionRefusedError("Connection refused"))
        before = timezone.now()
        assert send_due() == 0
        mailing.refresh_from_db()
        assert mailing.trouble == "Connection refused"
        assert mailing.next_try_at is not None
        assert round((mailing.next_try_at - before).total_seconds()) == expected
        assert send_due() == 0, "not before it is due"
        due_now(mailing)
    assert {one.attempts for one in mailing.letters.all()} == {0}
    assert send_due() == 2
    mailing.refresh_from_db()
    assert (mailing.trouble, mailing.troubles) == ("", 0)


def test_a_server_that_closes_its_service_takes_the_other_letters_first_next_time() -> None:
    Server.answers["p1@city.example"] = [
        smtplib.SMTPResponseException(421, b"too many") for _each in range(2)
    ]
    mailing = mailing_to(people(2))
    send_due()
    mailing.refresh_from_db()
    assert (states(mailing), mailing.trouble) == ({"p1": "waiting", "p2": "waiting"}, "421 too many")
    Mailing.objects.update(next_try_at=None)
    send_due()
    assert states(mailing) == {"p1": "waiting", "p2": "sent"}


def test_a_letter_that_cannot_be_written_fails_and_the_others_go_on() -> None:
    mailing = mailing_to(people(2))
    Mailing.objects.update(common={})
    mailing.letters.filter(ref="p2").update(context={"link": "x"})
    send_due()
    assert states(mailing) == {"p1": "failed", "p2": "sent"}
    assert letter(mailing, "p1").problem == "No value for 'link'."


def test_a_stopped_mailing_sends_nothing_until_it_goes_on() -> None:
    mailing = mailing_to(people(2))
    services.stop(actor=user(), mailing=mailing)
    assert send_due() == 0
    services.go_on(actor=user(), mailing=mailing)
    assert send_due() == 2


def test_a_mailing_stopped_half_way_hands_over_no_further_letter() -> None:
    mailing = mailing_to(people(5))

    class StopsAtTwo(Progress):
        def advance(self, steps: int = 1, *, message: str = "") -> None:
            super().advance(steps, message=message)
            if self.done == 2:
                services.stop(actor=user(), mailing=mailing)

    assert sending.send_due(StopsAtTwo()) == 2
    assert len(Server.taken) == 2
    mailing.refresh_from_db()
    assert (mailing.state, mailing.counts) == (MailingState.HELD, {"sent": 2, "waiting": 3})


@pytest.mark.parametrize(
    ("why", "state"), [(Why.ASKED, MailingState.HELD), (Why.WORKER_ENDS, MailingState.SENDING)]
)
def test_stopping_the_job_itself_holds_the_mailing_and_a_worker_that_ends_does_not(
    why: Why, state: MailingState
) -> None:
    mailing = mailing_to(people(5))

    class Stops(Progress):
        def _told(self) -> None:
            if self.done == 2:
                raise StopWanted(why)

    with pytest.raises(StopWanted):
        sending.send_due(Stops())
    mailing.refresh_from_db()
    assert (mailing.state, len(Server.taken)) == (state, 2)
    assert set(states(mailing).values()) == {"sent", "waiting"}, "none is left half handed over"


def test_a_single_letter_does_not_wait_for_a_large_mailing() -> None:
    mailing_to(people(3))
    mailing_to(people(1, first=9))
    send_due()
    assert taken()[0] == "p9@city.example"


def test_the_rate_of_the_city_is_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_RATE = 60
    now = [100.0]
    moments: list[float] = []

    class Hand:
        def wait(self, seconds: float) -> None:
            now[0] += seconds

    class Clock:
        monotonic = staticmethod(lambda: now[0])

    monkeypatch.setattr(sending, "time", Clock)
    monkeypatch.setattr(sending, "_never", Hand())
    monkeypatch.setattr(Server, "send_messages", lambda self, mails: moments.append(now[0]))
    mailing_to(people(4))
    assert send_due() == 4
    assert [round(later - earlier, 3) for earlier, later in pairwise(moments)] == [
        1,
        1,
        1,
    ]


def claimed_by(mailing: Mailing, ref: str, sender: str, minutes: int = 0) -> None:
    mailing.letters.filter(ref=ref).update(
        state=LetterState.SENDING,
        sender=sender,
        attempts=1,
        claimed_at=timezone.now() - timedelta(minutes=minutes),
    )


def test_a_letter_whose_sender_died_is_unsure_and_one_whose_sender_lives_is_not() -> None:
    mailing = mailing_to(people(4))
    alive = Job.objects.create(task="notices.send", state=JobState.RUNNING, attempts=2)
    claimed_by(mailing, "p1", f"{alive.pk}:2")
    claimed_by(mailing, "p2", f"{alive.pk}:1")
    claimed_by(mailing, "p3", f"{alive.pk}:2", minutes=20)
    assert sending.settle_lost() == 2
    assert states(mailing) == {"p1": "sending", "p2": "unsure", "p3": "unsure", "p4": "waiting"}


def test_an_answer_that_comes_after_the_sender_was_taken_for_dead_still_counts() -> None:
    mailing = mailing_to(people(1))

    class Late(Server):
        def send_messages(self, email_messages: object) -> int:
            Letter.objects.update(state=LetterState.UNSURE)
            return 1

    sender = sending.Sender(Progress())
    sender.post._backend = Late()
    sender.run()
    assert states(mailing) == {"p1": "sent"}


def test_an_answer_that_comes_after_a_person_decided_changes_nothing() -> None:
    mailing = mailing_to(people(1))

    class Later(Server):
        def send_messages(self, email_messages: object) -> int:
            Letter.objects.update(state=LetterState.UNSURE)
            services.send_again(actor=user(), mailing=mailing, state="unsure")
            services.stop(actor=user(), mailing=mailing)
            return 1

    sender = sending.Sender(Progress())
    sender.post._backend = Later()
    sender.run()
    assert states(mailing) == {"p1": "waiting"}


def test_the_clock_wakes_the_worker_for_letters_that_are_due_again_and_only_then() -> None:
    Server.answers["p1@city.example"] = [refused(451)]
    mailing = mailing_to(people(1))
    send_due()
    Job.objects.all().delete()
    messages.look_for_due_letters.func()
    assert not Job.objects.exists()
    due_now(mailing)
    messages.look_for_due_letters.func()
    assert Job.objects.get().task == "notices.send"


def test_the_sending_makes_way_for_other_work_and_goes_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK", 0.0)
    monkeypatch.setattr(sending, "TURN", 0.0)
    mailing_to(people(3))
    Job.objects.all().delete()
    other = Job.objects.create(task="jobs.statistics")
    assert send_due() == 0
    assert Job.objects.filter(task="notices.send", state=JobState.QUEUED).count() == 1
    other.delete()
    assert send_due() == 3
