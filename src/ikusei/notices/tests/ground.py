"""Recipients and letters for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from ikusei.jobs.progress import Progress
from ikusei.notices import sending, services
from ikusei.notices.models import Letter, Mailing
from ikusei.notices.recipients import Recipient

KIND = "notices.trial"
LINK = {"link": "https://city.example/notices/"}
BACKEND = "ikusei.notices.tests.ground.Server"


def people(count: int, *, language: str = "ja", first: int = 1) -> list[Recipient]:
    return [
        Recipient(
            ref=f"p{number}", name=f"職員 {number}", address=f"p{number}@city.example", language=language
        )
        for number in range(first, first + count)
    ]


def user() -> AbstractBaseUser:
    """Somebody who sends."""
    users = get_user_model().objects
    found, _is_new = users.get_or_create(email="sender@city.example", defaults={"label": "世話役"})
    return found


def mailing_to(recipients: Iterable[Recipient], **more: Any) -> Mailing:
    return services.send(actor=user(), kind=KIND, recipients=recipients, common=LINK, **more)


def send_due() -> int:
    return sending.send_due(Progress())


def states(mailing: Mailing) -> dict[str, str]:
    return dict(mailing.letters.values_list("ref", "state"))


def letter(mailing: Mailing, ref: str) -> Letter:
    return mailing.letters.get(ref=ref)


class Server(BaseEmailBackend):
    """A mail server that answers as a test says: an error for an address, or for everybody ("")."""

    answers: ClassVar[dict[str, list[Exception]]] = {}
    opening: ClassVar[list[Exception]] = []
    taken: ClassVar[list[EmailMessage]] = []

    def open(self) -> bool:
        if self.opening:
            raise self.opening.pop(0)
        return True

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        for mail in email_messages:
            for key in (address_of(mail), ""):
                if self.answers.get(key):
                    raise self.answers[key].pop(0)
            mail.message().as_bytes()
            self.taken.append(mail)
        return 1


def address_of(mail: EmailMessage) -> str:
    return mail.to[0].rpartition("<")[2].rstrip(">")
