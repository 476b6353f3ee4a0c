"""The rule by which the level shown follows from all statements, in the versions that were in force."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import TRAIL, Privacy


class LevelRule(models.Model):
    """One version of the terms of the rule (`skills.deriving.Terms` as JSON). The one with the highest number is in force.

    Every level of every day is derived by the rule in force, so that a trend does not jump when the rule changes.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    terms = models.JSONField(_("terms"))
    reason = models.CharField(_("reason"), max_length=1000)
    published_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy: ClassVar[Privacy] = {
        "id": None,
        "number": None,
        "terms": None,
        "reason": None,
        "published_at": TRAIL,
        "published_by": TRAIL,
    }

    class Meta:
        verbose_name = _("level rule")
        verbose_name_plural = _("level rules")
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)
