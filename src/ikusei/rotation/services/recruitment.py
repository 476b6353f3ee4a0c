"""Internal open recruitment: a post is published, people apply, the personnel section decides, results come on their day.

Nobody but the personnel section learns who applies: no supervisor is told, no letter or page names an applicant.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.notices import services as notices
from ikusei.notices.models import Letter
from ikusei.notices.recipients import Recipient
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.rotation.access import require_section
from ikusei.rotation.mails import RECRUITMENT_RESULT
from ikusei.rotation.models import Application, Outcome, Recruitment, Round
from ikusei.rotation.post_access import readable_posts
from ikusei.rotation.queries.recruitment import is_employed, is_open, may_decide

TELLING = timedelta(days=30)
"""So long after its day a result is still told by mail, where it was decided late or no worker ran."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What is published: the post, its seats, the text and the days."""

    post_id: int
    text_ja: str
    publish_on: date
    apply_until: date
    result_on: date
    text_en: str = ""
    seats: int = 1


def publish(*, actor: Viewer, round_: Round, offered: Offered) -> Recruitment:
    """The new offer, known to employees from its day on.

    Raises PermissionDenied outside the personnel section, RuleBroken for a day that has passed or a post that cannot be
    offered, ValidationError where the days do not follow one another.
    """
    require_section(actor, round_.employer)
    if actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    _check(actor, offered)
    row = Recruitment(round=round_, author=actor.user, **asdict(offered))
    with transaction.atomic():
        row.full_clean()
        row.save()
        _record(actor, "publish", row, after=_told(offered))
    return row


def change_offer(*, actor: Viewer, recruitment: Recruitment, offered: Offered) -> None:
    """Change an offer before its day. Raises RuleBroken once it is published, else as `publish`."""
    require_section(actor, recruitment.round.employer)
    with transaction.atomic():
        row = _lock(recruitment)
        if row.withdrawn_at is not None or actor.today >= row.publish_on:
            raise RuleBroken(_("What is published is not changed any more: withdraw it and publish another."))
        _check(actor, offered)
        for name, value in asdict(offered).items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        _record(actor, "change", row, after=_told(offered))


def withdraw_offer(*, actor: Viewer, recruitment: Recruitment) -> None:
    """Withdraw an offer; whoever applied sees that. Raises RuleBroken once results are told."""
    require_section(actor, recruitment.round.employer)
    with transaction.atomic():
        row = _lock(recruitment)
        if actor.today >= row.result_on:
            raise RuleBroken(_("The results are told: the offer stays as it is."))
        if row.withdrawn_at is None:
            row.withdrawn_at = clock.now()
            row.save(update_fields=["withdrawn_at"])
            _record(actor, "withdraw", row)


def apply(*, actor: Viewer, recruitment: Recruitment, text: str) -> Application:
    """The application of the viewer, the words of an earlier one replaced.

    Raises PermissionDenied for whoever has no person record, RuleBroken outside the days or for somebody whom the employer
    does not employ.
    """
    person = _self(actor)
    with transaction.atomic():
        row = _lock(recruitment)
        if not is_open(row, actor.today):
            raise RuleBroken(_("The last day to apply has passed."))
        if not is_employed(person, row.round, actor.today):
            raise RuleBroken(
                _("Employees of %(employer)s can apply.") % {"employer": row.round.employer.name}
            )
        if not text.strip():
            raise RuleBroken(_("Say why you apply."))
        values = {"text": text.strip(), "withdrawn_at": None}
        made, _is_new = Application.objects.update_or_create(recruitment=row, person=person, defaults=values)
        _record(actor, "apply", row)
    return made


def withdraw_application(*, actor: Viewer, recruitment: Recruitment) -> None:
    """Take the own application back, until the last day to apply. Raises RuleBroken later."""
    person = _self(actor)
    with transaction.atomic():
        row = _lock(recruitment)
        if not is_open(row, actor.today):
            raise RuleBroken(_("The last day to apply has passed."))
        mine = Application.objects.filter(recruitment=row, person=person, withdrawn_at=None)
        if mine.update(withdrawn_at=clock.now()):
            _record(actor, "unapply", row)


