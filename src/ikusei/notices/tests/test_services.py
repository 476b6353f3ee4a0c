"""Queueing a notice, once, and what a person can do with it afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from ikusei.audit.models import Entry
from ikusei.jobs.models import Job
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.notices import services
from ikusei.notices.models import Bounce, Letter, Mailing, MailingState
from ikusei.notices.recipients import Recipient, sort_out
from ikusei.notices.tests.ground import KIND, LINK, letter, mailing_to, people, states, user

pytestmark = pytest.mark.django_db


def test_sending_queues_a_letter_for_everybody_and_keeps_why_the_others_get_none() -> None:
    barred = Recipient(
        "b", "井上", "b@city.example", barred=gettext_lazy("Letters"), context={"name": "secret"}
    )
    mailing = mailing_to([*people(2), barred], subject_ref="cycle:1")
    assert states(mailing) == {"p1": "waiting", "p2": "waiting", "b": "skipped"}
    left_out = letter(mailing, "b")
    assert left_out.context == {}
    assert mailing.reasons[left_out.reason]["en"] == "Letters"
    assert (mailing.size, mailing.counts) == (2, {"waiting": 2, "skipped": 1})
    assert Job.objects.get().task == "notices.send"
    entry = Entry.objects.get(verb="notices.mailing.send")
    assert (entry.subject_id, entry.count) == (str(mailing.public_id), 2)
    assert "p1@city.example" not in str(entry.after)


def test_the_second_submit_of_a_form_sends_nothing_more() -> None:
    first = mailing_to(people(2), once_key="form-1")
    again = mailing_to(people(5), once_key="form-1")
    assert again.pk == first.pk
    assert (Mailing.objects.count(), Letter.objects.count()) == (1, 2)
    assert Entry.objects.filter(verb="notices.mailing.send").count() == 1


def test_without_a_key_every_call_is_a_mailing_of_its_own() -> None:
    assert mailing_to(people(1)).pk != mailing_to(people(1)).pk


def test_two_submits_at_the_same_moment_send_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one comes in after ours has looked whether there is a mailing already."""
    others: list[Mailing] = []

    def while_the_other_submits(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(services, "sort_out", sort_out)
        others.append(mailing_to(people(3), once_key="form-1"))
        return sort_out(*args, **more)

    monkeypatch.setattr(services, "sort_out", while_the_other_submits)
    mine = mailing_to(people(3), once_key="form-1")
    assert mine.pk == others[0].pk
    assert (Mailing.objects.count(), Letter.objects.count()) == (1, 3)


def test_a_list_that_differs_from_the_one_shown_is_not_sent_to() -> None:
    shown = services.preview(kind=KIND, recipients=people(2), common=LINK)
    with pytest.raises(services.ListChanged):
        mailing_to(people(3), expect=shown.digest)
    assert not Mailing.objects.exists()
    assert mailing_to(people(2), expect=shown.digest).size == 2


def test_a_mailing_to_nobody_is_done_at_once_and_wakes_no_worker() -> None:
    mailing = mailing_to([Recipient("a", "青木", "")])
    assert mailing.state == MailingState.DONE
    assert not Job.objects.exists()


def test_many_mailings_wake_the_worker_once() -> None:
    for number in range(3):
        mailing_to(people(1, first=number))
    assert Job.objects.count() == 1


def test_stop_and_go_on_are_recorded_and_refused_where_they_say_nothing() -> None:
    mailing = mailing_to(people(1))
    with pytest.raises(services.NotOpen):
        services.go_on(actor=user(), mailing=mailing)
    services.stop(actor=user(), mailing=mailing)
    with pytest.raises(services.NotOpen):
        services.stop(actor=user(), mailing=mailing)
    services.go_on(actor=user(), mailing=mailing)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENDING
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["notices.mailing.stop", "notices.mailing.go-on"]


def ended(*told: tuple[str, str]) -> Mailing:
    mailing = mailing_to(people(len(told)))
    for ref, state in told:
        mailing.letters.filter(ref=ref).update(state=state, attempts=5)
    Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.DONE)
    Job.objects.all().delete()
    return mailing


def test_one_letter_is_sent_again_and_the_mailing_goes_on() -> None:
    mailing = ended(("p1", "unsure"), ("p2", "failed"), ("p3", "sent"))
    assert services.send_again(actor=user(), mailing=mailing, letters=[letter(mailing, "p1").pk]) == 1
    mailing.refresh_from_db()
    assert states(mailing) == {"p1": "waiting", "p2": "failed", "p3": "sent"}
    assert (mailing.state, letter(mailing, "p1").attempts) == (MailingState.SENDING, 0)
    assert Job.objects.count() == 1


def test_all_letters_in_a_state_are_sent_again_but_those_that_were_left() -> None:
    mailing = ended(("p1", "failed"), ("p2", "failed"), ("p3", "failed"))
    assert services.leave(actor=user(), mailing=mailing, letters=[letter(mailing, "p3").pk]) == 1
    assert services.send_again(actor=user(), mailing=mailing, state="failed") == 2
    assert states(mailing) == {"p1": "waiting", "p2": "waiting", "p3": "failed"}


@pytest.mark.parametrize("state", ["sent", "skipped", "waiting", "sending"])
def test_a_letter_that_asks_for_no_decision_is_not_sent_again(state: str) -> None:
    mailing = ended(("p1", state))
    pk = letter(mailing, "p1").pk
    assert services.send_again(actor=user(), mailing=mailing, letters=[pk]) == 0
    assert services.send_again(actor=user(), mailing=mailing, state=state) == 0
    assert services.leave(actor=user(), mailing=mailing, letters=[pk]) == 0
    assert states(mailing) == {"p1": state}


def test_a_letter_of_another_mailing_is_out_of_reach() -> None:
    mine, other = ended(("p1", "failed")), ended(("p1", "failed"))
    assert services.send_again(actor=user(), mailing=mine, letters=[letter(other, "p1").pk]) == 0


def test_old_mailings_are_pruned_and_barred_addresses_stay_barred() -> None:
    old, fresh = ended(("p1", "sent")), ended(("p1", "sent"))
    long_ago = clock.now() - timedelta(days=731)
    Mailing.objects.filter(pk=old.pk).update(created_at=long_ago)
    mark = letter(old, "p1")
    for number, (kind, cleared) in enumerate([("hard", None), ("hard", long_ago), ("soft", None)]):
        Bounce.objects.create(
            letter=mark, address="a@b.example", kind=kind, source=str(number), at=long_ago, cleared_at=cleared
        )
    assert services.prune(Progress()) == {"mailings": 1, "letters": 1, "bounces": 2}
    assert list(Mailing.objects.values_list("pk", flat=True)) == [fresh.pk]
    assert Bounce.objects.get().letter_id is None


def test_a_mailing_that_is_still_being_sent_is_not_pruned() -> None:
    mailing_to(people(1))
    Mailing.objects.update(created_at=clock.now() - timedelta(days=800))
    assert services.prune(Progress())["mailings"] == 0


def test_forty_thousand_letters_take_a_constant_number_of_questions() -> None:
    """Only inserts grow with the list, a statement for two thousand letters."""
    counts = []
    for number in (10, 1500):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            mailing_to(people(number))
        counts.append(len(captured) - sum("INSERT INTO" in query["sql"] for query in captured))
    assert counts[1] <= counts[0]
