"""Whoever a steward has chosen for somebody who moved confirms them in this cycle, and sees nothing of it later."""

from __future__ import annotations

from datetime import timedelta

from ikusei.skills.models import Cycle, Participant, Phase
from ikusei.skills.queries.confirmation.scope import AFTER, confirmable
from ikusei.skills.tests.confirmation.cast import participant
from tests.office import Office
from tests.settings import TODAY


def chosen(cycle: Cycle, office: Office) -> Participant:
    """Somebody of another team, for whom the manager's unit was chosen by hand."""
    unit_id = office.viewer("manager").own_unit_ids[0]
    Participant.objects.filter(cycle=cycle).exclude(person=office.person("stranger")).delete()
    row, _created = Participant.objects.get_or_create(cycle=cycle, person=office.person("stranger"))
    Participant.objects.filter(pk=row.pk).update(unit_by_hand=True, unit_id=unit_id)
    return participant(cycle, office, "stranger")


def test_what_was_chosen_by_hand_ends_soon_after_the_cycle(office: Office, cycle: Cycle) -> None:
    row = chosen(cycle, office)
    manager = office.viewer("manager")
    over = TODAY - AFTER - timedelta(days=1)
    days = Cycle.objects.filter(pk=cycle.pk)
    days.update(opens_on=over, self_until=over, confirm_until=over)
    assert list(confirmable(manager)) == [row]  # late, and open
    days.update(phase=Phase.CLOSED)
    assert not confirmable(manager).exists()
    days.update(confirm_until=TODAY)
    assert list(confirmable(manager)) == [row]  # closed while they were typing
