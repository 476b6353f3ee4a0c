"""Framework files that were brought in, read again for every look: what they hold and what is wrong with them."""

import uuid

from django.db.models import FETCH_RAISE, Prefetch

from ikusei.files.models import StoredFile
from ikusei.files.services import open_stored
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.formats import ParsedFramework, Source, read_framework
from ikusei.skills.models import FrameworkUpload


def open_upload(viewer: Viewer, public_id: uuid.UUID) -> FrameworkUpload:
    """The upload with its files and the version made of it. Raises NotVisible where there is none."""
    access.require(viewer, Right.FRAMEWORK_EDIT)
    files = Prefetch("files", StoredFile.objects.order_by("pk").fetch_mode(FETCH_RAISE))
    found = (
        FrameworkUpload.objects.filter(public_id=public_id)
        .select_related("version__framework")
        .prefetch_related(files)
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(public_id))
    return found


def read_upload(upload: FrameworkUpload, format: str | None) -> ParsedFramework:
    """What the kept files hold, read in a format (None: guessed)."""
    sources = []
    for kept in upload.files.all():
        with open_stored(kept) as opened:
            sources.append(Source(kept.name, opened.read()))
    return read_framework(sources, format)
