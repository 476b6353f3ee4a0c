"""The facts in entries of the audit trail in words: what each is called, and what its values mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from ikusei.lib.dates import format_date
from ikusei.org.grades import grade_label
from ikusei.org.models import Category, EmploymentKind, PostingKind, Role, Scope
from ikusei.org.models.person import LeaveKind, StartReason
from ikusei.skills.models.cycle import Decision, Excuse, Progress, Reply
from ikusei.ui.reading import era_dates

MOST_CHARACTERS = 300
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")

SECRET = frozenset({"cycle", "file", "account", "posting_id", "evidence", "step"})
"""Numbers and marks of the system, which tell people nothing."""

LABELS: Mapping[str, Promise | str] = {
    "category": _("category"),
    "concurrent": _("concurrent posting"),
    "decision": _("decision"),
    "email": _("mail address"),
    "entry_route": _("entry route"),
    "excuse": _("why not asked"),
    "expires_on": _("valid until"),
    "extended_until": _("extended until"),
    "from": _("first day"),
    "grade": _("grade"),
    "interested": _("would like to do more of it"),
    "issued_on": _("issued on"),
    "kana": _("reading"),
    "kind": _("kind"),
    "label": _("name shown"),
    "level": _("level"),
    "levels": _("levels"),
    "linked": _("linked"),
    "may_be_asked": _("may be asked"),
    "name": _("person’s name"),
    "name_latin": _("name in Latin letters"),
    "note": _("remark"),
    "on": _("from the day"),
    "post": _("post"),
    "posting": _("home posting"),
    "progress": _("progress"),
    "reason": _("reason"),
    "reply": _("reply"),
    "reply_text": _("text of the reply"),
    "role": _("role"),
    "said by": _("said by"),
    "scope": _("scope"),
    "share": _("share of time"),
    "skill": _("skill"),
    "staff_number": _("staff number"),
    "state": _("state"),
    "text": _("text"),
    "title": _("title"),
    "unlinked": _("unlinked"),
    "until": _("last day"),
    "used_name": _("name used at work"),
    "way": _("way"),
}
"""Key of a fact -> what people call it; others are skills by their key, or stay as they were recorded."""

_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "category": (Category,),
    "kind": (PostingKind, EmploymentKind, LeaveKind),
    "reason": (StartReason,),
    "decision": (Decision,),
    "reply": (Reply,),
    "progress": (Progress,),
    "excuse": (Excuse,),
    "role": (Role,),
    "scope": (Scope,),
}
"""Key of a fact -> the sets of choices that its values come from."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the entries of a page are told with: names of skills by key and of posts by primary key."""

    skills: Mapping[str, str]
    posts: Mapping[int, str]
    today: date

    def label(self, key: str) -> str:
        """What a fact is called."""
        return str(LABELS[key]) if key in LABELS else self.skills.get(key, key)

    def value(self, key: str, value: Any) -> str:
        """What a value means, at most MOST_CHARACTERS of it; "" for nothing."""
        text = self._value(key, value)
        return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"

    def _value(self, key: str, value: Any) -> str:
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, Mapping):
            parts = [
                gettext("%(fact)s: %(value)s") % {"fact": self.label(k), "value": self._value(k, v)}
                # Numbers first, long texts after them; PostgreSQL keeps no order in JSON.
                for k, v in sorted(value.items(), key=self._numbers_first)
                if k not in SECRET and v not in (None, "", [], {})
            ]
            return pgettext("between the facts of a list", "; ").join(parts)
        if isinstance(value, list):
            return pgettext("between the facts of a list", "; ").join(self._value(key, one) for one in value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        return self._word(key, value)

    def _numbers_first(self, fact: tuple[str, Any]) -> tuple[bool, str]:
        return not isinstance(fact[1], int), self.label(fact[0])

    def _word(self, key: str, value: Any) -> str:
        for choices in _CHOICES.get(key, ()):
            if value in choices.values:
                return str(choices(value).label)
        if key == "grade":
            return grade_label(str(value))
        if key == "skill":
            return self.skills.get(str(value), str(value))
        if key == "post" and isinstance(value, int):
            return self.posts.get(value, str(value))
        if key == "share" and _NUMBER.fullmatch(str(value)):
            return f"{float(value) * 100:g}%"
        day = _day(value)
        if day is not None:
            return format_date(day - timedelta(days=1) if key == "until" else day, era_dates())
        return str(value)


def _day(value: Any) -> date | None:
    """The day that an ISO text names, None for anything else."""
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
