"""Rule population over 40,000 people of the full city, on SQLite and on PostgreSQL: found, counted, explained.

Usage: python -m tools.bench.rules [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/rules.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tools.bench.pages import ROOT, TODAY
from tools.environment import postgresql
from tools.postgresql import throw_away_cluster

OUT = ROOT / "bench" / "out" / "rules.json"


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    told: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ikusei-bench-")))
        urls = {"sqlite": "sqlite:///city.sqlite3"}
        if asked.only != "sqlite":
            programs = postgresql()
            if programs is None:
                sys.exit("PostgreSQL 15 or newer is not installed; --only sqlite measures without it.")
            urls["postgresql"] = stack.enter_context(throw_away_cluster(programs, durable=True))
        for database, url in urls.items():
            if asked.only in (None, database):
                told[database] = _measure(url, folder / database, asked.people)
    _report(told)


def _measure(url: str, folder: Path, people: int) -> dict[str, Any]:
    """Build the city and ask it; what tools.bench.populations prints."""
    folder.mkdir()
    environment = os.environ | {"DATABASE_URL": url, "IKUSEI_DATA_DIR": str(folder), "IKUSEI_TODAY": TODAY}
    ikusei = str(ROOT / ".venv" / "bin" / "ikusei")
    subprocess.run([ikusei, "migrate", "--verbosity", "0"], env=environment, check=True)
    subprocess.run(
        [ikusei, "demo", "--people", str(people)], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.populations"],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _report(told: dict[str, dict[str, Any]]) -> None:
    people = max(row["people"] for row in told.values())
    print(f"\n{people:,} people, {os.cpu_count()} cores, Python {platform.python_version()}; milliseconds.\n")
    print("| database | rule | people in | ids p50 | ids max | counts beside each condition |")
    print("|---|---|---|---|---|---|")
    for database, row in told.items():
        for rule in row["rules"]:
            cells = [f"{rule[name]:.0f}" for name in ("p50", "max", "counts")]
            print(f"| {database} | {rule['name']} | {rule['in']:,} | " + " | ".join(cells) + " |")
    for database, row in told.items():
        print(
            f"\n{database}: one person explained in {row['explain_one']:.1f} ms, all {row['people']:,} in "
            f"{row['explain_all'] / 1000:.1f} s; who supervises everybody in {row['supervisors'] / 1000:.1f} s."
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
