"""Who looked at the viewer's own data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.audit.models import Entry
from ikusei.org import access, secrecy
from ikusei.org.access import Viewer
from ikusei.org.models import Person, Purpose

SIZE = 50

_SEEN = {
    "skills.evidence.": gettext_lazy("evidence of skills"),
    "skills.level.": gettext_lazy("what is behind a level"),
    "skills.cycle.": gettext_lazy("state in an assessment cycle"),
    "skills.confirmation.": gettext_lazy("answers and levels, to confirm them"),
    "skills.second-rating.": gettext_lazy("answers and levels, to confirm them"),
    "skills.": gettext_lazy("skill map"),
    "growth.": gettext_lazy("plan of next steps"),
}
"""Beginning of a verb -> what was looked at, the narrower ones first; anything else is the record."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the account that looked, when, what for, and at what."""

    who: str
    at: datetime
    purpose: str
    what: str


def own_looks(viewer: Viewer, *, number: int = 1) -> Page[Look]:
    """The looks at the viewer's record, newest first. Raises NotVisible where the account belongs to nobody.

    Not among them: the viewer's own, which are not noted, and those made for placement since the latest notice (内示) of
    the viewer's employer, of which nobody outside the personnel section may know before the next one.
    """
    if viewer.person is None:
        raise access.NotVisible("own")
    paginator: Paginator[Any] = Paginator(_entries(viewer.person), SIZE)
    page = paginator.get_page(number)
    looks = [
        Look(
            who=str(entry.actor) if entry.actor else _("the system"),
            at=entry.recorded_at,
            purpose=_purpose(entry.purpose),
            what=_what(entry.verb),
        )
        for entry in page.object_list
    ]
    return Page(looks, page.number, paginator)


def _about(person: Person) -> QuerySet[Entry]:
    """The entries about a person, each with the `day` on which a look for placement was made, "" where none is noted."""
    day = Coalesce(KT("after__on"), Value(""), output_field=TextField())
    return Entry.objects.annotate(day=day).filter(subject_kind="person", subject_id=str(person.public_id))


def _known(person: Person) -> Q:
    """Of the entries about a person those that may be known to them."""
    notice = secrecy.latest_notice(person)
    known = ~Q(purpose=Purpose.PLACEMENT)
    if notice is not None:
        known |= Q(day__gt="", day__lt=notice.date().isoformat()) | Q(day="", recorded_at__lt=notice)
    return known


def not_yet_known(person: Person) -> QuerySet[Entry]:
    """What was done for a person's placement since the latest notice (内示): they learn of it with the next one."""
    return _about(person).filter(~_known(person)).order_by()


def _entries(person: Person) -> QuerySet[Entry]:
    rows = _about(person).filter(_known(person), kind=Entry.Kind.LOOK)
    return rows.select_related("actor").order_by("-pk").fetch_mode(FETCH_RAISE)


def _purpose(value: str) -> str:
    return str(Purpose(value).label) if value in Purpose else _("without a stated purpose")


def _what(verb: str) -> str:
    """What was looked at, from the beginning of the verb; the rooms above name theirs by these."""
    seen = (str(words) for beginning, words in _SEEN.items() if verb.startswith(beginning))
    return next(seen, _("personal record"))
