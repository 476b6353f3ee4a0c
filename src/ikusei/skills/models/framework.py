"""Versioned frameworks: groups, skills, levels, behaviour texts, job types, requirements, coverage."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import BilingualName, pick
from ikusei.org.models import Unit
from ikusei.skills.models.fixed import DRAFT, PartOfVersion, PublishedIsFixed, VersionQuerySet

# The bounds of `skills.formats`: what a reader lets through fits.
KEY_LENGTH = 100
LABEL_LENGTH = 50
NAME_LENGTH = 300


class Framework(BilingualName, models.Model):
    """A common language for skills, in the versions that exist of it."""

    key = models.CharField(_("key"), max_length=KEY_LENGTH, unique=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class FrameworkVersion(BilingualName, models.Model):
    """One version. Once published, nothing below it changes; a correction is a new version.

    It keeps the framework's name as this version gives it, so that a later version's name does not alter it.
    """

    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="versions", verbose_name=_("framework")
    )
    label = models.CharField(_("version"), max_length=LABEL_LENGTH)
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    source = models.TextField(_("source"), blank=True)
    licence = models.TextField(_("licence"), blank=True)
    note_ja = models.TextField(_("note (Japanese)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    in_use_from = models.DateField(
        _("in use from"),
        null=True,
        blank=True,
        help_text=_("From this day the maps use this version, until another one's day."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("framework version")
        verbose_name_plural = _("framework versions")
        ordering = ("framework_id", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "label"),
                name="skills_version_label",
                violation_error_message=_("This framework has a version with this label."),
            ),
            models.UniqueConstraint(
                fields=("in_use_from",),
                condition=Q(in_use_from__isnull=False),
                name="skills_version_one_a_day",
            ),
            models.CheckConstraint(
                condition=Q(in_use_from__isnull=True) | Q(state="published"),
                name="skills_version_in_use_published",
                violation_error_message=_("Only a published version can be in use."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_fixed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if type(self)._base_manager.filter(pk=self.pk).exclude(state=DRAFT).exists():
            raise PublishedIsFixed(f"Version {self.label} is published and is not deleted.")
        return super().delete(*args, **kwargs)

    @property
    def note(self) -> str:
        """The note in the active language, or in the other where that one is empty."""
        return pick(self, "note")

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed or deleted."""
        return self.state == VersionState.DRAFT

    def _refuse_fixed(self) -> None:
        stored = (
            type(self)._base_manager.filter(pk=self.pk).exclude(state=DRAFT).values().first()
            if self.pk
            else None
        )
        if stored is None:
            return
        usage = VersionQuerySet.usage
        changed = [
            name for name, value in stored.items() if name not in usage and getattr(self, name) != value
        ]
        if changed or self.state == DRAFT:
            raise PublishedIsFixed(
                f"Version {self.label} is published: {', '.join(changed)} stay as they are."
            )


class Level(BilingualName, PartOfVersion):
    """A step of a version's scale."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="levels")
    number = models.PositiveSmallIntegerField(_("number"))
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    meaning_ja = models.TextField(_("meaning (Japanese)"), blank=True)
    meaning_en = models.TextField(_("meaning (English)"), blank=True)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("version", "number"), name="skills_level_number"),)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class SkillGroup(BilingualName, PartOfVersion):
    """A heading that skills stand under."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="groups")
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    order = models.PositiveIntegerField(_("order"))
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)

    class Meta:
        verbose_name = _("skill group")
        verbose_name_plural = _("skill groups")
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="skills_group_key"),)

    def __str__(self) -> str:
        return self.name


class Skill(BilingualName, PartOfVersion):
    """A skill item of a version: what it is called, and what it means in plain words."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="skills")
    group = models.ForeignKey(
        SkillGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="skills"
    )
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    order = models.PositiveIntegerField(_("order"))
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    plain_ja = models.TextField(_("plain meaning (Japanese)"), blank=True)
    plain_en = models.TextField(_("plain meaning (English)"), blank=True)
    example_ja = models.TextField(_("example (Japanese)"), blank=True)
    example_en = models.TextField(_("example (English)"), blank=True)
    # Keys of the skills, in the version that the draft was copied from, which this one was split off or merged from.
    made_from = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="skills_skill_key"),)

    def __str__(self) -> str:
        return self.name


class LevelText(PartOfVersion):
    """The behaviour that shows a level of a skill. Where there is no row the level is not defined."""

    version_path = "skill__version"
    parent = "skill"

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="level_texts")
    level = models.PositiveSmallIntegerField(_("level"))
    text_ja = models.TextField(_("behaviour (Japanese)"), blank=True)
    text_en = models.TextField(_("behaviour (English)"), blank=True)

    class Meta:
        verbose_name = _("behaviour at a level")
        verbose_name_plural = _("behaviours at levels")
        ordering = ("skill_id", "level")
        constraints = (models.UniqueConstraint(fields=("skill", "level"), name="skills_leveltext_level"),)

    def __str__(self) -> str:
        return f"{self.skill_id} {self.level}"


class SkillStatement(PartOfVersion):
    """A statement or learning outcome of a skill in frameworks that have no levels (DigComp)."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("statement")
        OUTCOME = "outcome", _("learning outcome")

    version_path = "skill__version"
    parent = "skill"

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    code = models.CharField(_("code"), max_length=KEY_LENGTH)
    order = models.PositiveIntegerField(_("order"))
    text_ja = models.TextField(_("text (Japanese)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)

    class Meta:
        verbose_name = _("statement of a skill")
        verbose_name_plural = _("statements of skills")
        ordering = ("skill_id", "kind", "order")
        constraints = (models.UniqueConstraint(fields=("skill", "code"), name="skills_statement_code"),)

    def __str__(self) -> str:
        return self.code


class JobType(BilingualName, PartOfVersion):
    """A kind of work with the levels it asks for. The key stays the same across versions."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="job_types")
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    order = models.PositiveIntegerField(_("order"))
    family_ja = models.TextField(_("family (Japanese)"), blank=True)
    family_en = models.TextField(_("family (English)"), blank=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    description_ja = models.TextField(_("description (Japanese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)

    class Meta:
        verbose_name = _("job type")
        verbose_name_plural = _("job types")
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="skills_jobtype_key"),)

    def __str__(self) -> str:
        return self.name


class Requirement(PartOfVersion):
    """The level of a skill that a job type asks for."""

    version_path = "job_type__version"
    parent = "job_type"

    job_type = models.ForeignKey(JobType, on_delete=models.CASCADE, related_name="requirements")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="requirements")
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ("job_type_id", "skill_id")
        constraints = (models.UniqueConstraint(fields=("job_type", "skill"), name="skills_requirement_once"),)

    def __str__(self) -> str:
        return f"{self.job_type_id} {self.skill_id} {self.level}"


class Coverage(PartOfVersion):
    """At least so many people at a level of a skill, in one unit or (without a unit) in every unit that is mapped."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="coverage")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="coverage")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    people = models.PositiveIntegerField(_("people"))

    class Meta:
        verbose_name = _("coverage wanted")
        verbose_name_plural = _("coverage wanted")
        ordering = ("skill_id", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=("skill", "level", "unit"), name="skills_coverage_unit"),
            models.UniqueConstraint(
                fields=("skill", "level"), condition=Q(unit__isnull=True), name="skills_coverage_everywhere"
            ),
        )

    def __str__(self) -> str:
        return f"{self.skill_id}: {self.people} at {self.level}"
