"""What personal data is kept for, on what ground, and for how long: said beside every field that holds some.

A model that is about a person, or hangs from something that is, says of each of its fields in `privacy` which kind of
data it holds, or None where it tells nothing of anybody (a number, a mark of the system):

    privacy = {"name": IDENTITY, "search": None}

A test fails on a field of such a model that says nothing; the page on privacy reads the same table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Ground(StrEnum):
    """Why the law lets a public body keep the data (Act on the Protection of Personal Information, article 61)."""

    DUTY = "duty"
    CONSENT = "consent"

    @property
    def label(self) -> Promise:
        """The ground in words."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.DUTY: _("needed for a task that law or ordinance gives the office (APPI art. 61)"),
    Ground.CONSENT: _("given freely by the person, who can take it back at any time"),
}


@dataclass(frozen=True, slots=True)
class DataKind:
    """One kind of personal data: what for, on what ground, and how long (in words; a city's rules may be shorter)."""

    key: str
    name: Promise | str
    purpose: Promise | str
    ground: Ground
    keep: Promise | str


type Privacy = Mapping[str, DataKind | None]

IDENTITY = DataKind(
    "identity",
    _("Who somebody is"),
    _("To tell people apart and to write to them"),
    Ground.DUTY,
    _("While employed, and five years after"),
)
WORK = DataKind(
    "work",
    _("Employment and postings"),
    _("To know who works where, leads whom and may see what"),
    Ground.DUTY,
    _("While employed, and five years after"),
)
LEVELS = DataKind(
    "levels",
    _("What was said of skills"),
    _("To develop skills; never to appraise"),
    Ground.DUTY,
    _("Ten years, so that growth can be seen"),
)
EVIDENCE = DataKind(
    "evidence",
    _("Evidence of skills"),
    _("To prove a level once and use the proof again"),
    Ground.CONSENT,
    _("Until the person withdraws it; files for five years after it expires"),
)
WISHES = DataKind(
    "wishes",
    _("Interests and wishes"),
    _("To let a person be found and asked, as far as they agreed"),
    Ground.CONSENT,
    _("Until the person changes it"),
)
ACCOUNT = DataKind(
    "account",
    _("Account and roles"),
    _("To let the right people in, and only them"),
    Ground.DUTY,
    _("While the account is in use, and one year after"),
)
TRAIL = DataKind(
    "trail",
    _("Who did and who looked"),
    _("To be able to answer who saw and changed what"),
    Ground.DUTY,
    _("Five years"),
)
MAIL = DataKind(
    "mail",
    _("Mails sent"),
    _("To be able to say who was told what, and who was not"),
    Ground.DUTY,
    _("Two years"),
)
KINDS: tuple[DataKind, ...] = (IDENTITY, WORK, LEVELS, EVIDENCE, WISHES, ACCOUNT, TRAIL, MAIL)
