"""One letter as a mail, and what the mail server's answer to it means."""

import smtplib
import uuid
from contextlib import suppress
from email.headerregistry import Address
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from ikusei.notices.models import Letter, Mailing
from ikusei.notices.registry import CODES
from ikusei.notices.wording import Words, compose

WORDS_KEPT = 1000
"""Characters kept of what a server says."""


class Refused(Exception):
    """The mail server does not take this letter; the text is what it said."""


class RefusedForNow(Refused):
    """It may take it later."""


class RefusedForGood(Refused):
    """It will not take it, however often it is asked."""


class ServerTrouble(Exception):
    """The mail server takes no letter at all at present, this one neither: nothing was handed over."""


class OutcomeUnknown(Exception):
    """The connection broke while the letter was being handed over: it may have been taken."""


class Post:
    """A connection to the mail server that takes one letter after the other."""

    def __init__(self) -> None:
        self._backend: Any = mailers["default"]

    def open(self) -> None:
        """Have a live connection: a new one where the server closed the last. Raises ServerTrouble."""
        try:
            server = getattr(self._backend, "connection", None)
            if isinstance(server, smtplib.SMTP) and not _answers(server):
                self.close()
                self._backend = mailers["default"]
            self._backend.open()
            server = getattr(self._backend, "connection", None)
            if isinstance(server, smtplib.SMTP):
                # smtplib would greet with the first letter, and a server that hangs up then would make it unsure.
                server.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerTrouble(said(error)) from error

    def close(self) -> None:
        """Say goodbye. What the server answers to that changes nothing any more."""
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()

    def hand_over(self, mail: EmailMessage) -> None:
        """Nothing, where the server took the letter. Raises Refused, ServerTrouble or OutcomeUnknown."""
        try:
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refusal(code, f"{code} {_text(words)}") from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError) as error:
            raise ServerTrouble(said(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, said(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedForGood(said(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(said(error)) from error
        except ValueError as error:
            # An address or a line that no mail can hold: found while it was written, before anything was sent.
            raise RefusedForGood(said(error)) from error


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _refusal(code: int, words: str) -> Exception:
    if code == 421:  # RFC 5321, 3.8: the service closes the channel, whatever was asked
        return ServerTrouble(words)
    return RefusedForNow(words) if 400 <= code < 500 else RefusedForGood(words)


def said(error: Exception) -> str:
    """What people read of an error of the mail server: its code and its words."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:WORDS_KEPT]
    return (str(error) or type(error).__name__)[:WORDS_KEPT]


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def fresh_message_id() -> str:
    """A Message-ID that nobody can guess: a report about it can come only from where the letter went."""
    return f"<{uuid.uuid4().hex}@{sender_domain()}>"


def sender_domain() -> str:
    """The domain that our letters come from."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"


def words_of_letter(mailing: Mailing, letter: Letter) -> Words:
    """The letter's subject and text, filled in."""
    texts = {code: Words(mailing.texts[code]["subject"], mailing.texts[code]["body"]) for code in CODES}
    return compose(texts, {"name": letter.name, **mailing.common, **letter.context}, letter.language)


def mail_of(mailing: Mailing, letter: Letter) -> EmailMessage:
    """The mail of a letter that has its Message-ID. Raises RefusedForGood where it cannot be written."""
    try:
        words = words_of_letter(mailing, letter)
    except KeyError as error:
        raise RefusedForGood(f"No value for {error}.") from error
    headers = {
        "Message-ID": letter.message_id,
        # RFC 3834: no automatic answer to what no person wrote.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "From": settings.DEFAULT_FROM_EMAIL,
    }
    if letter.language:
        headers["Content-Language"] = letter.language
    return EmailMessage(
        subject=words.subject,
        body=words.body,
        from_email=return_path(letter.message_id),
        to=[_to(letter)],
        headers=headers,
    )


def _to(letter: Letter) -> str:
    """The address with its name, where the name can stand in a header."""
    local, _at, domain = letter.address.rpartition("@")
    try:
        return str(Address(display_name=" ".join(letter.name.split()), username=local, domain=domain))
    except ValueError:
        return letter.address


def return_path(message_id: str) -> str:
    """Where a report about the letter goes: an address that names the letter, where the city has a mailbox for them."""
    mailbox: str = settings.MAIL_BOUNCES
    if not mailbox:
        return settings.DEFAULT_FROM_EMAIL
    local, _at, domain = mailbox.rpartition("@")
    token = message_id.strip("<>").partition("@")[0]
    return f"{local}+{token}@{domain}"
