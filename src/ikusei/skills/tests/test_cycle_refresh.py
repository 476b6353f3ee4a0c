"""An open cycle keeps in step with the record, and the second time on a day nothing changes."""

from datetime import date

import pytest

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import Category, Employment, Leave, Person, Posting
from ikusei.org.models.person import LeaveKind
from ikusei.org.services import posts
from ikusei.skills.models import Cycle, Excuse, Participant, Phase, Progress
from ikusei.skills.services import cycles
from ikusei.skills.services.cycles import Refreshed
from ikusei.skills.tests.crowds import hire, seat
from tests.office import Office

TODAY = date(2026, 4, 15)


@pytest.fixture(autouse=True)
def settled(office: Office, cycle: Cycle) -> Cycle:
    """The cycle with everybody whom its rule takes in."""
    refresh(cycle)
    return cycle


def refresh(cycle: Cycle, on: date = TODAY) -> Refreshed:
    with clock.fixed(on):
        return cycles.refresh_cycle(actor=access.operator(), cycle=cycle)


def row(person: Person) -> Participant:
    return Participant.objects.get(person=person)


def away(person: Person, begins: date, until: date | None) -> None:
    Leave.objects.create(person=person, kind=LeaveKind.CHILDCARE, from_date=begins, until=until)


def move(person: Person, office: Office, unit: str, on: date = TODAY) -> None:
    Posting.objects.filter(person=person).update(until=on)
    posts.assign(
        actor=access.operator(), person=person, post=seat(office.units[unit], "engineer")[0], from_date=on
    )


def test_the_second_time_on_a_day_nothing_changes(cycle: Cycle) -> None:
    assert refresh(cycle) == Refreshed()
    assert refresh(cycle).changed == 0


def test_new_hires_are_added_while_people_answer_and_not_afterwards(cycle: Cycle, office: Office) -> None:
    (early,) = hire(office, "planning", from_date=date(2026, 4, 10))
    assert refresh(cycle).added == 1
    assert (row(early).added_on, row(early).unit) == (TODAY, office.units["planning"])
    cycles.enter_confirmation(actor=office.viewer("steward"), cycle=cycle, reason="Enough")
    (late,) = hire(office, "planning", from_date=date(2026, 4, 12))
    assert refresh(cycle).added == 0
    assert not Participant.objects.filter(person=late).exists()


def test_whoever_leaves_is_excused_also_with_answers_unless_all_is_confirmed(
    cycle: Cycle, office: Office
) -> None:
    for key in ("owner", "colleague"):
        Employment.objects.filter(person=office.person(key)).update(until=TODAY)
    Participant.objects.filter(person=office.person("colleague")).update(progress=Progress.CONFIRMED)
    assert refresh(cycle).excused == {Excuse.LEFT: 1}
    assert row(office.person("owner")).excuse == Excuse.LEFT
    assert row(office.person("colleague")).excuse == ""


def test_long_leave_over_the_last_day_excuses_and_an_earlier_end_asks_again(
    cycle: Cycle, office: Office
) -> None:
    person = office.person("colleague")
    away(person, date(2026, 4, 10), None)
    assert refresh(cycle).excused == {Excuse.LEAVE: 1}
    Leave.objects.filter(person=person).update(until=date(2026, 4, 25))
    assert refresh(cycle).back == 1
    assert row(person).excuse == ""


@pytest.mark.parametrize(
    ("begins", "until"),
    [
        (date(2026, 4, 20), None),  # has not begun
        (date(2026, 4, 1), date(2026, 4, 30)),  # back on the last day
    ],
)
def test_other_leave_excuses_nobody(cycle: Cycle, office: Office, begins: date, until: date | None) -> None:
    away(office.person("colleague"), begins, until)
    assert refresh(cycle).changed == 0


def test_who_handed_in_before_the_leave_still_waits_for_a_confirmation(cycle: Cycle, office: Office) -> None:
    away(office.person("owner"), date(2026, 4, 12), None)
    assert refresh(cycle).changed == 0
    assert row(office.person("owner")).is_awaited


def test_the_rule_takes_nobody_out_who_has_begun(cycle: Cycle, office: Office) -> None:
    for key in ("owner", "colleague"):
        Employment.objects.filter(person=office.person(key)).update(category=Category.CLERICAL)
    assert refresh(cycle).excused == {Excuse.OUT: 1}
    assert row(office.person("colleague")).excuse == Excuse.OUT
    assert row(office.person("owner")).excuse == ""
    Employment.objects.filter(person=office.person("colleague")).update(category=Category.ICT)
    assert refresh(cycle).back == 1


def test_the_unit_follows_the_posting_and_the_move_is_noted(cycle: Cycle, office: Office) -> None:
    person = office.person("colleague")
    move(person, office, "planning")
    assert refresh(cycle).moved == 1
    moved = row(person)
    assert (moved.unit, moved.former_unit) == (office.units["planning"], office.units["services"])
    assert moved.moved_on == TODAY
    move(person, office, "services", date(2026, 4, 18))
    assert refresh(cycle, date(2026, 4, 18)).moved == 1
    assert (row(person).moved_on, row(person).former_unit) == (None, None)


def test_what_the_steward_settled_or_excused_stays(cycle: Cycle, office: Office) -> None:
    steward, person = office.viewer("steward"), office.person("colleague")
    cycles.settle_unit(
        actor=steward, participant=row(person), unit=office.units["services"], reason="Knows the work"
    )
    move(person, office, "planning")
    assert refresh(cycle).changed == 0
    assert row(person).unit == office.units["services"]
    cycles.excuse(actor=steward, participant=row(person), reason="Secondment")
    away(person, date(2026, 4, 10), None)
    assert refresh(cycle).changed == 0
    assert row(person).excuse == Excuse.BY_HAND


def test_a_closed_cycle_stays_as_it_was(cycle: Cycle, office: Office) -> None:
    cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)
    with pytest.raises(cycles.WrongPhase):
        refresh(cycle)
    with clock.fixed(date(2026, 6, 1)):
        assert cycles.advance_cycles(actor=access.operator()).refreshed == 0
    cycle.refresh_from_db()
    assert cycle.phase == Phase.CLOSED
