"""Roles given to accounts, each with a scope, a purpose and days."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.org.models.unit import Employer, Unit


class Role(models.TextChoices):
    MANAGER = "manager", _("line manager")
    HOST_SUPERVISOR = "host-supervisor", _("host supervisor")
    PLANNER = "planner", _("personnel planner")
    ACADEMY = "academy", _("academy staff")
    STEWARD = "steward", _("skill steward")
    EXECUTIVE = "executive", _("executive")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class Scope(models.TextChoices):
    TEAM = "team", _("own team, by posting")
    UNIT = "unit", _("a unit and all below it")
    EMPLOYER = "employer", _("everyone an employer employs")
    ALL = "all", _("everyone")


class Purpose(models.TextChoices):
    """What people's data may be looked at for; written beside every look."""

    SUPERVISION = "supervision", _("leading a team")
    DEVELOPMENT = "development", _("developing skills")
    PLACEMENT = "placement", _("placement")
    TRAINING = "training", _("training")
    REPORTING = "reporting", _("reporting")
    OVERSIGHT = "oversight", _("oversight")
    ADMINISTRATION = "administration", _("administration")


class RoleGrant(Dated):
    """One role of one account. What a role may do is written in `org.access.RIGHTS`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    scope = models.CharField(_("scope"), max_length=8, choices=Scope)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("employer"),
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ("user_id", "role", "from_date")
        constraints = (
            period_is_forward("org_rolegrant_forward"),
            models.CheckConstraint(
                condition=Q(scope=Scope.UNIT, unit__isnull=False, employer__isnull=True)
                | Q(scope=Scope.EMPLOYER, unit__isnull=True, employer__isnull=False)
                | Q(scope__in=(Scope.TEAM, Scope.ALL), unit__isnull=True, employer__isnull=True),
                name="org_rolegrant_scope",
                violation_error_message=_(
                    "The scope names a unit, an employer, or neither, as its kind asks."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.get_scope_display()})"
