"""Handing in makes statements of answers, taking back unmakes none, and a reply is given once."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org.access import NotVisible, Viewer
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    Decision,
    Evidence,
    EvidenceFor,
    EvidenceGrade,
    EvidenceKind,
    HeldLevel,
    Participant,
    Phase,
    Progress,
    Rater,
    Reply,
    Review,
)
from ikusei.skills.services.answers import AnsweringOver, Change, save_answer
from ikusei.skills.services.handing_in import (
    AlreadyConfirmed,
    NotAllAnswered,
    NothingAnswered,
    ReplyRefused,
    hand_in,
    reply_to_review,
    take_back,
)
from tests.office import Office

TODAY = date(2026, 4, 15)


@pytest.fixture
def colleague(office: Office, cycle: Cycle) -> Participant:
    """The part of the colleague, who has not begun."""
    return cycle.participants.get(person=office.person("colleague"))


@pytest.fixture
def me(office: Office) -> Viewer:
    """The colleague."""
    return office.viewer("colleague")


def answer(me: Viewer, part: Participant, order: int, level: int, note: str = "", seen: int = 0) -> None:
    skill = part.cycle.version.skills.get(order=order)
    save_answer(actor=me, participant_id=part.pk, change=Change(skill.pk, level, note, seen))


def test_answers_become_statements_with_the_proofs_of_their_skill(me: Viewer, colleague: Participant) -> None:
    answer(me, colleague, 0, 3, "要件定義を一人で")
    answer(me, colleague, 4, 2)
    skill = colleague.cycle.version.skills.get(order=0)
    proof = Evidence.objects.create(
        person=colleague.person, kind=EvidenceKind.WORK, title="計画書", issued_on=date(2026, 3, 1)
    )
    EvidenceFor.objects.create(
        evidence=proof, framework=colleague.cycle.version.framework, skill_key=skill.key
    )
    assert hand_in(actor=me, participant_id=colleague.pk, asked=2) == 2
    said = Assessment.objects.get(person=colleague.person, cycle=colleague.cycle, skill=skill)
    assert (said.level, said.rater, said.rater_person, said.stated_on) == (
        3,
        Rater.SELF,
        colleague.person,
        TODAY,
    )
    assert (said.reason, said.evidence, said.entered_by) == ("要件定義を一人で", EvidenceGrade.SAID, me.user)
    assert list(said.proofs.all()) == [proof]
    assert Answer.objects.get(participant=colleague, skill=skill).statement == said
    colleague.refresh_from_db()
    assert colleague.progress == Progress.HANDED_IN
    assert colleague.handed_in_at is not None
    held = HeldLevel.objects.get(person=colleague.person, skill__order=4, until=None)
    assert (held.level, held.confirmed) == (2, False)
    entry = Entry.objects.get(verb="skills.answer.hand-in")
    assert entry.after == {
        "progress": Progress.HANDED_IN,
        "levels": {skill.key: 3, colleague.cycle.version.skills.get(order=4).key: 2},
    }


def test_skills_without_an_answer_are_named_and_left_only_if_the_person_says_so(
    me: Viewer, colleague: Participant
) -> None:
    with pytest.raises(NothingAnswered):
        hand_in(actor=me, participant_id=colleague.pk, asked=22)
    answer(me, colleague, 0, 3)
    with pytest.raises(NotAllAnswered) as refused:
        hand_in(actor=me, participant_id=colleague.pk, asked=22)
    assert refused.value.missing == 21
    assert hand_in(actor=me, participant_id=colleague.pk, asked=22, leave_out=True) == 1


def test_handing_in_twice_doubles_nothing(me: Viewer, colleague: Participant) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    with pytest.raises(AnsweringOver) as refused:
        hand_in(actor=me, participant_id=colleague.pk, asked=1)
    assert refused.value.code == "handed-in"
    assert Assessment.objects.filter(person=colleague.person, cycle=colleague.cycle).count() == 1


def test_taken_back_and_handed_in_again_only_what_changed_is_said_anew(
    me: Viewer, colleague: Participant
) -> None:
    answer(me, colleague, 0, 3)
    answer(me, colleague, 1, 2)
    hand_in(actor=me, participant_id=colleague.pk, asked=2)
    take_back(actor=me, participant_id=colleague.pk)
    take_back(actor=me, participant_id=colleague.pk)
    assert Entry.objects.filter(verb="skills.answer.take-back").count() == 1
    answer(me, colleague, 0, 2, seen=1)
    assert hand_in(actor=me, participant_id=colleague.pk, asked=2) == 1
    said = Assessment.objects.filter(person=colleague.person, cycle=colleague.cycle)
    assert sorted(said.values_list("skill__order", "level")) == [(0, 2), (0, 3), (1, 2)]


def review(part: Participant, decision: Decision, reviewer: User) -> Review:
    statement = Answer.objects.get(participant=part, skill__order=0)
    return Review.objects.create(
        participant=part,
        skill=statement.skill,
        rater=Rater.SUPERVISOR,
        reviewer=reviewer,
        decision=decision,
        reason="もう少し経験が必要",
        answered=statement.statement,
    )


def test_what_somebody_has_looked_at_cannot_be_taken_back(
    office: Office, me: Viewer, colleague: Participant
) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    review(colleague, Decision.AGREE, office.user("manager"))
    with pytest.raises(AlreadyConfirmed):
        take_back(actor=me, participant_id=colleague.pk)
    colleague.refresh_from_db()
    assert colleague.progress == Progress.HANDED_IN


def test_nothing_is_taken_back_that_could_not_be_handed_in_again(me: Viewer, colleague: Participant) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    Cycle.objects.filter(pk=colleague.cycle_id).update(phase=Phase.SUPERVISOR)
    with pytest.raises(AnsweringOver):
        take_back(actor=me, participant_id=colleague.pk)


@pytest.mark.parametrize("who", ["owner", "stranger", "auditor", "host_supervisor"])
def test_nobody_hands_in_or_takes_back_for_somebody_else(
    office: Office, me: Viewer, colleague: Participant, who: str
) -> None:
    answer(me, colleague, 0, 3)
    with pytest.raises(PermissionDenied):
        hand_in(actor=office.viewer(who), participant_id=colleague.pk, asked=1)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    with pytest.raises(PermissionDenied):
        take_back(actor=office.viewer(who), participant_id=colleague.pk)


def test_a_reply_is_given_once_and_stays_beside_what_was_said(
    office: Office, me: Viewer, colleague: Participant
) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    said = review(colleague, Decision.DIFFER, office.user("manager"))
    for _twice in range(2):
        reply_to_review(actor=me, review_id=said.pk, reply=Reply.KEEP, text="三月の案件は一人で行った")
    decided = said.decided_at
    said.refresh_from_db()
    assert (said.reply, said.reply_text, said.decided_at) == (Reply.KEEP, "三月の案件は一人で行った", decided)
    assert said.reason == "もう少し経験が必要"
    assert Entry.objects.filter(verb="skills.review.reply").count() == 1
    with pytest.raises(ReplyRefused):
        reply_to_review(actor=me, review_id=said.pk, reply=Reply.ACCEPT, text="")


def test_a_reply_is_the_persons_own_and_ends_with_the_cycle(
    office: Office, me: Viewer, colleague: Participant
) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    said = review(colleague, Decision.ASK, office.user("manager"))
    for who in ("manager", "owner", "steward"):
        with pytest.raises(NotVisible):
            reply_to_review(actor=office.viewer(who), review_id=said.pk, reply=Reply.KEEP, text="")
    with pytest.raises(ReplyRefused):
        reply_to_review(actor=me, review_id=said.pk, reply="", text="")
    Cycle.objects.filter(pk=colleague.cycle_id).update(phase=Phase.CLOSED)
    with clock.fixed(date(2026, 6, 2)), pytest.raises(AnsweringOver):
        reply_to_review(actor=me, review_id=said.pk, reply=Reply.KEEP, text="")


def test_there_is_nothing_to_reply_to_a_confirmation(
    office: Office, me: Viewer, colleague: Participant
) -> None:
    answer(me, colleague, 0, 3)
    hand_in(actor=me, participant_id=colleague.pk, asked=1)
    said = review(colleague, Decision.AGREE, office.user("manager"))
    with pytest.raises(ReplyRefused):
        reply_to_review(actor=me, review_id=said.pk, reply=Reply.ACCEPT, text="")
