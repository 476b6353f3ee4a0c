"""Giving jobs to workers: claim, run, finish, and what happens to the jobs of workers that died.

The queue (`django.tasks`) only wakes workers; which job is whose is decided here, by compare-and-set on the job's row:
(state, attempts) name one attempt, and every later word of an attempt that was given up finds no row to write.
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from ikusei.jobs import lease, registry
from ikusei.jobs.heart import JobProgress
from ikusei.jobs.models import Job, JobState
from ikusei.jobs.progress import StopWanted, Why

logger = logging.getLogger(__name__)

ATTEMPTS = 2
"""How often a job is begun at most: once, and once more after its worker died."""


def run_next() -> Job | None:
    """The job that was run, ended or back in the queue; None where none waits."""
    job = _claim()
    if job is not None:
        _run(job)
        job.refresh_from_db()
    return job


def _claim() -> Job | None:
    """The job that waits longest, now ours; None where none waits."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    while True:
        waiting = (
            Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True).first()
        )
        if waiting is None:
            return None
        claimed = Job.objects.filter(pk=waiting, state=JobState.QUEUED).update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            worker=worker,
            done=0,
            message="",
            started_at=Now(),
            heartbeat_at=Now(),
        )
        if claimed:
            return Job.objects.select_related("owner").get(pk=waiting)


def _run(job: Job) -> None:
    progress = JobProgress(job)
    with lease.held(job.pk, job.attempts), _language_of(job):
        try:
            task = registry.find_task(job.task)
            with progress.beating():
                result = task.run(progress, job.arguments)
        except StopWanted as stop:
            _stopped(job, progress, stop.why)
        except registry.UnknownTask:
            logger.exception("Job %s", job.public_id)
            _finish(
                job, progress, JobState.FAILED, problem=_("This version of Ikusei does not know the task.")
            )
        except Exception as error:
            logger.exception("Job %s (%s) failed", job.public_id, job.task)
            _finish(job, progress, JobState.FAILED, problem=_sentence(error, task))
        else:
            _finish(job, progress, JobState.DONE, result=result)


def _sentence(error: Exception, task: registry.Task) -> str:
    """What people read about a failure."""
    if isinstance(error, task.tells) and str(error):
        return str(error)
    return _(
        "An unexpected error ended the work. Nothing more is known here; the administrator finds it in the log."
    )


def _stopped(job: Job, progress: JobProgress, why: Why) -> None:
    if why is Why.ASKED:
        _finish(job, progress, JobState.STOPPED)
    elif why is Why.WORKER_ENDS:
        # Told to end is not dead: the attempt does not count.
        _ours(job).update(state=JobState.QUEUED, attempts=F("attempts") - 1, worker="")
    else:
        logger.warning("Job %s was given to another worker, attempt %s ends", job.public_id, job.attempts)


def _finish(job: Job, progress: JobProgress, state: JobState, **facts: Any) -> None:
    reached = {"done": progress.done, "total": progress.total, "message": progress.message[:500]}
    if not _ours(job).update(state=state, finished_at=Now(), heartbeat_at=Now(), **reached, **facts):
        logger.warning("Job %s was given to another worker, attempt %s ends", job.public_id, job.attempts)


def _ours(job: Job) -> QuerySet[Job]:
    """The job's row, as long as this attempt is the one that counts."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def reap() -> int:
    """How many jobs were taken from dead workers: run once more, or given up after the second time."""
    dead = Job.objects.select_related("owner").filter(
        state=JobState.RUNNING, heartbeat_at__lt=Now() - timedelta(seconds=settings.JOBS_DEAD_AFTER)
    )
    return sum(_bury(job) for job in dead if not lease.is_held(job.pk, job.attempts))


def _bury(job: Job) -> int:
    # A heartbeat since then proves it alive. Not "equal": SQLite compares moments as texts of unlike precision.
    row = _ours(job).filter(heartbeat_at__lte=job.heartbeat_at)
    if job.stop_wanted:
        return row.update(state=JobState.STOPPED, finished_at=Now())
    if job.attempts < ATTEMPTS:
        logger.warning("Job %s: worker %s gives no sign of life, it runs again", job.public_id, job.worker)
        return row.update(state=JobState.QUEUED, worker="")
    logger.error("Job %s: worker %s died too, given up", job.public_id, job.worker)
    with _language_of(job):
        problem = _("Given up: the work broke off %(times)d times without an error message.") % {
            "times": job.attempts
        }
    return row.update(state=JobState.FAILED, finished_at=Now(), problem=problem)


@contextmanager
def _language_of(job: Job) -> Iterator[None]:
    """Speak the owner's language inside the block, the city's where nobody owns the job."""
    with translation.override(getattr(job.owner, "language", "") or settings.LANGUAGE_CODE):
        yield
