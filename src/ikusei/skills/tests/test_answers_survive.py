"""An answer that was acknowledged survives `kill -9` of the real server, on the database of the suite."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from ikusei.skills.models import Answer

ALIAS = "served"
PATIENCE = 60.0
ENOUGH = 40
"""Acknowledged answers after which the server is killed, in the middle of the next ones."""

TOKEN = "t" * 32
ROOT = Path(__file__).resolve().parents[4]


@dataclass
class Ground:
    """A site with a database of its own, and what was acknowledged there: skill -> the last revision."""

    env: dict[str, str]
    folder: Path
    sessions: dict[str, str]
    participant: int
    skills: list[int]
    heard: dict[int, int] = field(default_factory=dict)

    @contextmanager
    def server(self) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """The real server in a process group of its own, and its port; whatever is left of it is killed."""
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            port = chosen.getsockname()[1]
        log = self.folder / "server.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "django", "serve", "--port", str(port)],
                env=self.env,
                cwd=ROOT,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        try:
            until = time.monotonic() + PATIENCE
            while "listens on" not in log.read_text():
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            yield process, port
        finally:
            kill_group(process)

    def save(self, port: int, skill: int, number: int, seen: int) -> dict[str, Any] | None:
        """What the server acknowledged, None where it was gone before."""
        body = json.dumps({"answers": [{"skill": skill, "level": 1, "note": str(number), "seen": seen}]})
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            asked.request(
                "POST",
                f"/self-assessment/{self.participant}/answers/",
                body,
                {
                    "Cookie": f"sessionid={self.sessions['colleague']}; csrftoken={TOKEN}",
                    "X-CSRFToken": TOKEN,
                    "Content-Type": "application/json",
                },
            )
            answer = asked.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            asked.close()
        assert answer.status == 200, told
        saved: dict[str, Any] = json.loads(told)["answers"][0]
        return saved

    def type_on(self, port: int, skill: int) -> None:
        """One tab that changes one answer again and again until the server is gone."""
        seen = 0
        for number in range(10_000):
            saved = self.save(port, skill, number, seen)
            if saved is None:
                return
            seen = saved["seen"]
            self.heard[skill] = seen


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def ground(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Ground]:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ikusei.config.settings",
        "IKUSEI_DATA_DIR": str(tmp_path),
        "IKUSEI_SECRET_KEY": "only for tests",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    with django_db_blocker.unblock(), database(tmp_path, env) as entry:
        built = subprocess.run(
            [sys.executable, "-m", "tests.browser.site"],
            env=env,
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
        told = json.loads(built.stdout.splitlines()[-1])
        connections.databases[ALIAS] = {**connection.settings_dict, **entry}
        participant = int(told["places"]["participant-colleague"])
        try:
            yield Ground(env, tmp_path, told["sessions"], participant, skills_of(participant))
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]


def skills_of(participant: int) -> list[int]:
    """The first skills of the version that a participant is asked about."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT s.id FROM skills_skill s JOIN skills_cycle c ON c.version_id = s.version_id"
            " JOIN skills_participant p ON p.cycle_id = c.id WHERE p.id = %s ORDER BY s.id LIMIT 4",
            [participant],
        )
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def database(folder: Path, env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What differs from the suite's own database entry; the server's environment names the same."""
    if connection.vendor == "sqlite":
        env["DATABASE_URL"] = "sqlite:///served.sqlite3"
        yield {"NAME": str(folder / "served.sqlite3")}
        return
    name = f"{connection.settings_dict['NAME']}_served_{os.getpid()}"
    with connection._nodb_cursor() as cursor:  # as Django's own runner makes the suite's database
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(os.environ["DATABASE_URL"])
    # Put together by hand: urlunsplit drops the empty host that says "over a socket".
    env["DATABASE_URL"] = f"{url.scheme}://{url.netloc}/{name}?{url.query}"
    yield {"NAME": name}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_every_acknowledged_answer_is_there_after_the_server_was_killed(ground: Ground) -> None:
    with ground.server() as (process, port):
        tabs = [threading.Thread(target=ground.type_on, args=(port, skill)) for skill in ground.skills]
        for tab in tabs:
            tab.start()
        until = time.monotonic() + PATIENCE
        while sum(ground.heard.values()) < ENOUGH:
            assert time.monotonic() < until, "too few answers were acknowledged"
            time.sleep(0.01)
        kill_group(process)
        for tab in tabs:
            tab.join()
    heard = dict(ground.heard)
    assert set(heard) == set(ground.skills)
    rows = Answer.objects.using(ALIAS).filter(participant_id=ground.participant)
    kept = {row.skill_id: row for row in rows}
    for skill, revision in heard.items():
        # One more may have been written whose acknowledgement never left.
        assert revision <= kept[skill].revision <= revision + 1
        assert kept[skill].note == str(kept[skill].revision - 1)
    with ground.server() as (_process, port):
        skill = ground.skills[0]
        saved = ground.save(port, skill, 99_999, kept[skill].revision)
        assert saved is not None
        assert (saved["seen"], saved["conflict"]) == (kept[skill].revision + 1, False)
