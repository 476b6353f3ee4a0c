"""A reply while somebody decides: it waits for the decision, and the decision does not write over it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from ikusei.org import access
from ikusei.skills.models import Answer, Participant, Phase, Reply, Review
from ikusei.skills.services import confirming, cycles, handing_in
from ikusei.skills.services.answers import AnsweringOver
from ikusei.skills.tests.test_cycle_races import SOON, in_background
from tests import assessment, skill_map
from tests.office import Office


@pytest.fixture
def asked(transactional_db: None, office: Office) -> Review:
    """The manager has asked the owner for evidence."""
    cycle = assessment.build(office, skill_map.build(office))
    row = Participant.objects.get(cycle=cycle, person=office.person("owner"))
    said = Answer.objects.filter(participant=row, statement__isnull=False).first()
    assert said is not None
    assert said.statement_id is not None
    confirming.ask_evidence(
        actor=office.viewer("manager"),
        participant_id=row.pk,
        skill_id=said.skill_id,
        seen=said.statement_id,
        question="?",
    )
    return Review.objects.get()


def test_a_reply_waits_for_whoever_holds_the_person_in_the_cycle(asked: Review, office: Office) -> None:
    if connection.vendor == "sqlite":
        # One writer at a time from its first statement on: there is nothing to interleave.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    refused: list[AnsweringOver] = []

    def reply() -> None:
        try:
            handing_in.reply_to_review(
                actor=office.viewer("owner"), review_id=asked.pk, reply=Reply.SHOWN, text="see"
            )
        except AnsweringOver as error:
            refused.append(error)

    with transaction.atomic():
        held = cycles.hold_participant(asked.participant_id)
        replying = in_background(reply)
        replying.join(SOON)
        assert replying.is_alive()
        cycles.close_cycle(actor=access.operator(), cycle=held.cycle)
    replying.join()
    assert held.cycle.pk
    assert [error.code for error in refused] == ["closed"]
    assert Review.objects.get().reply == ""
    assert Participant.objects.get(pk=asked.participant_id).cycle.phase == Phase.CLOSED
