"""Next steps that two people agreed on, and requests to be taught."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import LEVELS, WISHES, Privacy
from ikusei.org.models import Person
from ikusei.skills.models import Framework

KEY_LENGTH = 100
TEXT_LENGTH = 500


class Way(models.TextChoices):
    """By which kind of action a gap is to be closed."""

    WORK = "work", _("a task at work")
    COURSE = "course", _("a course")
    TEACHER = "teacher", _("learning from a colleague")
    POSTING = "posting", _("a posting or dispatch")
    EXAMINATION = "examination", _("an examination")
    READING = "reading", _("studying alone")


class StepState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN = (StepState.PROPOSED, StepState.AGREED)


class Step(models.Model):
    """One next step of a person: a skill, the level it leads to, the way, and by when. Agreed by both sides."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="steps")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    from_level = models.PositiveSmallIntegerField(_("from level"), null=True, blank=True)
    to_level = models.PositiveSmallIntegerField(_("to level"))
    way = models.CharField(_("way"), max_length=11, choices=Way)
    text = models.CharField(_("what exactly"), max_length=TEXT_LENGTH)
    due_on = models.DateField(_("by"))
    state = models.CharField(_("state"), max_length=8, choices=StepState, default=StepState.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by_person = models.BooleanField(default=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("how it went"), max_length=TEXT_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "public_id": None, "person": LEVELS, "framework": LEVELS, "skill_key": LEVELS,
        "from_level": LEVELS, "to_level": LEVELS, "way": LEVELS, "text": LEVELS, "due_on": LEVELS, "state": LEVELS,
        "proposed_by": LEVELS, "proposed_by_person": LEVELS, "agreed_by": LEVELS, "outcome": LEVELS,
        "created_at": LEVELS, "agreed_at": LEVELS, "ended_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "framework", "skill_key"),
                condition=Q(state__in=("proposed", "agreed")),
                name="growth_step_one_open",
                violation_error_message=_("There is an open step for this skill already."),
            ),
        )
        indexes = (models.Index(fields=("person", "state"), name="growth_step_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_key} {self.to_level}"


class RequestState(models.TextChoices):
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class TeachRequest(models.Model):
    """Somebody asks an expert to be taught a skill. Only the two of them read it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="teach_requests")
    expert = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="teach_requests_received")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    text = models.CharField(_("what you would like to learn"), max_length=TEXT_LENGTH)
    state = models.CharField(_("state"), max_length=9, choices=RequestState, default=RequestState.SENT)
    answer = models.CharField(_("answer"), max_length=TEXT_LENGTH, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "public_id": None, "asker": WISHES, "expert": WISHES, "framework": WISHES, "skill_key": WISHES,
        "text": WISHES, "state": WISHES, "answer": WISHES, "sent_at": WISHES, "answered_at": WISHES,
    }  # fmt: skip

    class Meta:
        verbose_name = _("request to be taught")
        verbose_name_plural = _("requests to be taught")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("asker", "expert", "framework", "skill_key"),
                condition=Q(state="sent"),
                name="growth_request_one_open",
                violation_error_message=_("You have asked this colleague already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.asker_id} > {self.expert_id}: {self.skill_key}"
