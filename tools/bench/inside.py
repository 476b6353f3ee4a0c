"""Runs a measuring module inside Django on a fresh database, SQLite and PostgreSQL (one that writes durably) in turn."""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tools.environment import postgresql
from tools.postgresql import throw_away_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "bench" / "out"
TODAY = "2026-02-02"


def arguments(description: str | None) -> argparse.Namespace:
    """What the command line asks for: `people`, and `only` one database."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    return parser.parse_args()


def databases(only: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Each database with the environment for it, empty and migrated; gone when the next one is asked for."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ikusei-bench-")))
        urls = {"sqlite": "sqlite:///bench.sqlite3"}
        if only != "sqlite":
            programs = postgresql()
            if programs is None:
                sys.exit("PostgreSQL 15 or newer is not installed; --only sqlite measures without it.")
            urls["postgresql"] = stack.enter_context(throw_away_cluster(programs, durable=True))
        for database, url in urls.items():
            if only in (None, database):
                place = folder / database
                place.mkdir()
                environment = os.environ | {
                    "DATABASE_URL": url,
                    "IKUSEI_DATA_DIR": str(place),
                    "IKUSEI_TODAY": TODAY,
                }
                ikusei("migrate", "--verbosity", "0", environment=environment)
                yield database, environment


def on_the_city(
    asked: argparse.Namespace, figures: Callable[[Mapping[str, str]], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Database -> what `figures` measures there once the demonstration city stands."""
    told: dict[str, dict[str, Any]] = {}
    for database, environment in databases(asked.only):
        ikusei("demo", "--people", str(asked.people), environment=environment)
        told[database] = figures(environment)
    return told


def ikusei(*command: str, environment: Mapping[str, str]) -> None:
    """Run one of our commands."""
    program = str(ROOT / ".venv" / "bin" / "ikusei")
    subprocess.run([program, *command], env=environment, check=True, stdout=subprocess.DEVNULL)


def measure(module: str, *given: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """What a measuring module prints: one JSON object."""
    done = subprocess.run(
        [sys.executable, "-m", module, *given],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(port: int) -> None:
    """Return once somebody listens on a port; raises TimeoutError after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)  # there is no event for "a child process listens"
    raise TimeoutError("the server did not begin to listen within a minute")


def machine() -> str:
    """What was measured on, in words."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def keep(name: str, told: Mapping[str, Any]) -> None:
    """Write the figures to bench/out."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(told, indent=1))
