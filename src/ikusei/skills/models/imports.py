"""Imports of skill sheets (people down, skills across)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.files.models import StoredFile
from ikusei.lib.privacy import FILES, TRAIL, Privacy
from ikusei.org.models import Employer
from ikusei.org.models.imports import ImportState
from ikusei.skills.models.framework import FrameworkVersion


class SheetImport(models.Model):
    """One skill sheet: levels of an employer's people in the skills of one framework version.

    `mapping` is column index (as text) -> what a person said it is read as: "", a field, or skill:<key>.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("framework")
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="+", verbose_name=_("employer")
    )
    # Sheets that come by the command line are not kept: they stand where the operator keeps them.
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    file_name = models.CharField(_("name of the file"), max_length=200, default="")
    to_mend = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rows to be mended"),
    )
    stated_on = models.DateField(_("stated on"))
    rater = models.CharField(_("said by"), max_length=10)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ImportState, default=ImportState.UPLOADED)
    report = models.JSONField(_("report"), default=dict, blank=True)
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
        "version": None,
        "employer": None,
        "file": FILES,
        "file_name": FILES,
        "to_mend": FILES,
        "stated_on": None,
        "rater": None,
        "mapping": None,
        "state": None,
        "report": FILES,
        "job": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
        "applied_at": TRAIL,
        "undone_at": TRAIL,
    }

    class Meta:
        verbose_name = _("skill sheet import")
        verbose_name_plural = _("skill sheet imports")
        ordering = ("-id",)
        indexes = (models.Index(fields=("employer", "state", "-id"), name="skills_sheet_employer"),)

    def __str__(self) -> str:
        return self.file_name
