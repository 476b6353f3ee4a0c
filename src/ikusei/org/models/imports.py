"""Imports of staff lists: what came in, what it would do, what it did, and how to take it back."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.files.models import StoredFile
from ikusei.lib.privacy import FILES, TRAIL, Privacy
from ikusei.org.models.unit import Employer


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    CHECKED = "checked", _("checked")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("could not be read")


class PeopleImport(models.Model):
    """One staff list of one employer. `mapping` is field -> 0-based column, null for a column not to be read."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="+", verbose_name=_("employer")
    )
    # Lists that come by the command line are not kept: they stand where the operator keeps them.
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    file_name = models.CharField(_("name of the file"), max_length=200, default="")
    as_of = models.DateField(_("as of"))
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ImportState, default=ImportState.UPLOADED)
    report = models.JSONField(_("report"), default=dict, blank=True)
    # Compressed: what was written, row by row (org/services/people_import/ledger.py).
    journal = models.BinaryField(default=b"", editable=False)
    job = models.UUIDField(_("job"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "employer": None,
        "file": FILES,
        "file_name": FILES,
        "as_of": None,
        "mapping": None,
        "state": None,
        "report": FILES,
        "journal": FILES,
        "job": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
        "applied_at": TRAIL,
        "undone_at": TRAIL,
    }

    class Meta:
        verbose_name = _("staff list import")
        verbose_name_plural = _("staff list imports")
        ordering = ("-id",)
        indexes = (models.Index(fields=("employer", "state", "-id"), name="org_import_employer"),)

    def __str__(self) -> str:
        return self.file_name
