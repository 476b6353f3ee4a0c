"""`ikusei rotation solve` around the search: what is told before it, what is written after it. Without a database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ikusei.rotation.solver import plan as plans
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.tests.formats.problems import Document, person, post, problem, small

GOOD: dict[str, tuple[str | None, ...]] = {"E1": ("A", "A", "B"), "E2": ("A", "A", None)}
COSTS = -50.5
"""Objective of GOOD: values -10 -10 -20.5 -30 -30; one change 10; in A no expert in 2026 and 2028: 20, nobody in 2028: 10,
no stayer in 2028: 10."""


@dataclass
class Found:
    plan: Plan
    bound: float
    gap: float
    seconds: float = 0.25
    iterations: int = 7


@dataclass
class Unknown:
    reason: str


class Search:
    """Stands in for the planner: remembers what it was asked and gives the outcome it was told."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.outcome: Callable[[], object] = lambda: Found(Plan(GOOD, objective=COSTS, seed=0), -60.0, 1.5)

    def solve(self, problem: object, **asked: Any) -> object:
        self.asked = asked
        return self.outcome()


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Search:
    stand_in = Search()
    module = ModuleType("ikusei.rotation.solver.solve")
    vars(module).update(Found=Found, Unknown=Unknown, solve=stand_in.solve)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "problem.json").write_text(json.dumps(small()))
    return tmp_path


