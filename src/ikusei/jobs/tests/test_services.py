"""Starting, stopping and repeating jobs; running what waits."""

from datetime import timedelta
from typing import Any

import pytest
from dj_queue.models import ReadyExecution
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikusei.audit.models import Entry
from ikusei.jobs import heart, housekeeping, lease, registry, running, services
from ikusei.jobs.models import Job, JobState
from ikusei.jobs.tests import ground

pytestmark = pytest.mark.django_db

ADDITION = {"first": 2, "second": 3}


@pytest.fixture
def user() -> AbstractBaseUser:
    return get_user_model().objects.create_user(email="owner@example.test", language="en")


@pytest.fixture
def stranger() -> AbstractBaseUser:
    return get_user_model().objects.create_user(email="stranger@example.test")


def put(task: str, arguments: dict[str, Any] | None = None, owner: AbstractBaseUser | None = None) -> Job:
    return services.enqueue(owner=owner, task=task, arguments=arguments)


def ran(job: Job) -> Job:
    services.run_waiting()
    job.refresh_from_db()
    return job


def test_a_job_waits_and_a_worker_is_woken_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = put("test.add", ADDITION)
        assert not ReadyExecution.objects.exists()
    assert job.state == JobState.QUEUED
    assert ReadyExecution.objects.get().queue_name == "jobs"


def test_an_unknown_task_is_refused_at_once() -> None:
    with pytest.raises(registry.UnknownTask):
        put("test.no-such-task")


def test_a_job_ends_with_its_result_and_its_last_word() -> None:
    job = ran(put("test.add", ADDITION))
    assert (job.state, job.result["sum"], job.done, job.total, job.message) == (
        JobState.DONE,
        5,
        2,
        2,
        "Added",
    )
    assert job.finished_at is not None
    assert job.attempts == 1


@pytest.mark.parametrize(
    ("task", "sentence"), [("test.refuse", "本日は閉庁日です。"), ("test.give-up", "No rows.")]
)
def test_an_error_meant_for_people_reaches_them(task: str, sentence: str) -> None:
    job = ran(put(task))
    assert (job.state, job.problem) == (JobState.FAILED, sentence)


def test_an_unexpected_error_goes_to_the_log_and_not_to_people(
    user: AbstractBaseUser, caplog: pytest.LogCaptureFixture
) -> None:
    job = ran(put("test.break", owner=user))
    assert job.state == JobState.FAILED
    assert job.problem.startswith("An unexpected error")
    assert "secret detail" not in job.problem
    assert "secret detail" in caplog.text


def test_a_failed_job_does_not_keep_the_next_one_waiting() -> None:
    put("test.break")
    assert ran(put("test.add", ADDITION)).state == JobState.DONE


def test_jobs_run_in_the_order_of_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [put("test.add", ADDITION) for _number in range(3)]
    assert [running.run_next() for _job in jobs] == jobs
    assert running.run_next() is None


def test_a_waiting_job_is_stopped_at_once(user: AbstractBaseUser) -> None:
    job = services.request_stop(actor=user, job=put("test.add", ADDITION, user))
    assert job.state == JobState.STOPPED
    assert services.run_waiting() == 0
    assert Entry.objects.get().verb == "jobs.job.stop"


def test_a_running_job_hears_that_it_should_stop(
    user: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heart, "PACE", 0)
    job = put("test.add", ADDITION, user)
    begin = heart.JobProgress.start

    def stop_meanwhile(progress: heart.JobProgress, total: int, message: str = "") -> None:
        services.request_stop(actor=user, job=job)
        begin(progress, total, message)

    monkeypatch.setattr(heart.JobProgress, "start", stop_meanwhile)
    assert ran(job).state == JobState.STOPPED


def test_a_job_goes_back_to_the_queue_when_its_worker_is_told_to_end() -> None:
    job = put("test.add", ADDITION)
    heart.worker_ends.set()
    try:
        running.run_next()
    finally:
        heart.worker_ends.clear()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_a_job_that_has_ended_is_not_touched_by_stop(user: AbstractBaseUser) -> None:
    job = ran(put("test.add", ADDITION, user))
    assert services.request_stop(actor=user, job=job).state == JobState.DONE
    assert not Entry.objects.exists()


