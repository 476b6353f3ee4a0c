"""What a person says of a proof, completed and held against the rules of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ikusei.lib import clock
from ikusei.lib.dates import add_months
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Posting
from ikusei.skills.models import CertificateKind, Evidence, EvidenceKind

TITLE_LENGTH = 200
"""Characters of a title or an issuer; the names in the certificates' table may be longer."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person says of a proof. `expires_on` is the first day on which it is no longer valid."""

    issued_on: date | None = None
    title: str = ""
    issuer: str = ""
    number: str = ""
    expires_on: date | None = None
    text: str = ""
    certificate: CertificateKind | None = None
    posting: Posting | None = None


def fill(evidence: Evidence, facts: Facts) -> None:
    """Write the facts into the row, completed and held against the rules of their kind."""
    today = clock.today()
    if evidence.kind == EvidenceKind.POSTING:
        facts = _posting_facts(evidence, facts, today)
    if facts.issued_on is None:
        raise RuleBroken(_("Say on which day it was issued or finished."))
    if facts.issued_on > today:
        raise RuleBroken(_("The day lies in the future."))
    expires_on = facts.expires_on
    certificate = facts.certificate if evidence.kind == EvidenceKind.CERTIFICATE else None
    if certificate is not None:
        if certificate.retired_on is not None and facts.issued_on >= certificate.retired_on:
            raise RuleBroken(_("This certificate was not issued any more on that day."))
        if expires_on is None and certificate.valid_months:
            expires_on = add_months(facts.issued_on, certificate.valid_months)
    if expires_on is not None and expires_on <= facts.issued_on:
        raise RuleBroken(_("It expires before it was issued."))
    if expires_on != evidence.expires_on:
        evidence.told_days = None
    evidence.certificate = certificate
    evidence.title = (facts.title if certificate is None else certificate.name_ja).strip()[:TITLE_LENGTH]
    evidence.issuer = (facts.issuer if certificate is None else certificate.issuer).strip()[:TITLE_LENGTH]
    evidence.number = facts.number.strip()
    evidence.issued_on = facts.issued_on
    evidence.expires_on = expires_on
    evidence.text = facts.text.strip()
    evidence.posting = facts.posting if evidence.kind == EvidenceKind.POSTING else None
    if not evidence.title:
        raise RuleBroken(_("Say what it is."))


def _posting_facts(evidence: Evidence, facts: Facts, today: date) -> Facts:
    """The facts of a posting: it is the person's own and has ended; its last day is the day of the proof."""
    posting = facts.posting
    if posting is None or posting.person_id != evidence.person_id:
        raise RuleBroken(_("Choose one of your own postings."))
    if posting.until is None or posting.until > today:
        raise RuleBroken(_("This posting has not ended yet."))
    return Facts(
        issued_on=posting.until - timedelta(days=1), title=facts.title, text=facts.text, posting=posting
    )


def require_substance(evidence: Evidence) -> None:
    """A piece of work is shown by a file, or told in words."""
    if evidence.kind == EvidenceKind.WORK and evidence.file is None and not evidence.text:
        raise RuleBroken(_("Attach the work, or say in a few words what you did."))
