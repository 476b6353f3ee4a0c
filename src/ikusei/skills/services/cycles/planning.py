"""Planning a cycle, and giving more time while it runs."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.lib import clock, fiscal
from ikusei.org import rules
from ikusei.org.access import Viewer
from ikusei.skills.models import Cycle, FrameworkVersion, Phase, VersionState
from ikusei.skills.services.cycles.errors import (
    PopulationWrong,
    VersionNotPublished,
    WrongDays,
    WrongPhase,
)
from ikusei.skills.services.cycles.locking import lock_cycle
from ikusei.skills.services.cycles.recording import log, record, require_reason, require_runner, state_of


def create_cycle(
    *,
    actor: Viewer,
    name_ja: str,
    version: FrameworkVersion,
    opens_on: date,
    self_until: date,
    confirm_until: date,
    population: Any,
    name_en: str = "",
) -> Cycle:
    """The new planned cycle; it opens by itself on its day. Its fiscal year is that of the opening.

    Raises VersionNotPublished, WrongDays, PopulationWrong. PermissionDenied for whoever does not reach everyone.
    """
    require_runner(actor)
    with transaction.atomic():
        cycle = Cycle(
            name_ja=name_ja.strip(),
            name_en=name_en.strip(),
            fiscal_year=fiscal.fiscal_year(opens_on),
            version=version,
            opens_on=opens_on,
            self_until=self_until,
            confirm_until=confirm_until,
            population=population,
            created_by=actor.user,
        )
        _check(cycle)
        cycle.save()
        log(actor, cycle, Phase.PLANNED)
        record(actor, "create", cycle, after=state_of(cycle))
    return cycle


def change_cycle(*, actor: Viewer, cycle: Cycle, reason: str = "", **changes: Any) -> Cycle:
    """The changed cycle. While it is planned anything of `create_cycle` changes; while it is open only deadlines do.

    Open deadlines move forward only, with a reason that everybody can read. Raises what `create_cycle` does, WrongPhase
    for a closed cycle, ReasonMissing.
    """
    require_runner(actor)
    with transaction.atomic():
        cycle = lock_cycle(cycle.pk)
        before = state_of(cycle)
        changed = {name: value for name, value in changes.items() if getattr(cycle, name) != value}
        if not changed:
            return cycle
        if cycle.phase != Phase.PLANNED:
            reason = require_reason(reason)
            _require_more_time(cycle, changed)
        for name, value in changed.items():
            setattr(cycle, name, value)
        cycle.fiscal_year = fiscal.fiscal_year(cycle.opens_on)
        _check(cycle)
        cycle.save()
        if cycle.phase != Phase.PLANNED:
            log(actor, cycle, Phase(cycle.phase), reason)
        record(actor, "change", cycle, before=before, after={**state_of(cycle), "reason": reason})
    return cycle


def _check(cycle: Cycle) -> None:
    """Raise unless the cycle can be kept: days in order, version published, a rule that can be read."""
    if not cycle.opens_on <= cycle.self_until <= cycle.confirm_until:
        raise WrongDays(_("The days must follow each other: opening, answers, confirmation."))
    if cycle.version.state != VersionState.PUBLISHED:
        raise VersionNotPublished(
            _("Version %(label)s of the framework is not published.") % {"label": cycle.version.label}
        )
    try:
        rules.parse(cycle.population)
    except rules.RuleUnreadable as error:
        raise PopulationWrong(
            _("The rule of the population cannot be read: %(problem)s") % {"problem": error}
        ) from error


def _require_more_time(cycle: Cycle, changed: dict[str, Any]) -> None:
    """Raise unless an open cycle changes by deadlines that are still to come and move forward."""
    if not cycle.is_open:
        raise WrongPhase(_("The cycle is closed: open it again first."))
    open_days = {"self_until", "confirm_until"} if cycle.phase == Phase.SELF else {"confirm_until"}
    if set(changed) - open_days:
        raise WrongPhase(_("While people answer, only deadlines that are still to come can change."))
    for name, value in changed.items():
        if value < getattr(cycle, name) or value < clock.today():
            raise WrongDays(_("A deadline of an open cycle moves forward only."))
