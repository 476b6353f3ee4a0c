"""`ikusei rotation check`, and the examples of its page. Without a database: no test here asks for one."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.plan import parse as parse_plan
from ikusei.rotation.solver.problem import parse
from ikusei.rotation.tests.formats.problems import small

PAGE = Path(__file__).resolve().parents[5] / "docs" / "formats" / "rotation.md"
PLAN: dict[str, Any] = {
    "format": "ikusei-rotation-plan/1",
    "assignments": {"E1": ["A", "A", "B"], "E2": ["A", "A", None]},
}


def run(tmp_path: Path, problem: object, plan: object) -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of the command on these two documents."""
    (tmp_path / "problem.json").write_text(json.dumps(problem))
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "rotation_check",
            str(tmp_path / "problem.json"),
            str(tmp_path / "plan.json"),
            stdout=out,
            stderr=err,
        )
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_plan_that_breaks_nothing_ends_well_and_prints_one_line(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, small(), PLAN)
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    assert list(json.loads(out)) == [
        "objective",
        "broken",
        "over_capacity",
        "below_minimum",
        "missing_expert",
        "missing_continuity",
        "moves",
    ]


def test_a_broken_rule_ends_with_1_and_is_named(tmp_path: Path) -> None:
    status, out, _err = run(tmp_path, small(), PLAN | {"assignments": {"E1": ["B", "B", "B"], "E9": []}})
    assert status == 1
    assert {entry["rule"] for entry in json.loads(out)["broken"]} == {
        "unknown_person",
        "missing_person",
        "unseated",
        "tenure_min",
        "pin",
    }


def test_what_the_plan_says_of_itself_is_told_wrong_and_decides_nothing(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, small(), PLAN | {"objective": -1e6, "bound": 1e6})
    assert status == 0
    assert f"The plan says objective -1000000; it is {json.loads(out)['objective']}." in err
    assert "The plan says that no plan lies below 1000000" in err


@pytest.mark.parametrize(
    ("problem", "plan", "said"),
    [
        ({}, PLAN, "problem.json: format: is missing."),
        (small(), {}, "plan.json: format: is missing."),
        (small(), small(), 'plan.json: format: must be "ikusei-rotation-plan/1".'),
        (
            small(),
            PLAN | {"assignments": {"E1": 3}},
            "plan.json: assignments.E1: must be a list, and is a number.",
        ),
    ],
)
def test_a_file_that_is_none_ends_with_2_and_one_sentence(
    tmp_path: Path, problem: object, plan: object, said: str
) -> None:
    status, out, err = run(tmp_path, problem, plan)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_file_that_cannot_be_opened_ends_with_2(tmp_path: Path) -> None:
    err = StringIO()
    with pytest.raises(SystemExit, match="2"):
        call_command("rotation_check", str(tmp_path / "gone.json"), str(tmp_path), stderr=err)
    assert "gone.json: The file cannot be opened: No such file or directory." in err.getvalue()


# --- The page -----------------------------------------------------------------------------------------------------


def examples() -> list[Any]:
    """Every block of the page that is JSON, in order."""
    blocks = re.findall(r"```(?:json)?\n(\{.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [json.loads(block) for block in blocks]


def test_the_examples_of_the_page_are_what_comes_out(tmp_path: Path) -> None:
    problem, plan, solved, impossible, checked = examples()
    assert run(tmp_path, problem, plan) == (0, json.dumps(checked) + "\n", "")
    assert (
        parse_plan(plan).objective == check(parse(problem), parse_plan(plan)).objective == solved["objective"]
    )
    problem["pins"] = [{"person": "E1", "post": "P2", "year": 2028}]
    found = conflict.find(parse(problem))
    assert found is not None
    assert found.as_dict() == impossible
