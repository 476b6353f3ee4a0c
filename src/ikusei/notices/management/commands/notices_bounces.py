"""`ikusei notices bounces`: read reports about mails that could not be delivered."""

import json
import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email import message_from_binary_file
from email.message import Message
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.notices import services
from ikusei.notices.reports import NotAReport, read_report
from ikusei.notices.services import Recorded

UNREAD = "unread"
OUTCOMES = (*Recorded, UNREAD)
SHOWN = 20
"""Messages named that could not be used; --json counts all."""


class Command(BaseCommand):
    help = "Read reports (RFC 3464) about mails that came back: a message, a maildir or an mbox, or standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            metavar="PATH",
            help="a maildir, an mbox or one message; - or nothing: standard input",
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        counted: Counter[str] = Counter()
        lost: list[str] = []
        for name, message in _messages(options["path"] or "-"):
            outcome = _outcome(message)
            counted[outcome] += 1
            if outcome in {UNREAD, Recorded.UNKNOWN}:
                lost.append(name)
        if options["json"]:
            self.stdout.write(json.dumps({outcome: counted[outcome] for outcome in OUTCOMES}))
            return
        for outcome in OUTCOMES:
            if counted[outcome]:
                self.stdout.write(_SENTENCES[outcome]() % {"count": counted[outcome]})
        for name in lost[:SHOWN]:
            self.stdout.write(_("  not used: %(name)s") % {"name": name})
        if not counted:
            self.stdout.write(_("There was no message to read."))


_SENTENCES = {
    Recorded.HARD: lambda: _("Addresses that do not exist, barred from now on: %(count)d"),
    Recorded.SOFT: lambda: _("Letters that could not be delivered this time: %(count)d"),
    Recorded.BEFORE: lambda: _("Reports that had been read before: %(count)d"),
    Recorded.HARMLESS: lambda: _("Reports of delays and deliveries: %(count)d"),
    Recorded.UNKNOWN: lambda: _("Reports about letters that are not ours, or too old: %(count)d"),
    UNREAD: lambda: _("Messages that are no such report, for a person to read: %(count)d"),
}


def _outcome(message: Message) -> str:
    try:
        report = read_report(message)
    except NotAReport:
        return UNREAD
    return services.record_report(actor=None, report=report)


def _messages(path: str) -> Iterator[tuple[str, Message]]:
    """(what a person finds it by, the message) of everything that a path holds."""
    if path == "-":
        yield _("standard input"), message_from_binary_file(sys.stdin.buffer)
        return
    place = Path(path)
    if not place.exists():
        raise CommandError(_("There is nothing at %(path)s.") % {"path": path})
    if place.is_dir():
        if not all((place / part).is_dir() for part in ("cur", "new")):
            raise CommandError(_("%(path)s is a folder, but no maildir.") % {"path": path})
        yield from _named(mailbox.Maildir(place, create=False))
        return
    with place.open("rb") as file:
        is_mbox = file.read(5) == b"From "
        file.seek(0)
        if not is_mbox:
            yield path, message_from_binary_file(file)
            return
    with closing(mailbox.mbox(place, create=False)) as box:
        yield from _named(box)


def _named(box: mailbox.Mailbox[Any]) -> Iterator[tuple[str, Message]]:
    for key, message in box.iteritems():
        subject = str(message.get("Subject", "")).strip()
        yield f"{key} {subject}".strip(), message
