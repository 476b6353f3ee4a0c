"""Keeping framework files between the look at them and the saving, and making a draft of them."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.files.errors import FileRefused
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.files.services import store_upload
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.formats import Limits
from ikusei.skills.models import FrameworkUpload, FrameworkVersion
from ikusei.skills.queries.framework_uploads import read_upload
from ikusei.skills.services.framework_imports import Checked, check_framework, import_framework

OWNER = "framework-upload"


def keep_files(*, actor: Viewer, files: "Sequence[UploadedFile[Any]]") -> FrameworkUpload:
    """The new upload: the files are kept, nothing of them is a framework yet. Raises FileRefused, naming the file."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        upload = FrameworkUpload.objects.create(created_by=actor.user)
        upload.files.set([_keep(actor, one) for one in files])
        audit.record(
            actor=actor.user,
            verb="skills.framework.upload",
            subject_kind="framework-upload",
            subject_id=upload.public_id,
            count=len(files),
        )
    return upload


def check_upload(*, actor: Viewer, upload: FrameworkUpload, format: str | None) -> Checked:
    """What saving the kept files would do, read in a format (None: guessed). Nothing is written."""
    return check_framework(actor=actor, parsed=read_upload(upload, format))


def save_upload(
    *, actor: Viewer, upload: FrameworkUpload, format: str | None
) -> tuple[Checked, FrameworkVersion | None]:
    """What was found and the draft (or the version that says the same), None where something stopped it."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        checked, version = import_framework(actor=actor, parsed=read_upload(upload, format))
        if version is not None:
            FrameworkUpload.objects.filter(pk=upload.pk).update(version=version)
    return checked, version


def _keep(actor: Viewer, file: "UploadedFile[Any]") -> StoredFile:
    name = file.name or ""
    try:
        return store_upload(
            user=actor.user,
            name=name,
            content=file,
            owner_kind=OWNER,
            allowed=(FileType.CSV, FileType.JSON),
            limit=Limits().max_bytes,
        )
    except FileRefused as error:
        raise type(error)(_("%(name)s: %(reason)s") % {"name": name, "reason": error}) from error
