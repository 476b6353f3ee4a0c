"""What people, their section chiefs and hosts wish before a round is drafted."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.lib.privacy import PROTECTED, TRAIL, WISHES, WORK, Privacy
from ikusei.org.models import Person, Post, Unit
from ikusei.rotation.models.round import Round

TEXT_LENGTH = 2000
RANKS = 5
"""So many posts a sheet may rank."""


class Intent(models.TextChoices):
    STAY = "stay", _("I would like to stay")
    MOVE = "move", _("I would like to move")
    EITHER = "either", _("Either is fine")


class Source(models.TextChoices):
    SELF = "self", _("filled in by the person")
    SHEET = "sheet", _("from an Excel sheet")
    PROXY = "proxy", _("entered for the person")


class Sheet(models.Model):
    """The preference sheet (自己申告) of a person in a round. `revision` grows with every save, so that two tabs notice."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sheets")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="preference_sheets")
    intent = models.CharField(_("stay or move"), max_length=6, choices=Intent, blank=True)
    growth_classes = models.JSONField(_("kinds of work"), default=list, blank=True)
    """Keys of growth classes."""
    places = models.CharField(_("places"), max_length=TEXT_LENGTH, blank=True)
    concerns = models.CharField(_("what should be considered"), max_length=TEXT_LENGTH, blank=True)
    may_dispatch = models.BooleanField(_("open to a dispatch of a year"), default=False)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=5, choices=Source, default=Source.SELF)
    said_by = models.CharField(_("said by"), max_length=120, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": WISHES,
        "person": WISHES,
        "intent": WISHES,
        "growth_classes": WISHES,
        "places": WISHES,
        "concerns": WISHES,
        "may_dispatch": WISHES,
        "handed_in_at": WISHES,
        "source": TRAIL,
        "said_by": TRAIL,
        "entered_by": TRAIL,
        "revision": None,
        "changed_at": TRAIL,
    }

    class Meta:
        verbose_name = _("preference sheet")
        verbose_name_plural = _("preference sheets")
        ordering = ("round_id", "person_id")
        constraints = (models.UniqueConstraint(fields=("round", "person"), name="rotation_sheet_once"),)

    def __str__(self) -> str:
        return str(self.person)


class RankedPost(models.Model):
    """A post wished for, 1 the most."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="ranked")
    rank = models.PositiveSmallIntegerField(_("rank"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=500, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "sheet": WISHES,
        "rank": WISHES,
        "post": WISHES,
        "reason": WISHES,
    }

    class Meta:
        verbose_name = _("post wished for")
        verbose_name_plural = _("posts wished for")
        ordering = ("sheet_id", "rank")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "rank"), name="rotation_rankedpost_rank"),
            models.UniqueConstraint(
                fields=("sheet", "post"),
                name="rotation_rankedpost_post",
                violation_error_message=_("A post is named once."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.post}"


class ProtectedKind(models.TextChoices):
    HEALTH = "health", _("health")
    CARE = "care", _("care of relatives")
    CHILDREN = "children", _("children")
    OTHER = "other", _("another protected reason")


class ProtectedAsk(models.TextChoices):
    """What a protected reason asks for."""

    STAY = "stay", _("no move")
    PLACE = "place", _("only some posts")
    CONSIDER = "consider", _("to be considered")


class ProtectedReason(models.Model):
    """A reason that the personnel section alone may read. No audit entry, mail, export or search holds its words."""

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="protected")
    kind = models.CharField(_("kind of reason"), max_length=8, choices=ProtectedKind)
    ask = models.CharField(_("what it asks for"), max_length=8, choices=ProtectedAsk)
    text = models.CharField(_("what the personnel section should know"), max_length=TEXT_LENGTH)
    until = models.DateField(_("until"), null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "sheet": PROTECTED,
        "kind": PROTECTED,
        "ask": PROTECTED,
        "text": PROTECTED,
        "until": PROTECTED,
    }

    class Meta:
        verbose_name = _("protected reason")
        verbose_name_plural = _("protected reasons")

    def __str__(self) -> str:
        return self.get_kind_display()


class Opinion(models.TextChoices):
    MOVE = "move", _("a move would be good now")
    STAY = "stay", _("better to stay a year")
    EITHER = "either", _("either is fine")


class ChiefComment(models.Model):
    """What a section chief says to the personnel section about a sheet. Rows are only added; the last one counts."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="comments")
    opinion = models.CharField(_("opinion"), max_length=6, choices=Opinion)
    text = models.CharField(_("comment"), max_length=TEXT_LENGTH, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(_("said by"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "sheet": WORK,
        "opinion": WORK,
        "text": WORK,
        "author": TRAIL,
        "said_by": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("comment of a section chief")
        verbose_name_plural = _("comments of section chiefs")
        ordering = ("sheet_id", "-pk")

    def __str__(self) -> str:
        return self.get_opinion_display()


class HostAsk(models.TextChoices):
    NEED = "need", _("somebody for this post")
    KEEP = "keep", _("this person should stay")
    RETURN = "return", _("this person may go")


class HostWish(models.Model):
    """What a host (or any unit that receives people) wishes in a round. Withdrawn ones stay."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="host_wishes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ask = models.CharField(_("wish"), max_length=6, choices=HostAsk)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    count = models.PositiveSmallIntegerField(_("people"), default=1)
    skill_key = models.CharField(_("skill"), max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    text = models.CharField(_("remarks"), max_length=TEXT_LENGTH, blank=True)
    said_by = models.CharField(_("said by"), max_length=120, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": None,
        "unit": None,
        "ask": WORK,
        "post": WORK,
        "person": WORK,
        "count": None,
        "skill_key": None,
        "level": None,
        "text": WORK,
        "said_by": TRAIL,
        "author": TRAIL,
        "recorded_at": TRAIL,
        "withdrawn_at": TRAIL,
    }

    class Meta:
        verbose_name = _("wish of a host")
        verbose_name_plural = _("wishes of hosts")
        ordering = ("round_id", "unit_id", "pk")

    def __str__(self) -> str:
        return self.get_ask_display()
