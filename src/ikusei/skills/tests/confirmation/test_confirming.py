"""Confirming: the unchanged in one action, the others one by one; who may, for how much, and what stays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Posting, Purpose, Role, Scope
from ikusei.org.services import grants, posts
from ikusei.skills.models import (
    Assessment,
    Cycle,
    Decision,
    HeldLevel,
    Participant,
    Phase,
    Progress,
    Rater,
    Reply,
    Review,
)
from ikusei.skills.services import confirming
from ikusei.skills.services.confirming import Choice, DecisionsRefused
from ikusei.skills.services.reviewing import NotOpenForConfirmation
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews, seen
from tests import assessment as assessed
from tests.office import Office
from tests.settings import TODAY


def decide(office: Office, cycle: Cycle, order: int, decision: Decision, **more: object) -> int:
    """What the manager decides on the owner's answer."""
    row = participant(cycle, office)
    answer = answers(row)[order]
    choice = Choice(answer.skill_id, answer.statement_id or 0, decision, mark=None, **more)  # type: ignore[arg-type]
    return confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])


def test_one_action_confirms_what_was_confirmed_last_and_leaves_what_changed(
    office: Office, cycle: Cycle
) -> None:
    row = participant(cycle, office)
    done = confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row))
    assert (done.people, done.answers, done.left) == (1, 1, [])
    (review,) = reviews(row)
    assert (review.skill.order, review.decision) == (0, Decision.AGREE)
    assert review.statement is not None
    assert (review.statement.level, review.statement.rater) == (2, Rater.SUPERVISOR)
    assert (review.statement.share, review.statement.cycle) == (Decimal("0.5"), cycle)
    assert review.statement.rater_person == office.person("manager")
    row.refresh_from_db()
    assert row.progress == Progress.HANDED_IN


def test_the_one_action_sent_twice_says_it_once(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row))
    before = Assessment.objects.count(), Entry.objects.count()
    again = confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row))
    assert again.answers == 0
    assert (Assessment.objects.count(), Entry.objects.count()) == before


def test_what_was_said_anew_since_the_page_was_opened_is_left_for_a_look(
    office: Office, cycle: Cycle
) -> None:
    row = participant(cycle, office)
    on_the_page = seen(row)
    row.answers.all().delete()
    assessed.hand_in(row, levels={0: 1})
    done = confirming.confirm_unchanged(actor=office.viewer("manager"), seen=on_the_page)
    assert done.answers == 0
    assert "青木 花" in done.left[0]
    assert not reviews(row)


def test_a_person_is_confirmed_when_every_answer_has_a_level_from_a_rater(
    office: Office, cycle: Cycle
) -> None:
    row = participant(cycle, office)
    confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row))
    decide(office, cycle, 1, Decision.DIFFER, level=2, reason="設計は上司の支援で行った")
    decide(office, cycle, 2, Decision.ASK, reason="どの業務でしたか")
    row.refresh_from_db()
    assert row.progress == Progress.HANDED_IN
    decide(office, cycle, 2, Decision.AGREE)
    row.refresh_from_db()
    assert (row.progress, row.confirmed_at is not None) == (Progress.CONFIRMED, True)


def test_both_statements_stay_and_the_rater_s_level_counts(office: Office, cycle: Cycle) -> None:
    decide(office, cycle, 1, Decision.DIFFER, level=2, reason="支援を受けていた")
    row = participant(cycle, office)
    answer = answers(row)[1]
    said = Assessment.objects.filter(cycle=cycle, skill=answer.skill).order_by("pk")
    assert [(one.rater, one.level, one.reason) for one in said] == [
        (Rater.SELF, 3, ""),
        (Rater.SUPERVISOR, 2, "支援を受けていた"),
    ]
    held = HeldLevel.objects.on(TODAY).get(person=row.person, skill=answer.skill)
    assert (held.level, held.confirmed) == (2, True)


def test_a_later_decision_adds_a_statement_and_keeps_the_earlier_one(office: Office, cycle: Cycle) -> None:
    decide(office, cycle, 1, Decision.DIFFER, level=2, reason="支援を受けていた")
    decide(office, cycle, 1, Decision.AGREE)
    row = participant(cycle, office)
    (review,) = reviews(row)
    assert (review.decision, review.reason) == (Decision.AGREE, "")
    said = Assessment.objects.filter(cycle=cycle, rater=Rater.SUPERVISOR).order_by("pk")
    assert [one.level for one in said] == [2, 3]
    entry = Entry.objects.filter(verb="skills.confirmation.decide").latest("pk")
    key = answers(row)[1].skill.key
    assert entry.before == {key: {"decision": "differ", "level": 2, "reason": "支援を受けていた"}}
    assert entry.after == {key: {"decision": "agree", "level": 3}}


