"""What was said of a person's level, by whom and on what grounds; and the level that follows from it day by day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib.periods import Dated, DatedQuerySet, period_is_forward
from ikusei.lib.privacy import LEVELS, Privacy
from ikusei.org.models import Person
from ikusei.skills.models.framework import Skill
from ikusei.skills.models.imports import SheetImport


class Rater(models.TextChoices):
    SELF = "self", _("the person")
    SUPERVISOR = "supervisor", _("the supervisor")
    HOST = "host", _("the host's supervisor")
    SECOND = "second", _("a second rater")
    EXAMINER = "examiner", _("an examiner")


class EvidenceGrade(models.IntegerChoices):
    """Grades of evidence, weakest first."""

    SAID = 1, _("said")
    SEEN = 2, _("seen by the supervisor")
    TESTED = 3, _("tested")
    EXAMINED = 4, _("examined")
    DONE = 5, _("done in a posting")


class Channel(models.TextChoices):
    """How somebody said what somebody else typed in."""

    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by telephone")
    MAIL = "mail", _("by mail")
    TALK = "talk", _("in a conversation")


class Assessment(models.Model):
    """A dated statement of a level by a rater. Rows are added, never overwritten."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("person")
    )
    skill = models.ForeignKey(
        Skill, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("skill")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    stated_on = models.DateField(_("stated on"))
    rater = models.CharField(_("said by"), max_length=10, choices=Rater)
    rater_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rater")
    )
    evidence = models.PositiveSmallIntegerField(
        _("grade of evidence"), choices=EvidenceGrade, default=EvidenceGrade.SAID
    )
    evidence_note = models.CharField(_("evidence"), max_length=300, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    source = models.ForeignKey(
        SheetImport, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    cycle = models.ForeignKey(
        "skills.Cycle", on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    share = models.DecimalField(
        _("share of time"), max_digits=4, decimal_places=3, null=True, blank=True,
        help_text=_("The share of the person's time that the rater leads."),
    )  # fmt: skip
    proofs = models.ManyToManyField(
        "skills.Evidence", blank=True, related_name="assessments", verbose_name=_("evidence")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip
    spoken_by = models.CharField(
        _("said by"), max_length=150, blank=True,
        help_text=_("Who said it, where somebody else entered it."),
    )  # fmt: skip
    spoken_how = models.CharField(_("how it was said"), max_length=5, choices=Channel, blank=True)
    # A statement that a migration to a new framework version carried over from an older one.
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    migration = models.ForeignKey(
        "skills.VersionMigration", on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "person": LEVELS, "skill": LEVELS, "level": LEVELS, "stated_on": LEVELS, "rater": LEVELS,
        "rater_person": LEVELS, "evidence": LEVELS, "evidence_note": LEVELS, "expires_on": LEVELS, "source": LEVELS,
        "reason": LEVELS, "cycle": LEVELS, "share": LEVELS, "proofs": LEVELS, "entered_by": LEVELS,
        "spoken_by": LEVELS, "spoken_how": LEVELS, "carried_from": LEVELS, "migration": LEVELS, "recorded_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ("person_id", "skill_id", "stated_on", "id")
        indexes = (models.Index(fields=("person", "skill", "stated_on"), name="skills_assessment_of"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_id}: {self.level}"

    @property
    def confirmed(self) -> bool:
        """Whether somebody other than the person said it."""
        return self.rater != Rater.SELF


class HeldLevel(Dated):
    """The level a person holds in a skill on the days of a period: derived from assessments, rebuilt when they change.

    The rule is said in `skills.deriving`. `expires_on` and `stale_on` are days from which the level is marked, never
    dropped: its evidence has run out, or it was said long ago.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="held_levels")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="held_levels")
    level = models.PositiveSmallIntegerField()
    confirmed = models.BooleanField()
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="+")
    expires_on = models.DateField(null=True, blank=True)
    stale_on = models.DateField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "from_date": LEVELS, "until": LEVELS, "person": LEVELS, "skill": LEVELS, "level": LEVELS,
        "confirmed": LEVELS, "assessment": LEVELS, "expires_on": LEVELS, "stale_on": LEVELS,
    }  # fmt: skip

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("level held")
        verbose_name_plural = _("levels held")
        ordering = ("person_id", "skill_id", "from_date")
        constraints = (
            period_is_forward("skills_held_forward"),
            models.UniqueConstraint(fields=("person", "skill", "from_date"), name="skills_held_start"),
        )
        indexes = (models.Index(fields=("skill", "level"), name="skills_held_skill"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_id}: {self.level}"
