"""What was changed in the viewer's own data: by whom, when, and from what to what, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, CharField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.lib.fields import pick_text
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Person, Posting, PostingKind, PostTerms, Purpose
from ikusei.portal.entry_words import LABELS, SECRET, Words
from ikusei.portal.verbs import verb_label
from ikusei.skills.models import Skill

SIZE = 30

PLACING = ("org.posting.", "org.employment.", "org.import.")
"""The changes that are secret until the day on which they take effect (内示)."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact that was changed, in words; either side may be empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who made it ("" for the viewer), when, what it was, and what became of which fact."""

    who: str
    by_me: bool
    at: datetime
    what: str
    details: list[Detail] = field(default_factory=list)


def own_changes(viewer: Viewer, *, number: int = 1) -> Page[Change]:
    """The changes of the viewer's record, levels, evidence and roles, newest first. Four queries.

    Raises NotVisible where the account belongs to nobody. Not among them: what begins or ends on a day to come, of
    which nobody outside the personnel section may know before the notice, and what was done for placement.
    """
    if viewer.person is None or viewer.user is None:
        raise access.NotVisible("own")
    paginator: Paginator[Any] = Paginator(_entries(viewer.person, viewer.user, viewer.today), SIZE)
    page = paginator.get_page(number)
    entries = list(page.object_list)
    words = Words(skills=_skills(entries), posts=_posts(entries, viewer.today), today=viewer.today)
    return Page([_change(entry, viewer, words) for entry in entries], page.number, paginator)


def _about(person: Person, user: User) -> QuerySet[Entry]:
    """The entries about a person, their postings and their account, each with the day on which it `takes_effect`."""
    postings = Posting.objects.filter(person=person).order_by()
    numbers = postings.annotate(number=Cast("pk", CharField())).values("number")
    about = Q(subject_kind="person", subject_id=str(person.public_id))
    about |= Q(subject_kind="posting", subject_id__in=numbers)
    about |= Q(subject_kind="account", subject_id=str(user.pk))
    takes_effect = Coalesce(KT("after__on"), KT("after__from"), KT("after__until"))
    return Entry.objects.filter(about).annotate(takes_effect=takes_effect)


def _to_come(today: date) -> Q:
    """Of entries about somebody those that place them from a day to come."""
    placing = Q()
    for beginning in PLACING:
        placing |= Q(verb__startswith=beginning)
    return placing & Q(takes_effect__isnull=False, takes_effect__gt=today.isoformat())


def _entries(person: Person, user: User, today: date) -> QuerySet[Entry]:
    rows = _about(person, user).filter(~Q(purpose=Purpose.PLACEMENT), kind=Entry.Kind.CHANGE)
    known = rows.exclude(_to_come(today))
    return known.select_related("actor").order_by("-pk").fetch_mode(FETCH_RAISE)


def secret_changes(person: Person, user: User, today: date) -> QuerySet[Entry]:
    """The changes about somebody that are secret from them until the day on which they take effect."""
    return _about(person, user).filter(_to_come(today)).order_by()


def _skills(entries: list[Entry]) -> dict[str, str]:
    """Key -> name of the skills that entries may speak of, in the newest version that has them. One query."""
    keys: set[str] = set()
    for entry in entries:
        for side in (entry.before, entry.after):
            if isinstance(side, Mapping):
                keys |= {str(key) for key in side} | {str(side.get("skill"))}
                keys |= {str(key) for key in side.get("levels") or ()}
    rows = Skill.objects.filter(key__in=keys).order_by("version__in_use_from", "version_id")
    return {
        key: pick_text({"ja": ja, "en": en}) for key, ja, en in rows.values_list("key", "name_ja", "name_en")
    }


def _posts(entries: list[Entry], today: date) -> dict[int, str]:
    """Primary key -> name of the posts that entries speak of, as they are called today or were last. One query."""
    found = {side.get("post") for e in entries for side in (e.before, e.after) if isinstance(side, Mapping)}
    keys = [key for key in found if isinstance(key, int)]
    rows = PostTerms.objects.filter(post_id__in=keys, from_date__lte=today).order_by("from_date")
    return {
        pk: pick_text({"ja": ja, "en": en})
        for pk, ja, en in rows.values_list("post_id", "name_ja", "name_en")
    }


def _change(entry: Entry, viewer: Viewer, words: Words) -> Change:
    by_me = viewer.user is not None and entry.actor_id == viewer.user.pk
    before = entry.before if isinstance(entry.before, Mapping) else {}
    after = entry.after if isinstance(entry.after, Mapping) else {}
    details = [
        Detail(words.label(key), words.value(key, before.get(key)), words.value(key, after.get(key)))
        # In an order of our own: PostgreSQL does not keep that of JSON.
        for key in sorted({*before, *after}, key=lambda key: (key in LABELS, words.label(key)))
        if _may_be_told(key, before, after, viewer.today)
    ]
    return Change(
        who="" if by_me else str(entry.actor) if entry.actor else _("the system"),
        by_me=by_me,
        at=entry.recorded_at,
        what=verb_label(entry.verb),
        details=[detail for detail in details if detail.before or detail.after],
    )


def _may_be_told(key: str, before: Mapping[str, Any], after: Mapping[str, Any], today: date) -> bool:
    """Whether a fact is for people, and no end to come: that of a dispatch alone is agreed with everybody."""
    if key in SECRET or (key == "posting" and isinstance(after.get(key), int)):
        return False
    if key != "until" or after.get("kind") == PostingKind.DISPATCH:
        return True
    tomorrow = (today + timedelta(days=1)).isoformat()
    return all(not side.get(key) or str(side[key]) < tomorrow for side in (before, after))
