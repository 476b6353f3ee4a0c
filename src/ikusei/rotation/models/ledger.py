"""What a post adds to GQ and DQ, as dated settings with an author: growth classes, their rates, and the index."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.privacy import TRAIL, Privacy

KEY_LENGTH = 60
REASON_LENGTH = 500


class GrowthClass(BilingualName, models.Model):
    """A kind of post by what a year in it does to GQ and DQ. Its colour is that of its bars and dots everywhere."""

    key = models.SlugField(_("key"), max_length=KEY_LENGTH, unique=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    colour = models.PositiveSmallIntegerField(_("colour"), default=1)
    """Number of a series colour, 1 to 8."""

    class Meta:
        verbose_name = _("growth class")
        verbose_name_plural = _("growth classes")
        ordering = ("colour", "key")

    def __str__(self) -> str:
        return self.name


class GrowthTerms(models.Model):
    """The rates of a growth class from a day on. Rows are only added; of equal days the one recorded last counts.

    A rate rho below 1 leaves that share of what is missing to 100 after a year; above 1 what is not used decays.
    """

    growth_class = models.ForeignKey(GrowthClass, on_delete=models.PROTECT, related_name="terms")
    from_date = models.DateField(_("in force from"))
    rho_gq = models.DecimalField(
        _("rate of GQ"), max_digits=5, decimal_places=4, validators=(MinValueValidator(Decimal("0.0001")),)
    )
    rho_dq = models.DecimalField(
        _("rate of DQ"), max_digits=5, decimal_places=4, validators=(MinValueValidator(Decimal("0.0001")),)
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "growth_class": None,
        "from_date": None,
        "rho_gq": None,
        "rho_dq": None,
        "reason": None,
        "author": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("rates of a growth class")
        verbose_name_plural = _("rates of growth classes")
        ordering = ("growth_class_id", "-from_date", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(rho_gq__gt=0, rho_dq__gt=0),
                name="rotation_growthterms_positive",
                violation_error_message=_("A rate is above 0."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rho_gq} / {self.rho_dq}"


class IndexTerms(models.Model):
    """How GQ and DQ are counted from a day on (`rotation.index.Terms` and `rotation.ledger.Rule` as JSON).

    Rows are only added; of equal days the one recorded last counts.
    """

    from_date = models.DateField(_("in force from"))
    terms = models.JSONField(_("terms"))
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "from_date": None,
        "terms": None,
        "reason": None,
        "author": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("terms of the index")
        verbose_name_plural = _("terms of the index")
        ordering = ("-from_date", "-pk")

    def __str__(self) -> str:
        return str(self.from_date)
