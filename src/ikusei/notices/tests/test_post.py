"""What a real mail server's answers mean, over a socket."""

from __future__ import annotations

import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from pytest_django import Settings

from ikusei.notices.models import Mailing
from ikusei.notices.tests.ground import letter, mailing_to, people, send_due, states

pytestmark = pytest.mark.django_db


@dataclass
class Habits:
    """How the server behaves: answers to give to a command in place of "yes", first come first served."""

    answers: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    closes_after_each: bool = False
    taken: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0


class Office(socketserver.ThreadingTCPServer):
    """A mail server on this machine."""

    daemon_threads = True
    habits: Habits


class Desk(socketserver.StreamRequestHandler):
    """Just enough of SMTP."""

    def handle(self) -> None:
        habits = cast(Office, self.server).habits
        habits.connections += 1
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            verb = line[:4].upper().decode()
            if verb == "MAIL":
                habits.senders.append(line.decode())
            if habits.answers[verb]:
                answer = habits.answers[verb].pop(0)
                if not answer:
                    return
                self.wfile.write(answer + b"\r\n")
                if answer.startswith(b"421"):
                    return
            elif verb == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            elif verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                if not self._data(habits):
                    return
            else:
                self.wfile.write(b"250 yes\r\n")

    def _data(self, habits: Habits) -> bool:
        """Whether the connection goes on after a letter was read."""
        rows = []
        while (row := self.rfile.readline().rstrip(b"\r\n")) != b".":
            rows.append(row.decode())
        if habits.answers["END"]:
            answer = habits.answers["END"].pop(0)
            if answer:
                self.wfile.write(answer + b"\r\n")
            return bool(answer)
        habits.taken.append(next(row for row in rows if row.startswith("To: ")))
        self.wfile.write(b"250 taken\r\n")
        return not habits.closes_after_each


@pytest.fixture
def habits(settings: Settings) -> Iterator[Habits]:
    settings.MAIL_RATE = 0
    with Office(("127.0.0.1", 0), Desk) as server:
        server.habits = Habits()
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 5},
            }
        }
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.habits
        server.shutdown()


def test_letters_go_out_over_one_connection(habits: Habits) -> None:
    mailing_to(people(5))
    assert send_due() == 5
    assert (len(habits.taken), habits.connections) == (5, 1)


def test_a_server_that_hangs_up_after_each_letter_makes_none_unsure(habits: Habits) -> None:
    habits.closes_after_each = True
    mailing = mailing_to(people(3))
    assert send_due() == 3
    assert set(states(mailing).values()) == {"sent"}
    assert habits.connections == 3


@pytest.mark.parametrize(
    ("verb", "answer", "state", "said"),
    [
        ("RCPT", b"550 5.1.1 no such user", "failed", "550 5.1.1 no such user"),
        ("RCPT", b"451 4.7.1 greylisted", "waiting", "451 4.7.1 greylisted"),
        ("END", b"554 5.6.0 not liked", "failed", "554 5.6.0 not liked"),
        ("END", b"452 4.3.1 full", "waiting", "452 4.3.1 full"),
        ("END", b"", "unsure", "Connection unexpectedly closed"),
    ],
)
def test_what_is_answered_to_one_letter_concerns_that_letter_alone(
    habits: Habits, verb: str, answer: bytes, state: str, said: str
) -> None:
    habits.answers[verb].append(answer)
    mailing = mailing_to(people(2))
    assert send_due() == 1
    assert states(mailing) == {"p1": state, "p2": "sent"}
    assert letter(mailing, "p1").problem == said


@pytest.mark.parametrize(
    ("verb", "answer"), [("MAIL", b"421 too many"), ("MAIL", b"530 sign in first"), ("EHLO", b"")]
)
def test_a_server_that_refuses_us_stops_the_sending_for_a_while(
    habits: Habits, verb: str, answer: bytes
) -> None:
    habits.answers[verb] += [answer] * 2
    habits.answers["HELO"].append(b"")
    mailing = mailing_to(people(2))
    assert send_due() == 0
    assert set(states(mailing).values()) == {"waiting"}
    mailing.refresh_from_db()
    assert mailing.trouble
    Mailing.objects.update(next_try_at=None)
    habits.answers.clear()
    assert send_due() >= 1


def test_the_return_path_names_the_letter_where_the_city_has_a_mailbox_for_it(
    habits: Habits, settings: Settings
) -> None:
    settings.MAIL_BOUNCES = "returned@city.example"
    mailing = mailing_to(people(1))
    send_due()
    token = letter(mailing, "p1").message_id.strip("<>").partition("@")[0]
    assert f"FROM:<returned+{token}@city.example>" in habits.senders[0].replace("mail ", "").replace(
        "from", "FROM"
    )


def test_a_port_where_nobody_listens_is_trouble_with_the_server(settings: Settings, habits: Habits) -> None:
    settings.MAILERS["default"]["OPTIONS"]["port"] = 1
    mailing = mailing_to(people(1))
    assert send_due() == 0
    mailing.refresh_from_db()
    assert "refused" in mailing.trouble
