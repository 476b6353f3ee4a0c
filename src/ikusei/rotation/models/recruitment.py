"""Internal open recruitment (庁内公募): a post published, people who apply, a result by a day."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import TRAIL, WISHES, Privacy
from ikusei.org.models import Person, Post
from ikusei.rotation.models.round import Round
from ikusei.rotation.models.wishes import TEXT_LENGTH


class Recruitment(models.Model):
    """A post offered to all employees of the employer. Results are told on `result_on`, not before."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="recruitments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    text_ja = models.CharField(_("description (Japanese)"), max_length=TEXT_LENGTH)
    text_en = models.CharField(_("description (English)"), max_length=TEXT_LENGTH, blank=True)
    publish_on = models.DateField(_("published on"))
    apply_until = models.DateField(_("apply until"))
    result_on = models.DateField(_("result on"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": None,
        "post": None,
        "seats": None,
        "text_ja": None,
        "text_en": None,
        "publish_on": None,
        "apply_until": None,
        "result_on": None,
        "withdrawn_at": None,
        "author": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("open recruitment")
        verbose_name_plural = _("open recruitments")
        ordering = ("-publish_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(apply_until__gte=F("publish_on"), result_on__gt=F("apply_until")),
                name="rotation_recruitment_order",
                violation_error_message=_("The days follow one another: published, apply until, result."),
            ),
        )

    def __str__(self) -> str:
        return str(self.post)


class Outcome(models.TextChoices):
    OPEN = "", _("not decided")
    SELECTED = "selected", _("selected")
    OTHER = "other", _("not selected this time")


class Application(models.Model):
    """Somebody applies. `text` goes to the personnel section; `outcome_text` to the person, on the day of results."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recruitment = models.ForeignKey(Recruitment, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    text = models.CharField(_("why you apply"), max_length=TEXT_LENGTH)
    applied_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN, blank=True)
    outcome_text = models.CharField(_("words to the person"), max_length=TEXT_LENGTH, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "recruitment": WISHES,
        "person": WISHES,
        "text": WISHES,
        "applied_at": WISHES,
        "withdrawn_at": WISHES,
        "outcome": WISHES,
        "outcome_text": WISHES,
        "decided_by": TRAIL,
    }

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("recruitment_id", "applied_at")
        constraints = (
            models.UniqueConstraint(fields=("recruitment", "person"), name="rotation_application_once"),
        )

    def __str__(self) -> str:
        return str(self.person)
