"""How the ratings under one version of a framework are carried into the next."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import TRAIL, Privacy
from ikusei.skills.models.framework import KEY_LENGTH, FrameworkVersion


class MigrationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("taken back")


class VersionMigration(models.Model):
    """A plan that says of every skill of the old version what becomes of its ratings in the new one.

    Applying it adds statements under the new version that name the old ones they come from, and puts the new version
    in use from `use_from`. Undoing removes exactly those, as long as nobody was rated anew under the new version.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    old = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="migrations_out", verbose_name=_("from")
    )
    new = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="migrations_in", verbose_name=_("to")
    )
    use_from = models.DateField(_("new version in use from"))
    state = models.CharField(_("state"), max_length=7, choices=MigrationState, default=MigrationState.DRAFT)
    result = models.JSONField(_("result"), default=dict, blank=True)
    job = models.UUIDField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "old": None,
        "new": None,
        "use_from": None,
        "state": None,
        "result": None,
        "job": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
        "applied_at": TRAIL,
        "undone_at": TRAIL,
    }

    class Meta:
        verbose_name = _("migration to a new version")
        verbose_name_plural = _("migrations to new versions")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=~Q(old=F("new")), name="skills_migration_two_versions"),
            models.UniqueConstraint(
                fields=("new",),
                condition=~Q(state="undone"),
                name="skills_migration_one",
                violation_error_message=_("There is a migration to this version already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_id} > {self.new_id}"


class Carry(models.TextChoices):
    """What becomes of the ratings of an old skill."""

    KEEP = "keep", _("keep")
    MAP = "map", _("map")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merge")
    ASK = "ask", _("ask again")
    END = "end", _("end")


class MigrationPart(models.Model):
    """What becomes of one old skill: its targets in the new version, and how its levels are read there.

    `targets` are keys of new skills: one for keep, map and merge, several for split, none for end; for "ask again" those
    that people will be asked. `levels` says by target which new level an old one becomes ({"target": {"3": 2}}); a level
    that is not there is asked again. Where several old skills merge into one, the lowest of the carried levels counts.
    What exactly is carried: `skills.carrying`.
    """

    migration = models.ForeignKey(VersionMigration, on_delete=models.CASCADE, related_name="parts")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    carry = models.CharField(_("what becomes of it"), max_length=5, choices=Carry)
    targets = models.JSONField(_("new skills"), default=list, blank=True)
    levels = models.JSONField(_("levels"), default=dict, blank=True)
    proposed = models.BooleanField(default=True, help_text=_("As proposed; nobody has looked at it yet."))

    privacy: ClassVar[Privacy] = {
        "id": None,
        "migration": None,
        "skill_key": None,
        "carry": None,
        "targets": None,
        "levels": None,
        "proposed": None,
    }

    class Meta:
        verbose_name = _("part of a migration")
        verbose_name_plural = _("parts of a migration")
        ordering = ("migration_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("migration", "skill_key"), name="skills_migration_part_once"),
        )

    def __str__(self) -> str:
        return f"{self.skill_key}: {self.carry}"
