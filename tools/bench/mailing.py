"""Runs inside Django on an empty database: queues a notice to so many people and sends it. Prints one JSON object."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from django.conf import settings

from ikusei.jobs.progress import Progress
from ikusei.notices import sending, services
from ikusei.notices.models import Letter
from ikusei.notices.recipients import Recipient

KIND = "notices.trial"


def main(people: int) -> None:
    """Seconds of the preview, the queueing and the sending, and how many letters the file holds."""
    folder = Path(settings.DATA_DIR) / "mails"
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(folder)},
        }
    }
    recipients = [_recipient(number) for number in range(people)]
    told = {
        "preview": _seconds(lambda: services.preview(kind=KIND, recipients=recipients, common={"link": "x"})),
        "queue": _seconds(lambda: _queue(recipients)),
        "preview_after": _seconds(
            lambda: services.preview(kind=KIND, recipients=recipients, common={"link": "x"}, quiet_days=7)
        ),
        "send": _seconds(lambda: sending.send_due(Progress())),
        "letters": Letter.objects.filter(state="sent").count(),
        "in_file": sum(path.read_bytes().count(b"\nMessage-ID: ") for path in folder.iterdir()),
    }
    json.dump(told, sys.stdout)


def _queue(recipients: list[Recipient]) -> None:
    services.send(actor=None, kind=KIND, recipients=recipients, common={"link": "x"}, once_key="bench")


def _recipient(number: int) -> Recipient:
    """One in twenty gets nothing, one in ten has chosen no language."""
    return Recipient(
        ref=f"00000000-0000-4000-8000-{number:012d}",
        name=f"職員 {number}",
        address="" if number % 40 == 0 else f"p{number}@city.example",
        language=("", "en")[number % 2] if number % 10 < 2 else "ja",
        barred="休職中です。" if number % 40 == 20 else "",
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


main(int(sys.argv[1]))
