"""What the services of cycles share: who may, reasons, the log of phases, and the entries of the audit trail."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Cycle, CycleStep, Participant, Phase
from ikusei.skills.services.cycles.errors import ReasonMissing

KEPT = (
    "name_ja",
    "name_en",
    "version_id",
    "opens_on",
    "self_until",
    "confirm_until",
    "population",
    "phase",
)
"""The columns of a cycle that its entries in the audit trail tell."""


def require_runner(actor: Viewer) -> None:
    """Raise PermissionDenied unless the actor runs cycles for everyone: one concerns people of every employer."""
    access.require(actor, Right.CYCLE_RUN)
    if not access.reaches_everyone(actor, Right.CYCLE_RUN):
        raise PermissionDenied(Right.CYCLE_RUN.value)


def require_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ReasonMissing where nothing is left."""
    if not (reason := reason.strip()):
        raise ReasonMissing(_("Say why: those concerned can read it."))
    return reason


def told(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def state_of(cycle: Cycle) -> dict[str, Any]:
    """The cycle as the audit trail tells it."""
    return {name: told(getattr(cycle, name)) for name in KEPT}


def record(actor: Viewer, what: str, cycle: Cycle, **values: Any) -> None:
    """Write what was done to a cycle."""
    audit.record(
        actor=actor.user,
        verb=f"skills.cycle.{what}",
        subject_kind="cycle",
        subject_id=cycle.public_id,
        **values,
    )


def entry(
    actor: Viewer, what: str, cycle: Cycle, participant: Participant, before: Any, after: dict[str, Any]
) -> Entry:
    """The unsaved entry for something done to one person in a cycle; `participant.person` must be read already."""
    return Entry(
        kind=Entry.Kind.CHANGE,
        actor=actor.user,
        verb=f"skills.cycle.{what}",
        subject_kind="person",
        subject_id=str(participant.person.public_id),
        before=before,
        after={"cycle": str(cycle.public_id), **after},
    )


def log(actor: Viewer, cycle: Cycle, phase: Phase, reason: str = "") -> CycleStep:
    """The new line of the cycle's log."""
    return CycleStep.objects.create(cycle=cycle, phase=phase, reason=reason, by=actor.user)
