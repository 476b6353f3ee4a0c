"""Checking a staff list and applying it: whole, or its good rows; nothing half."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.files.kinds import FileType
from ikusei.files.services import Readable, open_stored, store_upload
from ikusei.jobs.progress import Progress
from ikusei.jobs.tasks import analyze_after
from ikusei.lib.tabular import Header, TabularError, cell_text
from ikusei.lib.tabular.cells import MAX_BYTES
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.imports.plan import Plan
from ikusei.org.imports.planning import make_plan
from ikusei.org.imports.reading import find_columns, read_staff_list
from ikusei.org.imports.rows import StaffList
from ikusei.org.models import Employer, PeopleImport
from ikusei.org.models.imports import ImportState
from ikusei.org.services.people_import.applying import carry_out
from ikusei.org.services.people_import.loading import load_records
from ikusei.org.services.people_import.mending import mend_file
from ikusei.org.services.people_import.reporting import report_of
from ikusei.org.services.units import lock_tree

type Columns = Mapping[str, int | str | None]
"""Field -> 0-based column or heading, None for "not in this file"."""


OWNER = "people-import"
TAKEN = (FileType.CSV, FileType.XLSX, FileType.XLS)
DONE = (ImportState.APPLIED, ImportState.UNDONE)


@dataclass(frozen=True, slots=True)
class Result:
    """A list that was looked at: what it says, what it would do, and the seconds that took."""

    header: Header
    staff: StaffList
    plan: Plan
    seconds: float
    record: PeopleImport | None = None

    def is_stopped(self, *, good_rows: bool = False, allow_ended: bool = False) -> bool:
        """Whether problems hinder the list from being applied; a confirmed ending is no problem."""
        plan = self.plan
        return bool(
            plan.stops or (plan.too_many_end and not allow_ended) or (plan.problems and not good_rows)
        )


class Stopped(RuleBroken):
    """Problems stop the import; nothing was written. `result` holds them."""

    def __init__(self, result: Result) -> None:
        super().__init__(_("The list has problems; nothing was written."))
        self.result = result


class Outdated(RuleBroken):
    """The records have changed since the check, so that the import would do something else than was shown."""

    def __init__(self) -> None:
        super().__init__(_("The records have changed since the list was checked. Check it again."))


def check_list(
    *,
    actor: Viewer,
    employer: Employer,
    source: bytes | Path,
    as_of: date,
    file_name: str = "",
    columns: Columns | None = None,
    progress: Progress | None = None,
) -> Result:
    """What a list would do, as the state of the employer's staff on a day. Writes nothing. Raises TabularError."""
    access.require_tree(actor, Right.PEOPLE_IMPORT, employer)
    watch, progress = monotonic(), progress or Progress()
    with without_collections():
        header, staff = _read(source, file_name, columns, as_of, progress)
        return _plan(header, staff, employer, as_of, watch, progress)


