"""`ikusei serve`: where it refuses to listen, what it prepares, and that it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from ikusei.portal.management import static_files
from ikusei.portal.management.commands.serve import address, is_loopback, refuse_taken

PATIENCE = 60.0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "city.example"])
def test_the_demonstration_is_not_offered_to_other_machines(host: str, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="--allow-demonstration-on-network"):
        call_command("serve", host=host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("a", False),
    ],
)
def test_only_this_machine_counts_as_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://localhost:8000/"),
        ("::", "http://localhost:8000/"),
        ("::1", "http://[::1]:8000/"),
    ],
)
def test_the_address_told_can_be_typed_into_a_browser(host: str, expected: str) -> None:
    assert address(host, 8000) == expected


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match="Choose another --port"):
            refuse_taken("127.0.0.1", other.getsockname()[1])


def test_less_than_one_process_is_refused() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("serve", workers=0)


def test_static_files_are_collected_once_and_again_after_a_change(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("p { color: red }")
    (source / "a.css.map").write_text("{}")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [source]
    assert static_files.collect_static_files()
    assert (tmp_path / "static" / "a.css").is_file()
    assert not (tmp_path / "static" / "a.css.map").exists()
    assert not static_files.collect_static_files()
    (source / "a.css").write_text("p { color: blue; }")
    assert static_files.collect_static_files()
    assert "blue" in (tmp_path / "static" / "a.css").read_text()


def test_threads_beside_the_forks_load_no_module() -> None:
    """What a thread loads while a web process is forked stays locked in that process: it would hang for good."""
    probe = (
        "import sys; from ikusei.portal.management.commands.serve import accepts; before = set(sys.modules); "
        "accepts('127.0.0.1', 9); print(*sorted(set(sys.modules) - before))"
    )
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_it_serves_and_ends_with_its_worker_when_told(tmp_path: Path) -> None:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = str(chosen.getsockname()[1])
    environment = os.environ | {"IKUSEI_DATA_DIR": str(tmp_path), "DATABASE_URL": "sqlite:///served.sqlite3"}
    environment["DJANGO_SETTINGS_MODULE"] = "ikusei.config.settings"
    django = [sys.executable, "-m", "django"]
    subprocess.run([*django, "migrate", "--verbosity", "0"], env=environment, check=True)
    log = tmp_path / "log"
    with log.open("w") as file:  # not a pipe: a child that is left over would keep it open
        server = subprocess.Popen(
            [*django, "serve", "--port", port, "--workers", "1", "--with-worker"],
            env=environment,
            stdout=file,
            stderr=file,
        )
    children: list[int] = []
    try:
        wait_for(lambda: f"listens on http://127.0.0.1:{port}/" in log.read_text(), log)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=PATIENCE) as answer:
            assert answer.status == 200
        children = children_of(server.pid)
        assert len(children) >= 2, "a web process and the background worker"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
        assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    finally:
        for process in (server.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        server.wait()


def wait_for(happened: Callable[[], bool], log: Path) -> None:
    """Return once it happened; fail with the log after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def children_of(process: int) -> list[int]:
    """The processes that any thread of a process started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
