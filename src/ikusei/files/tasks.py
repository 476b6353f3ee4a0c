"""What is done about files at night."""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ikusei.files.models import StoredFile
from ikusei.jobs.progress import Progress
from ikusei.jobs.registry import nightly

FOLDER = "stored"
OLD = timedelta(days=1)
"""How old a file without a row must be to be swept: younger ones may belong to an open transaction."""


@nightly("files.sweep", label=_("Removal of files that belong to nothing"))
def sweep(progress: Progress) -> dict[str, Any]:
    """{"removed": files that belonged to no row, "missing": rows whose file is gone}."""
    storage = StoredFile._meta.get_field("file").storage
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        names = []
    on_disk = {str(PurePosixPath(FOLDER, name)) for name in names}
    progress.start(len(on_disk))
    known = set(StoredFile.objects.values_list("file", flat=True))
    removed = 0
    for path in sorted(on_disk - known):
        progress.advance()
        if storage.get_modified_time(path) < timezone.now() - OLD:
            storage.delete(path)
            removed += 1
    return {"removed": removed, "missing": len(known - on_disk)}
