"""Who gets a notice, and who does not and why: worked out in the same way for the preview and for the sending."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.lib.dates import format_date
from ikusei.notices.models import Bounce, Letter, LetterState
from ikusei.notices.registry import CODES, Kind, Text
from ikusei.notices.wording import Value, Words

type Given = str | int | date | Promise | Mapping[str, str]
"""What a caller gives for a placeholder: a text, a number, a day, a lazy sentence, or a text for each language."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may be written to.

    `ref` is the public id of the person, `language` "ja", "en" or "" (a letter in both), `context` holds the values of
    this person alone. `barred` is the caller's reason for not writing, a whole sentence: "Is on leave until 1 May."
    """

    ref: str
    name: str
    address: str
    language: str = ""
    context: Mapping[str, Given] = field(default_factory=dict)
    barred: Text = ""


class Reason(StrEnum):
    """Our own reasons for not writing to somebody; a caller's are numbered "1", "2" ... in a mailing."""

    NO_ADDRESS = "no-address"
    BAD_ADDRESS = "bad-address"
    BOUNCED = "bounced"
    LATELY = "lately"

    @property
    def sentence(self) -> Promise:
        """The reason as it is read."""
        return SENTENCES[self]


SENTENCES = {
    Reason.NO_ADDRESS: _("No mail address is known."),
    Reason.BAD_ADDRESS: _("The mail address cannot be written to."),
    Reason.BOUNCED: _("An earlier letter to this address came back; nobody has cleared the address since."),
    Reason.LATELY: _("Has been written to about the same lately."),
}


class ValuesRefused(ValueError):
    """The caller gives a value that the notice does not know, or leaves out one that its wording needs."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Recipients with the code of the reason each, "" for who gets the letter; each person once."""

    rows: list[tuple[Recipient, str]]
    reasons: dict[str, dict[str, str]]
    """Code -> {"ja", "en"}."""
    repeated: int
    """How many lines named somebody a second time."""

    @property
    def receiving(self) -> list[Recipient]:
        """Who gets it, in the order given."""
        return [recipient for recipient, code in self.rows if not code]

    @property
    def digest(self) -> str:
        """A short text that differs where the list of those who get it differs."""
        joined = "\n".join(sorted(recipient.ref for recipient, code in self.rows if not code))
        return hashlib.sha256(joined.encode()).hexdigest()[:32]


def sort_out(kind: Kind, recipients: Iterable[Recipient], *, quiet_days: int | None = None) -> Sorted:
    """The recipients sorted, in at most two queries. The caller's reason comes before ours."""
    once: dict[str, Recipient] = {}
    named = 0
    for recipient in recipients:
        named += 1
        once.setdefault(recipient.ref, recipient)
    barred = _barred_addresses()
    lately = _written_lately(kind, kind.quiet_days if quiet_days is None else quiet_days)
    reasons = _sentences(list(once.values()))
    codes = {texts: str(number) for number, texts in enumerate(dict.fromkeys(reasons.values()), start=1)}
    rows = []
    for ref, recipient in once.items():
        code = codes[reasons[ref]] if ref in reasons else _own_reason(recipient, barred, lately)
        rows.append((recipient, code))
    told = {code: dict(zip(CODES, texts, strict=True)) for texts, code in codes.items()}
    for reason in Reason:
        if any(code == reason for _recipient, code in rows):
            told[str(reason)] = both(reason.sentence)
    return Sorted(rows=rows, reasons=told, repeated=named - len(once))


def _own_reason(recipient: Recipient, barred: set[str], lately: set[str]) -> str:
    address = recipient.address.strip()
    if not address:
        return str(Reason.NO_ADDRESS)
    if not _is_address(address):
        return str(Reason.BAD_ADDRESS)
    if address.lower() in barred:
        return str(Reason.BOUNCED)
    return str(Reason.LATELY) if recipient.ref in lately else ""


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254 and address.isascii()


def _barred_addresses() -> set[str]:
    """Every address that hard came back and was not cleared."""
    return set(
        Bounce.objects.filter(kind=Bounce.Kind.HARD, cleared_at=None).values_list("address", flat=True)
    )


def _written_lately(kind: Kind, days: int) -> set[str]:
    """Whom a letter of this kind has reached, or will, within so many days."""
    if days <= 0:
        return set()
    reached = (LetterState.WAITING, LetterState.SENDING, LetterState.SENT, LetterState.UNSURE)
    letters = Letter.objects.filter(
        mailing__kind=kind.name, mailing__created_at__gt=clock.now() - timedelta(days=days), state__in=reached
    )
    return set(letters.values_list("ref", flat=True))


def _sentences(recipients: list[Recipient]) -> dict[str, tuple[str, ...]]:
    """The reason of each who is barred by the caller, in every language."""
    barred = [recipient for recipient in recipients if recipient.barred]
    told: list[list[str]] = []
    for code in CODES:
        with translation.override(code):
            told.append([str(recipient.barred) for recipient in barred])
    return {recipient.ref: texts for recipient, texts in zip(barred, zip(*told, strict=True), strict=True)}


def both(text: Text) -> dict[str, str]:
    """A sentence in every language, a plain one as it is."""
    told = {}
    for code in CODES:
        with translation.override(code):
            told[code] = str(text)
    return told


def frozen(values: Mapping[str, Given]) -> dict[str, Value]:
    """The values as they are kept: texts, or texts for each language where they differ."""
    return {name: value if isinstance(value, str) else _freeze(value) for name, value in values.items()}


def _freeze(value: Given) -> Value:
    if isinstance(value, Mapping):
        return {code: str(text) for code, text in value.items()}
    if isinstance(value, Promise):
        return both(value)
    if isinstance(value, date):
        told = {}
        for code in CODES:
            with translation.override(code):
                told[code] = format_date(value)
        return told
    return str(value)


def check_values(
    kind: Kind, texts: Mapping[str, Words], common: Mapping[str, Given], recipients: Iterable[Recipient]
) -> None:
    """Nothing; raises ValuesRefused where somebody's values are not those that the notice asks for.

    What a notice does not declare is refused, so that nothing about a person is kept that no wording can show.
    """
    used = {name for words in texts.values() for name in words.used}
    shapes = {frozenset(recipient.context) for recipient in recipients} or {frozenset()}
    for shape in shapes:
        given = shape | set(common) | {"name"}
        if unknown := given - set(kind.placeholders):
            raise ValuesRefused(f"{kind.name} knows no {', '.join(sorted(unknown))}.")
        if lacking := used - given:
            raise ValuesRefused(f"{kind.name} lacks {', '.join(sorted(lacking))}.")


def values_for(recipient: Recipient, common: Mapping[str, Value]) -> dict[str, Value]:
    """Everything that is filled in for one recipient."""
    return {"name": recipient.name, **common, **frozen(recipient.context)}
