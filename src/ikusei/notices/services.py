"""What a person or another app can do with notices: preview, send, stop, go on, decide about single letters, reword.

Callers of `preview` and `send` have checked the right of their own room: notices knows neither people nor rights.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from ikusei.audit import services as audit
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.notices import registry, wording
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing, MailingState, Wording
from ikusei.notices.preview import Preview, make_preview
from ikusei.notices.recipients import Given, Recipient, Sorted, check_values, frozen, sort_out
from ikusei.notices.reports import Report
from ikusei.notices.sending import recount
from ikusei.notices.waking import wake
from ikusei.notices.wording import Words

BATCH = 2000
"""Letters in one statement."""

AGAIN = (LetterState.FAILED, LetterState.UNSURE, LetterState.BOUNCED)
"""The states that leave a decision to a person: send again, or leave."""

NAMED = 100
"""People that an audit entry names; the mailing knows the others."""


class ListChanged(Exception):
    """Between the preview and the sending the list of those who get the notice has changed."""


class NotOpen(Exception):
    """The letter or the mailing is not in a state in which this can be done to it."""


class WordingChanged(Exception):
    """Somebody else has changed the wording meanwhile."""


class Recorded(StrEnum):
    """What became of a report of letters that came back."""

    HARD = "hard"
    SOFT = "soft"
    BEFORE = "before"
    HARMLESS = "harmless"
    UNKNOWN = "unknown"


def absolute(path: str) -> str:
    """The address of a page of this site as it stands in a mail."""
    return settings.SITE_URL.rstrip("/") + path


def preview(
    *,
    kind: str,
    recipients: Iterable[Recipient],
    common: Mapping[str, Given] | None = None,
    quiet_days: int | None = None,
) -> Preview:
    """Who would get the notice, who would not and why, and how it reads; nothing is written.

    Raises registry.UnknownKind, recipients.ValuesRefused.
    """
    known = registry.find_kind(kind)
    texts = wording.words_of(known)
    found = sort_out(known, recipients, quiet_days=quiet_days)
    check_values(known, texts, common or {}, found.receiving)
    return make_preview(known, texts, frozen(common or {}), found)


def send(
    *,
    actor: AbstractBaseUser | None,
    kind: str,
    recipients: Iterable[Recipient],
    common: Mapping[str, Given] | None = None,
    subject_ref: str = "",
    once_key: str = "",
    quiet_days: int | None = None,
    expect: str = "",
) -> Mailing:
    """The new mailing, its letters waiting for the worker; the first one where `once_key` was used before.

    `subject_ref` says what it is about ("cycle:<public id>"). `once_key` is a text that the form of the sending page
    carries (`new_key()`), so that a double submit sends once. `expect` is `Preview.digest` of what was shown. Raises
    ListChanged where the list is another now, registry.UnknownKind, recipients.ValuesRefused.
    """
    known = registry.find_kind(kind)
    if once_key and (first := Mailing.objects.filter(once_key=once_key).first()):
        return first
    texts = wording.words_of(known)
    found = sort_out(known, recipients, quiet_days=quiet_days)
    if expect and expect != found.digest:
        raise ListChanged(kind)
    check_values(known, texts, common or {}, found.receiving)
    size = len(found.receiving)
    mailing = Mailing(
        kind=kind,
        subject_ref=subject_ref,
        once_key=once_key or None,
        made_by_id=None if actor is None else actor.pk,
        texts={code: {"subject": words.subject, "body": words.body} for code, words in texts.items()},
        common=frozen(common or {}),
        reasons=found.reasons,
        size=size,
        repeated=found.repeated,
        state=MailingState.SENDING if size else MailingState.DONE,
        counts={"waiting": size, "skipped": len(found.rows) - size},
    )
    try:
        _queue(mailing, found, actor)
    except IntegrityError:
        first = Mailing.objects.filter(once_key=once_key).first() if once_key else None
        if first is None:
            raise
        return first
    return mailing


def send_trial(*, actor: AbstractBaseUser, link: str) -> Mailing:
    """The mailing of one letter to whoever asks, to see whether mails arrive; `link` is a path of this site."""
    reader = Recipient(
        ref=f"account-{actor.pk}",
        name=str(actor),
        address=getattr(actor, "email", ""),
        language=getattr(actor, "language", ""),
    )
    return send(actor=actor, kind="notices.trial", recipients=[reader], common={"link": absolute(link)})


def new_key() -> str:
    """A fresh once_key for the form of a sending page."""
    return uuid.uuid4().hex


def _queue(mailing: Mailing, found: Sorted, actor: AbstractBaseUser | None) -> None:
    with transaction.atomic():
        mailing.save(force_insert=True)
        Letter.objects.bulk_create(
            (
                Letter(
                    mailing_id=mailing.pk,
                    ref=recipient.ref,
                    name=recipient.name[:200],
                    address=recipient.address.strip()[:254],
                    language=recipient.language if recipient.language in registry.CODES else "",
                    context={} if code else frozen(recipient.context),
                    state=LetterState.SKIPPED if code else LetterState.WAITING,
                    reason=code,
                )
                for recipient, code in found.rows
            ),
            batch_size=BATCH,
        )
        audit.record(
            actor=actor,
            verb="notices.mailing.send",
            subject_kind="mailing",
            subject_id=mailing.public_id,
            count=max(mailing.size, 1),
            after={"kind": mailing.kind, "about": mailing.subject_ref, **mailing.counts},
        )
        if mailing.size:
            wake()


def stop(*, actor: AbstractBaseUser, mailing: Mailing) -> None:
    """Let no further letter of the mailing go out. Raises NotOpen where nothing goes out any more."""
    _move(actor, mailing, MailingState.SENDING, MailingState.HELD, verb="notices.mailing.stop")


def go_on(*, actor: AbstractBaseUser, mailing: Mailing) -> None:
    """Let the letters of a stopped mailing go out. Raises NotOpen where it is not stopped."""
    _move(actor, mailing, MailingState.HELD, MailingState.SENDING, verb="notices.mailing.go-on")


def _move(
    actor: AbstractBaseUser, mailing: Mailing, before: MailingState, after: MailingState, *, verb: str
) -> None:
    with transaction.atomic():
        rows = Mailing.objects.filter(pk=mailing.pk, state=before)
        if not rows.update(state=after, next_try_at=None):
            raise NotOpen(str(mailing.public_id))
        audit.record(actor=actor, verb=verb, subject_kind="mailing", subject_id=mailing.public_id)
        if after == MailingState.SENDING:
            wake()


def send_again(
    *, actor: AbstractBaseUser, mailing: Mailing, letters: Iterable[int] = (), state: str = ""
) -> int:
    """How many letters wait to be sent once more: those numbers, or all in a state that leaves the choice to a person.

    Whoever sends an `unsure` letter again has decided that two are better than none.
    """
    fresh = {"state": LetterState.WAITING, "attempts": 0, "next_try_at": None, "is_settled": False}
    return _decide(actor, mailing, letters, state, verb="notices.letter.again", facts=fresh)


def leave(*, actor: AbstractBaseUser, mailing: Mailing, letters: Iterable[int] = (), state: str = "") -> int:
    """How many letters stay as they are and are not asked about any more."""
    return _decide(actor, mailing, letters, state, verb="notices.letter.leave", facts={"is_settled": True})


def _decide(
    actor: AbstractBaseUser,
    mailing: Mailing,
    letters: Iterable[int],
    state: str,
    *,
    verb: str,
    facts: Mapping[str, object],
) -> int:
    with transaction.atomic():
        Mailing.objects.select_for_update().get(pk=mailing.pk)
        rows = Letter.objects.filter(mailing_id=mailing.pk, state__in=AGAIN)
        rows = rows.filter(state=state, is_settled=False) if state else rows.filter(pk__in=list(letters))
        refs = list(rows.values_list("ref", flat=True))
        if not rows.update(**facts):
            return 0
        audit.record(
            actor=actor,
            verb=verb,
            subject_kind="mailing",
            subject_id=mailing.public_id,
            count=len(refs),
            after={"people": refs[:NAMED]},
        )
        if facts.get("state") == LetterState.WAITING:
            Mailing.objects.filter(pk=mailing.pk, state=MailingState.DONE).update(state=MailingState.SENDING)
            wake()
        recount(mailing)
    return len(refs)


def change_wording(
    *, actor: AbstractBaseUser, kind: str, language: str, subject: str, body: str, instead_of: str = ""
) -> Wording:
    """The city's own wording of a notice. It holds for mailings from now on; what waits keeps the old one.

    `instead_of` is `digest` of the wording that was shown. Raises wording.WordingRefused with every mistake,
    WordingChanged where somebody was quicker, registry.UnknownKind.
    """
    known = registry.find_kind(kind)
    words = Words(subject.strip(), body.replace("\r\n", "\n").strip("\n") + "\n")
    wording.check(known, words)
    with transaction.atomic():
        row = Wording.objects.select_for_update().filter(kind=kind, language=language).first()
        before = Words(row.subject, row.body) if row else wording.default_words(known, language)
        if instead_of and instead_of != before.digest:
            raise WordingChanged(kind)
        row = row or Wording(kind=kind, language=language)
        row.subject, row.body = words.subject, words.body
        row.changed_by_id, row.changed_at = actor.pk, clock.now()
        row.save()
        _record_wording(actor, "notices.wording.change", kind, language, before, words)
    return row


def reset_wording(*, actor: AbstractBaseUser, kind: str, language: str) -> None:
    """Let the wording hold again that Ikusei came with."""
    known = registry.find_kind(kind)
    with transaction.atomic():
        row = Wording.objects.select_for_update().filter(kind=kind, language=language).first()
        if row is None:
            return
        row.delete()
        _record_wording(
            actor,
            "notices.wording.reset",
            kind,
            language,
            Words(row.subject, row.body),
            wording.default_words(known, language),
        )


def _record_wording(
    actor: AbstractBaseUser, verb: str, kind: str, language: str, before: Words, after: Words
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject_kind="wording",
        subject_id=f"{kind}.{language}",
        before={"subject": before.subject, "body": before.body},
        after={"subject": after.subject, "body": after.body},
    )


def record_report(*, actor: AbstractBaseUser | None, report: Report) -> Recorded:
    """What became of a report of letters that came back: the letters marked, the addresses barred where they are wrong.

    Recording the same report again changes nothing.
    """
    if not report.failures:
        return Recorded.HARMLESS
    letter = Letter.objects.filter(message_id__in=report.message_ids).exclude(message_id="").first()
    if letter is None:
        return Recorded.UNKNOWN
    with transaction.atomic():
        # The letter had one recipient: whatever forwarding made of the address, it is the one that we wrote to.
        failure = report.failures[0]
        bounce, is_new = Bounce.objects.get_or_create(
            source=report.source,
            address=letter.address.lower(),
            defaults={
                "letter": letter,
                "kind": Bounce.Kind.HARD if failure.is_hard else Bounce.Kind.SOFT,
                "status": failure.status,
                "text": failure.text,
            },
        )
        if not is_new:
            return Recorded.BEFORE
        reached = (LetterState.SENT, LetterState.UNSURE, LetterState.SENDING)
        Letter.objects.filter(pk=letter.pk, state__in=reached).update(
            state=LetterState.BOUNCED, problem=f"{failure.status} {failure.text}".strip()
        )
        recount(letter.mailing)
        audit.record(
            actor=actor,
            verb="notices.bounce.record",
            subject_kind="mailing",
            subject_id=letter.mailing.public_id,
            after={"person": letter.ref, "kind": bounce.kind, "status": failure.status},
        )
    return Recorded.HARD if failure.is_hard else Recorded.SOFT


def clear_address(*, actor: AbstractBaseUser, address: str) -> int:
    """How many returned letters no longer bar the address: somebody has made sure that it is right."""
    with transaction.atomic():
        rows = Bounce.objects.filter(address=address.lower(), kind=Bounce.Kind.HARD, cleared_at=None)
        count = rows.update(cleared_at=clock.now(), cleared_by_id=actor.pk)
        if count:
            audit.record(
                actor=actor,
                verb="notices.address.clear",
                subject_kind="address",
                subject_id=address.lower()[:64],
                count=count,
            )
    return count


def prune(progress: Progress) -> dict[str, int]:
    """{"mailings", "letters", "bounces"} removed: everything older than settings.MAIL_KEEP_DAYS.

    A returned letter that still bars its address stays: without it the address would be written to again.
    """
    until = clock.now() - timedelta(days=settings.MAIL_KEEP_DAYS)
    old = list(
        Mailing.objects.filter(created_at__lt=until).exclude(state=MailingState.SENDING).order_by("pk")
    )
    progress.start(len(old))
    letters = 0
    for mailing in old:
        with transaction.atomic():
            Bounce.objects.filter(letter__mailing=mailing).update(letter=None)
            # One statement for tens of thousands of rows, which nothing else points at.
            letters += Letter.objects.filter(mailing=mailing)._raw_delete(mailing._state.db)
            mailing.delete()
        progress.advance()
    is_barring = Q(kind=Bounce.Kind.HARD, cleared_at=None)
    bounces, _by_model = Bounce.objects.filter(~is_barring, at__lt=until).delete()
    return {"mailings": len(old), "letters": letters, "bounces": bounces}
