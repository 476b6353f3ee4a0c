"""Reports of letters that came back: read from wherever they lie, believed only where they prove which letter it is."""

from __future__ import annotations

import io
import json
import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ikusei.audit.models import Entry
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing
from ikusei.notices.tests.ground import letter, mailing_to, people, send_due, states

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{own}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 15 Apr 2026 09:00:00 +0900

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.city.example
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address
    rejected

--b
{quote}
--b--
"""

HEAD = """\
Content-Type: text/rfc822-headers

Received: by mx.example
Message-ID:
 {message_id}
Subject: x
"""

WHOLE = """\
Content-Type: message/rfc822

From: ikusei@localhost
Message-ID: {message_id}
Subject: x

text
"""


def report(message_id: str, *, quote: str = HEAD, **told: str) -> bytes:
    values = {
        "to": "ikusei@localhost", "own": "report-1", "recipient": "p1@city.example", "action": "failed",
        "status": "5.1.1", "quote": quote.format(message_id=message_id),
    } | told  # fmt: skip
    return REPORT.format(**values).encode()


@pytest.fixture
def mailing() -> Mailing:
    made = mailing_to(people(2))
    send_due()
    return made


@pytest.fixture
def one(mailing: Mailing) -> Letter:
    return letter(mailing, "p1")


def read(path: Path | str) -> dict[str, int]:
    out = io.StringIO()
    call_command("notices_bounces", str(path), "--json", stdout=out)
    told: dict[str, int] = json.loads(out.getvalue())
    return {outcome: count for outcome, count in told.items() if count}


def read_one(content: bytes, tmp_path: Path) -> dict[str, int]:
    (tmp_path / "report.eml").write_bytes(content)
    return read(tmp_path / "report.eml")


@pytest.mark.parametrize("quote", [HEAD, WHOLE])
def test_a_report_bars_the_address_and_marks_the_letter(
    mailing: Mailing, one: Letter, tmp_path: Path, quote: str
) -> None:
    assert read_one(report(one.message_id, quote=quote), tmp_path) == {"hard": 1}
    assert states(mailing) == {"p1": "bounced", "p2": "sent"}
    one.refresh_from_db()
    assert one.problem == "5.1.1 550 5.1.1 <p1@city.example>: Recipient address rejected"
    bounce = Bounce.objects.get()
    assert (bounce.address, bounce.kind, bounce.letter_id) == ("p1@city.example", "hard", one.pk)
    mailing.refresh_from_db()
    assert mailing.counts == {"bounced": 1, "sent": 1}
    assert Entry.objects.get(verb="notices.bounce.record").actor is None


def test_reading_the_same_report_again_changes_nothing_even_after_the_address_was_cleared(
    one: Letter, tmp_path: Path
) -> None:
    content = report(one.message_id)
    read_one(content, tmp_path)
    Bounce.objects.update(cleared_at=one.sent_at)
    assert read_one(content, tmp_path) == {"before": 1}
    assert Bounce.objects.filter(cleared_at=None).count() == 0
    assert Entry.objects.filter(verb="notices.bounce.record").count() == 1


def test_a_report_that_names_the_person_but_not_the_letter_bars_nobody(
    mailing: Mailing, tmp_path: Path
) -> None:
    assert read_one(report("<guessed@localhost>"), tmp_path) == {"unknown": 1}
    assert not Bounce.objects.exists()
    assert states(mailing)["p1"] == "sent"


def test_an_empty_message_id_meets_no_letter_that_was_not_sent_yet(tmp_path: Path) -> None:
    mailing_to(people(1))
    assert read_one(report("", quote=WHOLE), tmp_path) == {"unknown": 1}


def test_a_report_to_the_address_that_names_the_letter_needs_no_quote(
    one: Letter, tmp_path: Path, settings: Settings
) -> None:
    settings.MAIL_BOUNCES = "returned@city.example"
    token = one.message_id.strip("<>").partition("@")[0]
    content = report("", to=f"<returned+{token}@city.example>", quote="Content-Type: text/plain\n\nnothing\n")
    assert read_one(content, tmp_path) == {"hard": 1}


@pytest.mark.parametrize("status", ["4.4.1", "5.2.2", "5.7.1", "5.6.0", "5.3.4"])
def test_a_letter_that_could_not_be_delivered_this_time_bars_nobody(
    one: Letter, tmp_path: Path, status: str
) -> None:
    assert read_one(report(one.message_id, status=status), tmp_path) == {"soft": 1}
    one.refresh_from_db()
    assert (one.state, Bounce.objects.get().kind) == (LetterState.BOUNCED, "soft")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_and_a_delivery_change_nothing(one: Letter, tmp_path: Path, action: str) -> None:
    assert read_one(report(one.message_id, action=action), tmp_path) == {"harmless": 1}
    one.refresh_from_db()
    assert one.state == LetterState.SENT


def test_the_address_that_we_wrote_to_is_barred_not_the_one_it_was_forwarded_to(
    one: Letter, tmp_path: Path
) -> None:
    read_one(report(one.message_id, recipient="somewhere@else.example"), tmp_path)
    assert Bounce.objects.get().address == "p1@city.example"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: Out of office\n\nI am on leave.",
        b"\xff\xfe\x00garbage",
        b"Content-Type: multipart/report\n\n",
    ],
)
def test_what_is_no_report_is_counted_for_a_person_to_read(tmp_path: Path, content: bytes) -> None:
    assert read_one(content, tmp_path) == {"unread": 1}


def test_a_maildir_is_read_whole_and_left_as_it_was(mailing: Mailing, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box", create=True)
    for number, ref in enumerate(("p1", "p2")):
        box.add(report(letter(mailing, ref).message_id, own=f"r{number}", recipient=f"{ref}@city.example"))
    box.add(b"Subject: Hello\n\nNo report.")
    assert read(tmp_path / "box") == {"hard": 2, "unread": 1}
    assert len(box) == 3


def test_an_mbox_is_read_whole(one: Letter, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box", create=True)
    box.add(report(one.message_id))
    box.add(b"Subject: Hello\n\nNo report.")
    box.close()
    assert read(tmp_path / "box") == {"hard": 1, "unread": 1}


def test_a_message_is_read_from_standard_input(one: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(report(one.message_id))

    monkeypatch.setattr("sys.stdin", Stdin)
    assert read("-") == {"hard": 1}


def test_the_command_says_in_words_what_it_could_not_use(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(b"Subject: Hello\n\nNo report.")
    out = io.StringIO()
    call_command("notices_bounces", str(tmp_path / "x.eml"), stdout=out)
    assert "x.eml" in out.getvalue()
    assert "1件" in out.getvalue()


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_path_that_holds_no_messages_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError):
        read(tmp_path / name)


def test_a_letter_that_failed_stays_failed(one: Letter, tmp_path: Path) -> None:
    Letter.objects.filter(pk=one.pk).update(state=LetterState.WAITING)
    assert read_one(report(one.message_id), tmp_path) == {"hard": 1}
    one.refresh_from_db()
    assert one.state == LetterState.WAITING


def test_a_report_from_a_letter_with_no_language_of_errors_is_kept_short(one: Letter, tmp_path: Path) -> None:
    content: Any = report(one.message_id).replace(b"rejected", b"x" * 5000)
    read_one(content, tmp_path)
    assert len(Bounce.objects.get().text) <= 1000
