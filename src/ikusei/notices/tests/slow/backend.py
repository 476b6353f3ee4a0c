"""A mail server in a file: a line for every letter that it took. Some addresses make it hang."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_never = threading.Event()

BEFORE, AFTER = "hangs-before@city.example", "hangs-after@city.example"


class Backend(BaseEmailBackend):
    """Hangs before it takes a letter to BEFORE and after it has taken one to AFTER, unless the file "patient" exists."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        for mail in email_messages:
            address = mail.to[0].rpartition("<")[2].rstrip(">")
            if address == BEFORE:
                self._hang()
            self._write("taken", address)
            if address == AFTER:
                self._hang()
            _never.wait(0.005)
        return 1

    def _hang(self) -> None:
        if not (Path(settings.DATA_DIR) / "patient").exists():
            self._write("hanging", "")
            _never.wait(120)

    def _write(self, name: str, word: str) -> None:
        with (Path(settings.DATA_DIR) / name).open("a", encoding="ascii") as file:
            file.write(f"{word} {os.getpid()}\n")
