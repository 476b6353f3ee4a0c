"""Work in the background that people wait for, and the news that services record (outbox)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.jobs import registry
from ikusei.lib.privacy import TRAIL, Privacy


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


ENDED = (JobState.DONE, JobState.FAILED, JobState.STOPPED)


class Job(models.Model):
    """One run of a named task, with its progress. This row is the truth; the queue only says that one waits."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField(_("task"), max_length=80)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    stop_wanted = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for"),
    )
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "task": TRAIL,
        "arguments": TRAIL,
        "state": None,
        "done": None,
        "total": None,
        "message": TRAIL,
        "problem": TRAIL,
        "result": TRAIL,
        "attempts": None,
        "stop_wanted": None,
        "owner": TRAIL,
        "worker": None,
        "created_at": TRAIL,
        "started_at": TRAIL,
        "heartbeat_at": None,
        "finished_at": TRAIL,
    }

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("state", "id"), name="jobs_job_by_state"),
            models.Index(fields=("owner", "-id"), name="jobs_job_by_owner"),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.state}"

    @property
    def label(self) -> str:
        """What people read for the task, in the active language."""
        return registry.label_of(self.task)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def result_path(self) -> str:
        """Where the result is to be seen: a path of this site, or nothing. Never an address elsewhere."""
        url = self.result.get("url", "") if isinstance(self.result, dict) else ""
        is_local = isinstance(url, str) and url.startswith("/") and not url.startswith(("//", "/\\"))
        return url if is_local else ""


class Event(models.Model):
    """A named fact, recorded in the transaction that made it true."""

    name = models.CharField(_("name"), max_length=80)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "name": TRAIL,
        "payload": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one listener, who gets its events in the order of their numbers."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    listener = models.CharField(_("listener"), max_length=200)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "event": TRAIL,
        "listener": None,
        "delivered_at": None,
        "set_aside_at": None,
        "next_try_at": None,
        "attempts": None,
        "error": TRAIL,
    }

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("event_id",)
        constraints = (models.UniqueConstraint(fields=("event", "listener"), name="jobs_delivery_once"),)
        indexes = (
            models.Index(
                fields=("listener", "event"),
                name="jobs_delivery_waiting",
                condition=models.Q(delivered_at__isnull=True, set_aside_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id} > {self.listener}"
