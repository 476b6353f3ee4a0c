"""The planner from the command line as it is, and against every plan there is where these are few."""

from __future__ import annotations

import itertools
import json
import math
import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from ikusei.rotation.solver import conflict
from ikusei.rotation.solver import plan as plans
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Person, Problem, parse
from ikusei.rotation.tests.formats.problems import small, strange
from tools.rotation_instances import make

PROGRAM = [sys.executable, "-c", "from ikusei.config.cli import main; main()", "rotation", "solve"]
MOST = 600
"""Plans that are tried one by one, at most."""


def rows(problem: Problem, person: Person) -> list[tuple[str | None, ...]]:
    """Every row of seats of one person that breaks no rule."""
    pins = tuple(pin for pin in problem.pins if pin.person == person.id)
    alone = replace(problem, people=(person,), pins=pins)
    posts = [option.post for option in person.options]
    seats = [posts if person.start <= year < person.until else [None] for year in problem.years]
    return [row for row in itertools.product(*seats) if not check(alone, Plan({person.id: row})).broken]


def best(problem: Problem) -> float | None:
    """The least objective of all plans; None where they are too many to try."""
    choices = [rows(problem, person) for person in problem.people]
    if math.prod(map(len, choices)) > MOST:
        return None
    names = [person.id for person in problem.people]
    return min(
        check(problem, Plan(dict(zip(names, chosen, strict=True)))).objective
        for chosen in itertools.product(*choices)
    )


@pytest.mark.parametrize("start", range(0, 160, 40))
def test_no_plan_lies_below_the_bound_and_the_checker_agrees(start: int) -> None:
    from ikusei.rotation.solver.solve import Found, solve

    tried = 0
    for seed in range(start, start + 40):
        problem = parse(strange(seed))
        if conflict.find(problem) is not None:
            continue
        found = solve(problem, iterations=10, seed=seed, threads=1)
        assert isinstance(found, Found), seed
        verdict = check(problem, found.plan)
        assert verdict.broken == [], seed
        assert found.plan.objective == pytest.approx(verdict.objective, abs=1e-6), seed
        least = best(problem)
        if least is not None:
            tried += 1
            assert found.bound <= least + 1e-6 * max(1.0, abs(least)), seed
    assert tried > 5


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(min_value=1000, max_value=100_000))
def test_of_a_tiny_problem_bound_plan_and_trying_everything_are_one(seed: int) -> None:
    from ikusei.rotation.solver.solve import Found, solve

    problem = parse(strange(seed))
    found = solve(problem, iterations=60, threads=1)
    assert isinstance(found, Found) == (conflict.find(problem) is None)
    if not isinstance(found, Found):
        return
    near = 1e-6 * max(1.0, abs(found.searched))
    assert found.searched - near <= found.bound <= found.searched
    least = best(problem)
    assert least is None or abs(least - found.searched) <= near


def test_where_all_plans_can_be_tried_the_best_is_found_and_proven() -> None:
    from ikusei.rotation.solver.solve import Found, solve

    closed = 0
    for seed in (9, 38, 56, 92, 171, 182):
        problem = parse(strange(seed))
        least = best(problem)
        found = solve(problem, iterations=60, threads=1)
        assert isinstance(found, Found)
        assert least is not None
        assert found.bound <= least + 1e-9 * abs(least)
        assert found.bound >= least - 1e-3
        assert found.plan.objective == pytest.approx(least)
        closed += found.bound == least
    assert closed >= 1


def told(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, str(folder / "problem.json"), "--out", str(folder / "plan.json"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)


def test_the_command_prints_one_line_and_writes_what_the_checker_confirms(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(small()))
    done = told(tmp_path, "--iterations", "5")
    assert (done.returncode, done.stderr) == (0, "")
    line = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert list(line) == ["objective", "bound", "gap", "seconds", "iterations"]
    problem = parse(small())
    assert check(problem, plans.read(tmp_path / "plan.json")).objective == line["objective"] == best(problem)


def test_a_wrong_bound_of_the_planner_ends_with_4_and_no_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ikusei.rotation.solver import lagrange

    monkeypatch.setattr(lagrange, "proven", lambda _costs, _rows: 1e9)
    (tmp_path / "problem.json").write_text(json.dumps(make(people=12, years=4, seed=7)))
    with pytest.raises(SystemExit) as ended:
        call_command(
            "rotation_solve",
            str(tmp_path / "problem.json"),
            "--out",
            str(tmp_path / "plan.json"),
            "--iterations",
            "3",
        )
    assert ended.value.code == 4
    assert "no plan lies below 1000000000, and its plan lies at" in capsys.readouterr().err
    assert not (tmp_path / "plan.json").exists()


def test_the_same_seed_and_rounds_give_the_same_plan(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(make(people=20, years=3, seed=1)))
    made = []
    for _ in range(2):
        assert told(tmp_path, "--iterations", "6", "--seed", "4").returncode == 0
        made.append(plans.read(tmp_path / "plan.json").assignments)
    assert made[0] == made[1]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_search_told_to_end_writes_its_best_plan(tmp_path: Path, name: signal.Signals) -> None:
    document = make(people=150, years=5, seed=2)
    (tmp_path / "problem.json").write_text(json.dumps(document))
    command = [
        *PROGRAM,
        str(tmp_path / "problem.json"),
        "--out",
        str(tmp_path / "plan.json"),
        "--seconds",
        "160",
    ]
    ours, theirs = pty.openpty()
    terminal = os.environ | {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=terminal) as running:
        os.close(theirs)
        shown = b""
        # A terminal shows the best plan as it moves; a program that ends early closes it.
        while not re.search(rb"plan -?[0-9]", shown):
            shown += os.read(ours, 4096)
        running.send_signal(name)
        out, _nothing = running.communicate(timeout=60)
    os.close(ours)
    assert running.returncode == 0
    assert json.loads(out)["seconds"] < 60
    verdict = check(parse(document), plans.read(tmp_path / "plan.json"))
    assert (verdict.broken, verdict.objective) == ([], json.loads(out)["objective"])
