"""Drafts (異動案): moves set against live data, years ahead."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import PLACEMENT, TRAIL, Privacy
from ikusei.org.models import Person, PlannedPerson, Post, PostingKind, Unit
from ikusei.rotation.models.round import Round


class Sharing(models.TextChoices):
    """Who reads a draft besides its owner."""

    OWNER = "owner", _("its owner alone")
    BUREAU = "bureau", _("planners of the bureau")
    SECTION = "section", _("the personnel section")


class DraftState(models.TextChoices):
    OPEN = "open", _("being drafted")
    BUREAU = "bureau", _("before the bureau")
    SECTION = "section", _("before the personnel section")
    APPROVED = "approved", _("approved")
    ORDERED = "ordered", _("ordered")
    DROPPED = "dropped", _("dropped")


class Draft(models.Model):
    """One way in which a round could go: moves as differences from live data.

    `revision` grows with every change, so that two people who edit at once notice. `basis` is where everybody in the
    round sat when the draft last met live data ({person id: [post id, from day]}, by main posting): rebasing compares it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    name = models.CharField(_("name"), max_length=80)
    note = models.CharField(_("note"), max_length=500, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sharing = models.CharField(_("shared with"), max_length=8, choices=Sharing, default=Sharing.OWNER)
    bureau = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bureau")
    )
    state = models.CharField(_("state"), max_length=8, choices=DraftState, default=DraftState.OPEN)
    revision = models.PositiveIntegerField(default=0)
    basis = models.JSONField(default=dict)
    basis_posts = models.JSONField(default=dict)
    """The posts in rotation when the draft last met live data: {post id: [grade, seats, from year, until year or null]}."""
    based_at = models.DateTimeField()
    sent_back = models.CharField(_("why it was sent back"), max_length=500, blank=True)
    copy_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    outlook_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    """The draft of an earlier round whose later years this one began with."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": PLACEMENT,
        "name": PLACEMENT,
        "note": PLACEMENT,
        "owner": TRAIL,
        "sharing": PLACEMENT,
        "bureau": PLACEMENT,
        "state": PLACEMENT,
        "revision": None,
        "basis": PLACEMENT,
        "basis_posts": None,
        "based_at": TRAIL,
        "sent_back": PLACEMENT,
        "copy_of": None,
        "outlook_of": None,
        "created_at": TRAIL,
        "changed_at": TRAIL,
    }

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ("-round__fiscal_year", "pk")

    def __str__(self) -> str:
        return self.name


class Origin(models.TextChoices):
    HAND = "hand", _("drafted by hand")
    PLANNER = "planner", _("proposed by the planner")


class Move(models.Model):
    """Somebody goes to a post on the first day of a fiscal year (of the round's first year: on its `effective_on`).

    Exactly one of `person` and `planned`. Without `to_post` they are on the unassigned list from then on. A main move (home
    or dispatch) replaces the main posting; a concurrent one stands beside it with its share. `until_year` is the fiscal
    year in which it ends by itself, `return_post` the post kept for the return. `from_post` is where they sat when the move
    was drafted; None for whoever had no seat.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="moves")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    planned = models.ForeignKey(
        PlannedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=PostingKind, default=PostingKind.HOME)
    share = models.DecimalField(_("share of time"), max_digits=4, decimal_places=3, default=Decimal(1))
    until_year = models.PositiveSmallIntegerField(_("until fiscal year"), null=True, blank=True)
    return_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_pinned = models.BooleanField(_("pinned"), default=False)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.HAND)
    note = models.CharField(_("note"), max_length=500, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "draft": PLACEMENT,
        "person": PLACEMENT,
        "planned": PLACEMENT,
        "year": PLACEMENT,
        "to_post": PLACEMENT,
        "kind": PLACEMENT,
        "share": PLACEMENT,
        "until_year": PLACEMENT,
        "return_post": PLACEMENT,
        "from_post": PLACEMENT,
        "is_pinned": PLACEMENT,
        "origin": PLACEMENT,
        "note": PLACEMENT,
        "changed_by": TRAIL,
        "changed_at": TRAIL,
    }

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ("draft_id", "year", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, planned=None) | Q(person=None, planned__isnull=False),
                name="rotation_move_whose",
            ),
            models.UniqueConstraint(
                fields=("draft", "person", "year"),
                condition=~Q(kind=PostingKind.CONCURRENT),
                name="rotation_move_main",
            ),
            models.UniqueConstraint(
                fields=("draft", "planned", "year"),
                condition=~Q(kind=PostingKind.CONCURRENT),
                name="rotation_move_planned",
            ),
            models.UniqueConstraint(
                fields=("draft", "person", "year", "to_post"),
                condition=Q(kind=PostingKind.CONCURRENT),
                name="rotation_move_concurrent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person or self.planned} {self.year}"


class RestrictionKind(models.TextChoices):
    PIN = "pin", _("must sit there")
    FORBID = "forbid", _("must not sit there")
    ONE_OF = "one-of", _("one of these")


class Restriction(models.Model):
    """What a planner decided about somebody's seat in the years [from_year, until_year): of a draft, or of every draft.

    A pin or a forbid names one post or more; "one of these" several. A rejected move becomes a forbid (`decision`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="restrictions")
    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="restrictions"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=6, choices=RestrictionKind)
    posts = models.ManyToManyField(Post, related_name="+")
    from_year = models.PositiveSmallIntegerField(_("from fiscal year"))
    until_year = models.PositiveSmallIntegerField(_("until fiscal year (exclusive)"))
    reason = models.CharField(_("reason"), max_length=500)
    decision = models.ForeignKey(
        "rotation.Decision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "round": PLACEMENT,
        "draft": PLACEMENT,
        "person": PLACEMENT,
        "kind": PLACEMENT,
        "posts": PLACEMENT,
        "from_year": PLACEMENT,
        "until_year": PLACEMENT,
        "reason": PLACEMENT,
        "decision": PLACEMENT,
        "author": TRAIL,
        "recorded_at": TRAIL,
    }

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ("round_id", "person_id", "pk")

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"
