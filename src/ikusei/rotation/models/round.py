"""A year's round of rotation: its dates, and how many moves a host takes."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.org.models import Category, Employer, Unit


class Round(models.Model):
    """The round that ends with the moves of a fiscal year. All days are of Asia/Tokyo; a deadline's day is the last one.

    Nobody outside the personnel section may know of drafts and orders before `notice_on` (内示).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    category = models.CharField(_("category"), max_length=12, choices=Category, default=Category.ICT)
    horizon = models.PositiveSmallIntegerField(_("years planned"), default=5)
    opens_on = models.DateField(_("preference sheets open on"))
    sheets_until = models.DateField(_("preference sheets until"))
    comments_until = models.DateField(_("comments of section chiefs until"))
    hosts_until = models.DateField(_("wishes of hosts until"))
    notice_on = models.DateField(_("notice on"))
    effective_on = models.DateField(_("moves on"))
    noticed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the mails of the notice were queued."""

    class Meta:
        verbose_name = _("round of rotation")
        verbose_name_plural = _("rounds of rotation")
        ordering = ("-fiscal_year", "employer_id")
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "fiscal_year"),
                name="rotation_round_once",
                violation_error_message=_("There is a round of this fiscal year."),
            ),
            models.CheckConstraint(
                condition=Q(
                    sheets_until__gte=F("opens_on"),
                    comments_until__gte=F("sheets_until"),
                    notice_on__gt=F("comments_until"),
                    effective_on__gte=F("notice_on"),
                ),
                name="rotation_round_order",
                violation_error_message=_(
                    "The days follow one another: sheets open, sheets end, comments end, notice, moves."
                ),
            ),
            models.CheckConstraint(
                condition=Q(horizon__gte=1, horizon__lte=10),
                name="rotation_round_horizon",
                violation_error_message=_("Between 1 and 10 years are planned."),
            ),
        )

    def __str__(self) -> str:
        return fiscal.label(self.fiscal_year)

    @property
    def years(self) -> tuple[int, ...]:
        """The fiscal years planned, the first one that of the round."""
        return tuple(range(self.fiscal_year, self.fiscal_year + self.horizon))

    def is_noticed(self, day: date) -> bool:
        """Whether the notice has been given by a day."""
        return day >= self.notice_on


class HostQuota(models.Model):
    """How many moves into a unit and below a year may bring."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="quotas")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    most = models.PositiveSmallIntegerField(_("moves at most"))

    class Meta:
        verbose_name = _("quota of a host")
        verbose_name_plural = _("quotas of hosts")
        ordering = ("round_id", "unit_id")
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="rotation_quota_once"),)

    def __str__(self) -> str:
        return str(self.most)
