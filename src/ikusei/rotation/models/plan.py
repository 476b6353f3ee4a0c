"""Runs of the planner on a draft."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.jobs.models import Job
from ikusei.lib.privacy import PLACEMENT, TRAIL, Privacy
from ikusei.rotation.models.draft import Draft


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("at work")
    FOUND = "found", _("a plan was found")
    IMPOSSIBLE = "impossible", _("no plan exists")
    UNKNOWN = "unknown", _("it could not be told")
    REFUSED = "refused", _("the checker disagreed")
    FAILED = "failed", _("failed")


class PlanRun(models.Model):
    """One run: the problem as it was given, how bound and best plan moved, the plan, and what the checker says of it.

    `course` is [[seconds, bound, objective or null], ...]; `assignments` person key -> post key or null for each year;
    `prices` post key -> price of a seat in each year; `verdict` what `solver.check` said; `conflict` why no plan exists.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="runs")
    draft_revision = models.PositiveIntegerField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    seconds_allowed = models.PositiveIntegerField(_("seconds"), default=60)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    change_price = models.FloatField(_("price of changing an announced move"), default=0)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    problem = models.JSONField(default=dict)
    course = models.JSONField(default=list)
    objective = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    assignments = models.JSONField(default=dict)
    prices = models.JSONField(default=dict)
    verdict = models.JSONField(default=dict)
    conflict = models.JSONField(default=list)
    stop_asked = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    """When its moves were put into the draft."""

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "draft": PLACEMENT,
        "draft_revision": None,
        "job": None,
        "asked_by": TRAIL,
        "asked_at": TRAIL,
        "seconds_allowed": None,
        "seed": None,
        "change_price": None,
        "state": None,
        "problem": PLACEMENT,
        "course": None,
        "objective": None,
        "bound": None,
        "gap": None,
        "seconds": None,
        "assignments": PLACEMENT,
        "prices": PLACEMENT,
        "verdict": PLACEMENT,
        "conflict": PLACEMENT,
        "stop_asked": None,
        "ended_at": None,
        "taken_at": TRAIL,
    }

    class Meta:
        verbose_name = _("run of the planner")
        verbose_name_plural = _("runs of the planner")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.get_state_display()