def test_only_the_owner_stops_and_repeats_a_job(user: AbstractBaseUser, stranger: AbstractBaseUser) -> None:
    job = ran(put("test.break", owner=user))
    with pytest.raises(services.NotYours):
        services.request_stop(actor=stranger, job=job)
    with pytest.raises(services.NotYours):
        services.run_again(actor=stranger, job=job)
    assert services.run_again(actor=stranger, job=job, is_administrator=True).owner == user


def test_run_again_is_a_new_job_of_the_same_work(user: AbstractBaseUser) -> None:
    job = ran(put("test.add", ADDITION, user))
    again = services.run_again(actor=user, job=job)
    assert again.pk != job.pk
    assert (again.task, again.arguments, again.state) == (job.task, job.arguments, JobState.QUEUED)
    assert Entry.objects.get().after == {"of": str(job.public_id)}


def test_a_job_that_has_not_ended_is_not_run_again(user: AbstractBaseUser) -> None:
    with pytest.raises(services.StillRunning):
        services.run_again(actor=user, job=put("test.add", ADDITION, user))


def silent(job: Job, *, attempts: int, seconds: int = 60, **facts: Any) -> Job:
    """The job as a dead worker left it."""
    ago = timezone.now() - timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=attempts, heartbeat_at=ago, worker="host:1", **facts
    )
    return job


@pytest.mark.parametrize(
    ("attempts", "facts", "state"),
    [
        (1, {}, JobState.QUEUED),
        (2, {}, JobState.FAILED),
        (1, {"stop_wanted": True}, JobState.STOPPED),
    ],
)
def test_what_becomes_of_a_job_whose_worker_died(
    user: AbstractBaseUser, attempts: int, facts: dict[str, bool], state: JobState
) -> None:
    job = silent(put("test.add", ADDITION, user), attempts=attempts, **facts)
    assert running.reap() == 1
    job.refresh_from_db()
    assert job.state == state
    assert job.problem.startswith("Given up") is (state == JobState.FAILED)


def test_a_job_with_a_sign_of_life_is_left_alone() -> None:
    silent(put("test.add", ADDITION), attempts=1, seconds=1)
    assert running.reap() == 0


def test_a_silent_job_whose_process_lives_is_left_alone() -> None:
    job = silent(put("test.add", ADDITION), attempts=1)
    with lease.held(job.pk, 1):
        assert running.reap() == 0
    assert running.reap() == 1


def test_an_attempt_that_was_given_up_writes_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    job = put("test.add", ADDITION)
    begin = heart.JobProgress.start

    def lose_it(progress: heart.JobProgress, total: int, message: str = "") -> None:
        Job.objects.filter(pk=job.pk).update(attempts=2)
        begin(progress, total, message)

    monkeypatch.setattr(heart.JobProgress, "start", lose_it)
    running.run_next()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (JobState.RUNNING, 2, {})


def test_the_first_tick_of_a_worker_brings_what_runs_at_its_start_and_the_next_does_not() -> None:
    housekeeping._begin.cache_clear()
    for _twice in range(2):
        housekeeping.tick.call()
        assert Job.objects.filter(task="test.start").count() == 1


def test_a_tick_makes_up_for_lost_wake_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_begin", lambda: None)
    put("test.add", ADDITION)
    housekeeping.tick.call()
    assert ReadyExecution.objects.filter(queue_name="jobs").count() == 1


def test_the_night_brings_a_job_for_each_check() -> None:
    housekeeping.nightly_checks.call()
    assert "test.night" in Job.objects.values_list("task", flat=True)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/people/?q=1", "/people/?q=1"),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("/\\evil.example/", ""),
        ("javascript:alert(1)", ""),
        (5, ""),
    ],
)
def test_a_result_is_linked_only_within_the_site(url: object, path: str) -> None:
    assert Job(task="test.add", result={"url": url}).result_path == path


def test_the_command_runs_what_waits_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    job = put("test.add", ADDITION)
    call_command("worker", "--once")
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert "1" in capsys.readouterr().out


def test_two_tasks_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match=r"test\.add"):
        registry.task("test.add")(ground.night)
