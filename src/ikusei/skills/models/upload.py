"""Framework files that a steward brought in: kept between the look at them and the saving."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.files.models import StoredFile
from ikusei.lib.privacy import TRAIL, Privacy
from ikusei.skills.models.framework import FrameworkVersion


class FrameworkUpload(models.Model):
    """The files of one framework version; `version` is the draft that was made of them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    files = models.ManyToManyField(StoredFile, related_name="+", verbose_name=_("files"))
    version = models.ForeignKey(
        FrameworkVersion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "files": None,
        "version": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
    }

    class Meta:
        verbose_name = _("framework upload")
        verbose_name_plural = _("framework uploads")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