def import_list(
    *,
    actor: Viewer,
    employer: Employer,
    source: bytes | Path,
    as_of: date,
    file_name: str,
    columns: Columns | None = None,
    good_rows: bool = False,
    allow_ended: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Check a list and apply it: whole, or (`good_rows`) without the rows that have problems.

    Raises Stopped with the problems where they hinder it, TabularError where the file cannot be read; then nothing is
    written. `allow_ended` confirms that more than a fifth of the employer's people may end.
    """
    access.require_tree(actor, Right.PEOPLE_IMPORT, employer)
    watch, progress = monotonic(), progress or Progress()
    record = PeopleImport(employer=employer, file_name=file_name[:200], as_of=as_of, created_by=actor.user)
    with without_collections():
        header, staff = _read(source, file_name, columns, as_of, progress)
        with transaction.atomic():
            lock_tree(employer)
            result = _plan(header, staff, employer, as_of, watch, progress)
            _stop_for_problems(result, good_rows=good_rows, allow_ended=allow_ended)
            _apply(record, result, actor, good_rows, progress)
    return Result(header, staff, result.plan, monotonic() - watch, record)


def upload_list(
    *, actor: Viewer, employer: Employer, as_of: date, name: str, content: Readable
) -> PeopleImport:
    """The new import of a list that somebody sends in: kept, not yet looked at. Raises FileRefused."""
    access.require_tree(actor, Right.PEOPLE_IMPORT, employer)
    with transaction.atomic():
        file = store_upload(
            user=actor.user, name=name, content=content, owner_kind=OWNER, allowed=TAKEN, limit=MAX_BYTES
        )
        record = PeopleImport.objects.create(
            employer=employer, file=file, file_name=file.name, as_of=as_of, created_by=actor.user
        )
        audit.record(
            actor=actor.user, verb="org.import.upload", subject_kind="import", subject_id=record.public_id
        )
    return record


def check_import(
    *, actor: Viewer, record: PeopleImport, columns: Columns | None = None, progress: Progress | None = None
) -> PeopleImport:
    """The uploaded import with a fresh report; `columns` corrects what its columns mean.

    A file that cannot be read leaves it failed, with the problem in its report. Raises RuleBroken where it is applied.
    """
    _require_open(record)
    record.mapping = dict(record.mapping if columns is None else columns)
    try:
        result = check_list(
            actor=actor,
            employer=record.employer,
            source=_content(record),
            as_of=record.as_of,
            file_name=record.file_name,
            columns=record.mapping,
            progress=progress,
        )
    except TabularError as error:
        record.state = ImportState.FAILED
        record.report = {"problems": [error.problem.as_dict()], "problem_count": 1}
    else:
        record.state = ImportState.CHECKED
        record.report = _page_report(result) | {"signature": result.plan.signature()}
    # The row may have been applied by somebody else since it was read.
    fresh = PeopleImport.objects.filter(pk=record.pk).exclude(state__in=DONE)
    if not fresh.update(mapping=record.mapping, state=record.state, report=record.report):
        raise RuleBroken(_("This list has been applied already."))
    return record


def rows_to_mend(*, actor: Viewer, record: PeopleImport) -> tuple[str, bytes]:
    """Name and content of the file of rows that have a problem, as the records are now."""
    result = check_list(
        actor=actor,
        employer=record.employer,
        source=_content(record),
        as_of=record.as_of,
        file_name=record.file_name,
        columns=record.mapping,
    )
    stem, _dot, ending = record.file_name.rpartition(".")
    is_csv = ending.lower() not in {"xlsx", "xls"}
    content = mend_file(result.staff, result.plan.problems, is_csv=is_csv)
    return f"{stem}-problems.{'csv' if is_csv else 'xlsx'}", content


def apply_import(
    *,
    actor: Viewer,
    record: PeopleImport,
    good_rows: bool = False,
    allow_ended: bool = False,
    progress: Progress | None = None,
) -> PeopleImport:
    """The checked import, applied exactly as its report says.

    Raises Outdated where the records have changed since the check, Stopped as `import_list`, RuleBroken where it is not
    checked or applied already.
    """
    access.require_tree(actor, Right.PEOPLE_IMPORT, record.employer)
    watch, progress = monotonic(), progress or Progress()
    _require_open(record)
    with without_collections():
        header, staff = _read(_content(record), record.file_name, record.mapping, record.as_of, progress)
        with transaction.atomic():
            lock_tree(record.employer)
            row = PeopleImport.objects.select_for_update().select_related("employer").get(pk=record.pk)
            _require_open(row)
            if row.state != ImportState.CHECKED:
                raise RuleBroken(_("The list has to be checked first."))
            result = _plan(header, staff, row.employer, row.as_of, watch, progress)
            if result.plan.signature() != row.report.get("signature"):
                raise Outdated
            _stop_for_problems(result, good_rows=good_rows, allow_ended=allow_ended)
            _apply(row, result, actor, good_rows, progress)
    return row


@contextmanager
def without_collections() -> Iterator[None]:
    """No search for reference cycles inside the block: millions of small values live until its end, and none is one.

    It saves a quarter of the time of a large list.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(
    source: bytes | Path, file_name: str, columns: Columns | None, as_of: date, progress: Progress
) -> tuple[Header, StaffList]:
    progress.start(0, _("Reading the file"))
    table, header = find_columns(source, overrides=columns, file=file_name)
    progress.check()
    return header, read_staff_list(table, header, as_of=as_of)


def _plan(
    header: Header, staff: StaffList, employer: Employer, as_of: date, watch: float, progress: Progress
) -> Result:
    progress.start(0, _("Comparing with the records"))
    plan = make_plan(staff, load_records(employer, as_of), as_of=as_of)
    return Result(header, staff, plan, monotonic() - watch)


def _stop_for_problems(result: Result, *, good_rows: bool, allow_ended: bool) -> None:
    """Raise Stopped unless the plan may be carried out; a confirmed ending is no problem from here on."""
    if result.is_stopped(good_rows=good_rows, allow_ended=allow_ended):
        raise Stopped(result)
    result.plan.too_many_end = None


def _apply(record: PeopleImport, result: Result, actor: Viewer, good_rows: bool, progress: Progress) -> None:
    plan = result.plan
    progress.start(len(plan.new) + len(plan.changed) + len(plan.ended), _("Writing"))
    record.journal = carry_out(
        plan, actor=actor, employer=record.employer, as_of=record.as_of, progress=progress
    )
    record.report = _page_report(result) | {"good_rows": good_rows}
    record.state, record.applied_at = ImportState.APPLIED, timezone.now()
    record.save()
    written = sum(count for name, count in plan.counts.items() if name != "unchanged")
    analyze_after(written)
    audit.record(
        actor=actor.user,
        verb="org.import.apply",
        subject_kind="import",
        subject_id=record.public_id,
        count=written,
        after={
            "employer": record.employer.code,
            "on": record.as_of.isoformat(),
            "file": record.file_name,
            **plan.counts,
            "left_out": len(plan.problems) if good_rows else 0,
        },
    )


def _page_report(result: Result) -> dict[str, Any]:
    """The report with what the page needs to offer other columns."""
    return report_of(result.staff, result.plan) | {
        "headings": list(result.header.headings),
        "fields": dict(result.header.columns),
        "examples": _examples(result.staff),
        "seconds": round(result.seconds, 2),
    }


def _examples(staff: StaffList) -> list[str]:
    """What stands in each column of the list for the first time."""
    rows = list(islice(staff.cells.values(), 50))
    return [
        next((text for cells in rows if len(cells) > index and (text := cell_text(cells[index])[:40])), "")
        for index in range(len(staff.headings))
    ]


def _content(record: PeopleImport) -> bytes:
    if record.file is None:
        raise RuleBroken(_("The file of this import was not kept."))
    with open_stored(record.file) as stream:
        return bytes(stream.read())


def _require_open(record: PeopleImport) -> None:
    if record.state in DONE:
        raise RuleBroken(_("This list has been applied already."))
