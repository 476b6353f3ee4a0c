"""`make bench`: the pages of the full city under load, on SQLite and on PostgreSQL.

Prints a Markdown table and writes bench/out/pages.json. The client runs on the same machine and takes its share of it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.bench.inside import free_port, wait
from tools.bench.load import Load, run
from tools.environment import postgresql
from tools.postgresql import throw_away_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "bench" / "out" / "pages.json"
CLIENTS = (1, 8, 32)
TODAY = "2026-02-02"


@dataclass(frozen=True, slots=True)
class Row:
    """One page on one database under one number of clients."""

    database: str
    page: str
    queries: int
    load: Load


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=5, help="for each page and number of clients (%(default)s)"
    )
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    rows: list[Row] = []
    memory: dict[str, int] = {}
    building: dict[str, float] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ikusei-bench-")))
        urls = {"sqlite": "sqlite:///city.sqlite3"}
        if asked.only != "sqlite":
            urls["postgresql"] = stack.enter_context(throw_away_cluster(_programs(), durable=True))
        for database, url in urls.items():
            if asked.only in (None, database):
                building[database], memory[database] = _measure(database, url, folder / database, asked, rows)
    _report(rows, memory, building, asked.people)


def _programs() -> Path:
    programs = postgresql()
    if programs is None:
        sys.exit("PostgreSQL 15 or newer is not installed; --only sqlite measures without it.")
    return programs


def _measure(
    database: str, url: str, folder: Path, asked: argparse.Namespace, rows: list[Row]
) -> tuple[float, int]:
    """Build the city, serve it, load every page; (seconds of building, peak memory of one web process in KiB)."""
    folder.mkdir()
    environment = os.environ | {"DATABASE_URL": url, "IKUSEI_DATA_DIR": str(folder), "IKUSEI_TODAY": TODAY}
    ikusei = str(ROOT / ".venv" / "bin" / "ikusei")
    subprocess.run([ikusei, "migrate", "--verbosity", "0"], env=environment, check=True)
    began = time.perf_counter()
    subprocess.run(
        [ikusei, "demo", "--people", str(asked.people)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    built = time.perf_counter() - began
    port = free_port()
    server = subprocess.Popen(
        [ikusei, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait(port)
        told = subprocess.run(
            [sys.executable, "-m", "tools.bench.city"],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        city = json.loads(told.stdout)
        for page in city["pages"]:
            rows += _load(database, page, city, port, asked.seconds)
        peak = max(_peak(pid) for pid in _children(server.pid))
    finally:
        server.terminate()
        server.wait(20)
    return built, peak


def _load(database: str, page: dict[str, Any], city: dict[str, Any], port: int, seconds: float) -> list[Row]:
    cookie = f"{city['cookie']}={city['sessions'][page['persona']]}"
    path = quote(page["path"], safe="/?=&%-")
    run(port=port, path=path, cookie=cookie, clients=4, seconds=1)
    rows = []
    for clients in CLIENTS:
        load = run(port=port, path=path, cookie=cookie, clients=clients, seconds=seconds)
        print(f"{database}, {page['name']}, {clients} clients: {load.per_second:.0f}/s", file=sys.stderr)
        rows.append(Row(database=database, page=page["name"], queries=page["queries"], load=load))
    return rows


def _children(pid: int) -> list[int]:
    """The web processes: children of the serving process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in listed.split()] or [pid]


def _peak(pid: int) -> int:
    """The peak resident memory of a process in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def _report(rows: list[Row], memory: dict[str, int], building: dict[str, float], people: int) -> None:
    print(
        f"\n{people:,} people, {os.cpu_count()} cores, Python {platform.python_version()}, client on the same machine.\n"
    )
    print(
        "| database | page | queries | KB | "
        + " | ".join(f"{n}: req/s | p50 ms | p95 ms" for n in CLIENTS)
        + " |"
    )
    print("|---|---|---|---|" + "---|" * 9)
    for start in range(0, len(rows), len(CLIENTS)):
        same = rows[start : start + len(CLIENTS)]
        cells = [f"{row.load.per_second:.0f} | {row.load.p50:.1f} | {row.load.p95:.1f}" for row in same]
        first = same[0]
        size = first.load.body / 1000
        print(
            f"| {first.database} | {first.page} | {first.queries} | {size:.0f} | " + " | ".join(cells) + " |"
        )
    for database, peak in memory.items():
        print(
            f"\n{database}: peak memory of a web process {peak / 1024:.0f} MiB; city built in {building[database]:.0f} s."
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(
        json.dumps({"rows": [asdict(row) for row in rows], "peak_kib": memory, "built_s": building}, indent=1)
    )


if __name__ == "__main__":
    main()
