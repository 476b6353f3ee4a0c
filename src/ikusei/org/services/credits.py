"""Years of GQ and DQ for what was no posting: recorded once for a record that says so, and taken back, never changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import CreditKind, ExperienceCredit, Person, Posting, PostingKind

MOST_YEARS = Decimal(3)
"""What one credit gives to one account at most: more than that is a posting, or a slip of the keyboard."""

DAYS_OF_A_YEAR = Decimal(365)


@dataclass(frozen=True, slots=True)
class Credited:
    """What is to be counted: from a day on (`on`, not after today), for something that began on `from_date`.

    `source` is the number of the certificate or decision that says so, `reason` why it is so many years.
    """

    kind: CreditKind
    on: date
    label_ja: str
    source: str
    reason: str
    label_en: str = ""
    from_date: date | None = None
    gq_years: Decimal = Decimal(0)
    dq_years: Decimal = Decimal(0)


def record_credit(*, actor: Viewer, person: Person, given: Credited) -> ExperienceCredit:
    """The new credit of a person.

    Raises PermissionDenied unless the actor has the right over them as part of those who employ them, and is somebody
    else; RuleBroken where the record is counted already, gives nothing or too much, or a posting counts the same days.
    """
    _require(actor, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        _check(person, given)
        credit = ExperienceCredit(
            person=person,
            from_date=given.from_date,
            on=given.on,
            kind=given.kind,
            label_ja=given.label_ja.strip(),
            label_en=given.label_en.strip(),
            gq_years=given.gq_years,
            dq_years=given.dq_years,
            source=given.source.strip(),
            reason=given.reason.strip(),
            recorded_by=actor.user,
        )
        credit.full_clean(exclude=["person", "recorded_by"])
        credit.save(force_insert=True)
        audit.record(
            actor=actor.user,
            verb="org.credit.record",
            subject_kind="person",
            subject_id=person.public_id,
            after=_told(credit),
        )
    return credit


def take_back_credit(*, actor: Viewer, credit: ExperienceCredit, reason: str) -> ExperienceCredit:
    """The credit, which counts no longer on any day; it stays, with who took it back and why.

    Raises as `record_credit`; RuleBroken without a reason, or where it was taken back before.
    """
    _require(actor, credit.person)
    if not reason.strip():
        raise RuleBroken(_("Say why it is taken back."))
    with transaction.atomic():
        row = ExperienceCredit.objects.select_for_update(of=("self",)).get(pk=credit.pk)
        if row.taken_back_at is not None:
            raise RuleBroken(_("These years have been taken back already."))
        row.taken_back_at, row.taken_back_by = clock.now(), actor.user
        row.taken_back_reason = reason.strip()[:500]
        row.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
        audit.record(
            actor=actor.user,
            verb="org.credit.take-back",
            subject_kind="person",
            subject_id=credit.person.public_id,
            before=_told(row),
        )
    return row


def _require(actor: Viewer, person: Person) -> None:
    """Raise PermissionDenied for whoever may not record years for this person; nobody does so for themselves."""
    access.require_home(actor, Right.CREDITS_RECORD, person)
    if actor.person is not None and actor.person.pk == person.pk:
        raise PermissionDenied(Right.CREDITS_RECORD.value)


def _check(person: Person, given: Credited) -> None:
    """Raise RuleBroken where a credit cannot be as it is given."""
    if given.on > clock.today():
        raise RuleBroken(
            _("Years count from the day on which something was done, and that day has not come.")
        )
    if given.from_date is not None and given.from_date > given.on:
        raise RuleBroken(_("It cannot count before it began."))
    if not given.source.strip() or not given.reason.strip():
        raise RuleBroken(_("Name the record it rests on, and why it is so many years."))
    if max(given.gq_years, given.dq_years) <= 0 or min(given.gq_years, given.dq_years) < 0:
        raise RuleBroken(
            _("At least one of the two accounts has to be given something, and none less than 0.")
        )
    if max(given.gq_years, given.dq_years) > MOST_YEARS:
        raise RuleBroken(
            _("One record gives at most %(years)s years to an account.") % {"years": MOST_YEARS.normalize()}
        )
    if given.kind == CreditKind.DISPATCH:
        _check_dispatch(person, given)
    theirs = ExperienceCredit.objects.filter(person=person, taken_back_at=None)
    if theirs.filter(source=given.source.strip()).exists():
        raise RuleBroken(_("What the record %(source)s says is counted already.") % {"source": given.source})


def _check_dispatch(person: Person, given: Credited) -> None:
    """Raise RuleBroken for a dispatch without its days, with more years than days, or recorded as a posting as well."""
    if given.from_date is None or given.from_date == given.on:
        raise RuleBroken(_("Of a dispatch both days are needed: when it began, and from when on it counts."))
    days = (given.on - given.from_date).days
    most = (Decimal(days) / DAYS_OF_A_YEAR).quantize(Decimal("0.001"))
    if max(given.gq_years, given.dq_years) > most:
        raise RuleBroken(
            _("A dispatch of %(days)s days gives at most %(years)s years to an account.")
            % {"days": days, "years": most}
        )
    posted = Posting.objects.touching(given.from_date, given.on).filter(
        person=person, kind=PostingKind.DISPATCH, share__gt=0
    )
    if posted.exists():
        raise RuleBroken(
            _("On days of this dispatch %(name)s is posted as dispatched: the posting counts them already.")
            % {"name": person.display_name}
        )


def _told(credit: ExperienceCredit) -> dict[str, str]:
    """What the trail keeps of a credit: its number, its day and its years."""
    return {
        "credit": str(credit.pk),
        "on": credit.on.isoformat(),
        "gq_years": str(credit.gq_years),
        "dq_years": str(credit.dq_years),
    }