def test_a_question_has_no_level_and_leaves_the_answer_open(office: Office, cycle: Cycle) -> None:
    decide(office, cycle, 1, Decision.ASK, reason="成果物を見せてください")
    (review,) = reviews(participant(cycle, office))
    assert (review.statement, review.reason) == (None, "成果物を見せてください")
    assert not Assessment.objects.filter(cycle=cycle, rater=Rater.SUPERVISOR).exists()


def test_after_a_question_was_answered_the_person_may_answer_a_differing_level_too(
    office: Office, cycle: Cycle
) -> None:
    decide(office, cycle, 1, Decision.ASK, reason="成果物を見せてください")
    Review.objects.update(reply=Reply.SHOWN, reply_text="添付しました", replied_at=cycle.created_at)
    decide(office, cycle, 1, Decision.DIFFER, level=2, reason="見ました")
    (review,) = reviews(participant(cycle, office))
    assert (review.reply, review.replied_at) == ("", None)
    before = Entry.objects.filter(verb="skills.confirmation.decide").latest("pk").before
    assert before is not None
    assert next(iter(before.values()))["reply_text"] == "添付しました"


@pytest.mark.parametrize(
    ("decision", "level", "reason", "says"),
    [
        (Decision.DIFFER, 2, "", "理由"),
        (Decision.DIFFER, None, "見解が異なる", "レベルを選んで"),
        (Decision.DIFFER, 9, "見解が異なる", "レベルを選んで"),
        (Decision.DIFFER, 3, "見解が異なる", "同じレベル"),
        (Decision.ASK, None, "  ", "見たい"),
        (Decision.ASK, None, "長" * 1001, "1000"),
    ],
)
def test_a_decision_without_what_it_needs_is_refused_whole(
    office: Office, cycle: Cycle, decision: Decision, level: int | None, reason: str, says: str
) -> None:
    row = participant(cycle, office)
    first, second, _third = answers(row)
    with pytest.raises(DecisionsRefused) as refused:
        confirming.decide_many(
            actor=office.viewer("manager"),
            participant_id=row.pk,
            choices=[
                Choice(first.skill_id, first.statement_id or 0, Decision.AGREE),
                Choice(second.skill_id, second.statement_id or 0, decision, level, reason),
            ],
        )
    assert says in refused.value.problems[second.skill_id]
    assert not reviews(row)


def test_a_statement_that_changed_since_is_refused_with_the_new_level(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    second = answers(row)[1]
    row.answers.filter(skill=second.skill).delete()
    assessed.hand_in(row, levels={1: 4})
    choice = Choice(second.skill_id, second.statement_id or 0, Decision.AGREE)
    with pytest.raises(DecisionsRefused) as refused:
        confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])
    assert "レベル4" in refused.value.problems[second.skill_id]


def test_the_same_form_sent_twice_writes_once_and_a_second_window_does_not_override(
    office: Office, cycle: Cycle
) -> None:
    row = participant(cycle, office)
    second = answers(row)[1]
    manager = office.viewer("manager")
    differing = Choice(second.skill_id, second.statement_id or 0, Decision.DIFFER, 2, "支援あり")
    assert confirming.decide_many(actor=manager, participant_id=row.pk, choices=[differing]) == 1
    assert confirming.decide_many(actor=manager, participant_id=row.pk, choices=[differing]) == 0
    elsewhere = Choice(second.skill_id, second.statement_id or 0, Decision.AGREE)
    with pytest.raises(DecisionsRefused):
        confirming.decide_many(actor=manager, participant_id=row.pk, choices=[elsewhere])
    assert Assessment.objects.filter(cycle=cycle, rater=Rater.SUPERVISOR).count() == 1


def test_a_closed_cycle_takes_no_decision(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    Cycle.objects.update(phase=Phase.CLOSED)
    with pytest.raises(NotOpenForConfirmation):
        decide(office, cycle, 1, Decision.AGREE)
    with pytest.raises(NotOpenForConfirmation):
        confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row))
    assert not reviews(row)


