"""What was done and what was seen: rows are added, never changed or removed.

The model refuses first, with a clear error; triggers in the database (migration 0002) refuse whatever goes round it.
"""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import TRAIL, Privacy


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row of the audit trail."""


class AppendOnlyQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows which can be read and added."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnlyError("Rows of the audit trail are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Rows of the audit trail are never removed.")


class AppendOnly(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; raises AppendOnlyError for one that exists."""
        if not self._state.adding:
            raise AppendOnlyError("Rows of the audit trail are never changed.")
        kwargs["force_insert"] = True  # a new row under an old number would be a change
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Rows of the audit trail are never removed.")


class Entry(AppendOnly):
    """One thing done (`change`) or one look at people's data (`look`), in the order of recording."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("change")
        LOOK = "look", _("look")

    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    verb = models.CharField(_("what"), max_length=80, help_text=_("app.noun.verb, such as org.person.open"))
    subject_kind = models.CharField(_("kind of thing"), max_length=40, blank=True)
    subject_id = models.CharField(_("thing"), max_length=64, blank=True)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)

    objects = AppendOnlyQuerySet["Entry"].as_manager()

    privacy: ClassVar[Privacy] = {
        "recorded_at": TRAIL,
        "kind": TRAIL,
        "actor": TRAIL,
        "verb": TRAIL,
        "subject_kind": TRAIL,
        "subject_id": TRAIL,
        "purpose": TRAIL,
        "count": TRAIL,
        "before": TRAIL,
        "after": TRAIL,
        "id": None,
    }

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("subject_kind", "subject_id", "-id"), name="audit_entry_subject"),
            models.Index(fields=("actor", "-id"), name="audit_entry_actor"),
        )

    def __str__(self) -> str:
        return f"{self.recorded_at:%Y-%m-%d %H:%M} {self.verb} {self.subject_kind} {self.subject_id}"


class Seal(AppendOnly):
    """A link of the chain: the digest over a run of entries and over the seal before it.

    Entries are sealed in runs, not one by one, so that writing an entry never waits for another.
    """

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet["Seal"].as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ("last_id",)

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}: {self.digest[:12]}"
