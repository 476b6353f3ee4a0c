"""People and who employs them as what."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.lib.privacy import ABSENCE, ACCOUNT, IDENTITY, WORK, Privacy
from ikusei.org.models.unit import Employer


class Sex(models.TextChoices):
    FEMALE = "f", _("female")
    MALE = "m", _("male")
    OTHER = "x", _("other")


class Person(models.Model):
    """A human being. What employers know of them is in dated employments and postings."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=120)
    used_name = models.CharField(_("name used at work"), max_length=120, blank=True)
    kana = models.CharField(_("reading"), max_length=120, blank=True)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    # Folded by lib.text.search_key from names, reading and staff numbers, so that one index answers the search.
    search = models.CharField(max_length=400, editable=False, db_index=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "user": ACCOUNT,
        "name": IDENTITY,
        "used_name": IDENTITY,
        "kana": IDENTITY,
        "name_latin": IDENTITY,
        "email": IDENTITY,
        "birth_date": IDENTITY,
        "sex": IDENTITY,
        "search": IDENTITY,
    }

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("kana", "name", "pk")
        indexes = (models.Index(fields=("kana", "name", "id"), name="org_person_order"),)

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name that colleagues use: in Latin letters on English pages where it is known."""
        if (get_language() or "").startswith("en") and self.name_latin:
            return self.name_latin
        return self.used_name or self.name


class Category(models.TextChoices):
    """The career category of an employment."""

    CLERICAL = "clerical", _("clerical")
    ICT = "ict", _("ICT")
    ENGINEERING = "engineering", _("engineering")
    WELFARE = "welfare", _("welfare and health")
    SKILLED = "skilled", _("skilled work")
    OTHER = "other", _("other category")


class EmploymentKind(models.TextChoices):
    REGULAR = "regular", _("regular")
    FIXED_TERM = "fixed-term", _("fixed-term")
    REEMPLOYED = "re-employed", _("re-employed")
    ANNUAL = "annual", _("fiscal-year appointment")


class StartReason(models.TextChoices):
    """Why a row of employment begins."""

    HIRED = "hired", _("hired")
    PROMOTED = "promoted", _("promoted")
    CONVERTED = "converted", _("changed category")
    RENEWED = "renewed", _("renewed")
    RECORDED = "recorded", _("first record")


class Employment(Dated):
    """A person employed by an employer with one category and grade; a change of either begins a new row."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="employments", verbose_name=_("person")
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="employments", verbose_name=_("employer")
    )
    staff_number = models.CharField(_("staff number"), max_length=40)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=EmploymentKind, default=EmploymentKind.REGULAR)
    reason = models.CharField(
        _("began because"), max_length=12, choices=StartReason, default=StartReason.RECORDED
    )
    entry_route = models.CharField(_("entry route"), max_length=60, blank=True)

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "from_date": WORK,
        "until": WORK,
        "person": WORK,
        "employer": WORK,
        "staff_number": WORK,
        "category": WORK,
        "grade": WORK,
        "kind": WORK,
        "reason": WORK,
        "entry_route": WORK,
        "id": None,
    }

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering = ("person_id", "from_date")
        constraints = (
            period_is_forward("org_employment_forward"),
            models.UniqueConstraint(
                fields=("employer", "staff_number", "from_date"),
                name="org_employment_number_start",
                violation_error_message=_("This staff number has an employment that begins on this day."),
            ),
        )
        indexes = (
            models.Index(fields=("person", "from_date"), name="org_employment_person"),
            models.Index(fields=("employer", "category", "from_date"), name="org_employment_employer"),
            # All ICT staff, whoever employs them: what our map counts.
            models.Index(fields=("category", "from_date"), name="org_employment_category"),
        )

    def __str__(self) -> str:
        return f"{self.staff_number} {self.get_category_display()} {self.grade}"


class LeaveKind(models.TextChoices):
    CHILDCARE = "childcare", _("childcare leave")
    CARE = "care", _("care leave")
    SICK = "sick", _("sick leave")
    STUDY = "study", _("study leave")
    OTHER = "other", _("other leave")


class Leave(Dated):
    """Days on which a person is away for long."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LeaveKind)

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "from_date": ABSENCE,
        "until": ABSENCE,
        "person": ABSENCE,
        "kind": ABSENCE,
        "id": None,
    }

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ("person_id", "from_date")
        constraints = (period_is_forward("org_leave_forward"),)

    def __str__(self) -> str:
        return self.get_kind_display()