def test_a_host_confirms_as_host_with_the_share_of_the_posting(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    confirming.confirm_unchanged(actor=office.viewer("host_supervisor"), seen=seen(row))
    (review,) = reviews(row)
    assert review.statement is not None
    assert (review.rater, review.statement.rater, review.statement.share) == ("host", "host", Decimal("0.5"))


def test_what_somebody_with_as_much_of_the_time_confirmed_is_not_asked_again_of_the_other(
    office: Office, cycle: Cycle
) -> None:
    row = participant(cycle, office)
    confirming.confirm_unchanged(actor=office.viewer("host_supervisor"), seen=seen(row))
    assert confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row)).answers == 0


def test_the_one_who_leads_more_of_the_time_is_still_asked(office: Office, cycle: Cycle) -> None:
    Posting.objects.filter(person=office.person("owner"), post=office.posts["owner-platform"]).update(
        share=Decimal("0.2")
    )
    row = participant(cycle, office)
    confirming.confirm_unchanged(actor=office.viewer("host_supervisor"), seen=seen(row))
    assert confirming.confirm_unchanged(actor=office.viewer("manager"), seen=seen(row)).answers == 1


@pytest.mark.parametrize("key", ["owner", "colleague", "planner", "steward", "executive", "administrator"])
def test_nobody_without_the_right_confirms(office: Office, cycle: Cycle, key: str) -> None:
    row = participant(cycle, office)
    with pytest.raises(PermissionDenied):
        confirming.confirm_unchanged(actor=office.viewer(key), seen=seen(row))
    assert not reviews(row)


def test_a_host_does_not_confirm_somebody_else_s_people(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office, "colleague")
    assessed.hand_in(row)
    answer = answers(row)[0]
    choice = Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)
    with pytest.raises(PermissionDenied):
        confirming.decide_many(
            actor=office.viewer("host_supervisor"), participant_id=row.pk, choices=[choice]
        )
    assert confirming.confirm_unchanged(actor=office.viewer("host_supervisor"), seen=seen(row)).answers == 0


def test_nobody_confirms_themselves(office: Office, cycle: Cycle) -> None:
    row = Participant.objects.create(cycle=cycle, person=office.person("manager"))
    assessed.hand_in(row)
    answer = answers(row)[0]
    choice = Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)
    with pytest.raises(PermissionDenied):
        confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])


def move_manager_away(office: Office) -> None:
    """The manager's posting ended yesterday; the auditor's seat is theirs now."""
    operator = access.operator()
    posting = office.person("manager").postings.get()
    posts.end_posting(actor=operator, posting=posting, on=TODAY)


def test_a_former_supervisor_confirms_no_more_and_the_new_one_does(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    move_manager_away(office)
    answer = answers(row)[1]
    choice = Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)
    with pytest.raises(PermissionDenied):
        confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])
    successor = office.person("stranger")
    posts.end_posting(actor=access.operator(), posting=successor.postings.get(), on=TODAY)
    posts.assign(actor=access.operator(), person=successor, post=office.posts["manager"], from_date=TODAY)
    grants.give_role(
        actor=access.operator(), user=office.user("stranger"), role=Role.MANAGER, scope=Scope.TEAM,
        purpose=Purpose.SUPERVISION, employer=None, from_date=TODAY,
    )  # fmt: skip
    confirming.decide_many(actor=office.viewer("stranger"), participant_id=row.pk, choices=[choice])
    (review,) = reviews(row)
    assert review.statement is not None
    assert review.statement.share == Decimal("0.5")


def test_what_a_former_supervisor_confirmed_stays_theirs(office: Office, cycle: Cycle) -> None:
    decide(office, cycle, 1, Decision.AGREE)
    move_manager_away(office)
    (review,) = reviews(participant(cycle, office))
    assert review.statement is not None
    assert review.statement.rater_person == office.person("manager")


def test_the_steward_can_leave_somebody_who_moved_with_the_former_unit(office: Office, cycle: Cycle) -> None:
    row = participant(cycle, office)
    home = office.person("owner").postings.get(post=office.posts["owner"])
    posts.end_posting(actor=access.operator(), posting=home, on=TODAY - timedelta(days=1))
    answer = answers(row)[1]
    choice = Choice(answer.skill_id, answer.statement_id or 0, Decision.AGREE)
    with pytest.raises(PermissionDenied):
        confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])
    Participant.objects.filter(pk=row.pk).update(unit_by_hand=True, unit=office.units["services"])
    confirming.decide_many(actor=office.viewer("manager"), participant_id=row.pk, choices=[choice])
    (review,) = reviews(row)
    assert review.statement is not None
    assert (review.statement.rater, review.statement.share) == (Rater.SUPERVISOR, Decimal("0.5"))
