"""A plan's file: written whole or not at all, read back as it was."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.rotation.solver.plan import InvalidPlan, Plan, parse, read, to_document, write

PLAN = Plan({"E1": ("A", None), "職員 2": (None, None)}, objective=-10.5, bound=-11.0, seconds=1.25, seed=3)


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz"])
def test_what_is_written_is_what_is_read(tmp_path: Path, name: str) -> None:
    write(PLAN, tmp_path / name)
    assert read(tmp_path / name) == PLAN
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_same_plan_makes_the_same_packed_file(tmp_path: Path) -> None:
    write(PLAN, tmp_path / "one.json.gz")
    write(PLAN, tmp_path / "two.json.gz")
    one = (tmp_path / "one.json.gz").read_bytes()
    assert one == (tmp_path / "two.json.gz").read_bytes()
    assert json.loads(gzip.decompress(one))["format"] == "ikusei-rotation-plan/1"


def test_a_plan_that_does_not_speak_of_itself_is_one() -> None:
    assert parse({"format": "ikusei-rotation-plan/1", "assignments": {}}) == Plan({})
    said = {"objective": None, "bound": None, "seconds": None, "seed": None}
    assert parse({"format": "ikusei-rotation-plan/1", "assignments": {}} | said) == Plan({})


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(PLAN, tmp_path / "plan.json")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(Plan({}), tmp_path / "plan.json")
    assert read(tmp_path / "plan.json") == PLAN
    assert len(list(tmp_path.iterdir())) == 1


def test_a_plan_is_written_through_a_link_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "real.json").chmod(0o640)
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    write(PLAN, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert read(tmp_path / "real.json") == PLAN
    assert (tmp_path / "real.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "ikusei-rotation-problem/1"}, "format"),
        ({"assignments": []}, "assignments"),
        ({"assignments": {"E1": "A"}}, "assignments.E1"),
        ({"assignments": {"E 1": ["A", 3]}}, 'assignments["E 1"][1]'),
        ({"assignments": {"E1": [""]}}, "assignments.E1[0]"),
        ({"objective": float("nan")}, "objective"),
        ({"bound": "low"}, "bound"),
        ({"seed": 1.5}, "seed"),
        ({"seats": {}}, "seats"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_path_of_the_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        parse(to_document(PLAN) | change)
    assert refused.value.path == path


# A machine that is busy with other things draws slowly; that says nothing about the parser.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    )
)
def test_any_assignments_are_read_or_refused_with_a_path(value: object) -> None:
    try:
        plan = parse({"format": "ikusei-rotation-plan/1", "assignments": value})
    except InvalidPlan as refused:
        path = refused.path
    else:
        assert parse(json.loads(json.dumps(to_document(plan)))) == plan
        return
    assert path.startswith("assignments")
    assert path.encode()
