"""A year's round of rotation: its dates, and how many moves a host takes. The personnel section's alone."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import fiscal
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Category, Employer, Unit
from ikusei.rotation.access import is_section, require_section
from ikusei.rotation.models import HostQuota, Order, Round


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a round; of a deadline it is the last day."""

    opens_on: date
    sheets_until: date
    comments_until: date
    hosts_until: date
    notice_on: date
    effective_on: date


def plan_round(
    *,
    actor: Viewer,
    employer: Employer,
    fiscal_year: int,
    dates: Dates,
    category: str = Category.ICT,
    horizon: int = 5,
) -> Round:
    """The new round of an employer's fiscal year.

    Raises RuleBroken where the moves lie outside the fiscal year or the notice is not to come, ValidationError where the
    days do not follow one another or the year has its round.
    """
    if not is_section(actor, employer):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    _check(actor, dates, fiscal_year)
    round_ = Round(
        employer=employer,
        fiscal_year=fiscal_year,
        category=category,
        horizon=horizon,
        **asdict(dates),
    )
    with transaction.atomic():
        round_.full_clean()
        round_.save()
        _record(actor, "create", round_, after=_told(round_))
    return round_


def change_round(*, actor: Viewer, round_: Round, dates: Dates, horizon: int) -> Round:
    """The round with other days or more years.

    Raises RuleBroken where the day of the notice or of the moves would change although the notice was given or orders
    are issued for it, or the notice would be put on a day that has passed; ValidationError as `plan_round`.
    """
    require_section(actor, round_.employer)
    with transaction.atomic():
        locked = Round.objects.select_for_update(of=("self",)).select_related("employer").get(pk=round_.pk)
        before = _told(locked)
        is_moved = (dates.notice_on, dates.effective_on) != (locked.notice_on, locked.effective_on)
        if is_moved and (locked.is_noticed(actor.today) or locked.noticed_at is not None):
            raise RuleBroken(_("The notice has been given: its day and that of the moves stay."))
        if is_moved and Order.objects.filter(round=locked).exists():
            raise RuleBroken(_("Orders are issued for this notice: its day and that of the moves stay."))
        if is_moved:
            _check(actor, dates, locked.fiscal_year)
        for name, value in asdict(dates).items():
            setattr(locked, name, value)
        locked.horizon = horizon
        locked.full_clean()
        locked.save()
        _record(actor, "change", locked, before=before, after=_told(locked))
    return locked


def set_quota(*, actor: Viewer, round_: Round, unit: Unit, most: int | None) -> None:
    """Let at most so many moves a year go into a unit and below; None takes the limit away."""
    require_section(actor, round_.employer)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        row = HostQuota.objects.filter(round=round_, unit=unit).first()
        before = None if row is None else row.most
        if before == most:
            return
        if most is None:
            HostQuota.objects.filter(round=round_, unit=unit).delete()
        else:
            HostQuota.objects.update_or_create(round=round_, unit=unit, defaults={"most": most})
        _record(
            actor,
            "quota",
            round_,
            before={"unit": unit.pk, "most": before},
            after={"unit": unit.pk, "most": most},
        )


def _check(actor: Viewer, dates: Dates, fiscal_year: int) -> None:
    if fiscal.fiscal_year(dates.effective_on) != fiscal_year:
        raise RuleBroken(_("The day of the moves lies in the fiscal year of the round."))
    if dates.notice_on <= actor.today:
        raise RuleBroken(_("The day of the notice lies ahead: what is drafted would be known at once."))


def _told(round_: Round) -> dict[str, Any]:
    """A round as the audit trail keeps it."""
    days = {name: getattr(round_, name).isoformat() for name in Dates.__dataclass_fields__}
    return {"employer": round_.employer.code, "year": round_.fiscal_year, "horizon": round_.horizon, **days}


def _record(actor: Viewer, what: str, round_: Round, *, after: Any, before: Any = None) -> None:
    audit.record(
        actor=actor.user,
        verb=f"rotation.round.{what}",
        subject_kind="round",
        subject_id=round_.public_id,
        before=before,
        after=after,
    )