def decide(*, actor: Viewer, application: Application, outcome: Outcome, words: str = "") -> None:
    """Decide about an application; the person learns of it on the day of results.

    Raises RuleBroken while people can still apply, for more people than seats, and once a result has been told.
    """
    require_section(actor, application.recruitment.round.employer)
    with transaction.atomic():
        row = _lock(application.recruitment)
        locked = Application.objects.get(pk=application.pk)
        if not may_decide(row, actor.today) or locked.withdrawn_at is not None:
            raise RuleBroken(_("It is decided once nobody can apply any more."))
        if actor.today >= row.result_on and locked.outcome:
            raise RuleBroken(_("The result has been told and stays."))
        taken = Application.objects.filter(
            recruitment=row, outcome=Outcome.SELECTED, withdrawn_at=None
        ).exclude(pk=locked.pk)
        if outcome == Outcome.SELECTED and taken.count() >= row.seats:
            raise RuleBroken(_("All seats are given away."))
        locked.outcome, locked.outcome_text, locked.decided_by = outcome, words.strip(), actor.user
        locked.save(update_fields=["outcome", "outcome_text", "decided_by"])
        _record(actor, "decide", row, after={"application": str(locked.public_id)})


def tell_results() -> int:
    """How many applicants are written to now: each once, on the day of results or as soon as decided after it.

    The letter says that the result stands on the page, and nothing else.
    """
    today, count = clock.today(), 0
    rows = Recruitment.objects.filter(
        result_on__lte=today, result_on__gt=today - TELLING, withdrawn_at=None
    ).order_by("pk")
    for row in rows:
        with transaction.atomic():
            Recruitment.objects.select_for_update().get(pk=row.pk)
            count += _tell(row, today)
    return count


def _tell(row: Recruitment, today: date) -> int:
    about = f"recruitment:{row.public_id}"
    told = set(
        Letter.objects.filter(mailing__kind=RECRUITMENT_RESULT.name, mailing__subject_ref=about).values_list(
            "ref", flat=True
        )
    )
    people = Person.objects.filter(applications__recruitment=row, applications__withdrawn_at=None).exclude(
        applications__recruitment=row, applications__outcome=Outcome.OPEN
    )
    recipients = [_recipient(one) for one in people.select_related("user") if str(one.public_id) not in told]
    if not recipients:
        return 0
    link = notices.absolute(reverse("rotation:recruitment", args=[row.public_id]))
    mailing = notices.send(
        actor=None,
        kind=RECRUITMENT_RESULT.name,
        recipients=recipients,
        common={"link": link},
        subject_ref=about,
        once_key=f"rotation.result.{row.pk}.{today.isoformat()}",
    )
    return mailing.size


def _recipient(person: Person) -> Recipient:
    language = person.user.language if person.user is not None else ""
    name = person.name_latin if language == "en" and person.name_latin else person.used_name or person.name
    address = person.email or (person.user.email if person.user is not None else "")
    return Recipient(ref=str(person.public_id), name=name, address=address, language=language)


def _self(actor: Viewer) -> Person:
    if actor.person is None:
        raise PermissionDenied(Right.OWN.value)
    return actor.person


def _check(actor: Viewer, offered: Offered) -> None:
    if offered.publish_on < actor.today:
        raise RuleBroken(_("The day of publication lies ahead, or is today."))
    if not readable_posts(actor).filter(pk=offered.post_id).exists():
        raise RuleBroken(_("This post cannot be offered."))
    if offered.seats < 1:
        raise RuleBroken(_("At least one seat is offered."))


def _lock(row: Recruitment) -> Recruitment:
    locked = Recruitment.objects.select_for_update(of=("self",)).select_related("round__employer")
    return locked.get(pk=row.pk)


def _told(offered: Offered) -> dict[str, Any]:
    days = {name: getattr(offered, name).isoformat() for name in ("publish_on", "apply_until", "result_on")}
    return {"post": offered.post_id, "seats": offered.seats, **days}


def _record(actor: Viewer, what: str, row: Recruitment, *, after: Any = None) -> None:
    audit.record(
        actor=actor.user,
        verb=f"rotation.recruitment.{what}",
        subject_kind="recruitment",
        subject_id=row.public_id,
        after=after,
    )
