"""The phases of a cycle: opened, confirmed, closed, opened again; by hand or by date."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ikusei.jobs.services import record_event
from ikusei.jobs.tasks import analyze_after
from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import Cycle, Framework, Participant, Phase, Progress, VersionState
from ikusei.skills.services.cycles.errors import (
    AnotherIsOpen,
    NobodyAsked,
    VersionNotPublished,
    WrongDays,
    WrongPhase,
)
from ikusei.skills.services.cycles.locking import lock_cycle, wait_for_saves
from ikusei.skills.services.cycles.recording import log, record, require_reason, require_runner
from ikusei.skills.services.cycles.refreshing import refresh, refresh_cycle


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed cycle, and how many of those awaited had not handed in or were not confirmed."""

    cycle: Cycle
    not_handed_in: int
    not_confirmed: int


@dataclass(slots=True)
class Advanced:
    """What a night did: the cycles opened, moved to confirmation, kept up to date; and what could not be done."""

    opened: int = 0
    confirming: int = 0
    refreshed: int = 0
    problems: list[str] = field(default_factory=list)


def open_cycle(*, actor: Viewer, cycle: Cycle) -> Cycle:
    """The open cycle with everybody in it whom the rule takes in today. Opened early or late, it opens today.

    Raises WrongPhase unless it is planned, WrongDays where the time to answer is over, AnotherIsOpen where one of the
    same framework is open, VersionNotPublished, NobodyAsked.
    """
    require_runner(actor)
    today = clock.today()
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if cycle.phase != Phase.PLANNED:
            raise WrongPhase(_("The cycle has been opened already."))
        if cycle.self_until < today:
            raise WrongDays(_("The time to answer is over: give the cycle other days first."))
        if cycle.version.state != VersionState.PUBLISHED:
            raise VersionNotPublished(
                _("Version %(label)s of the framework is not published.") % {"label": cycle.version.label}
            )
        _require_only_one(cycle)
        planned = cycle.opens_on
        cycle.opens_on = today
        _enter(actor, cycle, Phase.SELF, "open", before={"opens_on": planned.isoformat()})
        added = refresh(actor, cycle, today).added
        if not added:
            raise NobodyAsked(_("The rule takes nobody in today."))
        analyze_after(added)
    return cycle


def enter_confirmation(*, actor: Viewer, cycle: Cycle, reason: str = "") -> Cycle:
    """The cycle, in which only those with more time still answer. Before the last day to answer it takes a reason.

    Raises WrongPhase unless people answer now, ReasonMissing.
    """
    require_runner(actor)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if cycle.phase != Phase.SELF:
            raise WrongPhase(_("Nobody answers in this cycle now."))
        if clock.today() <= cycle.self_until:
            reason = require_reason(reason)
        _enter(actor, cycle, Phase.SUPERVISOR, "confirm", reason)
    return cycle


def close_cycle(*, actor: Viewer, cycle: Cycle, reason: str = "") -> Closed:
    """The closed cycle, with the numbers of those who are not through. Nothing that was saved is lost.

    Raises WrongPhase unless it is open.
    """
    require_runner(actor)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if not cycle.is_open:
            raise WrongPhase(_("The cycle is not open."))
        wait_for_saves(cycle)
        awaited = Participant.objects.filter(cycle=cycle, excuse="").aggregate(
            not_handed_in=Count("pk", filter=Q(progress__in=(Progress.WAITING, Progress.ANSWERING))),
            not_confirmed=Count("pk", filter=Q(progress=Progress.HANDED_IN)),
        )
        _enter(actor, cycle, Phase.CLOSED, "close", reason.strip(), after=awaited)
    return Closed(cycle, **awaited)


def reopen_cycle(
    *,
    actor: Viewer,
    cycle: Cycle,
    reason: str,
    confirm_until: date,
    self_until: date | None = None,
) -> Cycle:
    """The cycle, open again: for confirmation, and with `self_until` for answers as well.

    Raises WrongPhase where it is planned or open in that way already, WrongDays where a day has passed, AnotherIsOpen,
    ReasonMissing.
    """
    require_runner(actor)
    reason = require_reason(reason)
    phase = Phase.SUPERVISOR if self_until is None else Phase.SELF
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        if cycle.phase in (Phase.PLANNED, phase) or (cycle.phase, phase) == (Phase.SELF, Phase.SUPERVISOR):
            raise WrongPhase(_("The cycle need not be opened again for that."))
        if not clock.today() <= (self_until or confirm_until) <= confirm_until:
            raise WrongDays(_("The days to come must follow each other: answers, confirmation."))
        _require_only_one(cycle)
        before = {
            "self_until": cycle.self_until.isoformat(),
            "confirm_until": cycle.confirm_until.isoformat(),
        }
        cycle.self_until = self_until or cycle.self_until
        cycle.confirm_until = confirm_until
        _enter(actor, cycle, phase, "reopen", reason, before=before)
        refresh(actor, cycle, clock.today())
    return cycle


def advance_cycles(*, actor: Viewer) -> Advanced:
    """What the day brings for every cycle: opened and moved on by date, and its people kept up to date.

    One that cannot be opened holds up no other; `problems` says why.
    """
    require_runner(actor)
    done, today = Advanced(), clock.today()
    for cycle in Cycle.objects.exclude(phase=Phase.CLOSED).order_by("opens_on", "pk"):
        try:
            if cycle.phase == Phase.PLANNED:
                if cycle.opens_on <= today:
                    open_cycle(actor=actor, cycle=cycle)
                    done.opened += 1
                continue
            refresh_cycle(actor=actor, cycle=cycle)
            done.refreshed += 1
            if cycle.phase == Phase.SELF and cycle.self_until < today:
                enter_confirmation(actor=actor, cycle=cycle)
                done.confirming += 1
        except RuleBroken as error:
            done.problems.append(f"{cycle.name}: {error}")
    return done


def _require_only_one(cycle: Cycle) -> None:
    """Raise AnotherIsOpen where people answer the same framework already; two that open at once wait for each other."""
    framework = Framework.objects.select_for_update(no_key=True).get(pk=cycle.version.framework_id)
    other = (
        Cycle.objects.filter(version__framework=framework, phase__in=(Phase.SELF, Phase.SUPERVISOR))
        .exclude(pk=cycle.pk)
        .first()
    )
    if other is not None:
        raise AnotherIsOpen(
            _("“%(name)s” is open with the same framework: close it first.") % {"name": other.name}
        )


def _enter(
    actor: Viewer,
    cycle: Cycle,
    phase: Phase,
    what: str,
    reason: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write a phase with everything that goes with it; saves that are under way end first."""
    wait_for_saves(cycle)
    left = cycle.phase
    cycle.phase = phase
    cycle.save(update_fields=["phase", "opens_on", "self_until", "confirm_until"])
    log(actor, cycle, phase, reason)
    record(
        actor,
        what,
        cycle,
        before={"phase": left, **(before or {})},
        after={
            "phase": phase,
            "opens_on": cycle.opens_on.isoformat(),
            "self_until": cycle.self_until.isoformat(),
            "confirm_until": cycle.confirm_until.isoformat(),
            "reason": reason,
            **(after or {}),
        },
    )
    record_event(name=f"skills.cycle.{_EVENTS[what]}", payload={"cycle": str(cycle.public_id)})


_EVENTS = {"open": "opened", "confirm": "confirming", "close": "closed", "reopen": "reopened"}
