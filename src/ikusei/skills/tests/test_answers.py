"""Saving answers: nothing is lost or doubled by two tabs, the Back button or a second click; nobody writes for another."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible, Viewer
from ikusei.skills.models import Answer, Cycle, Interest, Participant, Phase, Progress, Skill
from ikusei.skills.services.answers import (
    AnsweringOver,
    AnswerRefused,
    Change,
    Outcome,
    answer_unchanged,
    save_answer,
    save_answers,
    save_page,
    set_interest,
)
from tests.office import Office


@pytest.fixture
def colleague(office: Office, cycle: Cycle) -> Participant:
    """The part of the colleague, who has not begun."""
    return cycle.participants.get(person=office.person("colleague"))


@pytest.fixture
def me(office: Office) -> Viewer:
    """The colleague as the save endpoint knows them: an account, no grants asked for."""
    return Viewer(user=office.user("colleague"))


def skill(cycle: Cycle, order: int) -> Skill:
    return cycle.version.skills.get(order=order)


def save(me: Viewer, part: Participant, order: int, level: int | None, seen: int, note: str = "") -> Outcome:
    change = Change(skill(part.cycle, order).pk, level, note, seen)
    return save_answer(actor=me, participant_id=part.pk, change=change)


def test_the_first_answer_begins_the_assessment_and_is_on_the_record(
    me: Viewer, colleague: Participant
) -> None:
    assert save(me, colleague, 0, 3, 0, "庁内の研修").revision == 1
    colleague.refresh_from_db()
    assert colleague.progress == Progress.ANSWERING
    assert colleague.started_at is not None
    entry = Entry.objects.get(verb="skills.answer.save")
    assert entry.subject_id == str(colleague.person.public_id)
    assert entry.before is None
    assert entry.after == {"skill": skill(colleague.cycle, 0).key, "level": 3, "note": "庁内の研修"}


def test_a_change_says_what_stood_before(me: Viewer, colleague: Participant) -> None:
    save(me, colleague, 0, 3, 0, "a")
    assert save(me, colleague, 0, 2, 1, "b") == Outcome(skill(colleague.cycle, 0).pk, 2, "b", 2)
    assert Entry.objects.filter(verb="skills.answer.save").first().before == {"level": 3, "note": "a"}  # type: ignore[union-attr]


def test_the_same_answer_sent_twice_is_one_answer(me: Viewer, colleague: Participant) -> None:
    for _again in range(2):
        assert save(me, colleague, 0, 3, 0) == Outcome(skill(colleague.cycle, 0).pk, 3, "", 1)
    assert Answer.objects.filter(participant=colleague).count() == 1
    assert Entry.objects.filter(verb="skills.answer.save").count() == 1


def test_a_stale_tab_overwrites_nothing_and_is_told_what_was_saved(
    me: Viewer, colleague: Participant
) -> None:
    save(me, colleague, 0, 3, 0, "from the first tab")
    told = save(me, colleague, 0, 1, 0, "from the second tab")
    assert told == Outcome(skill(colleague.cycle, 0).pk, 3, "from the first tab", 1, is_conflict=True)
    assert Answer.objects.get(participant=colleague).level == 3
    assert not save(me, colleague, 0, 1, told.revision, "from the second tab").is_conflict
    assert Answer.objects.get(participant=colleague).note == "from the second tab"


def test_a_stale_tab_that_says_the_same_is_no_conflict(me: Viewer, colleague: Participant) -> None:
    save(me, colleague, 0, 2, 0)
    save(me, colleague, 0, 3, 1)
    assert save(me, colleague, 0, 3, 0) == Outcome(skill(colleague.cycle, 0).pk, 3, "", 2)


def test_a_note_without_a_level_is_kept(me: Viewer, colleague: Participant) -> None:
    assert save(me, colleague, 0, None, 0, "まだ迷っている").revision == 1
    assert Answer.objects.get(participant=colleague).level is None


def test_an_empty_answer_to_an_unanswered_question_is_none(me: Viewer, colleague: Participant) -> None:
    assert save(me, colleague, 0, None, 0).revision == 0
    assert not Answer.objects.filter(participant=colleague).exists()


@pytest.mark.parametrize("who", ["owner", "manager", "steward", "stranger"])
def test_nobody_answers_for_somebody_else_by_their_account_alone(
    office: Office, colleague: Participant, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        save(Viewer(user=office.user(who)), colleague, 0, 3, 0)
    assert not Answer.objects.filter(participant=colleague).exists()


def test_whoever_types_in_for_others_may_and_is_named(office: Office, colleague: Participant) -> None:
    save(office.viewer("manager"), colleague, 0, 3, 0)
    assert Answer.objects.get(participant=colleague).entered_by == office.user("manager")


def test_an_assessment_that_is_not_there_is_not_there(me: Viewer, colleague: Participant) -> None:
    with pytest.raises(NotVisible):
        save_answer(actor=me, participant_id=0, change=Change(skill(colleague.cycle, 0).pk, 1, "", 0))


@pytest.mark.parametrize(
    ("phase", "progress", "code"),
    [
        (Phase.CLOSED, Progress.ANSWERING, "closed"),
        (Phase.SUPERVISOR, Progress.ANSWERING, "ended"),
        (Phase.PLANNED, Progress.WAITING, "planned"),
        (Phase.SELF, Progress.HANDED_IN, "handed-in"),
        (Phase.SUPERVISOR, Progress.CONFIRMED, "confirmed"),
    ],
)
def test_an_answer_too_late_or_too_early_is_refused_with_the_reason(
    me: Viewer, colleague: Participant, phase: Phase, progress: Progress, code: str
) -> None:
    Cycle.objects.filter(pk=colleague.cycle_id).update(phase=phase)
    Participant.objects.filter(pk=colleague.pk).update(progress=progress)
    with pytest.raises(AnsweringOver) as refused:
        save(me, colleague, 0, 3, 0)
    assert refused.value.code == code
    assert str(refused.value)
    assert not Answer.objects.filter(participant=colleague).exists()


def test_more_time_lets_somebody_answer_until_its_last_day(me: Viewer, colleague: Participant) -> None:
    Cycle.objects.filter(pk=colleague.cycle_id).update(phase=Phase.SUPERVISOR)
    Participant.objects.filter(pk=colleague.pk).update(extended_until=date(2026, 5, 10))
    with clock.fixed(date(2026, 5, 10)):
        assert save(me, colleague, 0, 3, 0).revision == 1
    with clock.fixed(date(2026, 5, 11)), pytest.raises(AnsweringOver):
        save(me, colleague, 0, 2, 1)


def test_what_cannot_be_kept_is_refused_and_nothing_of_its_message_is_written(
    me: Viewer, colleague: Participant
) -> None:
    good = Change(skill(colleague.cycle, 0).pk, 3, "", 0)
    for bad in (
        Change(skill(colleague.cycle, 1).pk, 9, "", 0),
        Change(0, 3, "", 0),
        Change(skill(colleague.cycle, 1).pk, 3, "x" * 1001, 0),
    ):
        with pytest.raises(AnswerRefused):
            save_answers(actor=me, participant_id=colleague.pk, changes=[good, bad])
    assert not Answer.objects.filter(participant=colleague).exists()


def test_one_press_answers_the_rest_as_last_time_and_leaves_what_was_answered(
    me: Viewer, colleague: Participant
) -> None:
    save(me, colleague, 10, 1, 0, "少し離れた")
    save(me, colleague, 11, None, 0, "メモだけ")
    shown = {skill(colleague.cycle, order).pk: level for order, level in {10: 3, 11: 2, 14: 4, 17: 3}.items()}
    # Last time: 10 -> 3, 11 -> 2, 14 -> 4, 17 -> 1; the page showed another level for 17.
    assert answer_unchanged(actor=me, participant_id=colleague.pk, shown=shown) == 2
    answers = {
        answer.skill.order: (answer.level, answer.note)
        for answer in Answer.objects.filter(participant=colleague).select_related("skill")
    }
    assert answers == {10: (1, "少し離れた"), 11: (2, "メモだけ"), 14: (4, "")}
    assert answer_unchanged(actor=me, participant_id=colleague.pk, shown=shown) == 0
    entry = Entry.objects.get(verb="skills.answer.unchanged")
    assert entry.count == 2
    assert entry.after == {skill(colleague.cycle, 11).key: 2, skill(colleague.cycle, 14).key: 4}


def test_a_whole_page_is_kept_or_nothing_of_it(me: Viewer, colleague: Participant) -> None:
    change = Change(skill(colleague.cycle, 0).pk, 3, "", 0)
    with pytest.raises(AnswerRefused):
        save_page(actor=me, participant_id=colleague.pk, answers=[change], wishes={0: (True, True)})
    assert not Answer.objects.filter(participant=colleague).exists()


def test_interests_stay_across_cycles_and_are_given_by_the_person_alone(
    office: Office, me: Viewer, colleague: Participant
) -> None:
    asked = {"participant_id": colleague.pk, "skill_id": skill(colleague.cycle, 0).pk}
    set_interest(actor=me, **asked, interested=True, may_be_asked=False)
    Cycle.objects.filter(pk=colleague.cycle_id).update(phase=Phase.CLOSED)
    set_interest(actor=me, **asked, interested=True, may_be_asked=True)
    set_interest(actor=me, **asked, interested=True, may_be_asked=True)
    interest = Interest.objects.get()
    assert (interest.person_id, interest.interested, interest.may_be_asked) == (
        colleague.person_id,
        True,
        True,
    )
    assert Entry.objects.filter(verb="skills.interest.save").count() == 2
    with pytest.raises(PermissionDenied):
        set_interest(actor=office.viewer("manager"), **asked, interested=False, may_be_asked=False)


def test_the_operator_at_the_machine_may_answer_for_a_demonstration(colleague: Participant) -> None:
    assert save(access.operator(), colleague, 0, 3, 0).revision == 1
