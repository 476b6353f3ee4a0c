"""What is known ahead, and what rooms beside one another share: people not yet hired, seats kept, experience counted."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.lib.privacy import PLACEMENT, TRAIL, WORK, Privacy
from ikusei.org.models.person import Category, Person
from ikusei.org.models.post import Post
from ikusei.org.models.unit import Employer

NOT_NEGATIVE = (MinValueValidator(Decimal(0)),)


class PlannedPerson(Dated):
    """Somebody not yet hired (or a hire planned): a placeholder in drafts, until `hired_as` says who it became."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("label"), max_length=120)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    job_type = models.SlugField(_("job type"), max_length=80, blank=True)
    hired_as = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hired as")
    )

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "from_date": PLACEMENT,
        "until": PLACEMENT,
        "id": None,
        "public_id": None,
        "employer": PLACEMENT,
        "label": PLACEMENT,
        "category": PLACEMENT,
        "grade": PLACEMENT,
        "job_type": PLACEMENT,
        "hired_as": PLACEMENT,
    }

    class Meta:
        verbose_name = _("person not yet hired")
        verbose_name_plural = _("people not yet hired")
        ordering = ("from_date", "label", "pk")
        constraints = (period_is_forward("org_plannedperson_forward"),)

    def __str__(self) -> str:
        return self.label


class ReservedPost(Dated):
    """A seat kept for somebody who will come back, on the days of a period."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reserved_posts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="reservations")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "from_date": PLACEMENT,
        "until": PLACEMENT,
        "id": None,
        "person": PLACEMENT,
        "post": PLACEMENT,
        "reason": PLACEMENT,
    }

    class Meta:
        verbose_name = _("reserved post")
        verbose_name_plural = _("reserved posts")
        ordering = ("person_id", "from_date")
        constraints = (period_is_forward("org_reservedpost_forward"),)

    def __str__(self) -> str:
        return str(self.post)


class CreditKind(models.TextChoices):
    COURSE = "course", _("course")
    DISPATCH = "dispatch", _("dispatch")
    OTHER = "other", _("other experience")


class ExperienceCredit(models.Model):
    """Years of GQ and DQ that something other than a posting gave, counted from a day on.

    `source` names the record it rests on (a certificate's or decision's number): what counts does so once for a person.
    Rows are never changed or deleted: one that is taken back stays, with who did it and why, and counts no longer.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="experience_credits")
    from_date = models.DateField(_("began on"), null=True, blank=True)
    on = models.DateField(_("counted from"))
    kind = models.CharField(_("kind"), max_length=8, choices=CreditKind)
    label_ja = models.CharField(_("what it was (Japanese)"), max_length=200)
    label_en = models.CharField(_("what it was (English)"), max_length=200, blank=True)
    gq_years = models.DecimalField(
        _("GQ years"), max_digits=5, decimal_places=3, default=Decimal(0), validators=NOT_NEGATIVE
    )
    dq_years = models.DecimalField(
        _("DQ years"), max_digits=5, decimal_places=3, default=Decimal(0), validators=NOT_NEGATIVE
    )
    source = models.CharField(_("record it rests on"), max_length=120)
    reason = models.CharField(_("why so many years"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)
    taken_back_reason = models.CharField(_("why it was taken back"), max_length=500, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "person": WORK,
        "from_date": WORK,
        "on": WORK,
        "kind": WORK,
        "label_ja": WORK,
        "label_en": WORK,
        "gq_years": WORK,
        "dq_years": WORK,
        "source": WORK,
        "reason": WORK,
        "recorded_by": TRAIL,
        "recorded_at": TRAIL,
        "taken_back_by": TRAIL,
        "taken_back_at": TRAIL,
        "taken_back_reason": WORK,
    }

    class Meta:
        verbose_name = _("experience credit")
        verbose_name_plural = _("experience credits")
        ordering = ("person_id", "on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "source"),
                condition=Q(taken_back_at=None),
                name="org_credit_once",
                violation_error_message=_("What this record says is counted already."),
            ),
            models.CheckConstraint(
                condition=Q(from_date=None) | Q(from_date__lte=F("on")),
                name="org_credit_forward",
                violation_error_message=_("It cannot count before it began."),
            ),
        )

    def __str__(self) -> str:
        return self.label_ja
