"""Whom a cycle writes to: those who have not handed in, those who keep others waiting, everybody at the opening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.accounts.models import User
from ikusei.lib import clock
from ikusei.lib.periods import current
from ikusei.notices.recipients import Given, Recipient
from ikusei.notices.services import absolute
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Leave, Person, Posting
from ikusei.org.queries.supervisors import Supervision, supervisors
from ikusei.skills.models import Cycle, Excuse, Participant, Phase, Progress
from ikusei.skills.queries.cycles.opening import participants
from ikusei.skills.queries.cycles.waiting import WAITING

SOON = timedelta(days=3)
"""Whoever has more time than this left is not reminded yet."""


class Whom(StrEnum):
    """Whom a letter goes to."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    OPENED = "opened"

    @property
    def label(self) -> Promise:
        """The recipients in words."""
        return _LABELS[self]

    @property
    def kind(self) -> str:
        """The notice that they get (`skills.mails`)."""
        return _KINDS[self]


_LABELS = {
    Whom.ANSWER: _("People who have not handed in"),
    Whom.CONFIRM: _("Supervisors who keep others waiting"),
    Whom.OPENED: _("Everybody who is asked: the cycle is open"),
}
_KINDS = {
    Whom.ANSWER: "skills.cycle-reminder",
    Whom.CONFIRM: "skills.confirmation-reminder",
    Whom.OPENED: "skills.cycle-opened",
}
_EXCUSES = {
    Excuse.LEAVE: _("Is on long leave on the last day to answer."),
    Excuse.LEFT: _("Is no longer employed."),
    Excuse.OUT: _("Is no longer among those who are asked."),
    Excuse.BY_HAND: _("Was excused by the skill steward."),
}
_AWAY = _("Is on leave today.")
_LATER = _("Was given more time, which is not over yet.")
_OVER = _("The time to answer is over.")
_DONE = _("Has handed in already.")
_NO_ACCOUNT = _("Has no account to sign in with.")


@dataclass(frozen=True, slots=True)
class Letters:
    """What is to be sent: the kind, the values that are the same for all, who may get it, and whose row each is.

    `rows`: public id of a recipient -> the participants who were, or whose supervisor was, reminded with it.
    """

    kind: str
    common: Mapping[str, Given]
    recipients: list[Recipient]
    rows: dict[str, list[int]]


def letters(viewer: Viewer, cycle: Cycle, whom: Whom, *, unit_id: int | None = None) -> Letters:
    """Everybody whom a letter is about, with the reason for each who does not get it. Three queries for answers.

    `unit_id` narrows to the people confirmed in a unit and below it.
    """
    rows = participants(viewer, cycle)
    if unit_id is not None:
        rows = rows.filter(unit_id__in=access.units_below([unit_id], viewer.today))
    page = "skills:confirmation" if whom is Whom.CONFIRM else "skills:self_assessment"
    common: dict[str, Given] = {
        "cycle": {"ja": cycle.name_ja or cycle.name_en, "en": cycle.name_en or cycle.name_ja},
        "deadline": cycle.confirm_until if whom is Whom.CONFIRM else cycle.self_until,
        "link": absolute(reverse(page)),
    }
    if whom is Whom.CONFIRM:
        recipients, about = _supervisors(rows, viewer.today)
    else:
        recipients, about = _people(rows, cycle, whom, viewer.today)
    return Letters(whom.kind, common, recipients, about)


def _people(
    rows: QuerySet[Participant], cycle: Cycle, whom: Whom, today: date
) -> tuple[list[Recipient], dict[str, list[int]]]:
    if whom is Whom.ANSWER:
        rows = rows.filter(progress__in=(Progress.WAITING, Progress.ANSWERING))
    leave = Leave.objects.on(today).filter(person_id=OuterRef("person_id"))
    told = (
        rows.annotate(away=Exists(leave))
        .order_by("person__kana", "person_id")
        .values_list(
            "pk", "away", "excuse", "progress", "extended_until", *(f"person__{name}" for name in _NAMED)
        )
    )
    recipients, about = [], {}
    for pk, away, excuse, progress, extended, *named in told:
        barred = _why_not(cycle, excuse, progress, extended, today, is_away=away)
        # Everybody's day is a common value; a day of one's own goes along with the letter.
        own: dict[str, Given] = {"deadline": extended} if extended and not barred else {}
        recipient = _recipient(named, own, barred)
        recipients.append(recipient)
        about[recipient.ref] = [pk]
    return recipients, about


_NAMED = (
    "public_id",
    "name",
    "used_name",
    "name_latin",
    "email",
    "user__email",
    "user__language",
)


