"""Large lists go to the background: nobody waits for a page longer than a moment."""

from typing import Any

from django.db import transaction

from ikusei.jobs.models import Job
from ikusei.jobs.services import enqueue
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import PeopleImport
from ikusei.org.services.people_import.running import Columns

LARGE = 400_000
"""Bytes from which on a list is worked on in the background: some 2,000 people."""

# The names under which org/tasks.py declares the work.
CHECK = "org.people-import-check"
APPLY = "org.people-import-apply"
UNDO = "org.people-import-undo"


def check_later(*, actor: Viewer, record: PeopleImport, language: str, columns: Columns | None) -> Job | None:
    """The job that checks a large list, None for a small one: check it at once."""
    return _later(actor, record, CHECK, language, columns=None if columns is None else dict(columns))


def apply_later(
    *, actor: Viewer, record: PeopleImport, language: str, good_rows: bool, allow_ended: bool
) -> Job | None:
    """The job that applies a large list, None for a small one: apply it at once."""
    return _later(actor, record, APPLY, language, good_rows=good_rows, allow_ended=allow_ended)


def undo_later(*, actor: Viewer, record: PeopleImport, language: str) -> Job | None:
    """The job that takes a large import back, None for a small one: take it back at once."""
    return _later(actor, record, UNDO, language)


def _later(actor: Viewer, record: PeopleImport, task: str, language: str, **arguments: Any) -> Job | None:
    access.require_tree(actor, Right.PEOPLE_IMPORT, record.employer)
    if record.file is None or record.file.size < LARGE or actor.user is None:
        return None
    asked = {"user": actor.user.pk, "record": str(record.public_id), "language": language, **arguments}
    with transaction.atomic():
        job = enqueue(owner=actor.user, task=task, arguments=asked)
        PeopleImport.objects.filter(pk=record.pk).update(job=job.public_id)
    return job
