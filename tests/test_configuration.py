"""What the environment says becomes settings, or is refused with a sentence."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail
from pytest_django import Settings

from ikusei.config import environment


class Post(socketserver.StreamRequestHandler):
    """Just enough of SMTP to take one mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while (row := self.rfile.readline().rstrip(b"\r\n")) != b".":
                        taken.append(row.decode())
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 yes\r\n")


taken: list[str] = []


@pytest.fixture
def post_office() -> Iterator[int]:
    """The port of a mail server on this machine."""
    taken.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_mail_goes_to_the_server_that_the_environment_names(
    post_office: int, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("IKUSEI_MAIL_URL", f"smtp://127.0.0.1:{post_office}")
    settings.MAILERS = environment.mailers()
    send_mail("Code", "1234-5678", "ikusei@city.example", ["hana@city.example"])
    assert "1234-5678" in taken
    assert "Subject: Code" in taken


def test_name_and_password_of_the_mail_server_are_unquoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IKUSEI_MAIL_URL", "smtp://a%40b:p%2Fw@mail.example:587?tls=1")
    options = environment.mailers()["default"]["OPTIONS"]
    assert (options["username"], options["password"], options["port"]) == ("a@b", "p/w", 587)
    assert (options["use_tls"], options["use_ssl"]) == (True, False)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example?tls=yes"])
def test_an_address_that_is_no_mail_server_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("IKUSEI_MAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="IKUSEI_MAIL_URL"):
        environment.mailers()


@pytest.mark.parametrize("url", ["mysql://somewhere/db", "sqlite:///"])
def test_an_address_that_is_no_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(environment.data_dir())


def test_on_sqlite_what_was_acknowledged_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "PRAGMA synchronous=FULL;" in environment.database(tmp_path)["OPTIONS"]["init_command"]
