"""Every uploaded or produced file, under a random name."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.lib.privacy import FILES, TRAIL, Privacy


class StoredFile(models.Model):
    """A file on disk. Whoever may see what it belongs to may have it: the owner's rule decides."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="stored/")
    owner_kind = models.CharField(_("belongs to a"), max_length=40)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "name": FILES,
        "content_type": None,
        "size": None,
        "sha256": None,
        "file": FILES,
        "owner_kind": None,
        "created_by": TRAIL,
        "created_at": TRAIL,
    }

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name
