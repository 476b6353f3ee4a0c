"""A real worker in processes of its own, killed, told to end, and watched: on the database of the suite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from ikusei.jobs.models import Job, JobState

DEAD_AFTER = 2
"""Seconds without a sign of life."""

ALIAS = "worker"


def wait_until(holds: Callable[[], bool], *, seconds: float = 25) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@dataclass
class Ground:
    """A database of its own, in which workers run and the test looks."""

    env: dict[str, str]
    folder: Path

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker in a process group of its own; whatever is left of it afterwards is killed."""
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "django", "worker"],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill_group(process)

    def put(self, name: str, **arguments: Any) -> Job:
        """A waiting job of which nobody was told: the worker's tick finds it."""
        arguments["path"] = str(self.folder / name)
        return Job.objects.using(ALIAS).create(task="slow.count", arguments=arguments)

    def marks(self, name: str, word: str) -> list[int]:
        """The processes that left this word, in their order."""
        path = self.folder / name
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        return [int(line.split()[1]) for line in lines if line.startswith(word)]

    def started(self, name: str, times: int) -> Callable[[], bool]:
        return lambda: len(self.marks(name, "start")) == times

    def reached(self, job: Job, state: JobState) -> Callable[[], bool]:
        return lambda: Job.objects.using(ALIAS).get(pk=job.pk).state == state


def kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


@pytest.fixture(scope="module")
def ground(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("worker")
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ikusei.jobs.tests.slow.settings",
        "IKUSEI_DATA_DIR": str(folder),
        "IKUSEI_JOB_DEAD_AFTER": str(DEAD_AFTER),
        "IKUSEI_SECRET_KEY": "only for tests",
    }
    with django_db_blocker.unblock(), database(folder, env) as entry:
        connections.databases[ALIAS] = {**connection.settings_dict, **entry}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
        try:
            yield Ground(env, folder)
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]


@contextmanager
def database(folder: Path, env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What differs from the suite's own database entry; the worker's environment names the same."""
    if connection.vendor == "sqlite":
        env["DATABASE_URL"] = "sqlite:///worker.sqlite3"
        yield {"NAME": str(folder / "worker.sqlite3")}
        return
    name = f"{connection.settings_dict['NAME']}_worker_{os.getpid()}"
    with connection._nodb_cursor() as cursor:  # as Django's own runner makes the suite's database
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(os.environ["DATABASE_URL"])
    # Put together by hand: urlunsplit drops the empty host that says "over a socket".
    env["DATABASE_URL"] = f"{url.scheme}://{url.netloc}/{name}?{url.query}"
    yield {"NAME": name}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_job_whose_worker_is_killed_runs_again_once_and_is_then_given_up(ground: Ground) -> None:
    job = ground.put("killed", seconds=60)
    for attempt in (1, 2):
        with ground.worker() as worker:
            wait_until(ground.started("killed", attempt))
            job.refresh_from_db(using=ALIAS)
            assert (job.state, job.attempts) == (JobState.RUNNING, attempt)
            kill_group(worker)
    with ground.worker():
        wait_until(ground.reached(job, JobState.FAILED))
        other = ground.put("after", seconds=0)
        wait_until(ground.reached(other, JobState.DONE))
    job.refresh_from_db(using=ALIAS)
    assert job.problem
    assert len(ground.marks("killed", "start")) == 2
    assert ground.marks("killed", "end") == []


def test_the_worker_outlives_the_process_that_runs_its_job(ground: Ground) -> None:
    job = ground.put("child", seconds=3)
    with ground.worker():
        wait_until(ground.started("child", 1))
        os.kill(ground.marks("child", "start")[0], signal.SIGKILL)
        wait_until(ground.reached(job, JobState.DONE))
    job.refresh_from_db(using=ALIAS)
    assert (job.attempts, len(ground.marks("child", "end"))) == (2, 1)
    assert job.result == {"seconds": 3}


def test_a_worker_told_to_end_hands_its_job_to_the_next_and_no_attempt_is_lost(ground: Ground) -> None:
    job = ground.put("handed", seconds=4)
    with ground.worker() as worker:
        wait_until(ground.started("handed", 1))
        worker.terminate()
        assert worker.wait(timeout=15) == 0
    job.refresh_from_db(using=ALIAS)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    with ground.worker():
        wait_until(ground.reached(job, JobState.DONE))
    job.refresh_from_db(using=ALIAS)
    assert job.attempts == 1


@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_long_job_is_never_handed_out_twice_while_it_runs(ground: Ground, in_transaction: bool) -> None:
    name = f"long-{in_transaction}"
    job = ground.put(name, seconds=DEAD_AFTER * 4, in_transaction=in_transaction)
    with ground.worker(), ground.worker():
        wait_until(ground.reached(job, JobState.DONE))
    job.refresh_from_db(using=ALIAS)
    assert job.attempts == 1
    assert len(ground.marks(name, "start")) == 1


def test_a_running_job_shows_its_progress_and_stops_when_asked(ground: Ground) -> None:
    job = ground.put("stopped", seconds=60)
    with ground.worker():
        wait_until(lambda: Job.objects.using(ALIAS).get(pk=job.pk).done > 5)
        Job.objects.using(ALIAS).filter(pk=job.pk).update(stop_wanted=True)
        wait_until(ground.reached(job, JobState.STOPPED), seconds=5)
    assert ground.marks("stopped", "end") == []


def test_nothing_is_left_behind_when_the_parent_is_killed(ground: Ground) -> None:
    ground.put("orphan", seconds=60)
    with ground.worker() as worker:
        wait_until(ground.started("orphan", 1))
        child = ground.marks("orphan", "start")[0]
        worker.kill()
        worker.wait()
        wait_until(lambda: not Path(f"/proc/{child}").exists(), seconds=15)
    Job.objects.using(ALIAS).filter(task="slow.count").update(state=JobState.STOPPED)
