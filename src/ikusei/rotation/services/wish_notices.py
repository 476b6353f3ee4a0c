"""Writing to those whom a round asks: the sheets are open, a sheet is missing, comments are missing.

Who gets a letter and who does not, and why, is worked out in the same way for the preview and for the sending. A letter
says days and an address: nothing of what anybody wrote.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.audit import services as audit
from ikusei.notices import services as notices
from ikusei.notices.models import Mailing
from ikusei.notices.preview import Preview
from ikusei.notices.recipients import Given, Recipient
from ikusei.org.access import Viewer
from ikusei.org.models import Leave, Person
from ikusei.rotation.access import require_section
from ikusei.rotation.mails import COMMENT_REMINDER, SHEET_REMINDER, SHEETS_OPENED
from ikusei.rotation.models import ChiefComment, Round, Sheet
from ikusei.rotation.queries.wish_comments import asked_people, home_chiefs

SOON = timedelta(days=3)
"""So many days before a deadline those who are missing are reminded by themselves."""

VERB = "rotation.wishes.remind"

_DONE = _("Has handed in already.")
_AWAY = _("Is on leave today.")
_NOT_YET = _("The sheets are not open yet.")
_OVER = _("The last day to hand in has passed.")
_COMMENTS_OVER = _("The last day to comment has passed.")


@dataclass(frozen=True, slots=True)
class Letters:
    """What is to be sent: the kind, what is the same for all, and everybody it is about."""

    kind: str
    common: Mapping[str, Given]
    recipients: list[Recipient]


def preview_opening(actor: Viewer, round_: Round) -> Preview:
    """Who is told that the sheets are open, who is not and why. Raises PermissionDenied outside the personnel section."""
    return _preview(actor, round_, _opening(round_, actor.today))


def preview_sheets(actor: Viewer, round_: Round) -> Preview:
    """Who is reminded of a missing sheet, who is not and why. Raises PermissionDenied outside the personnel section."""
    return _preview(actor, round_, _sheets(round_, actor.today))


def preview_comments(actor: Viewer, round_: Round) -> Preview:
    """Which section chiefs are reminded of comments, which are not and why. Raises PermissionDenied as above."""
    return _preview(actor, round_, _comments(round_, actor.today))


def tell_opened(*, actor: Viewer, round_: Round, once_key: str = "", expect: str = "") -> Mailing:
    """The mailing that tells everybody that the sheets are open. Raises notices.services.ListChanged."""
    return _send(actor, round_, _opening(round_, actor.today), once_key, expect)


def remind_sheets(*, actor: Viewer, round_: Round, once_key: str = "", expect: str = "") -> Mailing:
    """The mailing to those whose sheet is missing. `expect` is the digest of the preview that was shown.

    Raises notices.services.ListChanged where the list is another now.
    """
    return _send(actor, round_, _sheets(round_, actor.today), once_key, expect)


def remind_comments(*, actor: Viewer, round_: Round, once_key: str = "", expect: str = "") -> Mailing:
    """The mailing to the section chiefs whose comments are missing. Raises notices.services.ListChanged."""
    return _send(actor, round_, _comments(round_, actor.today), once_key, expect)


def remind_all(*, actor: Viewer) -> int:
    """How many mailings went out by themselves today: each of a round's four goes out once, however often this runs.

    The sheets are open; three days before their last day; comments can be made; three days before their last day.
    A night without a worker is made good the next night, as long as it makes sense.
    """
    today, count = actor.today, 0
    for round_ in Round.objects.filter(opens_on__lte=today, comments_until__gte=today).select_related(
        "employer"
    ):
        due = []
        if today <= round_.sheets_until:
            late = round_.sheets_until - SOON <= today
            due.append(("reminder", _sheets) if late else ("opened", _opening))
        else:
            late = round_.comments_until - SOON <= today
            due.append(("comments-late" if late else "comments", _comments))
        for name, letters in due:
            once_key = f"rotation.{name}.{round_.public_id.hex}"
            if not Mailing.objects.filter(once_key=once_key).exists():
                _send(actor, round_, letters(round_, today), once_key, "")
                count += 1
    return count


def _preview(actor: Viewer, round_: Round, letters: Letters) -> Preview:
    require_section(actor, round_.employer)
    return notices.preview(kind=letters.kind, recipients=letters.recipients, common=letters.common)


def _send(actor: Viewer, round_: Round, letters: Letters, once_key: str, expect: str) -> Mailing:
    require_section(actor, round_.employer)
    with transaction.atomic():
        mailing = notices.send(
            actor=actor.user,
            kind=letters.kind,
            recipients=letters.recipients,
            common=letters.common,
            subject_ref=f"round:{round_.public_id}",
            once_key=once_key,
            expect=expect,
        )
        audit.record(
            actor=actor.user,
            verb=VERB,
            subject_kind="round",
            subject_id=round_.public_id,
            count=max(mailing.size, 1),
            after={"kind": letters.kind, "mailing": str(mailing.public_id)},
        )
    return mailing


def _opening(round_: Round, today: date) -> Letters:
    reason = _not_open(round_, today)
    return Letters(
        kind=SHEETS_OPENED.name,
        common=_common(round_, round_.sheets_until, "rotation:wishes"),
        recipients=_people(round_, today, reason),
    )


def _sheets(round_: Round, today: date) -> Letters:
    reason = _not_open(round_, today)
    return Letters(
        kind=SHEET_REMINDER.name,
        common=_common(round_, round_.sheets_until, "rotation:wishes"),
        recipients=_people(round_, today, reason),
    )


def _not_open(round_: Round, today: date) -> Promise | str:
    if today < round_.opens_on:
        return _NOT_YET
    return _OVER if today > round_.sheets_until else ""


def _common(round_: Round, deadline: date, page: str) -> dict[str, Given]:
    return {
        "year": {"ja": f"{round_.fiscal_year}年度", "en": f"FY{round_.fiscal_year}"},
        "deadline": deadline,
        "link": notices.absolute(reverse(page)),
    }


_NAMED = ("public_id", "name", "used_name", "name_latin", "email", "user__email", "user__language")


def _people(round_: Round, today: date, closed: Promise | str) -> list[Recipient]:
    """Everybody whom the round asks, with why some get no letter. One query."""
    leave = Leave.objects.on(today).filter(person_id=OuterRef("pk"))
    sheets = Sheet.objects.filter(round=round_, person_id=OuterRef("pk"))
    rows = (
        asked_people(round_, today)
        .annotate(away=Exists(leave), handed_in_at=Subquery(sheets.values("handed_in_at")[:1]))
        .order_by("kana", "name", "pk")
        .values_list("handed_in_at", "away", *_NAMED)
    )
    return [
        _recipient(named, barred=_DONE if handed_in_at else closed or (_AWAY if away else ""))
        for handed_in_at, away, *named in rows
    ]


def _comments(round_: Round, today: date) -> Letters:
    """The section chiefs of those without a comment, with how many these are. Five queries."""
    people = asked_people(round_, today)
    spoken = set(ChiefComment.objects.filter(sheet__round=round_).values_list("sheet__person_id", flat=True))
    waiting: dict[int, int] = {}
    for person_id, home in home_chiefs(people, round_, today).items():
        if person_id not in spoken and home.supervisor_person_id is not None:
            waiting[home.supervisor_person_id] = waiting.get(home.supervisor_person_id, 0) + 1
    closed: Promise | str = (
        _NOT_YET if today < round_.opens_on else _COMMENTS_OVER if today > round_.comments_until else ""
    )
    leave = Leave.objects.on(today).filter(person_id=OuterRef("pk"))
    rows = (
        Person.objects.filter(pk__in=waiting)
        .annotate(away=Exists(leave))
        .order_by("kana", "name", "pk")
        .values_list("pk", "away", *_NAMED)
    )
    return Letters(
        kind=COMMENT_REMINDER.name,
        common=_common(round_, round_.comments_until, "rotation:comments") | {"people": 0},
        recipients=[
            _recipient(named, barred=closed or (_AWAY if away else ""), context={"people": waiting[pk]})
            for pk, away, *named in rows
        ],
    )


def _recipient(
    named: Iterable[object], *, barred: Promise | str, context: Mapping[str, Given] | None = None
) -> Recipient:
    public_id, name, used_name, latin, email, account, language = (str(one or "") for one in named)
    return Recipient(
        ref=public_id,
        name=latin if language == "en" and latin else used_name or name,
        address=email or account,
        language=language,
        context=context or {},
        barred=barred,
    )
