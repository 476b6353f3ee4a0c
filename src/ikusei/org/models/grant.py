"""Roles given to accounts, each with a scope, a purpose and days."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import Dated, DatedQuerySet, current, period_is_forward
from ikusei.lib.privacy import ACCOUNT, Privacy
from ikusei.org.models.person import Person
from ikusei.org.models.post import Posting
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
    PERSON = "person", _("one person")
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


class RoleGrantQuerySet(DatedQuerySet["RoleGrant"]):
    """Grants with a period, some of which hold only while a posting does."""

    def on(self, day: date) -> Self:
        """The grants that hold on a day."""
        return super().on(day).filter(Q(posting=None) | current(day, "posting__"))

    def ended(self, day: date) -> Self:
        """The grants that have ended by a day."""
        return self.filter(Q(until__lte=day) | Q(posting__until__lte=day))


class RoleGrant(Dated):
    """One role of one account. What a role may do is written in `org.access.RIGHTS`.

    A grant over one person may name the posting for which it was given: it holds on no day on which that does not,
    however the posting came to end.
    """

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
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("posting")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)

    objects = RoleGrantQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "id": None,
        "from_date": ACCOUNT,
        "until": ACCOUNT,
        "user": ACCOUNT,
        "role": ACCOUNT,
        "scope": ACCOUNT,
        "unit": ACCOUNT,
        "employer": ACCOUNT,
        "person": ACCOUNT,
        "posting": ACCOUNT,
        "purpose": ACCOUNT,
    }

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ("user_id", "role", "from_date")
        constraints = (
            period_is_forward("org_rolegrant_forward"),
            models.CheckConstraint(
                condition=Q(scope=Scope.UNIT, unit__isnull=False, employer=None, person=None)
                | Q(scope=Scope.EMPLOYER, unit=None, employer__isnull=False, person=None)
                | Q(scope=Scope.PERSON, unit=None, employer=None, person__isnull=False)
                | Q(scope__in=(Scope.TEAM, Scope.ALL), unit=None, employer=None, person=None),
                name="org_rolegrant_scope",
                violation_error_message=_(
                    "The scope names a person, a unit, an employer, or none of them, as its kind asks."
                ),
            ),
            models.CheckConstraint(
                condition=Q(posting=None) | Q(scope=Scope.PERSON),
                name="org_rolegrant_posting",
                violation_error_message=_("Only a role over one person goes with a posting."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.get_scope_display()})"

    def holds(self, day: date) -> bool:
        """Whether the grant holds on a day; ask for `posting` along with the rows."""
        return super().holds(day) and (self.posting is None or self.posting.holds(day))

    @property
    def ends_on(self) -> date | None:
        """The first day on which it holds no more: its own end or that of its posting; None where no end is agreed."""
        ends = (self.until, self.posting.until if self.posting is not None else None)
        return min((end for end in ends if end is not None), default=None)
