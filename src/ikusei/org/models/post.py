"""Posts, their dated terms, and the people in them."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.lib.privacy import WORK, Privacy
from ikusei.org.models.person import Person
from ikusei.org.models.unit import Unit

SHARE = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1)))


class Post(Dated):
    """A seat-holding position in a unit; it ends and another begins when it goes to another unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit"))
    code = models.CharField(_("code"), max_length=60)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("unit_id", "code")
        constraints = (
            period_is_forward("org_post_forward"),
            models.UniqueConstraint(
                fields=("unit", "code"),
                name="org_post_code",
                violation_error_message=_("This unit has a post with this code."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class PostTerms(BilingualName, Dated):
    """What a post is on the days of a period: grade, job type, seats, and its shares of GQ and DQ."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="terms", verbose_name=_("post"))
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    job_type = models.SlugField(
        _("job type"),
        max_length=80,
        blank=True,
        help_text=_("The key of a job type; the same in every framework version."),
    )
    is_head = models.BooleanField(_("leads the unit"), default=False)
    capacity = models.PositiveIntegerField(_("seats"), default=1)
    authorised_headcount = models.PositiveIntegerField(_("authorised headcount"), default=1)
    gq_share = models.DecimalField(
        _("GQ share"), max_digits=4, decimal_places=3, default=Decimal(0), validators=SHARE
    )
    dq_share = models.DecimalField(
        _("DQ share"), max_digits=4, decimal_places=3, default=Decimal(0), validators=SHARE
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of a post")
        verbose_name_plural = _("terms of posts")
        ordering = ("post_id", "from_date")
        constraints = (
            period_is_forward("org_postterms_forward"),
            models.UniqueConstraint(fields=("post", "from_date"), name="org_postterms_start"),
            models.CheckConstraint(
                condition=Q(gq_share__gte=0, gq_share__lte=1, dq_share__gte=0, dq_share__lte=1),
                name="org_postterms_shares",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class PostingKind(models.TextChoices):
    HOME = "home", _("home posting")
    DISPATCH = "dispatch", _("dispatch")
    CONCURRENT = "concurrent", _("concurrent posting")


class Posting(Dated):
    """A person in a post from a day until a day, with a share of their time.

    Somebody who is dispatched keeps the home posting with a share of 0: attached there, working elsewhere.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="postings", verbose_name=_("person")
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="postings", verbose_name=_("post"))
    kind = models.CharField(_("kind"), max_length=10, choices=PostingKind, default=PostingKind.HOME)
    share = models.DecimalField(
        _("share of time"), max_digits=4, decimal_places=3, default=Decimal(1), validators=SHARE
    )
    full_share = models.DecimalField(
        _("share of time without concurrent posts"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        editable=False,
    )
    """Where concurrent posts took of it, what it has again once they end; None where nothing was taken."""
    continues = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="continued_by"
    )
    """The posting of which this is the rest, with the share given back (`org.services.shares`)."""

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = {
        "from_date": WORK,
        "until": WORK,
        "person": WORK,
        "post": WORK,
        "kind": WORK,
        "share": WORK,
        "full_share": WORK,
        "continues": None,
        "id": None,
    }

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ("person_id", "from_date")
        constraints = (
            period_is_forward("org_posting_forward"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1),
                name="org_posting_share",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
        )
        indexes = (
            models.Index(fields=("person", "from_date"), name="org_posting_person"),
            models.Index(fields=("post", "from_date"), name="org_posting_post"),
            # Which dispatches end next: the planner's first question.
            models.Index(fields=("kind", "until"), name="org_posting_ending"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.share}"
