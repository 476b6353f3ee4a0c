"""A sheet that was uploaded: kept, checked, its columns corrected, recorded as its report says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.files import services as files
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.jobs import services as jobs
from ikusei.jobs.progress import Progress
from ikusei.lib.tabular import TabularError
from ikusei.lib.tabular.cells import MAX_BYTES
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer
from ikusei.org.models.imports import ImportState
from ikusei.skills.models import FrameworkVersion, SheetImport
from ikusei.skills.queries.sheet_records import catalogue_of
from ikusei.skills.services.sheets.mending import mend_sheet
from ikusei.skills.services.sheets.recording import (
    SheetOrder,
    SheetOutdated,
    SheetResult,
    check_sheet,
    finish,
    lock_sheets,
    page_report,
    read_and_match,
    require_sheets,
    require_usable,
    write_statements,
)
from ikusei.skills.services.sheets.undoing import SheetInUse, undo_obstacles, undo_sheet
from ikusei.skills.sheets.columns import reads_of
from ikusei.skills.sheets.comparing import Tally

OWNER = "skill-sheet"
TABLES = (FileType.XLSX, FileType.XLS, FileType.CSV)
AT_ONCE_BYTES = 100_000
"""A larger file is read in a job."""
AT_ONCE = 2_000
"""More statements are recorded in a job."""


def start_sheet(
    *,
    actor: Viewer,
    upload: UploadedFile[Any],
    employer: Employer,
    version: FrameworkVersion,
    stated_on: date,
    rater: str,
) -> SheetImport:
    """The uploaded sheet, kept; checked at once where it is small, else by a job. Raises RuleBroken, and what files does."""
    require_sheets(actor, employer)
    with transaction.atomic():
        file = files.store_upload(
            user=actor.user,
            name=upload.name or "",
            content=upload,
            owner_kind=OWNER,
            allowed=TABLES,
            limit=MAX_BYTES,
        )
        record = SheetImport(
            employer=employer,
            version=version,
            file=file,
            file_name=file.name[:200],
            stated_on=stated_on,
            rater=rater,
            created_by=actor.user,
        )
        require_usable(_order_of(record, b""))
        record.save()
        audit.record(
            actor=actor.user,
            verb="skills.sheet.upload",
            subject_kind="skill-sheet",
            subject_id=record.public_id,
            after={"employer": employer.code, "file": record.file_name},
        )
    return check_soon(actor=actor, record=record)


def check_soon(*, actor: Viewer, record: SheetImport) -> SheetImport:
    """The sheet, checked where it is small, else with the job that will check it."""
    if record.file is None or record.file.size <= AT_ONCE_BYTES:
        return check_record(actor=actor, record=record)
    return _in_job(actor, record, "skills.sheet-check", {})


def apply_soon(*, actor: Viewer, record: SheetImport, good_rows: bool) -> SheetImport:
    """The sheet, recorded where it is small, else with the job that will record it. Raises as `apply_record`."""
    if record.report.get("new", 0) + record.report.get("differing", 0) <= AT_ONCE:
        return apply_record(actor=actor, record=record, good_rows=good_rows)
    _require_checked(record)
    return _in_job(actor, record, "skills.sheet-apply", {"good_rows": good_rows})


def undo_soon(*, actor: Viewer, record: SheetImport) -> SheetImport:
    """The sheet, taken back where it is small, else with the job that will do it. Raises as `undo_sheet`."""
    if record.report.get("new", 0) + record.report.get("differing", 0) > AT_ONCE:
        if obstacles := undo_obstacles(actor=actor, record=record):
            raise SheetInUse(obstacles)
        return _in_job(actor, record, "skills.sheet-undo", {})
    undo_sheet(actor=actor, record=record)
    return record


def correct_columns(*, actor: Viewer, record: SheetImport, named: Mapping[int, str]) -> SheetImport:
    """The sheet, checked anew with the columns read as a person says: index -> name of a field or skill, "" for neither.

    Raises UnknownColumn, RuleBroken where it is recorded already.
    """
    require_sheets(actor, record.employer)
    _require_open(record)
    catalogue = catalogue_of(record.version)
    was = {column["index"]: column["reads"] for column in record.report.get("columns", [])}
    mapping = dict(record.mapping)
    for index, text in named.items():
        if index in was:
            mapping[str(index)] = reads_of(text, catalogue)
    record.mapping = mapping
    record.save(update_fields=["mapping"])
    return check_soon(actor=actor, record=record)


def check_record(*, actor: Viewer, record: SheetImport, progress: Progress | None = None) -> SheetImport:
    """The uploaded sheet with a fresh report; a file that cannot be read is a state of its own, with its problem."""
    require_sheets(actor, record.employer)
    _require_open(record)
    result: SheetResult | None = None
    try:
        result = check_sheet(actor=actor, order=_order_of(record, _content(record)), progress=progress)
    except TabularError as error:
        record.state, record.report = ImportState.FAILED, {"problems": [error.problem.as_dict()]}
    else:
        record.state, record.report = ImportState.CHECKED, page_report(result)
    record.job = None
    with transaction.atomic():
        old = record.to_mend
        record.to_mend = _rows_to_mend(actor, record, result) if result is not None else None
        record.save(update_fields=["state", "report", "job", "to_mend"])
        if old is not None:
            files.delete_stored(old)
    return record


def _rows_to_mend(actor: Viewer, record: SheetImport, result: SheetResult) -> StoredFile | None:
    """The file of the rows that have to be mended, None where all are good."""
    if not result.sheet.faults.rows:
        return None
    return files.store_produced(
        user=actor.user,
        name=_("to be mended %(name)s") % {"name": Path(record.file_name).stem} + ".xlsx",
        content=BytesIO(mend_sheet(result.sheet, is_csv=False)),
        kind=FileType.XLSX,
        owner_kind=OWNER,
    )


def apply_record(
    *, actor: Viewer, record: SheetImport, good_rows: bool = False, progress: Progress | None = None
) -> SheetImport:
    """The checked sheet, recorded exactly as its report says.

    Raises SheetOutdated where the records have changed since the check, SheetStopped for problems, RuleBroken where it
    is not checked or recorded already.
    """
    require_sheets(actor, record.employer)
    _require_checked(record)
    watch, progress = monotonic(), progress or Progress()
    result = SheetResult(read_and_match(actor, _order_of(record, _content(record)), progress), Tally(), 0)
    with transaction.atomic():
        lock_sheets(record.employer)
        row = _locked(record)
        _require_checked(row)
        count = write_statements(actor, row, result, good_rows=good_rows, progress=progress)
        if result.tally.signature != row.report.get("signature"):
            raise SheetOutdated
        if not count:
            raise RuleBroken(_("The sheet says nothing new."))
        result.seconds = monotonic() - watch
        finish(actor, row, result, good_rows=good_rows)
    return row


def _require_open(record: SheetImport) -> None:
    if record.state in {ImportState.APPLIED, ImportState.UNDONE}:
        raise RuleBroken(_("This sheet has been recorded already."))


def _require_checked(record: SheetImport) -> None:
    _require_open(record)
    if record.state != ImportState.CHECKED:
        raise RuleBroken(_("The sheet has to be checked first."))


def _order_of(record: SheetImport, source: bytes) -> SheetOrder:
    return SheetOrder(
        source=source,
        file_name=record.file_name,
        employer=record.employer,
        version=record.version,
        stated_on=record.stated_on,
        rater=record.rater,
        columns=record.mapping,
    )


def _content(record: SheetImport) -> bytes:
    if record.file is None:
        raise RuleBroken(_("The file of this sheet was not kept."))
    with record.file.file.open("rb") as stream:
        content: bytes = stream.read()
    return content


def _locked(record: SheetImport) -> SheetImport:
    rows = SheetImport.objects.select_for_update(of=("self",))
    return rows.select_related("employer", "version", "file", "to_mend").get(pk=record.pk)


def _in_job(actor: Viewer, record: SheetImport, task: str, arguments: dict[str, Any]) -> SheetImport:
    with transaction.atomic():
        job = jobs.enqueue(
            owner=actor.user,
            task=task,
            arguments={"sheet": str(record.public_id), "user": actor.user.pk if actor.user else None}
            | arguments,
        )
        record.job = job.public_id
        record.save(update_fields=["job"])
    return record