def run(folder: Path, *options: str, out: str = "plan.json") -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of the command in this folder."""
    told, err = StringIO(), StringIO()
    try:
        call_command(
            "rotation_solve",
            str(folder / "problem.json"),
            "--out",
            str(folder / out),
            *options,
            stdout=told,
            stderr=err,
        )
    except SystemExit as ended:
        return int(str(ended.code)), told.getvalue(), err.getvalue()
    return 0, told.getvalue(), err.getvalue()


def write(folder: Path, document: Document) -> None:
    (folder / "problem.json").write_text(json.dumps(document))


def test_a_plan_is_written_and_one_line_printed(folder: Path, search: Search) -> None:
    status, out, err = run(folder)
    assert (status, err) == (0, "")
    assert out == '{"objective": -50.5, "bound": -60, "gap": 1.5, "seconds": 0.25, "iterations": 7}\n'
    assert plans.read(folder / "plan.json").assignments == GOOD


def test_the_search_is_asked_for_a_minute_on_every_core(folder: Path, search: Search) -> None:
    run(folder)
    del search.asked["progress"], search.asked["stop"]
    assert search.asked == {"seconds": 60.0, "iterations": None, "seed": 0, "threads": None}


def test_iterations_replace_the_time_and_run_on_one_thread(folder: Path, search: Search) -> None:
    run(folder, "--iterations", "9", "--seed", "4")
    del search.asked["progress"], search.asked["stop"]
    assert search.asked == {"seconds": None, "iterations": 9, "seed": 4, "threads": 1}


@pytest.mark.parametrize(
    "options",
    [
        ["--seconds", "0"],
        ["--seconds", "-3"],
        ["--seconds", "nan"],
        ["--seconds", "inf"],
        ["--seconds", "soon"],
        ["--iterations", "0"],
        ["--iterations", "1.5"],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--threads", "0"],
        ["--seconds", "1", "--iterations", "1"],
    ],
)
def test_what_cannot_be_asked_is_refused(folder: Path, search: Search, options: list[str]) -> None:
    with pytest.raises(CommandError):
        run(folder, *options)
    assert search.asked == {}


def test_a_figure_of_which_nothing_can_be_said_is_null(folder: Path, search: Search) -> None:
    search.outcome = lambda: Found(Plan(GOOD, objective=COSTS), float("-inf"), float("nan"))
    _status, out, _err = run(folder)
    assert json.loads(out)["bound"] is None
    assert json.loads(out)["gap"] is None


def test_a_plan_at_its_bound_has_no_gap_whatever_it_is_measured_by(folder: Path, search: Search) -> None:
    search.outcome = lambda: Found(Plan(GOOD, objective=COSTS), COSTS, float("nan"))
    assert json.loads(run(folder)[1])["gap"] == 0


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Found(Plan({"E1": GOOD["E1"]}, objective=COSTS), -60.0, 1.5),
            "The checker refuses the plan: E2 is not in",
        ),
        (Found(Plan(GOOD, objective=COSTS - 1), -60.0, 1.5), "The checker counts objective -50.5"),
        (Found(Plan(GOOD), -60.0, 1.5), "The checker counts objective -50.5"),
        (
            Found(Plan(GOOD, objective=COSTS), -50.4, 0.0),
            "no plan lies below -50.4, and its plan lies at -50.5",
        ),
    ],
)
def test_what_the_checker_does_not_agree_with_is_not_written(
    folder: Path, search: Search, found: Found, said: str
) -> None:
    search.outcome = lambda: found
    (folder / "plan.json").write_text("the old plan")
    status, out, err = run(folder)
    assert (status, out) == (4, "")
    assert said in err
    assert err.count("\n") == 1
    assert (folder / "plan.json").read_text() == "the old plan"


def test_a_search_without_a_plan_ends_with_4(folder: Path, search: Search) -> None:
    search.outcome = lambda: Unknown("The time was over.")
    status, out, err = run(folder)
    assert (status, out) == (4, "")
    assert "none is ruled out: The time was over." in err
    assert [path.name for path in folder.iterdir()] == ["problem.json"]


def test_an_invalid_problem_ends_with_2_and_the_path_of_the_field(folder: Path, search: Search) -> None:
    document = small()
    document["posts"][0]["capacity"] = -1
    write(folder, document)
    status, out, err = run(folder)
    assert (status, out) == (2, "")
    assert "problem.json: posts[0].capacity: must not be less than 0, and is -1." in err
    assert (search.asked, [path.name for path in folder.iterdir()]) == ({}, ["problem.json"])


def test_a_problem_without_a_plan_ends_with_3_and_the_conflict(folder: Path, search: Search) -> None:
    write(folder, problem([post("A")], [person("E1", {"A": 1}), person("E2", {})]))
    status, out, err = run(folder)
    assert status == 3
    assert json.loads(out)["conflict"][0]["rules"][0]["path"] == "people[1].options"
    assert "problem.json: No plan exists. people[1]: No plan can seat E2. E2 has no options." in err
    assert (search.asked, [path.name for path in folder.iterdir()]) == ({}, ["problem.json"])


def test_the_problem_itself_is_never_overwritten(folder: Path, search: Search) -> None:
    (folder / "link.json").symlink_to(folder / "problem.json")
    for name in ("problem.json", "link.json"):
        status, _out, err = run(folder, out=name)
        assert status == 2
        assert "cannot be written over its own problem" in err
    assert json.loads((folder / "problem.json").read_text()) == small()


@pytest.mark.parametrize(
    ("out", "said"),
    [("gone/plan.json", "there is no folder"), (".", "this is no file"), ("pipe", "this is no file")],
)
def test_where_no_plan_can_be_written_is_told_before_the_search(
    folder: Path, search: Search, out: str, said: str
) -> None:
    os.mkfifo(folder / "pipe")
    status, _out, err = run(folder, out=out)
    assert status == 2
    assert said in err
    assert search.asked == {}


def test_a_disk_that_is_full_in_the_end_is_told(
    folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    status, out, err = run(folder)
    assert (status, out) == (4, "")
    assert "could not be written: No space left on device." in err
    assert [path.name for path in folder.iterdir()] == ["problem.json"]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_search_and_keeps_the_plan(
    folder: Path, search: Search, name: signal.Signals
) -> None:
    before = signal.getsignal(name)
    heard = []

    def interrupted() -> Found:
        stop = search.asked["stop"]
        heard.append(stop())
        os.kill(os.getpid(), name)
        heard.append(stop())
        heard.append(signal.getsignal(name) == before)
        return Found(Plan(GOOD, objective=COSTS), -60.0, 1.5)

    search.outcome = interrupted
    assert run(folder)[0] == 0
    assert heard == [False, True, True]
    assert signal.getsignal(name) == before
    assert (folder / "plan.json").exists()


def test_the_web_process_and_the_list_of_commands_load_no_planner() -> None:
    program = (
        "import sys; import ikusei.config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "from ikusei.config.cli import commands, overview; overview(commands());"
        "print(*{'numba', 'llvmlite', 'highspy', 'scipy', 'ikusei.rotation.solver.solve'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
