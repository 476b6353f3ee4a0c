"""Writing preference sheets: saved, handed in, taken back; or entered for somebody who cannot reach the system.

Whoever saves says which revision they saw. The same words twice are one sheet; words that differ from what was saved
meanwhile are not written: the person sees both and says which count. No entry of the audit trail holds a word of it.
"""

import uuid
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment, Person
from ikusei.rotation.access import require_section
from ikusei.rotation.models import (
    GrowthClass,
    Intent,
    PostRule,
    ProtectedAsk,
    ProtectedKind,
    ProtectedReason,
    RankedPost,
    Round,
    Sheet,
    Source,
)
from ikusei.rotation.models.wishes import RANKS, TEXT_LENGTH
from ikusei.rotation.queries.own_sheet import may_be_filled
from ikusei.rotation.queries.wish_content import wishes_of, with_wishes
from ikusei.rotation.wishing import Wishes

REASON_LENGTH = 500
NAME_LENGTH = 120


class SheetClosed(RuleBroken):
    """The sheet can no longer be written, or not yet."""


class SheetConflict(RuleBroken):
    """Something else was saved meanwhile. `revision` is the one that stands now, `stored` what it says."""

    def __init__(self, stored: Wishes, revision: int) -> None:
        super().__init__(
            _("The sheet was saved meanwhile from another page or device. Say which of the two counts.")
        )
        self.stored = stored
        self.revision = revision


class SheetRefused(RuleBroken):
    """The sheet cannot be kept or handed in as it is. `problems`: field -> sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def save_sheet(
    *, actor: Viewer, round_id: uuid.UUID, wishes: Wishes, seen: int, hand_in: bool = False
) -> Sheet:
    """The actor's own sheet as it stands after saving: a draft that nobody else reads, or handed in.

    `seen` is the revision that the page showed. A sheet handed in before is taken back where it is saved as a draft with
    other words. Raises SheetClosed, SheetConflict, SheetRefused, PermissionDenied where the round does not ask the actor.
    """
    with transaction.atomic():
        round_ = Round.objects.select_related("employer").get(public_id=round_id)
        person = _asked(actor, round_)
        if not may_be_filled(round_, actor.today):
            raise SheetClosed(_closed(round_, actor))
        sheet = _locked(round_, person)
        if _write(sheet, wishes, seen=seen, hand_in=hand_in, source=Source.SELF):
            _record(actor, sheet, "rotation.sheet.hand-in" if hand_in else "rotation.sheet.save")
    return sheet


def take_back(*, actor: Viewer, round_id: uuid.UUID) -> Sheet:
    """The actor's sheet, a draft again; taking back one that was not handed in changes nothing. Raises SheetClosed."""
    with transaction.atomic():
        round_ = Round.objects.select_related("employer").get(public_id=round_id)
        person = _asked(actor, round_)
        if not may_be_filled(round_, actor.today):
            raise SheetClosed(_("The last day has passed: a sheet that was handed in stays handed in."))
        sheet = _locked(round_, person)
        if sheet.handed_in_at is not None:
            sheet.handed_in_at = None
            sheet.revision += 1
            sheet.save()
            _record(actor, sheet, "rotation.sheet.take-back")
    return sheet


def enter_sheet(
    *,
    actor: Viewer,
    round_: Round,
    person: Person,
    wishes: Wishes,
    seen: int,
    said_by: str,
    source: str = Source.PROXY,
    keep_protected: bool = False,
) -> Sheet:
    """The sheet that the personnel section typed in, or read from a file, for somebody; handed in.

    Possible until the day before the notice: paper that came in time may wait on a desk. `keep_protected` leaves a
    protected reason as it stands. Raises SheetClosed, SheetConflict, SheetRefused, PermissionDenied for everybody else
    and for one's own sheet.
    """
    require_section(actor, round_.employer)
    if actor.person is not None and actor.person.pk == person.pk:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    with transaction.atomic():
        _require_asked(person, round_, actor)
        if not round_.opens_on <= actor.today < round_.notice_on:
            raise SheetClosed(_("Sheets can be entered from the day they open until the notice."))
        name = said_by.strip()
        if not name or len(name) > NAME_LENGTH:
            raise SheetRefused({"said_by": _("Please say who said it, in at most 120 characters.")})
        sheet = _locked(round_, person)
        sheet.said_by = name
        sheet.entered_by_id = None if actor.user is None else actor.user.pk
        if _write(
            sheet, wishes, seen=seen, hand_in=True, source=Source(source), keep_protected=keep_protected
        ):
            _record(actor, sheet, "rotation.sheet.enter")
    return sheet


