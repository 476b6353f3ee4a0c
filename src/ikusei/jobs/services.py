"""What a person or another app can do with background work: start it, stop it, run it again, and record news."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from ikusei.audit import services as audit
from ikusei.jobs import messages, outbox, registry, running
from ikusei.jobs.models import ENDED, Delivery, Event, Job, JobState


class NotYours(Exception):
    """The job belongs to somebody else, and the caller is no administrator."""


class StillRunning(Exception):
    """The job has not ended: there is nothing to run again."""


def enqueue(
    *, owner: AbstractBaseUser | None, task: str, arguments: dict[str, Any] | None = None, total: int = 0
) -> Job:
    """The new waiting job; a worker is woken once the caller's transaction is committed.

    `arguments` are JSON values and reach the task by name; `total` is the number of steps where it is known. Without an
    owner the job is the system's. Raises registry.UnknownTask.
    """
    registry.find_task(task)
    job = Job(owner_id=None if owner is None else owner.pk, task=task, arguments=arguments or {}, total=total)
    return _put(job)


def request_stop(*, actor: AbstractBaseUser, job: Job, is_administrator: bool = False) -> Job:
    """The job, stopped where it only waited, asked to stop where it runs, untouched where it has ended.

    Raises NotYours. `is_administrator` is said by a caller that has checked the right to it.
    """
    _require_owner(actor, job, is_administrator)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state in ENDED or job.stop_wanted:
            return job
        job.stop_wanted = True
        if job.state == JobState.QUEUED:
            job.state, job.finished_at = JobState.STOPPED, timezone.now()
        job.save(update_fields=["stop_wanted", "state", "finished_at"])
        audit.record(actor=actor, verb="jobs.job.stop", subject_kind="job", subject_id=job.public_id)
    return job


def run_again(*, actor: AbstractBaseUser, job: Job, is_administrator: bool = False) -> Job:
    """A new waiting job with the task, the arguments and the owner of one that has ended.

    Raises NotYours, StillRunning, registry.UnknownTask.
    """
    _require_owner(actor, job, is_administrator)
    registry.find_task(job.task)
    if not job.is_ended:
        raise StillRunning(str(job.public_id))
    with transaction.atomic():
        again = _put(Job(owner_id=job.owner_id, task=job.task, arguments=job.arguments, total=job.total))
        audit.record(
            actor=actor,
            verb="jobs.job.run-again",
            subject_kind="job",
            subject_id=again.public_id,
            after={"of": str(job.public_id)},
        )
    return again


def run_waiting() -> int:
    """How many jobs were run: everything that waits, here and now, and the news with it (`ikusei worker --once`)."""
    running.reap()
    count = 0
    while running.run_next() is not None:
        count += 1
        _deliver_all()
    _deliver_all()
    return count


def record_event(*, name: str, payload: dict[str, Any]) -> Event:
    """The recorded event, part of the caller's transaction: it is told to its listeners if that is committed.

    `payload` holds JSON values: public ids rather than copies of facts.
    """
    (event,) = record_events(name=name, payloads=[payload])
    return event


def record_events(*, name: str, payloads: Iterable[dict[str, Any]]) -> list[Event]:
    """The recorded events of one name, in their order, in a constant number of statements."""
    events = Event.objects.bulk_create([Event(name=name, payload=payload) for payload in payloads])
    listeners = outbox.listeners_of(name)
    if events and listeners:
        Delivery.objects.bulk_create(
            [Delivery(event=event, listener=listener) for event in events for listener in listeners]
        )
        transaction.on_commit(messages.deliver.enqueue)
    return events


def deliver_again(*, actor: AbstractBaseUser, delivery: Delivery) -> None:
    """Put a delivery that was set aside back on its way. The caller has checked that the actor administers."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk, delivered_at__isnull=True).update(
            set_aside_at=None, next_try_at=None, attempts=0
        )
        audit.record(actor=actor, verb="jobs.delivery.again", subject_kind="delivery", subject_id=delivery.pk)
        transaction.on_commit(messages.deliver.enqueue)


def _put(job: Job) -> Job:
    """The job, waiting."""
    job.save(force_insert=True)
    transaction.on_commit(messages.run_next.enqueue)
    return job


def _deliver_all() -> None:
    while outbox.deliver_events():
        pass


def _require_owner(actor: AbstractBaseUser, job: Job, is_administrator: bool) -> None:
    if not is_administrator and job.owner_id != actor.pk:
        raise NotYours(str(job.public_id))
