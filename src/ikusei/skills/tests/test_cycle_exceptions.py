"""Exceptions in a cycle: each with a reason, recorded with before and after, and only by who may."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.org.access import Viewer
from ikusei.org.models import Leave
from ikusei.org.models.person import LeaveKind
from ikusei.skills.models import Cycle, Excuse, Participant, Progress
from ikusei.skills.services import cycles
from tests.office import Office

TODAY = date(2026, 4, 15)
MAY = date(2026, 5, 10)


@pytest.fixture
def colleague(office: Office, cycle: Cycle) -> Participant:
    """Has not begun."""
    return Participant.objects.select_related("person").get(person=office.person("colleague"))


@pytest.fixture
def steward(office: Office) -> Viewer:
    return office.viewer("steward")


def test_an_excused_person_is_awaited_no_more_and_can_be_asked_again(
    steward: Viewer, colleague: Participant
) -> None:
    row = cycles.excuse(actor=steward, participant=colleague, reason="Secondment")
    assert (row.excuse, row.note, row.is_awaited) == (Excuse.BY_HAND, "Secondment", False)
    assert row.may_answer(TODAY)
    row = cycles.end_excuse(actor=steward, participant=colleague, reason="Is back")
    assert (row.excuse, row.is_awaited) == ("", True)


def test_what_the_record_says_is_not_taken_back_by_hand(steward: Viewer, colleague: Participant) -> None:
    Participant.objects.filter(pk=colleague.pk).update(excuse=Excuse.LEAVE)
    with pytest.raises(cycles.NotByHand):
        cycles.end_excuse(actor=steward, participant=colleague, reason="I want it")


def test_more_time_outlasts_the_answers_and_ends_a_leave_that_ends_before_it(
    steward: Viewer, colleague: Participant, cycle: Cycle
) -> None:
    Leave.objects.create(
        person=colleague.person,
        kind=LeaveKind.SICK,
        from_date=date(2026, 4, 10),
        until=date(2026, 5, 5),
    )
    cycles.refresh_cycle(actor=steward, cycle=cycle)
    colleague.refresh_from_db()
    assert colleague.excuse == Excuse.LEAVE
    row = cycles.extend(actor=steward, participant=colleague, until=MAY, reason="Back on 5 May")
    assert (row.excuse, row.extended_until) == ("", MAY)
    cycles.enter_confirmation(actor=steward, cycle=cycle, reason="Enough")
    row = cycles.hold_participant(colleague.pk)
    assert row.may_answer(MAY)
    assert not row.may_answer(date(2026, 5, 11))


@pytest.mark.parametrize("until", [date(2026, 4, 30), date(2026, 4, 1), date(2026, 6, 1)])
def test_more_time_lies_between_everybodys_deadline_and_the_end_of_confirmation(
    steward: Viewer, colleague: Participant, until: date
) -> None:
    with pytest.raises(cycles.WrongDays):
        cycles.extend(actor=steward, participant=colleague, until=until, reason="Why not")


def test_a_unit_gets_more_time_except_who_has_handed_in(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    count = cycles.extend_unit(
        actor=steward, cycle=cycle, unit=office.units["digital"], until=MAY, reason="Election"
    )
    assert count == 1
    rows = dict(Participant.objects.values_list("person__email", "extended_until"))
    assert rows == {"owner@example.test": None, "colleague@example.test": MAY}


def test_the_steward_settles_who_confirms(steward: Viewer, colleague: Participant, office: Office) -> None:
    row = cycles.settle_unit(
        actor=steward, participant=colleague, unit=office.units["planning"], reason="Knows the work"
    )
    assert (row.unit_id, row.unit_by_hand) == (office.units["planning"].pk, True)
    entry = Entry.objects.filter(verb="skills.cycle.settle").get()
    assert entry.subject_id == str(colleague.person.public_id)
    before, after = entry.before or {}, entry.after or {}
    assert before["unit_id"] == office.units["services"].pk
    assert (after["unit_id"], after["note"]) == (office.units["planning"].pk, "Knows the work")


def test_somebody_outside_the_rule_is_added_once_and_taken_out_while_nothing_is_answered(
    steward: Viewer, cycle: Cycle, office: Office
) -> None:
    person = office.person("stranger")
    row = cycles.add_person(actor=steward, cycle=cycle, person=person, reason="Changes category in May")
    assert (row.added_by_hand, row.unit, row.excuse) == (True, office.units["welfare-office"], "")
    with pytest.raises(cycles.AlreadyIn):
        cycles.add_person(actor=steward, cycle=cycle, person=person, reason="Again")
    cycles.refresh_cycle(actor=steward, cycle=cycle)
    row.refresh_from_db()
    assert row.excuse == ""
    Participant.objects.filter(pk=row.pk).update(progress=Progress.ANSWERING)
    with pytest.raises(cycles.BeginsAlready):
        cycles.remove_person(actor=steward, participant=row, reason="Mistake")
    Participant.objects.filter(pk=row.pk).update(progress=Progress.WAITING)
    cycles.remove_person(actor=steward, participant=row, reason="Mistake")
    assert not Participant.objects.filter(person=person).exists()


def test_whom_the_rule_takes_in_is_excused_and_not_taken_out(steward: Viewer, colleague: Participant) -> None:
    with pytest.raises(cycles.NotByHand):
        cycles.remove_person(actor=steward, participant=colleague, reason="Away")


DOING: dict[str, Callable[[Viewer, Participant, str], object]] = {
    "excuse": lambda who, row, why: cycles.excuse(actor=who, participant=row, reason=why),
    "extend": lambda who, row, why: cycles.extend(actor=who, participant=row, until=MAY, reason=why),
    "settle": lambda who, row, why: cycles.settle_unit(
        actor=who,
        participant=row,
        unit=row.unit,  # type: ignore[arg-type]  # the colleague has one
        reason=why,
    ),
}


@pytest.mark.parametrize("what", DOING)
def test_every_exception_takes_a_reason_an_open_cycle_and_a_steward(
    what: str, office: Office, steward: Viewer, colleague: Participant, cycle: Cycle
) -> None:
    with pytest.raises(cycles.ReasonMissing):
        DOING[what](steward, colleague, "  ")
    for who in ("manager", "planner", "administrator", "colleague"):
        with pytest.raises(PermissionDenied):
            DOING[what](office.viewer(who), colleague, "Because")
    cycles.close_cycle(actor=steward, cycle=cycle)
    with pytest.raises(cycles.WrongPhase):
        DOING[what](steward, colleague, "Because")
