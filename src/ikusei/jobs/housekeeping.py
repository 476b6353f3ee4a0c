"""What the queue calls by the clock (settings.TASKS). Any backend of `django.tasks` can, and so can cron."""

from functools import cache

from django.tasks import task

from ikusei.audit import services as audit
from ikusei.jobs import messages, outbox, registry, running, services
from ikusei.jobs.models import Job, JobState

SPARE = 4
"""Wake-ups that a tick sends where jobs wait: as many workers as that are woken at once."""


@task(queue_name="housekeeping")
def tick() -> None:
    """Every quarter of a minute: take jobs from dead workers, make up for lost wake-ups, tell what happened.

    The first time in a process: a job for each task that runs when a worker starts.
    """
    _begin()
    running.reap()
    for _waiting in Job.objects.filter(state=JobState.QUEUED).values_list("pk")[:SPARE]:
        messages.run_next.enqueue()
    outbox.deliver_events()


@cache
def _begin() -> None:
    for name in registry.tasks_at_start():
        services.enqueue(owner=None, task=name)


@task(queue_name="housekeeping")
def seal_audit() -> None:
    """Every ten minutes: seal the audit trail."""
    audit.seal()


@task(queue_name="housekeeping")
def nightly_checks() -> None:
    """Every night: a job for each check."""
    for name in registry.nightly_tasks():
        services.enqueue(owner=None, task=name)
