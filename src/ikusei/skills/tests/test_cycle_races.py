"""Closing while people save: what was saved before is counted, what comes after sees the closed cycle."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from ikusei.org import access
from ikusei.skills.models import Answer, Cycle, Participant, Phase, Progress
from ikusei.skills.services import cycles
from tests import assessment, skill_map
from tests.office import Office

SOON = 0.5
"""Seconds in which a transaction that is not held up is long over."""


@pytest.fixture
def colleague(transactional_db: None, office: Office) -> Participant:
    """Is answering in an open cycle."""
    cycle = assessment.build(office, skill_map.build(office))
    return Participant.objects.get(cycle=cycle, person=office.person("colleague"))


def in_background(work: Callable[[], object]) -> threading.Thread:
    """A thread with a connection of its own that does some work."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def close(cycle_id: int) -> None:
    cycles.close_cycle(actor=access.operator(), cycle=Cycle.objects.get(pk=cycle_id))


def answer(participant: Participant) -> None:
    """What a save does once it holds the row."""
    skill = participant.cycle.version.skills.first()
    assert skill is not None
    Answer.objects.create(participant=participant, skill=skill, level=2)
    participant.progress = Progress.HANDED_IN
    participant.save(update_fields=["progress"])


def test_closing_waits_for_a_save_that_is_under_way(colleague: Participant) -> None:
    if connection.vendor == "sqlite":
        # One writer at a time from its first statement on: there is nothing to interleave.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    with transaction.atomic():
        held = cycles.hold_participant(colleague.pk)
        closing = in_background(lambda: close(colleague.cycle_id))
        closing.join(SOON)
        assert closing.is_alive()
        assert held.cycle.phase == Phase.SELF
        answer(held)
    closing.join()
    assert Cycle.objects.get().phase == Phase.CLOSED
    assert Participant.objects.get(pk=colleague.pk).progress == Progress.HANDED_IN
    assert Answer.objects.filter(participant=colleague).exists()


def test_a_save_that_waited_for_the_closing_sees_the_closed_cycle(colleague: Participant) -> None:
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    seen: list[str] = []

    def save() -> None:
        with transaction.atomic():
            seen.append(cycles.hold_participant(colleague.pk).cycle.phase)

    with transaction.atomic():
        close(colleague.cycle_id)
        saving = in_background(save)
        saving.join(SOON)
        assert saving.is_alive()
    saving.join()
    assert seen == [Phase.CLOSED]


def test_two_stewards_who_open_at_once_add_everybody_once(colleague: Participant, office: Office) -> None:
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    Participant.objects.all().update(progress=Progress.WAITING)
    adding = [
        in_background(
            lambda: cycles.refresh_cycle(
                actor=access.operator(), cycle=Cycle.objects.get(pk=colleague.cycle_id)
            )
        )
        for _steward in range(2)
    ]
    for thread in adding:
        thread.join()
    people = list(Participant.objects.values_list("person_id", flat=True))
    assert len(people) == len(set(people)) == 4