def _recipient(named: Iterable[Any], own: Mapping[str, Given], barred: Promise | str) -> Recipient:
    public_id, name, used_name, latin, email, account, language = named
    return Recipient(
        ref=str(public_id),
        name=latin if language == "en" and latin else used_name or name,
        address=email or account or "",
        language=language or "",
        context=own,
        barred=barred,
    )


def _why_not(
    cycle: Cycle, excuse: str, progress: str, extended: date | None, today: date, *, is_away: bool
) -> Promise | str:
    """Why somebody gets no letter; "" where they do."""
    if excuse:
        return _EXCUSES[Excuse(excuse)]
    if progress in (Progress.HANDED_IN, Progress.CONFIRMED):
        return _DONE
    if is_away:
        return _AWAY
    if extended is not None and extended - today > SOON:
        return _LATER
    over = cycle.phase == Phase.SUPERVISOR and (extended is None or extended < today)
    return _OVER if over else ""


type _Key = tuple[int | None, int | None, str]
"""A supervisor: person, account, name."""


@dataclass(slots=True)
class _Load:
    """The participants who wait for one supervisor, and since when the first of them does."""

    rows: list[int]
    since: datetime | None


def _supervisors(rows: QuerySet[Participant], today: date) -> tuple[list[Recipient], dict[str, list[int]]]:
    """The supervisors for whom people wait: of the main posting, or of the unit that the steward named."""
    waiting = list(
        rows.filter(WAITING).values_list("pk", "person_id", "handed_in_at", "unit_id", "unit_by_hand")
    )
    people = Person.objects.filter(pk__in=rows.filter(WAITING, unit_by_hand=False).values("person_id"))
    found = supervisors(people.order_by().values_list("pk", flat=True), today)
    heads = _heads({unit_id for *_row, unit_id, by_hand in waiting if by_hand}, today)
    loads: dict[_Key, _Load] = {}
    for pk, person_id, since, unit_id, by_hand in waiting:
        key = heads.get(unit_id) if by_hand else _main(found.get(person_id, []))
        if key is None:
            continue
        load = loads.setdefault(key, _Load([], since))
        load.rows.append(pk)
        load.since = min((day for day in (load.since, since) if day is not None), default=None)
    return _loaded(loads, today)


def _main(theirs: list[Supervision]) -> _Key | None:
    """Who supervises the main posting."""
    if not theirs or theirs[0].is_vacant:
        return None
    return theirs[0].supervisor_person_id, theirs[0].supervisor_user_id, theirs[0].supervisor_name


def _loaded(loads: Mapping[_Key, _Load], today: date) -> tuple[list[Recipient], dict[str, list[int]]]:
    known = _supervising([person_id for person_id, _user, _name in loads if person_id is not None], today)
    outside = [user_id for person_id, user_id, _name in loads if person_id is None]
    invited = User.objects.in_bulk(outside) if outside else {}
    recipients, about = [], {}
    for (person_id, user_id, name), load in loads.items():
        if person_id is not None:
            ref, address, language, away = known[person_id]
        else:
            account = invited[user_id or 0]
            ref, address, language, away = f"account:{user_id}", account.email, account.language, False
        barred: Promise | str = _AWAY if away else "" if address else _NO_ACCOUNT
        since = load.since.astimezone(clock.TOKYO).date() if load.since else today
        context: dict[str, Given] = {"people": len(load.rows), "since": since}
        recipients.append(Recipient(ref, name, address, language, context, barred))
        about[ref] = load.rows
    return recipients, about


def _supervising(person_ids: list[int], today: date) -> dict[int, tuple[str, str, str, bool]]:
    """Person -> public id, address and language of the account ("" without one), whether on leave. One query."""
    leave = Leave.objects.on(today).filter(person_id=OuterRef("pk"))
    rows = Person.objects.filter(pk__in=person_ids).order_by().annotate(away=Exists(leave))
    return {
        pk: (str(public_id), address or "", language or "", away)
        for pk, public_id, address, language, away in rows.values_list(
            "pk", "public_id", "user__email", "user__language", "away"
        )
    }


def _heads(unit_ids: set[int], today: date) -> dict[int, _Key]:
    """Unit -> its head today, as `_supervisors` knows people."""
    if not unit_ids:
        return {}
    posts = Posting.objects.filter(
        current(today),
        current(today, "post__terms__"),
        post__terms__is_head=True,
        post__unit_id__in=unit_ids,
        share__gt=0,
    ).select_related("person", "post")
    return {
        row.post.unit_id: (row.person.pk, row.person.user_id, row.person.display_name)
        for row in posts.order_by("share", "-from_date", "-pk")
    }
