"""`ikusei rotation solve`: a plan for a problem, with a proven bound, written only when the checker agrees.

The planner's machinery (numba, HiGHS) is loaded inside the command alone: the list of commands and the web process never
pay for it.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.live import Live

from ikusei.rotation.solver import conflict
from ikusei.rotation.solver import plan as plans
from ikusei.rotation.solver import problem as problems
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.objective import rounding
from ikusei.rotation.solver.problem import InvalidProblem, Problem

if TYPE_CHECKING:
    from ikusei.rotation.solver.solve import Found, Progress

INVALID, IMPOSSIBLE, UNKNOWN = 2, 3, 4
"""Exit statuses: the problem (or the command) is none; no plan exists; it cannot be told."""
SECONDS = 60.0
MOST_SECONDS = 7 * 24 * 3600
STANDARD_OUTPUT = 1
NEAR = 1e-6
"""Objectives this close to each other, in parts of their size, are the same."""


def seconds(text: str) -> float:
    """A time of more than nothing and at most a week."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= MOST_SECONDS:
        raise ArgumentTypeError(
            f"{text} is not a number of seconds greater than 0 and at most {MOST_SECONDS}"
        )
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers of `least` to `most`."""

    def read(text: str) -> int:
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
        if not least <= value <= most:
            raise ArgumentTypeError(f"{text} is not a whole number from {least} to {most}")
        return value

    return read


class Command(BaseCommand):
    help = "Make a rotation plan for a problem file, with a proven bound on how far it is from the best."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM", type=Path, help="FILE.json or FILE.json.gz")
        parser.add_argument(
            "--out",
            metavar="PLAN",
            type=Path,
            required=True,
            help="where the plan is written: .json or .json.gz",
        )
        effort = parser.add_mutually_exclusive_group()
        effort.add_argument("--seconds", type=seconds, metavar="S", help=f"the time to take ({SECONDS:g})")
        effort.add_argument(
            "--iterations",
            type=whole(1, 10**9),
            metavar="N",
            help="instead of a time: rounds of the search; with the same seed, on one thread, always the same plan",
        )
        parser.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, metavar="N", help="of chance (0)")
        parser.add_argument(
            "--threads",
            type=whole(1, 256),
            metavar="N",
            help="threads to use (every core; one with --iterations)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out = options["out"]
        if reason := cannot_write(out, options["problem"]):
            self._end(INVALID, reason)
        problem = self._problem(options["problem"])
        # Hard rules bind one person at a time: whether a plan exists is known, exactly, before anything is searched.
        if conflicts := conflict.find(problem):
            self.stdout.write(json.dumps(conflicts.as_dict(), ensure_ascii=False))
            first = conflicts.conflicts[0]
            self._end(IMPOSSIBLE, f"{options['problem']}: No plan exists. {first.path}: {first.text}")
        # Until the plan stands in its place: a signal that comes while it is checked or written changes nothing.
        with stopped_by_signals() as stop:
            found = self._solve(problem, options, stop)
            self._verify(problem, found)
            try:
                plans.write(found.plan, out)
            except OSError as error:
                self._end(UNKNOWN, f"{out}: The plan could not be written: {error.strerror or error}.")
        self.stdout.write(json.dumps(line(found), allow_nan=False))

    def _end(self, status: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(status)

    def _problem(self, file: Path) -> Problem:
        try:
            return problems.read(file)
        except InvalidProblem as error:
            self._end(INVALID, f"{file}: {error}")
        except OSError as error:
            self._end(INVALID, f"{file}: The file cannot be opened: {error.strerror or error}.")

    def _solve(self, problem: Problem, options: dict[str, Any], stop: Callable[[], bool]) -> Found:
        from ikusei.rotation.solver.solve import Found, Unknown, solve

        iterations, threads = options["iterations"], options["threads"]
        with progress_shown() as progress, libraries_silenced():
            outcome = solve(
                problem,
                seconds=options["seconds"] or (None if iterations else SECONDS),
                iterations=iterations,
                seed=options["seed"],
                threads=threads or (1 if iterations else None),
                progress=progress,
                stop=stop,
            )
        if not isinstance(outcome, Found):
            why = outcome.reason if isinstance(outcome, Unknown) else "planner and rules disagree."
            self._end(UNKNOWN, f"No plan was found, and none is ruled out: {why} Nothing was written.")
        return outcome

    def _verify(self, problem: Problem, found: Found) -> None:
        """End where the independent checker does not agree with the planner: such a plan is never handed out."""
        verdict = check(problem, found.plan)
        if verdict.broken:
            self._end(
                UNKNOWN,
                f"The checker refuses the plan: {verdict.broken[0]['text']} "
                f"Rules broken: {len(verdict.broken)}. Nothing was written.",
            )
        room = NEAR * max(1.0, abs(verdict.objective))
        said = found.plan.objective
        if said is None or abs(said - verdict.objective) > room:
            self._end(
                UNKNOWN,
                f"The checker counts objective {verdict.objective:.12g} where the planner says {said}. "
                "Nothing was written.",
            )
        if found.bound > verdict.objective + rounding(verdict.objective):
            self._end(
                UNKNOWN,
                f"The planner says that no plan lies below {found.bound:.12g}, and its plan lies at "
                f"{verdict.objective:.12g}. Nothing was written.",
            )


def cannot_write(out: Path, problem: Path) -> str | None:
    """Why a plan cannot be written there, None where it can: told before any time is spent."""
    target = Path(os.path.realpath(out))
    if target.exists():
        if not target.is_file():
            return f"{out}: The plan cannot be written: this is no file."
        if problem.exists() and target.samefile(problem):
            return f"{out}: The plan cannot be written over its own problem."
        if not os.access(target, os.W_OK):
            return f"{out}: The plan cannot be written: the file may not be overwritten."
    if not target.parent.is_dir():
        return f"{out}: The plan cannot be written: there is no folder {target.parent}."
    if not os.access(target.parent, os.W_OK | os.X_OK):
        return f"{out}: The plan cannot be written: the folder {target.parent} may not be written to."
    return None


def line(found: Found) -> dict[str, object]:
    """What is printed of a plan; a figure that nothing can be said of is null."""
    is_proven = found.plan.objective == found.bound
    return {
        "objective": _figure(found.plan.objective),
        "bound": _figure(found.bound),
        "gap": 0 if is_proven else _figure(found.gap),
        "seconds": round(found.seconds, 3),
        "iterations": found.iterations,
    }


def _figure(value: float | None) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


@contextmanager
def stopped_by_signals() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C or SIGTERM came: the search ends and keeps its best plan. A second one ends the program at once."""
    asked = Event()
    before: dict[signal.Signals, Any] = {}

    def note(number: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(number, before[signal.Signals(number)])

    for name in (signal.SIGINT, signal.SIGTERM):
        before[name] = signal.signal(name, note)
    try:
        yield asked.is_set
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """Standard output is ours alone: HiGHS greets there from its own code, once a process, whatever it is told."""
    sys.stdout.flush()
    kept = os.dup(STANDARD_OUTPUT)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), STANDARD_OUTPUT)
    try:
        yield
    finally:
        os.dup2(kept, STANDARD_OUTPUT)
        os.close(kept)


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress], None] | None]:
    """Where progress is told: one line that moves, on a terminal; nowhere else."""
    if not sys.stderr.isatty():
        yield None
        return
    with Live(console=Console(stderr=True, highlight=False), transient=True, refresh_per_second=4) as live:

        def show(progress: Progress) -> None:
            best = "none yet" if progress.objective is None else f"{progress.objective:,.0f}"
            live.update(
                f"{progress.seconds:6.0f} s   round {progress.iterations}   bound {progress.bound:,.0f}   plan {best}"
            )

        yield show
