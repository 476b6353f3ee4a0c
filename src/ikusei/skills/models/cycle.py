"""The yearly cycle: who is asked, what they answer, and what those who saw the work say to it."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.lib.fields import BilingualName
from ikusei.lib.privacy import LEVELS, TRAIL, WISHES, WORK, Privacy
from ikusei.org.models import Person, Unit
from ikusei.skills.models.assessment import Assessment, Channel, Rater
from ikusei.skills.models.framework import KEY_LENGTH, Framework, FrameworkVersion, Skill

REASON_LENGTH = 1000
"""Characters of a reason, a note or a reply: half a page."""


class Phase(models.TextChoices):
    PLANNED = "planned", _("planned")
    SELF = "self", _("self-assessment")
    SUPERVISOR = "supervisor", _("confirmation")
    CLOSED = "closed", _("closed")


class Cycle(BilingualName, models.Model):
    """One round of assessment: opened on a day, answered, confirmed, closed.

    `population` is a rule over people facts (`org.rules`), read as of the days while the cycle runs. Whoever hands in
    can be confirmed at once; in the phase of confirmation only those with an extension still answer.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="cycles", verbose_name=_("framework version")
    )
    opens_on = models.DateField(_("opens on"))
    self_until = models.DateField(_("self-assessment until"), help_text=_("The last day to answer."))
    confirm_until = models.DateField(_("confirmation until"), help_text=_("The last day to confirm."))
    population = models.JSONField(_("who is asked"), default=dict)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.PLANNED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "name_ja": None,
        "name_en": None,
        "fiscal_year": None,
        "version": None,
        "opens_on": None,
        "self_until": None,
        "confirm_until": None,
        "population": None,
        "phase": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
    }

    class Meta:
        verbose_name = _("assessment cycle")
        verbose_name_plural = _("assessment cycles")
        ordering = ("-opens_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(self_until__gte=F("opens_on")) & Q(confirm_until__gte=F("self_until")),
                name="skills_cycle_days",
                violation_error_message=_("The days must follow each other: opening, answers, confirmation."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether people answer or confirm in it now."""
        return self.phase in (Phase.SELF, Phase.SUPERVISOR)


class CycleStep(models.Model):
    """A phase that a cycle entered: when, by whom, and why where it went back."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="steps")
    phase = models.CharField(_("phase"), max_length=10, choices=Phase)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "cycle": None,
        "phase": None,
        "reason": TRAIL,
        "by": TRAIL,
        "at": TRAIL,
    }

    class Meta:
        verbose_name = _("step of a cycle")
        verbose_name_plural = _("steps of a cycle")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.get_phase_display()


class Progress(models.TextChoices):
    """How far somebody is in a cycle, in this order."""

    WAITING = "waiting", _("not begun")
    ANSWERING = "answering", _("answering")
    HANDED_IN = "handed-in", _("handed in")
    CONFIRMED = "confirmed", _("confirmed")


class Excuse(models.TextChoices):
    """Why nothing is awaited of somebody who is in the cycle."""

    LEAVE = "leave", _("on long leave")
    LEFT = "left", _("no longer employed")
    OUT = "out", _("no longer in the population")
    BY_HAND = "by-hand", _("excused by the steward")


class Participant(models.Model):
    """A person in a cycle. `unit` is where they are confirmed: by default the unit of the posting with the largest share.

    It is kept up to date while the cycle runs (`services.cycles.refresh`), except where the steward has settled it by
    hand for somebody who moved. Who may confirm is asked of `org.access` at that moment, never of this row.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    progress = models.CharField(_("progress"), max_length=10, choices=Progress, default=Progress.WAITING)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed in"),
    )
    unit_by_hand = models.BooleanField(default=False)
    moved_on = models.DateField(
        _("moved on"), null=True, blank=True, help_text=_("Changed the place of work while the cycle ran.")
    )
    former_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("worked in before"),
        help_text=_("Where the person worked before moving while the cycle ran."),
    )
    added_on = models.DateField(_("in the cycle since"), null=True, blank=True)
    added_by_hand = models.BooleanField(default=False)
    excuse = models.CharField(_("excused"), max_length=8, choices=Excuse, blank=True)
    extended_until = models.DateField(_("may answer until"), null=True, blank=True)
    note = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "cycle": LEVELS, "person": LEVELS, "progress": LEVELS, "unit": WORK, "unit_by_hand": WORK,
        "moved_on": WORK, "former_unit": WORK, "added_on": LEVELS, "added_by_hand": LEVELS, "excuse": WORK,
        "extended_until": LEVELS, "note": WORK, "started_at": LEVELS, "handed_in_at": LEVELS,
        "confirmed_at": LEVELS, "reminded_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("person in a cycle")
        verbose_name_plural = _("people in a cycle")
        ordering = ("cycle_id", "person_id")
        constraints = (
            models.UniqueConstraint(
                fields=("cycle", "person"),
                name="skills_participant_once",
                violation_error_message=_("This person is in the cycle already."),
            ),
        )
        indexes = (
            models.Index(fields=("person", "cycle"), name="skills_participant_of"),
            # Read alone, without the rows, to count a cycle of 40,000 people unit by unit.
            models.Index(
                fields=("cycle", "unit", "excuse", "progress", "handed_in_at"),
                name="skills_participant_counts",
            ),
            models.Index(
                fields=("cycle", "unit"), name="skills_participant_moved", condition=Q(moved_on__isnull=False)
            ),
            models.Index(
                fields=("cycle", "unit"),
                name="skills_participant_longer",
                condition=Q(extended_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.person_id}: {self.progress}"

    def may_answer(self, today: date) -> bool:
        """Whether the person still answers: while the cycle asks, or as long as the steward gave them more time."""
        if self.progress == Progress.CONFIRMED:
            return False
        if self.cycle.phase == Phase.SELF:
            return True
        extended = self.extended_until is not None and today <= self.extended_until
        return self.cycle.phase == Phase.SUPERVISOR and extended

    @property
    def may_be_confirmed(self) -> bool:
        """Whether somebody who saw the work can speak: once it is handed in, while the cycle is open."""
        return self.cycle.is_open and self.progress in (Progress.HANDED_IN, Progress.CONFIRMED)

    @property
    def is_awaited(self) -> bool:
        """Whether anything is still to come from this person or from who confirms them."""
        return not self.excuse and self.progress != Progress.CONFIRMED


class Answer(models.Model):
    """What a person answers for a skill in a cycle, saved with every change until they hand in.

    `revision` counts the changes: whoever saves says which one they saw, so that two tabs lose nothing. On handing in
    the answer becomes a statement (`Assessment`), which is never changed.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=REASON_LENGTH, blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.ForeignKey(
        Assessment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    privacy: ClassVar[Privacy] = {
        "id": None, "participant": LEVELS, "skill": LEVELS, "level": LEVELS, "note": LEVELS, "revision": None,
        "saved_at": LEVELS, "entered_by": LEVELS, "statement": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("participant_id", "skill_id")
        constraints = (models.UniqueConstraint(fields=("participant", "skill"), name="skills_answer_once"),)

    def __str__(self) -> str:
        return f"{self.participant_id} {self.skill_id}: {self.level}"


class Interest(models.Model):
    """What a person would like to do more of, and whether others may ask them about it: kept across years and versions.

    `may_be_asked` is a consent: only who gave it is found as an expert.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="interests")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="+")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    interested = models.BooleanField(_("interested"), default=False)
    may_be_asked = models.BooleanField(_("may be asked"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "person": WISHES, "framework": WISHES, "skill_key": WISHES, "interested": WISHES,
        "may_be_asked": WISHES, "updated_at": WISHES,
    }  # fmt: skip

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = (
            models.UniqueConstraint(fields=("person", "framework", "skill_key"), name="skills_interest_once"),
        )
        indexes = (
            models.Index(fields=("framework", "skill_key", "may_be_asked"), name="skills_interest_skill"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_key}"


class Decision(models.TextChoices):
    AGREE = "agree", _("confirmed")
    DIFFER = "differ", _("sees it differently")
    ASK = "ask", _("asks for evidence")


class Reply(models.TextChoices):
    ACCEPT = "accept", _("I can follow that")
    KEEP = "keep", _("I still see it differently")
    SHOWN = "shown", _("I have added evidence")


class Review(models.Model):
    """What one rater decided on one answer, and the one reply of the person. Both statements stay.

    `statement` is the rater's own statement of the level (none while evidence is asked for). `spoken_by` names who said
    it where somebody else typed it in.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="reviews")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    rater = models.CharField(_("as"), max_length=10, choices=Rater)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    spoken_by = models.CharField(_("said by"), max_length=150, blank=True)
    spoken_how = models.CharField(_("how it was said"), max_length=5, choices=Channel, blank=True)
    decision = models.CharField(_("decision"), max_length=6, choices=Decision)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    answered = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The person's statement that was decided on."),
    )  # fmt: skip
    statement = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now=True)
    reply = models.CharField(_("reply"), max_length=6, choices=Reply, blank=True)
    reply_text = models.CharField(_("reply in words"), max_length=REASON_LENGTH, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "participant": LEVELS, "skill": LEVELS, "rater": LEVELS, "reviewer": LEVELS, "spoken_by": LEVELS,
        "spoken_how": LEVELS,
        "decision": LEVELS, "reason": LEVELS, "answered": LEVELS, "statement": LEVELS, "decided_at": LEVELS,
        "reply": LEVELS, "reply_text": LEVELS, "replied_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("decision on an answer")
        verbose_name_plural = _("decisions on answers")
        ordering = ("participant_id", "skill_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "skill", "reviewer", "spoken_by"), name="skills_review_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant_id} {self.skill_id}: {self.decision}"


class SecondRating(models.Model):
    """A second rater, called by the steward where two statements stand against each other. Their look ends with it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="second_ratings")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_ratings"
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    called_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(_("until"))
    statement = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "public_id": None, "participant": LEVELS, "skill": LEVELS, "rater": LEVELS, "reason": LEVELS,
        "called_by": LEVELS, "called_at": LEVELS, "due_on": LEVELS, "statement": LEVELS, "ended_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("second rating")
        verbose_name_plural = _("second ratings")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "skill", "rater"), name="skills_second_once",
                violation_error_message=_("This rater has been called for this skill already."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant_id} {self.skill_id}"
