"""What was changed in a draft, one row for each person and revision: undoing and noticing one another rest on it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import PLACEMENT, TRAIL, Privacy
from ikusei.rotation.models.draft import Draft

PERSON_KEY_LENGTH = 20


class Change(models.Model):
    """One person's part in a draft before and after one revision of it. Rows are only added and marked as undone.

    `before` and `after` are {"moves": [...], "restrictions": [...]} as `services.drafts.record` writes them. All rows of a
    revision were made by one action and are undone together.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    person_key = models.CharField(max_length=PERSON_KEY_LENGTH)
    """As in `picture.PersonFacts.key`: p and the number of a person, n and that of somebody not yet hired."""
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_undo = models.BooleanField(default=False)
    is_undone = models.BooleanField(default=False)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "draft": PLACEMENT,
        "revision": None,
        "person_key": PLACEMENT,
        "before": PLACEMENT,
        "after": PLACEMENT,
        "by": TRAIL,
        "at": TRAIL,
        "is_undo": None,
        "is_undone": None,
    }

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        ordering = ("draft_id", "-revision", "pk")
        constraints = (
            models.UniqueConstraint(fields=("draft", "revision", "person_key"), name="rotation_change_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_key} {self.revision}"
