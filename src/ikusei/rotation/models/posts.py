"""What rotation has to know of a post, beside its terms in `org`."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.lib.privacy import Privacy
from ikusei.org.models import Post
from ikusei.rotation.models.ledger import KEY_LENGTH, GrowthClass


class Axis(models.TextChoices):
    GQ = "gq", "GQ"
    DQ = "dq", "DQ"


class PostRule(Dated):
    """What a post asks of whoever sits in it on the days of a period, and what it gives. A post with one is in rotation.

    Tenure in years. `minimum` seats have to be filled; `continuity` people have to stay from one year to the next;
    `expert_count` people have to have an index of at least `expert_level` on `expert_axis`.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="rotation_rules")
    growth_class = models.ForeignKey(GrowthClass, on_delete=models.PROTECT, related_name="+")
    grades = models.JSONField(_("grades"), default=list, blank=True)
    """Grades that may sit there; an empty list asks for the grade of the post's terms."""
    job_types = models.JSONField(_("job types"), default=list, blank=True)
    """Keys of job types whose people may sit there; an empty list asks for none."""
    tenure_min = models.PositiveSmallIntegerField(_("years at least"), default=2)
    tenure_max = models.PositiveSmallIntegerField(_("years at most"), default=4)
    minimum = models.PositiveSmallIntegerField(_("people at least"), default=0)
    continuity = models.PositiveSmallIntegerField(_("people who stay"), default=0)
    expert_axis = models.CharField(_("experts in"), max_length=2, choices=Axis, blank=True)
    expert_level = models.PositiveSmallIntegerField(_("index of an expert"), default=55)
    expert_count = models.PositiveSmallIntegerField(_("experts needed"), default=0)
    service_kind = models.SlugField(_("kind of administrative service"), max_length=KEY_LENGTH, blank=True)

    objects = DatedQuerySet.as_manager()

    privacy: ClassVar[Privacy] = dict.fromkeys(
        (
            "from_date",
            "until",
            "id",
            "post",
            "growth_class",
            "grades",
            "job_types",
            "tenure_min",
            "tenure_max",
            "minimum",
            "continuity",
            "expert_axis",
            "expert_level",
            "expert_count",
            "service_kind",
        ),
        None,
    )

    class Meta:
        verbose_name = _("rule of a post")
        verbose_name_plural = _("rules of posts")
        ordering = ("post_id", "from_date")
        constraints = (
            period_is_forward("rotation_postrule_forward"),
            models.UniqueConstraint(fields=("post", "from_date"), name="rotation_postrule_start"),
            models.CheckConstraint(
                condition=Q(tenure_min__gte=1, tenure_max__gte=F("tenure_min")),
                name="rotation_postrule_tenure",
                violation_error_message=_("Years at least are 1 or more, and not above years at most."),
            ),
        )

    def __str__(self) -> str:
        return str(self.post)


class PostSkill(models.Model):
    """A level that a post asks for, beside those of its job type."""

    rule = models.ForeignKey(PostRule, on_delete=models.CASCADE, related_name="skills")
    skill_key = models.CharField(_("skill"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"))

    privacy: ClassVar[Privacy] = dict.fromkeys(("id", "rule", "skill_key", "level"), None)

    class Meta:
        verbose_name = _("level asked for by a post")
        verbose_name_plural = _("levels asked for by posts")
        ordering = ("rule_id", "skill_key")
        constraints = (models.UniqueConstraint(fields=("rule", "skill_key"), name="rotation_postskill_once"),)

    def __str__(self) -> str:
        return f"{self.skill_key} {self.level}"