def problems_of(wishes: Wishes, *, posts: set[int], kinds: set[str], hand_in: bool) -> dict[str, str]:
    """Field -> what is wrong with it, as a sentence. `posts` and `kinds` are those that may be named."""
    found: dict[str, str] = {}
    if hand_in and not wishes.intent:
        found["intent"] = _("Say whether you would like to stay, to move, or whether either is fine.")
    elif wishes.intent and wishes.intent not in Intent:
        found["intent"] = _("Choose one of the answers.")
    named = [post_id for post_id, _reason in wishes.ranked]
    if len(named) > RANKS:
        found["ranked"] = _("At most %(count)s posts can be named.") % {"count": RANKS}
    elif len(set(named)) < len(named):
        found["ranked"] = _("A post is named once.")
    elif set(named) - posts:
        found["ranked"] = _("A post that was named is not in rotation. Please take it out.")
    elif any(len(reason) > REASON_LENGTH for _post, reason in wishes.ranked):
        found["ranked"] = _("A reason is at most %(limit)s characters long.") % {"limit": REASON_LENGTH}
    if set(wishes.growth_classes) - kinds:
        found["growth_classes"] = _("Choose kinds of work from the list.")
    for name in ("places", "concerns"):
        if len(getattr(wishes, name)) > TEXT_LENGTH:
            found[name] = _("The text is longer than %(limit)s characters.") % {"limit": TEXT_LENGTH}
    return found | _protected_problems(wishes)


def _protected_problems(wishes: Wishes) -> dict[str, str]:
    reason = wishes.protected
    if reason is None:
        return {}
    if reason.kind not in ProtectedKind:
        return {"protected_kind": _("Say of what kind the protected reason is.")}
    if reason.ask not in ProtectedAsk:
        return {"protected_ask": _("Say what the protected reason asks for.")}
    if not reason.text:
        return {"protected_text": _("Say in a sentence what the personnel section should know.")}
    if len(reason.text) > TEXT_LENGTH:
        return {"protected_text": _("The text is longer than %(limit)s characters.") % {"limit": TEXT_LENGTH}}
    return {}


def _asked(actor: Viewer, round_: Round) -> Person:
    """The actor's person, where the round asks them."""
    if actor.person is None:
        raise PermissionDenied(Right.OWN.value)
    _require_asked(actor.person, round_, actor)
    return actor.person


def _require_asked(person: Person, round_: Round, actor: Viewer) -> None:
    employed = Employment.objects.on(actor.today).filter(
        person=person, employer_id=round_.employer_id, category=round_.category
    )
    if not employed.exists() and not Sheet.objects.filter(round=round_, person=person).exists():
        raise PermissionDenied(Right.OWN.value)


def _closed(round_: Round, actor: Viewer) -> str:
    if actor.today < round_.opens_on:
        return _("The sheets of this round are not open yet.")
    return _(
        "The last day has passed, and nothing was saved. What you typed stands below: send it to the personnel section, who can enter it for you."
    )


def _locked(round_: Round, person: Person) -> Sheet:
    """The sheet, made where there is none, held until the transaction ends."""
    row, _made = Sheet.objects.get_or_create(round=round_, person=person)
    rows = Sheet.objects.select_for_update(of=("self",)).filter(pk=row.pk)
    sheet = with_wishes(rows, protected=True).get()
    sheet.round, sheet.person = round_, person
    return sheet


def _write(
    sheet: Sheet, wishes: Wishes, *, seen: int, hand_in: bool, source: Source, keep_protected: bool = False
) -> bool:
    """Whether anything changed."""
    stored = wishes_of(sheet, protected=True)
    is_same = (stored.masked() if keep_protected else stored) == wishes
    if is_same and (sheet.handed_in_at is not None or (not hand_in and sheet.revision)):
        return False
    if not is_same and sheet.revision != seen:
        raise SheetConflict(stored, sheet.revision)
    problems = problems_of(wishes, posts=_posts(sheet.round, stored), kinds=_kinds(), hand_in=hand_in)
    if problems:
        raise SheetRefused(problems)
    sheet.intent, sheet.growth_classes = wishes.intent, list(wishes.growth_classes)
    sheet.places, sheet.concerns, sheet.may_dispatch = wishes.places, wishes.concerns, wishes.may_dispatch
    sheet.source = source
    if source == Source.SELF:
        sheet.said_by, sheet.entered_by = "", None
    sheet.handed_in_at = clock.now() if hand_in else None
    sheet.revision += 1
    sheet.save()
    if stored.ranked != wishes.ranked:
        RankedPost.objects.filter(sheet=sheet).delete()
        RankedPost.objects.bulk_create(
            RankedPost(sheet=sheet, rank=rank, post_id=post_id, reason=reason)
            for rank, (post_id, reason) in enumerate(wishes.ranked, start=1)
        )
    if stored.protected != wishes.protected and not keep_protected:
        _write_protected(sheet, wishes)
    return True


def _write_protected(sheet: Sheet, wishes: Wishes) -> None:
    reason = wishes.protected
    if reason is None:
        ProtectedReason.objects.filter(sheet=sheet).delete()
        return
    ProtectedReason.objects.update_or_create(
        sheet=sheet,
        defaults={"kind": reason.kind, "ask": reason.ask, "text": reason.text, "until": reason.until},
    )


def _posts(round_: Round, stored: Wishes) -> set[int]:
    """The posts that may be named: those in rotation on the day of the moves, and what was named before."""
    rules = PostRule.objects.on(round_.effective_on).values_list("post_id", flat=True)
    return set(rules) | {post_id for post_id, _reason in stored.ranked}


def _kinds() -> set[str]:
    return set(GrowthClass.objects.values_list("key", flat=True))


def _record(actor: Viewer, sheet: Sheet, verb: str) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=sheet.person.public_id,
        after={"said by": sheet.said_by} if sheet.said_by else None,
    )
