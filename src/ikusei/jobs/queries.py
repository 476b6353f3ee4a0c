"""Reading background work: one's own jobs, and for the administrator everything."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from dj_queue.models import Process
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Min, Q, QuerySet
from django.utils import timezone

from ikusei.jobs.models import Delivery, Job, JobState

PAGE_SIZE = 50

WORKER_SILENT_AFTER = timedelta(minutes=2)
"""The worker's processes give a sign of life every 20 seconds."""


class NoSuchJob(LookupError):
    """There is no such job, or it is somebody else's."""


def open_job(*, user: AbstractBaseUser, public_id: uuid.UUID) -> Job:
    """The user's own job; raises NoSuchJob for every other."""
    job = Job.objects.filter(public_id=public_id, owner_id=user.pk).fetch_mode(FETCH_RAISE).first()
    if job is None:
        raise NoSuchJob(str(public_id))
    return job


def jobs_of(user: AbstractBaseUser) -> QuerySet[Job]:
    """The user's jobs, newest first."""
    return Job.objects.filter(owner_id=user.pk).order_by("-pk").fetch_mode(FETCH_RAISE)


def page_of_jobs(*, state: str = "", task: str = "", page: int | str = 1, size: int = PAGE_SIZE) -> Page[Job]:
    """One page of everybody's jobs, newest first, each with its owner. For who administers: the caller checks."""
    jobs = Job.objects.select_related("owner").order_by("-pk").fetch_mode(FETCH_RAISE)
    if state:
        jobs = jobs.filter(state=state)
    if task:
        jobs = jobs.filter(task=task)
    return Paginator(jobs, size).get_page(page)


def latest_jobs(*, size: int) -> list[Job]:
    """Everybody's newest jobs. For who administers: the caller checks."""
    return list(Job.objects.order_by("-pk").fetch_mode(FETCH_RAISE)[:size])


def find_any_job(public_id: uuid.UUID) -> Job:
    """Anybody's job with its owner, for who administers: the caller checks. Raises NoSuchJob."""
    job = Job.objects.select_related("owner").filter(public_id=public_id).fetch_mode(FETCH_RAISE).first()
    if job is None:
        raise NoSuchJob(str(public_id))
    return job


def is_queued(*, task: str) -> bool:
    """Whether a job of that task waits."""
    return Job.objects.filter(task=task, state=JobState.QUEUED).exists()


def others_wait(*, task: str) -> bool:
    """Whether jobs of other tasks wait for a worker: a long one that can be cut makes way for them."""
    return Job.objects.filter(state=JobState.QUEUED).exclude(task=task).exists()


def runs_before(*, task: str, job_id: int) -> bool:
    """Whether an older job of that task runs."""
    return Job.objects.filter(task=task, state=JobState.RUNNING, pk__lt=job_id).exists()


def is_running(*, job_id: int, attempt: int) -> bool:
    """Whether that attempt at a job is the one that counts, and goes on."""
    return Job.objects.filter(pk=job_id, attempts=attempt, state=JobState.RUNNING).exists()


def troubled_deliveries() -> QuerySet[Delivery]:
    """The deliveries that failed and are not made good, oldest first, each with its event."""
    return (
        Delivery.objects.select_related("event")
        .filter(Q(attempts__gt=0) | Q(set_aside_at__isnull=False), delivered_at__isnull=True)
        .order_by("event_id")
        .fetch_mode(FETCH_RAISE)
    )


@dataclass(frozen=True, slots=True)
class Health:
    """Whether background work goes on: for the administrator's first page."""

    workers: int
    """Processes that run jobs, on all hosts; 0 means that nothing will happen."""
    waiting: int
    waiting_since: datetime | None
    running: int
    failed_today: int
    """Jobs that failed within 24 hours."""
    undelivered: int
    set_aside: int


def health() -> Health:
    """The state of background work now, in three queries."""
    now = timezone.now()
    is_open = Q(delivered_at__isnull=True)
    jobs = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
        waiting_since=Min("created_at", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        failed_today=Count("pk", filter=Q(state=JobState.FAILED, finished_at__gt=now - timedelta(days=1))),
    )
    deliveries = Delivery.objects.aggregate(
        undelivered=Count("pk", filter=is_open & Q(set_aside_at__isnull=True)),
        set_aside=Count("pk", filter=is_open & Q(set_aside_at__isnull=False)),
    )
    workers = Process.objects.filter(kind="Worker", last_heartbeat_at__gt=now - WORKER_SILENT_AFTER)
    return Health(workers=workers.count(), **jobs, **deliveries)
