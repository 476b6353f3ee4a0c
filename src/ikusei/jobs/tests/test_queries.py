"""What the administrator sees of background work."""

from datetime import timedelta

import pytest
from dj_queue.models import Process
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ikusei.jobs import queries, services
from ikusei.jobs.models import Job, JobState
from ikusei.jobs.tests import ground

pytestmark = pytest.mark.django_db


def put(count: int, **facts: object) -> None:
    user, _made = get_user_model().objects.get_or_create(email="owner@example.test")
    Job.objects.bulk_create([Job(task=ground.ADD, owner=user, **facts) for _number in range(count)])


def test_a_page_of_jobs_takes_the_same_queries_for_one_and_for_fifty() -> None:
    counts = []
    for more in (1, 49):
        put(more)
        with CaptureQueriesContext(connection) as queried:
            assert all(f"{job.owner} {job.label}" for job in queries.page_of_jobs())
        counts.append(len(queried))
    assert counts == [2, 2]


def test_jobs_are_filtered_by_state_and_task() -> None:
    put(2)
    put(1, state=JobState.FAILED)
    assert len(queries.page_of_jobs(state="failed")) == 1
    assert len(queries.page_of_jobs(task="test.other")) == 0


def test_health_counts_what_waits_runs_and_failed_today() -> None:
    now = timezone.now()
    put(2)
    put(1, state=JobState.RUNNING)
    put(1, state=JobState.FAILED, finished_at=now)
    put(1, state=JobState.FAILED, finished_at=now - timedelta(days=2))
    for seconds in (5, 600):
        Process.objects.create(
            kind="Worker",
            pid=seconds,
            hostname="host",
            name=f"worker-{seconds}",
            last_heartbeat_at=now - timedelta(seconds=seconds),
        )
    health = queries.health()
    assert (health.workers, health.waiting, health.running, health.failed_today) == (1, 2, 1, 1)
    assert health.waiting_since is not None


def test_ones_own_jobs_are_ones_own() -> None:
    put(1)
    services.enqueue(owner=None, task=ground.ADD, arguments={"first": 1, "second": 1})
    assert queries.jobs_of(get_user_model().objects.get()).count() == 1
