"""Reading reports about mails that could not be delivered (RFC 3464), as mail servers send them back.

A report counts only where it names the letter by what nobody else knows: our Message-ID in the letter that it quotes,
or the address that the letter was sent from (`settings.MAIL_BOUNCES`). The recipient's address alone proves nothing:
with it anybody could have anybody barred.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from django.conf import settings

from ikusei.notices.post import sender_domain

TEXT_KEPT = 1000

SOFT = re.compile(r"4\.|5\.2\.2|5\.3\.|5\.6\.|5\.7\.")
"""Statuses (RFC 3463) that say nothing against the address: later, mailbox full, system, content, policy."""

MESSAGE_ID = re.compile(r"^message-id:\s*(<[^>\s]+>)", re.IGNORECASE | re.MULTILINE)


class NotAReport(Exception):
    """The message is no report about a mail that could not be delivered."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient whom a letter did not reach."""

    address: str
    """In small letters; as the report names it."""
    status: str
    text: str

    @property
    def is_hard(self) -> bool:
        """Whether the address itself is wrong."""
        return not SOFT.match(self.status or "5")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: which letters it may be about, and for whom.

    `source` is the same for the same report, however often it is read. `failures` is empty where the letter is only
    late, or was delivered.
    """

    source: str
    message_ids: list[str]
    failures: list[Failure]


def read_report(message: Message) -> Report:
    """What a message reports. Raises NotAReport."""
    status = next(
        (part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None
    )
    if status is None:
        raise NotAReport(message.get_content_type())
    failures = [failure for fields in _recipients(status) if (failure := _failure(fields)) is not None]
    return Report(
        source=_source(message),
        message_ids=list(dict.fromkeys([*_from_envelope(message), *_from_quote(message)])),
        failures=failures,
    )


def _recipients(status: Message) -> Iterator[Message]:
    """The field blocks for single recipients; the first block of a report is about the letter as a whole."""
    payload = status.get_payload()
    for block in payload if isinstance(payload, list) else []:
        if isinstance(block, Message) and ("Final-Recipient" in block or "Original-Recipient" in block):
            yield block


def _failure(fields: Message) -> Failure | None:
    """The failure that a block tells; None for a delay or a delivery."""
    if str(fields.get("Action", "")).strip().lower() != "failed":
        return None
    named = str(fields.get("Original-Recipient") or fields.get("Final-Recipient"))
    address = named.partition(";")[2].strip().lower() or named.strip().lower()
    said = str(fields.get("Diagnostic-Code", "")).partition(";")
    found = re.search(r"[245]\.\d{1,3}\.\d{1,3}", str(fields.get("Status", "")))
    return Failure(
        address=address[:254],
        status=found[0][:12] if found else "",
        text=" ".join((said[2] or said[0]).split())[:TEXT_KEPT],
    )


def _from_envelope(message: Message) -> Iterator[str]:
    """The letter that the report's own address names, where the city has a mailbox for reports."""
    local, _at, _domain = settings.MAIL_BOUNCES.rpartition("@")
    if not local:
        return
    headers = [
        str(value) for name in ("To", "Delivered-To", "X-Original-To") for value in message.get_all(name, [])
    ]
    for _name, address in getaddresses(headers):
        box = address.rpartition("@")[0]
        if box.lower().startswith(f"{local.lower()}+"):
            yield f"<{box[len(local) + 1 :].lower()}@{sender_domain()}>"


def _from_quote(message: Message) -> Iterator[str]:
    """The letter that the report quotes, whole or its head alone."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            yield from MESSAGE_ID.findall(text)
        elif kind == "message/rfc822":
            for quoted in part.get_payload() if part.is_multipart() else []:
                if isinstance(quoted, Message) and quoted.get("Message-ID"):
                    yield str(quoted["Message-ID"]).strip()


def _source(message: Message) -> str:
    """A digest that names the report: of its own Message-ID, of the whole where it has none."""
    own = str(message.get("Message-ID", "")).strip()
    return hashlib.sha256(own.encode("utf-8", "replace") if own else message.as_bytes()).hexdigest()
