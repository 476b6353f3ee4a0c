"""Cycles that were done before Ikusei, or elsewhere: recorded whole and closed, with what both sides said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from ikusei.audit import services as audit
from ikusei.lib import fiscal
from ikusei.lib.clock import TOKYO
from ikusei.org.access import Viewer
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    CycleStep,
    Decision,
    FrameworkVersion,
    Participant,
    Phase,
    Progress,
    Review,
)
from ikusei.skills.services.cycles.recording import require_runner

BATCH = 2000


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """The saved statement of the person, that of whoever confirmed it (None: nobody did), and the one reply to it."""

    own: Assessment
    other: Assessment | None = None
    reviewer_id: int | None = None
    reply: str = ""
    reply_text: str = ""


@dataclass(frozen=True, slots=True)
class PastParticipant:
    """What one person and whoever confirmed them said in a closed cycle, and the unit in which that was."""

    person_id: int
    unit_id: int | None
    answers: Sequence[PastAnswer]


def open_past_cycle(
    *,
    actor: Viewer,
    name_ja: str,
    name_en: str,
    version: FrameworkVersion,
    opens_on: date,
    self_until: date,
    closed_on: date,
    population: dict[str, Any],
) -> Cycle:
    """The closed cycle, empty: the statements that name it are recorded next, then `record_past_answers`."""
    require_runner(actor)
    with transaction.atomic():
        cycle = Cycle.objects.create(
            name_ja=name_ja,
            name_en=name_en,
            fiscal_year=fiscal.fiscal_year(opens_on),
            version=version,
            opens_on=opens_on,
            self_until=self_until,
            confirm_until=closed_on,
            population=population,
            phase=Phase.CLOSED,
            created_by=actor.user,
        )
        for phase, day in (
            (Phase.SELF, opens_on),
            (Phase.SUPERVISOR, self_until),
            (Phase.CLOSED, closed_on),
        ):
            step = CycleStep.objects.create(cycle=cycle, phase=phase, by=actor.user)
            CycleStep.objects.filter(pk=step.pk).update(at=_noon(day))
        audit.record(
            actor=actor.user, verb="skills.cycle.record", subject_kind="cycle", subject_id=cycle.public_id
        )
    return cycle


def record_past_answers(*, actor: Viewer, cycle: Cycle, people: Sequence[PastParticipant]) -> int:
    """How many people were recorded in a closed cycle, with their answers, the decisions and the replies."""
    require_runner(actor)
    with transaction.atomic():
        rows = Participant.objects.bulk_create([_participant(cycle, one) for one in people], batch_size=BATCH)
        pairs = [(row, answer) for row, one in zip(rows, people, strict=True) for answer in one.answers]
        Answer.objects.bulk_create(
            [
                Answer(participant=row, skill_id=said.own.skill_id, level=said.own.level, statement=said.own)
                for row, said in pairs
            ],
            batch_size=BATCH,
        )
        Review.objects.bulk_create(
            [_review(row, said, said.other) for row, said in pairs if said.other is not None],
            batch_size=BATCH,
        )
        Review.objects.filter(participant__cycle=cycle).update(decided_at=_noon(cycle.confirm_until))
        Review.objects.filter(participant__cycle=cycle).exclude(reply="").update(
            replied_at=_noon(cycle.confirm_until)
        )
    return len(rows)


def _participant(cycle: Cycle, one: PastParticipant) -> Participant:
    through = any(answer.other is not None for answer in one.answers)
    return Participant(
        cycle=cycle,
        person_id=one.person_id,
        unit_id=one.unit_id,
        progress=Progress.CONFIRMED if through else Progress.HANDED_IN,
        started_at=_noon(cycle.opens_on),
        handed_in_at=_noon(cycle.self_until),
        confirmed_at=_noon(cycle.confirm_until) if through else None,
    )


def _review(row: Participant, said: PastAnswer, other: Assessment) -> Review:
    return Review(
        participant=row,
        skill_id=said.own.skill_id,
        rater=other.rater,
        reviewer_id=said.reviewer_id,
        decision=Decision.AGREE if other.level == said.own.level else Decision.DIFFER,
        reason=other.reason,
        answered=said.own,
        statement=other,
        reply=said.reply,
        reply_text=said.reply_text,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=TOKYO)
