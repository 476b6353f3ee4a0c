"""Runs of the planner on a draft, and curves of what keeping announced moves costs."""

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


class PlanCurve(models.Model):
    """Plans for several prices on changing announced seats; every plan is a run of its own (`points`).

    `prices` in the order in which they are searched; those that have a run are done. `course` is of the price at work:
    [[seconds, bound, objective or null], ...]. `announced` and `start` as in `PlanRun`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="curves")
    draft_revision = models.PositiveIntegerField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    seconds_allowed = models.PositiveIntegerField(_("seconds"), default=60)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    prices = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    problem = models.JSONField(default=dict)
    announced = models.JSONField(default=list)
    announced_of = models.ForeignKey(
        Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    start = models.JSONField(default=dict)
    course = models.JSONField(default=list)
    stop_asked = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

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
        "prices": None,
        "state": None,
        "problem": PLACEMENT,
        "announced": PLACEMENT,
        "announced_of": PLACEMENT,
        "start": PLACEMENT,
        "course": None,
        "stop_asked": None,
        "ended_at": None,
    }

    class Meta:
        verbose_name = _("curve of changes against value")
        verbose_name_plural = _("curves of changes against value")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.get_state_display()


class PlanRun(models.Model):
    """One run: the problem as it was given, how bound and best plan moved, the plan, and what the checker says of it.

    `course` is [[seconds, bound, objective or null], ...]; `assignments` person key -> post key or null for each year;
    `prices` post key -> price of a seat in each year; `verdict` what `solver.check` said; `conflict` why no plan exists.
    `announced` is [[person key, fiscal year, post key], ...]: seats of which a change costs `change_price` points;
    `replan` what became of them (`rotation.announced.Replanned.as_dict`). `bound` and `gap` are of the objective with that
    price, `objective` without. `start` is the plan that the search begins with.
    `row_prices` post key -> [price of an expert in each year, price of a stayer in each year], where one has a price.
    `trial_of` is the run of which one seat is tried otherwise: `trial` is {kind: pin | forbid, person, post, year}.
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
    announced = models.JSONField(default=list)
    announced_of = models.ForeignKey(
        Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    start = models.JSONField(default=dict)
    replan = models.JSONField(default=dict)
    curve = models.ForeignKey(
        PlanCurve, on_delete=models.CASCADE, null=True, blank=True, related_name="points"
    )
    trial_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="trials"
    )
    trial = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    problem = models.JSONField(default=dict)
    course = models.JSONField(default=list)
    objective = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    assignments = models.JSONField(default=dict)
    prices = models.JSONField(default=dict)
    row_prices = models.JSONField(default=dict, blank=True)
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
        "announced": PLACEMENT,
        "announced_of": PLACEMENT,
        "start": PLACEMENT,
        "replan": PLACEMENT,
        "curve": PLACEMENT,
        "trial_of": PLACEMENT,
        "trial": PLACEMENT,
        "state": None,
        "problem": PLACEMENT,
        "course": None,
        "objective": None,
        "bound": None,
        "gap": None,
        "seconds": None,
        "assignments": PLACEMENT,
        "prices": PLACEMENT,
        "row_prices": PLACEMENT,
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
        constraints = (
            models.UniqueConstraint(fields=("curve", "change_price"), name="rotation_planrun_point_once"),
        )

    def __str__(self) -> str:
        return self.get_state_display()
