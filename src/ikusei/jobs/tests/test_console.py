"""The same tasks in the foreground."""

import pytest

from ikusei.jobs.console import run_now
from ikusei.jobs.registry import TaskFailed, UnknownTask
from ikusei.jobs.tests import ground


def test_a_task_runs_in_the_foreground_and_gives_its_result(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_now(task=ground.ADD, arguments={"first": 2, "second": 3}, is_quiet=True)
    assert result["sum"] == 5
    assert capsys.readouterr().out == "", "standard output belongs to the command"


def test_an_error_of_the_task_reaches_the_command() -> None:
    with pytest.raises(TaskFailed):
        run_now(task="test.give-up", arguments={}, is_quiet=True)


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(UnknownTask):
        run_now(task="test.no-such-task", arguments={})
