"""Typing in what somebody else said: who may, what is kept of who said it and who typed it, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.skills.models import (
    Assessment,
    Channel,
    Cycle,
    Decision,
    Participant,
    Phase,
    Progress,
    Rater,
    Review,
)
from ikusei.skills.services import proxy
from ikusei.skills.services.answers import AnsweringOver
from ikusei.skills.services.confirming import Choice
from ikusei.skills.services.proxy import Spokesman, SpokesmanMissing
from ikusei.skills.services.reviewing import NotOpenForConfirmation
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews
from tests import assessment as assessed
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]


def where(cycle: Cycle, office: Office, what: str, key: str = "colleague") -> str:
    return f"/cycles/{cycle.public_id}/people/{office.person(key).public_id}/{what}/"


@pytest.fixture
def words(cycle: Cycle) -> dict[int, tuple[int | None, str]]:
    skills = list(cycle.version.skills.order_by("order")[:3])
    return {skills[0].pk: (2, ""), skills[1].pk: (3, "電話で聞きました"), skills[2].pk: (None, "")}


def test_answers_typed_in_are_handed_in_with_who_said_and_who_typed_them(
    office: Office, cycle: Cycle, words: dict[int, tuple[int | None, str]]
) -> None:
    row = participant(cycle, office, "colleague")
    done = proxy.enter_answers(
        actor=office.viewer("manager"), participant_id=row.pk, answers=words, channel=Channel.PHONE
    )
    row.refresh_from_db()
    assert (done, row.progress) == (2, Progress.HANDED_IN)
    said = Assessment.objects.filter(cycle=cycle, person=row.person).order_by("pk")
    assert [(one.rater, one.level, one.rater_person) for one in said] == [
        (Rater.SELF, 2, row.person),
        (Rater.SELF, 3, row.person),
    ]
    assert {(one.entered_by, one.spoken_by, one.spoken_how) for one in said} == {
        (office.user("manager"), "井上 蓮", "phone")
    }


@pytest.mark.parametrize("key", ["colleague", "host_supervisor", "planner", "academy", "owner"])
def test_nobody_without_the_right_types_in_for_others(
    office: Office, cycle: Cycle, words: dict[int, tuple[int | None, str]], key: str
) -> None:
    row = participant(cycle, office, "colleague")
    with pytest.raises(PermissionDenied):
        proxy.enter_answers(
            actor=office.viewer(key), participant_id=row.pk, answers=words, channel=Channel.PHONE
        )


def test_nobody_enters_a_supervisor_s_word_on_themselves(office: Office, cycle: Cycle) -> None:
    row = Participant.objects.create(cycle=cycle, person=office.person("steward"))
    assessed.hand_in(row)
    answer = answers(row)[0]
    with pytest.raises(PermissionDenied):
        proxy.enter_decisions(
            actor=office.viewer("steward"), participant_id=row.pk,
            choices=[Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)],
            spokesman=Spokesman("小林 薫", Channel.PAPER),
        )  # fmt: skip


def test_answers_cannot_be_typed_in_once_they_are_confirmed_or_the_cycle_is_closed(
    office: Office, cycle: Cycle, words: dict[int, tuple[int | None, str]]
) -> None:
    row = participant(cycle, office, "colleague")
    Cycle.objects.update(phase=Phase.CLOSED)
    with pytest.raises((AnsweringOver, PermissionDenied)):
        proxy.enter_answers(
            actor=office.viewer("manager"), participant_id=row.pk, answers=words, channel=Channel.PAPER
        )
    assert not Assessment.objects.filter(cycle=cycle, person=row.person).exists()


def test_a_decision_typed_in_is_the_supervisor_s_and_names_both(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    second = answers(row)[1]
    proxy.enter_decisions(
        actor=office.viewer("steward"),
        participant_id=row.pk,
        choices=[Choice(second.skill_id, second.statement_id or 0, Decision.DIFFER, 2, "支援あり")],
        spokesman=Spokesman("岡田 涼", Channel.TALK, office.units["platform"].pk),
    )
    (review,) = reviews(row)
    assert review.statement is not None
    assert (review.rater, review.spoken_by, review.reviewer) == (
        Rater.HOST,
        "岡田 涼",
        office.user("steward"),
    )
    assert (review.statement.share, review.statement.rater_person) == (Decimal("0.5"), None)


@pytest.mark.parametrize(
    "spokesman",
    [Spokesman(" ", Channel.PAPER), Spokesman("岡田 涼", ""), Spokesman("名" * 151, Channel.PAPER)],
)
def test_who_said_it_and_how_is_always_named(office: Office, cycle: Cycle, spokesman: Spokesman) -> None:
    row = participant(cycle, office)
    answer = answers(row)[0]
    with pytest.raises(SpokesmanMissing):
        proxy.enter_decisions(
            actor=office.viewer("steward"),
            participant_id=row.pk,
            choices=[Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)],
            spokesman=spokesman,
        )
    assert not Review.objects.exists()


def test_a_decision_is_not_typed_in_before_something_was_handed_in(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office, "colleague")
    with pytest.raises(NotOpenForConfirmation):
        proxy.enter_decisions(
            actor=office.viewer("steward"), participant_id=row.pk, choices=[],
            spokesman=Spokesman("江口 実", Channel.PAPER),
        )  # fmt: skip


def test_the_page_for_answers_hands_in_and_keeps_what_was_typed_where_it_cannot(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("steward")
    skill = cycle.version.skills.get(order=4)
    data = {f"level-{skill.pk}": "2", f"note-{skill.pk}": "書面による"}
    page = client.send(where(cycle, office, "answers"), data, status=200)  # how it came is missing
    assert "書面による" in page
    client.send(where(cycle, office, "answers"), data | {"channel": "paper"})
    assert participant(cycle, office, "colleague").progress == Progress.HANDED_IN
    shown = client_as("manager").open(f"/confirmation/{office.person('colleague').public_id}/")
    assert "井上 蓮さんに代わり工藤 恵さんが入力" in shown


def test_the_page_for_decisions_keeps_what_was_typed_where_a_reason_is_missing(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("steward")
    first, second, _third = answers(participant(cycle, office))
    data = {
        "name": "江口 実",
        "channel": "phone",
        f"seen-{first.skill_id}": str(first.statement_id),
        f"decision-{first.skill_id}": "ask",
        f"reason-{first.skill_id}": "提案書を見たい",
        f"seen-{second.skill_id}": str(second.statement_id),
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
    }
    page = client.send(where(cycle, office, "decisions", "owner"), data, status=200)
    assert "提案書を見たい" in page
    assert "理由を書いてください" in page
    client.send(where(cycle, office, "decisions", "owner"), data | {f"reason-{second.skill_id}": "支援あり"})
    assert [one.decision for one in reviews(participant(cycle, office))] == ["ask", "differ"]


@pytest.mark.parametrize("what", ["answers", "decisions"])
@pytest.mark.parametrize(("key", "status"), [("manager", 404), ("steward", 200), ("planner", 403)])
def test_pages_for_typing_in_open_for_whoever_has_the_right_over_the_person(
    office: Office, cycle: Cycle, client_as: ClientAs, what: str, key: str, status: int
) -> None:
    Participant.objects.create(cycle=cycle, person=office.person("stranger"))
    client_as(key).open(where(cycle, office, what, "stranger"), status=status)
