"""What the rows of a cycle say of themselves."""

from datetime import date

from ikusei.skills.models import Cycle, HeldLevel, Participant, Phase, Progress
from tests.office import Office

TODAY = date(2026, 4, 15)


def test_people_answer_while_the_cycle_asks_and_longer_only_where_they_were_given_time(
    cycle: Cycle, office: Office
) -> None:
    colleague = Participant.objects.select_related("cycle").get(person=office.person("colleague"))
    assert colleague.may_answer(TODAY)
    colleague.cycle.phase = Phase.SUPERVISOR
    assert not colleague.may_answer(TODAY)
    colleague.extended_until = date(2026, 5, 10)
    assert colleague.may_answer(date(2026, 5, 10))
    assert not colleague.may_answer(date(2026, 5, 11))
    colleague.cycle.phase = Phase.CLOSED
    assert not colleague.may_answer(TODAY)


def test_only_what_was_handed_in_can_be_confirmed(cycle: Cycle, office: Office) -> None:
    owner = Participant.objects.select_related("cycle").get(person=office.person("owner"))
    assert owner.may_be_confirmed
    owner.progress = Progress.ANSWERING
    assert not owner.may_be_confirmed


def test_handing_in_leaves_a_confirmed_level_as_it_is(cycle: Cycle, office: Office) -> None:
    held = HeldLevel.objects.on(TODAY).get(person=office.person("owner"), skill__order=1)
    assert (held.level, held.confirmed) == (2, True)
