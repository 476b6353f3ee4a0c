"""A notice to 40,000: preview, queue and send it into a file, on SQLite and on PostgreSQL (one that writes durably).

Usage: python -m tools.bench.notices [--people 40000] [--only sqlite|postgresql]
Prints a Markdown table and writes bench/out/notices.json.
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

from tools.environment import postgresql
from tools.postgresql import throw_away_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "bench" / "out" / "notices.json"


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    told: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ikusei-bench-")))
        urls = {"sqlite": "sqlite:///mails.sqlite3"}
        if asked.only != "sqlite":
            programs = postgresql()
            if programs is None:
                sys.exit("PostgreSQL 15 or newer is not installed; --only sqlite measures without it.")
            urls["postgresql"] = stack.enter_context(throw_away_cluster(programs, durable=True))
        for database, url in urls.items():
            if asked.only in (None, database):
                told[database] = _measure(url, folder / database, asked.people)
    _report(told, asked.people)


def _measure(url: str, folder: Path, people: int) -> dict[str, float]:
    folder.mkdir()
    environment = os.environ | {"DATABASE_URL": url, "IKUSEI_DATA_DIR": str(folder), "IKUSEI_MAIL_RATE": "0"}
    ikusei = str(ROOT / ".venv" / "bin" / "ikusei")
    subprocess.run([ikusei, "migrate", "--verbosity", "0"], env=environment, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.mailing", str(people)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _report(told: dict[str, dict[str, float]], people: int) -> None:
    print(f"\n{people:,} people, {os.cpu_count()} cores, Python {platform.python_version()}.\n")
    print("| database | preview s | queue s | preview, written to lately s | send s | letters/s | letters |")
    print("|---|---|---|---|---|---|---|")
    for database, row in told.items():
        letters = int(row["letters"])
        assert letters == row["in_file"], f"{letters} letters, {row['in_file']} in the file"  # noqa: S101  # or the figure lies
        cells = [f"{row[name]:.1f}" for name in ("preview", "queue", "preview_after", "send")]
        print(f"| {database} | " + " | ".join(cells) + f" | {letters / row['send']:.0f} | {letters:,} |")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
