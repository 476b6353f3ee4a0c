"""Approval, orders (発令) and the words that a person is told about a wish."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import PLACEMENT, TRAIL, WISHES, Privacy
from ikusei.org.models import Person, Post, PostingKind, Unit
from ikusei.rotation.models.draft import Draft, Move
from ikusei.rotation.models.round import Round
from ikusei.rotation.models.wishes import TEXT_LENGTH


class Stage(models.TextChoices):
    BUREAU = "bureau", _("bureau")
    SECTION = "section", _("personnel section")


class Verdict(models.TextChoices):
    APPROVE = "approve", _("approved")
    REJECT = "reject", _("rejected")


class Decision(models.Model):
    """What a stage said of a move. Rows are only added; the last one of a stage counts, as long as the move has not been
    changed since. A rejection has a reason. With a move that its owner takes out of a draft they go; the trail stays.

    `bureau` is the bureau that said it, None for the personnel section.
    """

    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="decisions")
    stage = models.CharField(max_length=7, choices=Stage)
    bureau = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bureau")
    )
    verdict = models.CharField(max_length=7, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "move": PLACEMENT,
        "stage": PLACEMENT,
        "bureau": PLACEMENT,
        "verdict": PLACEMENT,
        "reason": PLACEMENT,
        "by": TRAIL,
        "at": TRAIL,
    }

    class Meta:
        verbose_name = _("decision on a move")
        verbose_name_plural = _("decisions on moves")
        ordering = ("move_id", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="approve") | ~Q(reason=""),
                name="rotation_decision_reason",
                violation_error_message=_("A rejection has a reason."),
            ),
        )

    def __str__(self) -> str:
        return self.get_verdict_display()


class OrderState(models.TextChoices):
    ISSUED = "issued", _("issued")
    APPLIED = "applied", _("applied")
    CORRECTED = "corrected", _("replaced by a correction")
    CANCELLED = "cancelled", _("cancelled")


class Order(models.Model):
    """A person goes to a post on a day, by a numbered decision. Never edited: a correction is an order of its own.

    One that `corrects` another replaces it; without `to_post` it cancels it. Where it cancels a correction, it `restores`
    the order that had been corrected, and says again what that one said. `done` is what its application did to the
    postings (`org.services.placing.Placed.as_dict`), so that a cancellation can take exactly that back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="orders")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    move = models.ForeignKey(Move, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    number = models.CharField(_("decision number"), max_length=60)
    decided_on = models.DateField(_("decided on"))
    effective_on = models.DateField(_("in force on"))
    notice_on = models.DateField(_("told on"))
    """From this day on (内示) the person and their supervisors may know of it, never earlier than the round's notice."""
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders")
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=PostingKind, default=PostingKind.HOME)
    share = models.DecimalField(_("share of time"), max_digits=4, decimal_places=3, default=Decimal(1))
    until = models.DateField(_("until (exclusive)"), null=True, blank=True)
    return_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=OrderState, default=OrderState.ISSUED)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="restorations"
    )
    reason = models.CharField(_("reason of the correction"), max_length=500, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the mail to the person was queued."""
    done = models.JSONField(default=dict, blank=True)
    problem = models.CharField(_("why it could not be applied"), max_length=500, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": PLACEMENT,
        "draft": PLACEMENT,
        "move": PLACEMENT,
        "number": PLACEMENT,
        "decided_on": PLACEMENT,
        "effective_on": PLACEMENT,
        "notice_on": PLACEMENT,
        "person": PLACEMENT,
        "from_post": PLACEMENT,
        "to_post": PLACEMENT,
        "kind": PLACEMENT,
        "share": PLACEMENT,
        "until": PLACEMENT,
        "return_post": PLACEMENT,
        "state": PLACEMENT,
        "corrects": PLACEMENT,
        "restores": PLACEMENT,
        "reason": PLACEMENT,
        "issued_by": TRAIL,
        "issued_at": TRAIL,
        "applied_at": TRAIL,
        "noticed_at": TRAIL,
        "done": PLACEMENT,
        "problem": PLACEMENT,
    }

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("effective_on", "number", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("move",),
                condition=Q(state__in=("issued", "applied")),
                name="rotation_order_move_once",
            ),
        )
        indexes = (
            models.Index(fields=("state", "effective_on"), name="rotation_order_due"),
            models.Index(fields=("noticed_at", "notice_on"), name="rotation_order_telling"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_cancellation(self) -> bool:
        """Whether it cancels another one: alone, or so that an earlier one is in force again."""
        return self.to_post_id is None or self.restores_id is not None


class OrderLayout(models.Model):
    """The columns of an export of orders, as an office wants them: [[column key, heading], ...]."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(_("columns"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy: ClassVar[Privacy] = {"id": None, "name": None, "columns": None, "author": TRAIL}

    class Meta:
        verbose_name = _("layout of an export")
        verbose_name_plural = _("layouts of exports")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WishAnswer(models.Model):
    """The words to a person about a wish that was not met: drafted, edited, and released by a human after the notice."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed = models.CharField(max_length=TEXT_LENGTH)
    text = models.CharField(_("words to the person"), max_length=TEXT_LENGTH)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(auto_now=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": WISHES,
        "person": WISHES,
        "post": WISHES,
        "proposed": WISHES,
        "text": WISHES,
        "edited_by": TRAIL,
        "edited_at": TRAIL,
        "released_by": TRAIL,
        "released_at": TRAIL,
    }

    class Meta:
        verbose_name = _("words about a wish")
        verbose_name_plural = _("words about wishes")
        ordering = ("round_id", "person_id", "pk")
        constraints = (
            models.UniqueConstraint(fields=("round", "person", "post"), name="rotation_answer_once"),
        )

    def __str__(self) -> str:
        return str(self.person)
