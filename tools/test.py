"""The whole suite: on SQLite, on a PostgreSQL cluster of its own, and in a browser; then what ran and what could not.

Usage: python tools/test.py [arguments of pytest, such as -k name]
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import environment
from tools.postgresql import throw_away_cluster

PURE = (
    "src/ikusei/files/tests/test_names.py",
    "src/ikusei/lib/tests",
    "src/ikusei/org/tests/test_people_import_reading.py",
    "src/ikusei/portal/tests/test_serve.py",
    "src/ikusei/rotation/tests/formats",
    "src/ikusei/rotation/tests/solver",
    "src/ikusei/rotation/tests/test_compiling.py",
    "src/ikusei/rotation/tests/test_index.py",
    "src/ikusei/rotation/tests/test_ledger.py",
    "src/ikusei/rotation/tests/test_reasons.py",
    "src/ikusei/rotation/tests/test_rules.py",
    "src/ikusei/skills/tests/formats",
    "src/ikusei/skills/tests/sheets/test_sheet_cells.py",
    "src/ikusei/skills/tests/sheets/test_sheet_columns.py",
    "src/ikusei/skills/tests/sheets/test_sheet_reading.py",
    "src/ikusei/ui/tests/test_components.py",
    "src/ikusei/ui/tests/test_values.py",
    "tests/test_configuration.py",
    "tests/test_house.py",
    "tests/test_messages.py",
    "tests/test_tools.py",
)
"""Tests of code that knows no database, or brings one of its own: they run once, with SQLite's."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of pytest came to; `code` is its exit status, `note` why it could not be tried."""

    name: str
    code: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""


def main(arguments: list[str]) -> int:
    """0 where everything that ran passed, and, with CI=true, everything ran."""
    nothing_may_be_skipped = os.environ.get("CI") == "true"
    lacking = environment.prepare()
    runs = [pytest("SQLite", ["-m", "not browser", *arguments], {"DATABASE_URL": ""})]
    programs = environment.postgresql()
    if programs is None:
        runs.append(Run("PostgreSQL", note="PostgreSQL is not installed"))
    else:
        with throw_away_cluster(programs) as url:
            once = [f"--ignore={path}" for path in PURE]
            runs.append(pytest("PostgreSQL", ["-m", "not browser", *once, *arguments], {"DATABASE_URL": url}))
    if environment.chromium() is None:
        runs.append(Run("browser", note="Chromium is not installed"))
    else:
        # One file stays with one process, which starts one server.
        runs.append(
            pytest("browser", ["-m", "browser", "--dist", "loadfile", *arguments], {"DATABASE_URL": ""})
        )
    report(runs)
    if any(run.code != 0 for run in runs):
        return 1
    if nothing_may_be_skipped and (lacking or any(run.note or run.skipped for run in runs)):
        print("With CI=true nothing may be skipped.")
        return 1
    return 0


def pytest(name: str, arguments: list[str], variables: Mapping[str, str]) -> Run:
    """What a run of pytest came to; what it prints is shown as it comes."""
    print(f"\n== {name} ==", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={result}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=False)
        seconds = time.monotonic() - started
        if not result.is_file():
            return Run(name, code=done.returncode or 1, seconds=seconds)
        suite = ElementTree.parse(result).getroot().find("testsuite")  # noqa: S314  # pytest wrote it just now
        assert suite is not None, "pytest writes one suite"  # noqa: S101
        counts = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    failed = counts["failures"] + counts["errors"]
    return Run(
        name,
        code=done.returncode,
        passed=counts["tests"] - failed - counts["skipped"],
        failed=failed,
        skipped=counts["skipped"],
        seconds=seconds,
    )


def report(runs: list[Run]) -> None:
    """Print a line for each run, and how much could not run."""
    print("\n== Summary ==")
    for run in runs:
        if run.note:
            print(f"{run.name:<12}could not run: {run.note}")
        else:
            print(
                f"{run.name:<12}{run.passed:>6} passed  {run.failed:>3} failed  "
                f"{run.skipped:>3} could not run  {run.seconds:>6.1f} s"
            )
    suites, tests = sum(bool(run.note) for run in runs), sum(run.skipped for run in runs)
    print(f"Could not run: {suites} of {len(runs)} suites, {tests} tests.", flush=True)


if __name__ == "__main__":
    # A job that is told to end ends its cluster as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
