"""Employers and their dated unit trees (docs/adr: the unit tree)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward


class EmployerKind(models.TextChoices):
    CITY = "city", _("city")
    AFFILIATE = "affiliate", _("affiliated corporation")
    MUNICIPALITY = "municipality", _("municipality")
    COMPANY = "company", _("company")
    MINISTRY = "ministry", _("ministry or agency")


class Employer(BilingualName, models.Model):
    """A body that employs people."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=EmployerKind)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A node of an employer's tree that keeps its identity when it is renamed or moved."""

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="units", verbose_name=_("employer")
    )
    code = models.CharField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "code"),
                name="org_unit_code",
                violation_error_message=_("This employer has a unit with this code."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class UnitKind(models.TextChoices):
    BUREAU = "bureau", _("bureau")
    DIVISION = "division", _("division")
    SECTION = "section", _("section")
    TEAM = "team", _("team")


class UnitPeriod(BilingualName, Dated):
    """What a unit was called and where it stood in the tree on the days of a period.

    `path` is "/", then the primary keys of the units from the root to this one, each followed by "/". When a unit
    moves, the periods of everything below it are split on that day, so that the path is right on every day.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="periods", verbose_name=_("unit"))
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=UnitKind)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    path = models.CharField(max_length=200, db_index=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit on certain days")
        verbose_name_plural = _("units on certain days")
        ordering = ("order", "unit_id")
        constraints = (
            period_is_forward("org_unitperiod_forward"),
            models.UniqueConstraint(fields=("unit", "from_date"), name="org_unitperiod_start"),
            models.UniqueConstraint(
                fields=("unit",), condition=Q(until__isnull=True), name="org_unitperiod_one_open"
            ),
        )

    def __str__(self) -> str:
        return self.name
