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
    """On what ground a public body may hold the data.

    Act on the Protection of Personal Information, article 61, paragraph 1: only as far as a task that law or ordinance
    gives it needs the data, for a purpose said as exactly as can be. Agreement alone is no ground for a public body;
    where people decide themselves what to give, the task is the ground and their will the limit.
    """

    DUTY = "duty"
    CONSENT = "consent"

    @property
    def label(self) -> Promise:
        """The ground in words."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.DUTY: _(
        "Needed for a task that law or ordinance gives the office (Act on the Protection of Personal Information, article 61, paragraph 1)."
    ),
    Ground.CONSENT: _(
        "Needed for such a task too (article 61, paragraph 1), but only what the person gives freely and can take back at any time."
    ),
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
    _("To tell people apart and to write to them."),
    Ground.DUTY,
    _("While employed, and five years after."),
)
WORK = DataKind(
    "work",
    _("Employment and postings"),
    _("To know who works where, who leads whom, and who may therefore see and do what."),
    Ground.DUTY,
    _("While employed, and five years after."),
)
ABSENCE = DataKind(
    "absence",
    _("Long leave"),
    _(
        "To ask nothing of whoever is away, and to move their deadlines. No page tells others of what kind the leave is."
    ),
    Ground.DUTY,
    _("While employed, and five years after."),
)
LEVELS = DataKind(
    "levels",
    _("What was said of skills"),
    _(
        "To develop skills, to plan training (Local Public Service Act, article 39) and to find the right post. Never for appraisal (article 23)."
    ),
    Ground.DUTY,
    _("Ten years, so that growth can be seen."),
)
EVIDENCE = DataKind(
    "evidence",
    _("Evidence of skills"),
    _("To prove a level once and use the proof again."),
    Ground.CONSENT,
    _("Until the person withdraws it; files for five years after it expires."),
)
WISHES = DataKind(
    "wishes",
    _("Interests and wishes"),
    _("To let a person be found and asked, as far as they agreed. Never for appraisal."),
    Ground.CONSENT,
    _("Until the person changes it."),
)
PLACEMENT = DataKind(
    "placement",
    _("Drafts and orders of placement"),
    _("To put the right people into the right posts. Secret before the notice; never for appraisal."),
    Ground.DUTY,
    _("Drafts for three years after the notice, orders as long as the postings."),
)
PROTECTED = DataKind(
    "protected",
    _("Protected reasons"),
    _("To spare people what health, care or children do not allow. The personnel section alone reads it."),
    Ground.CONSENT,
    _("Until the round is over, or the person takes it back."),
)
ACCOUNT = DataKind(
    "account",
    _("Account and roles"),
    _("To let the right people in, and only them."),
    Ground.DUTY,
    _("While the account is in use, and one year after."),
)
TRAIL = DataKind(
    "trail",
    _("Who did and who looked"),
    _("To be able to answer who saw and changed what. Never for appraisal."),
    Ground.DUTY,
    _("Five years."),
)
MAIL = DataKind(
    "mail",
    _("Mails sent"),
    _("To be able to say who was told what, and who was not."),
    Ground.DUTY,
    _("Two years."),
)
FILES = DataKind(
    "files",
    _("Files brought in"),
    _("To show what was brought in, to mend what was wrong in it, and to take it back."),
    Ground.DUTY,
    _(
        "Lists and sheets for one year after they were recorded; the file of an evidence as long as the evidence."
    ),
)
KINDS: tuple[DataKind, ...] = (
    IDENTITY,
    WORK,
    ABSENCE,
    LEVELS,
    EVIDENCE,
    WISHES,
    PLACEMENT,
    PROTECTED,
    ACCOUNT,
    TRAIL,
    MAIL,
    FILES,
)
