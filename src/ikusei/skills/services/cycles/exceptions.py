"""Exceptions for single people of a cycle: excused, given more time, confirmed elsewhere, added or taken out by hand.

Every one takes a reason, which the person reads on their own page, and stands in the audit trail with before and after.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person, Unit, UnitPeriod
from ikusei.skills.models import Answer, Cycle, Excuse, Participant, Phase, Progress
from ikusei.skills.services.cycles.errors import (
    AlreadyIn,
    BeginsAlready,
    NotByHand,
    WrongDays,
    WrongPhase,
)
from ikusei.skills.services.cycles.locking import hold_participant, lock_cycle
from ikusei.skills.services.cycles.recording import entry, require_reason, told
from ikusei.skills.services.cycles.refreshing import NOT_HANDED_IN, facts_of, first_excuse

KEPT = ("excuse", "unit_id", "unit_by_hand", "extended_until", "added_by_hand", "note")
"""The columns of a participant that the audit trail tells."""


def excuse(*, actor: Viewer, participant: Participant, reason: str) -> Participant:
    """The participant, of whom nothing is awaited any more. They may still answer. Raises WrongPhase, ReasonMissing."""
    return _change(actor, participant, reason, "excuse", lambda row: _set(row, excuse=Excuse.BY_HAND))


def end_excuse(*, actor: Viewer, participant: Participant, reason: str) -> Participant:
    """The participant, awaited again. Raises NotByHand where the excuse follows from the record; give more time there."""

    def change(row: Participant) -> None:
        if row.excuse != Excuse.BY_HAND:
            raise NotByHand(
                _("Nobody excused this person by hand: what the record says ends with the record.")
            )
        row.excuse = ""
        row.excuse = str(first_excuse(row.cycle, facts_of(row.cycle, {row.person_id}, clock.today()), row))

    return _change(actor, participant, reason, "excuse-end", change)


def extend(*, actor: Viewer, participant: Participant, until: date, reason: str) -> Participant:
    """The participant, who may answer until a day, also while others are confirmed.

    Raises WrongDays for a day that has passed, that is no later than everybody's, or that lies after the confirmation;
    WrongPhase once all is confirmed; ReasonMissing.
    """

    def change(row: Participant) -> None:
        _require_later(row.cycle, until)
        if row.progress == Progress.CONFIRMED:
            raise WrongPhase(_("All is confirmed already."))
        row.extended_until = until
        if row.excuse == Excuse.LEAVE:
            row.excuse = str(
                first_excuse(row.cycle, facts_of(row.cycle, {row.person_id}, clock.today()), row)
            )

    return _change(actor, participant, reason, "extend", change)


def extend_unit(*, actor: Viewer, cycle: Cycle, unit: Unit, until: date, reason: str) -> int:
    """How many people got more time: whoever is confirmed in a unit or below it and has not handed in.

    Raises what `extend` does; PermissionDenied unless the actor's right reaches the unit.
    """
    access.require(actor, Right.CYCLE_RUN)
    access.require_unit(actor, Right.CYCLE_RUN, unit)
    reason = require_reason(reason)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        _require_open(cycle)
        _require_later(cycle, until)
        rows = list(
            Participant.objects.select_for_update(of=("self",))
            .filter(
                cycle=cycle,
                unit_id__in=access.units_below([unit.pk], clock.today()),
                progress__in=NOT_HANDED_IN,
                excuse="",
            )
            .select_related("person")
            .order_by("pk")
        )
        audit.record_all(
            [
                entry(
                    actor,
                    "extend",
                    cycle,
                    row,
                    {"extended_until": told(row.extended_until)},
                    {"extended_until": until.isoformat(), "note": reason},
                )
                for row in rows
            ]
        )
        for row in rows:
            row.extended_until, row.note = until, reason
        Participant.objects.bulk_update(rows, ("extended_until", "note"), batch_size=500)
    return len(rows)


def settle_unit(*, actor: Viewer, participant: Participant, unit: Unit, reason: str) -> Participant:
    """The participant, confirmed in a unit that the steward names; moves do not change it any more.

    Meant for the present unit or the one before the move; any other is possible where both are gone. Raises WrongPhase,
    ReasonMissing, WrongDays where the unit does not exist today.
    """
    if not UnitPeriod.objects.on(clock.today()).filter(unit=unit).exists():
        raise WrongDays(_("This unit does not exist any more."))
    return _change(
        actor, participant, reason, "settle", lambda row: _set(row, unit_id=unit.pk, unit_by_hand=True)
    )


def add_person(*, actor: Viewer, cycle: Cycle, person: Person, reason: str) -> Participant:
    """The new participant, whom the rule does not take in. Raises WrongPhase unless people answer now, AlreadyIn."""
    access.require_person(actor, Right.CYCLE_RUN, person)
    reason = require_reason(reason)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if cycle.phase != Phase.SELF:
            raise WrongPhase(_("People can be added while the others answer."))
        if Participant.objects.filter(cycle=cycle, person=person).exists():
            raise AlreadyIn(_("This person is in the cycle already."))
        facts = facts_of(cycle, {person.pk}, clock.today())
        row = Participant(
            cycle=cycle,
            person=person,
            unit_id=facts.units.get(person.pk, (None,))[0],
            added_on=facts.on,
            added_by_hand=True,
            note=reason,
        )
        row.excuse = first_excuse(cycle, facts, row)
        row.save(force_insert=True)
        audit.record_all([entry(actor, "add", cycle, row, None, _state(row))])
    return row


def remove_person(*, actor: Viewer, participant: Participant, reason: str) -> None:
    """Nothing: the person who was added by hand is out again.

    Raises NotByHand for whom the rule takes in (excuse them instead), BeginsAlready for who has answered something.
    """
    access.require_person(actor, Right.CYCLE_RUN, participant.person)
    reason = require_reason(reason)
    with transaction.atomic():
        row = hold_participant(participant.pk)
        _require_open(row.cycle)
        if not row.added_by_hand:
            raise NotByHand(_("The rule takes this person in: excuse them instead."))
        if row.progress != Progress.WAITING or Answer.objects.filter(participant=row).exists():
            raise BeginsAlready(_("This person has begun to answer: excuse them instead."))
        row.person = participant.person
        audit.record_all([entry(actor, "remove", row.cycle, row, _state(row), {"note": reason})])
        row.delete()


def _change(
    actor: Viewer,
    participant: Participant,
    reason: str,
    what: str,
    change: Callable[[Participant], object],
) -> Participant:
    """The participant after one exception, checked and recorded."""
    access.require(actor, Right.CYCLE_RUN)
    if not access.may_change_person(actor, Right.CYCLE_RUN, participant.person):
        raise PermissionDenied(Right.CYCLE_RUN.value)
    reason = require_reason(reason)
    with transaction.atomic():
        row = hold_participant(participant.pk)
        row.person = participant.person
        _require_open(row.cycle)
        before = _state(row)
        change(row)
        row.note = reason
        row.save(update_fields=[name.removesuffix("_id") for name in KEPT])
        audit.record_all([entry(actor, what, row.cycle, row, before, _state(row))])
    return row


def _set(row: Participant, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _state(row: Participant) -> dict[str, Any]:
    return {name: told(getattr(row, name)) for name in KEPT}


def _require_open(cycle: Cycle) -> None:
    if not cycle.is_open:
        raise WrongPhase(_("The cycle is not open."))


def _require_later(cycle: Cycle, until: date) -> None:
    """Raise WrongDays unless a day gives more time than everybody has, before the confirmation ends."""
    if until < clock.today() or until <= cycle.self_until:
        raise WrongDays(_("More time ends after everybody's last day to answer, and not in the past."))
    if until > cycle.confirm_until:
        raise WrongDays(_("More time ends before the confirmation does."))
