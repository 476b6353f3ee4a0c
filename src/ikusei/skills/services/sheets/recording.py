"""Reading a sheet against the records, and recording what it says: whole, or its good rows; nothing is overwritten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.jobs.progress import Progress
from ikusei.jobs.tasks import analyze_after
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer
from ikusei.org.models.imports import ImportState
from ikusei.skills.models import Assessment, FrameworkVersion, SheetImport, VersionState
from ikusei.skills.queries.sheet_records import catalogue_of, known_of, labels_of, roster_of
from ikusei.skills.queries.sheets import sheet_employers
from ikusei.skills.services.levels import record_assessments
from ikusei.skills.sheets.columns import column_of, open_table, read_columns, reads_of
from ikusei.skills.sheets.comparing import Outcome, Statement, Tally, compare
from ikusei.skills.sheets.people import match_people
from ikusei.skills.sheets.reading import Said, read_sheet
from ikusei.skills.sheets.report import report_of
from ikusei.skills.sheets.rows import Sheet, SheetRow

PEOPLE_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What to read, of whom, and what is said once for the whole sheet.

    `columns` corrects what columns are read as: index as text -> "", a field, or skill:<key>. `named_columns` does the
    same by heading and name, as people type it.
    """

    source: bytes | Path
    file_name: str
    employer: Employer
    version: FrameworkVersion
    stated_on: date
    rater: str
    columns: Mapping[str, str] = field(default_factory=dict)
    named_columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SheetResult:
    """A sheet that was looked at: what it says, what it would record, and the seconds that took."""

    sheet: Sheet
    tally: Tally
    seconds: float
    record: SheetImport | None = None

    def is_stopped(self, *, good_rows: bool) -> bool:
        """Whether problems hinder the sheet from being recorded."""
        return bool(self.sheet.stops or (self.sheet.faults.problems and not good_rows))


class SheetStopped(RuleBroken):
    """Problems stop the sheet; nothing was written. `result` holds them."""

    def __init__(self, result: SheetResult) -> None:
        super().__init__(_("The sheet has problems; nothing was written."))
        self.result = result


class SheetOutdated(RuleBroken):
    """The records have changed since the check, so that something else would be recorded than was shown."""

    def __init__(self) -> None:
        super().__init__(_("The records have changed since the sheet was checked. Check it again."))


def check_sheet(*, actor: Viewer, order: SheetOrder, progress: Progress | None = None) -> SheetResult:
    """What a sheet would record. Writes nothing. Raises TabularError, UnknownColumn, RuleBroken."""
    require_sheets(actor, order.employer)
    require_usable(order)
    watch, progress = monotonic(), progress or Progress()
    result = SheetResult(read_and_match(actor, order, progress), Tally(), 0)
    for _statements in _compared(result, progress):
        pass
    result.seconds = monotonic() - watch
    return result


def import_sheet(
    *, actor: Viewer, order: SheetOrder, good_rows: bool = False, progress: Progress | None = None
) -> SheetResult:
    """Check a sheet and record it: whole, or (`good_rows`) without the rows that have problems.

    Where all of it is said already nothing is written, and the result has no record. Raises SheetStopped where problems
    hinder it and nothing is written; else as `check_sheet`.
    """
    require_sheets(actor, order.employer)
    require_usable(order)
    watch, progress = monotonic(), progress or Progress()
    result = SheetResult(read_and_match(actor, order, progress), Tally(), 0)
    record = SheetImport(
        employer=order.employer,
        version=order.version,
        file_name=order.file_name[:200],
        stated_on=order.stated_on,
        rater=order.rater,
        mapping=dict(order.columns),
        created_by=actor.user,
    )
    with transaction.atomic():
        lock_sheets(order.employer)
        if write_statements(actor, record, result, good_rows=good_rows, progress=progress):
            finish(actor, record, result, good_rows=good_rows)
    result.seconds = monotonic() - watch
    return result


def require_sheets(actor: Viewer, employer: Employer) -> None:
    """Raise PermissionDenied unless the actor may bring in sheets of an employer."""
    access.require(actor, Right.SHEET_IMPORT)
    if not sheet_employers(actor).filter(pk=employer.pk).exists():
        raise PermissionDenied(Right.SHEET_IMPORT.value)


def require_usable(order: SheetOrder) -> None:
    if order.version.state != VersionState.PUBLISHED:
        raise RuleBroken(_("Levels are recorded in a published framework only."))
    if order.stated_on > clock.today():
        raise RuleBroken(_("The day of the statements lies in the future."))


def lock_sheets(employer: Employer) -> None:
    """Let no other sheet of the employer be recorded before this transaction ends."""
    Employer.objects.select_for_update().get(pk=employer.pk)


def read_and_match(actor: Viewer, order: SheetOrder, progress: Progress) -> Sheet:
    """The sheet, its rows matched with people. Raises TabularError, UnknownColumn."""
    progress.start(0, _("Reading the file"))
    catalogue = catalogue_of(order.version)
    table, header = open_table(order.source, catalogue, file=order.file_name)
    progress.check()
    corrections = dict(order.columns) | {
        str(column_of(heading, header)): reads_of(name, catalogue)
        for heading, name in order.named_columns.items()
    }
    said = Said(stated_on=order.stated_on, rater=order.rater, today=clock.today())
    sheet = read_sheet(table, read_columns(header, catalogue, corrections), catalogue, said)
    if not sheet.stops:
        progress.start(0, _("Looking for the people"))
        match_people(sheet, roster_of(actor, order.employer, order.stated_on, sheet))
    return sheet


def _compared(result: SheetResult, progress: Progress) -> Iterator[list[Statement]]:
    """The statements to be recorded, some people at a time; all that is said of one person comes at once."""
    rows = sorted(result.sheet.good_rows, key=lambda row: (row.person, row.row))
    progress.start(len(rows), _("Comparing with the records"))
    for some in _some_people(rows):
        known = known_of(some, result.sheet.skills)
        yield list(compare(some, result.sheet.skills, known, result.tally))
        progress.advance(len(some))


def _some_people(rows: Sequence[SheetRow]) -> Iterator[list[SheetRow]]:
    some: list[SheetRow] = []
    for count, (_person, theirs) in enumerate(groupby(rows, key=lambda row: row.person), 1):
        some += theirs
        if count % PEOPLE_AT_A_TIME == 0:
            yield some
            some = []
    if some:
        yield some


def write_statements(
    actor: Viewer, record: SheetImport, result: SheetResult, *, good_rows: bool, progress: Progress
) -> int:
    """How many statements were recorded: all that are new. Raises SheetStopped."""
    if result.is_stopped(good_rows=good_rows):
        raise SheetStopped(result)
    count = 0
    for statements in _compared(result, progress):
        if statements:
            if not count:
                record.save()
            record_assessments(actor=actor, rows=[_assessment(one, record) for one in statements])
            count += len(statements)
    return count


def _assessment(statement: Statement, record: SheetImport) -> Assessment:
    return Assessment(
        person_id=statement.person,
        skill_id=statement.skill,
        level=statement.level,
        stated_on=statement.stated_on,
        rater=statement.rater,
        rater_person_id=statement.rater_person,
        source=record,
    )


def finish(actor: Viewer, record: SheetImport, result: SheetResult, *, good_rows: bool) -> None:
    record.report = page_report(result) | {"good_rows": good_rows}
    record.state, record.applied_at, record.job = ImportState.APPLIED, timezone.now(), None
    record.save()
    result.record = record
    counts = {outcome.value: result.tally.counts[outcome] for outcome in Outcome}
    written = counts["new"] + counts["differing"]
    analyze_after(written)
    audit.record(
        actor=actor.user,
        verb="skills.sheet.apply",
        subject_kind="skill-sheet",
        subject_id=record.public_id,
        count=written,
        after={
            "employer": record.employer.code,
            "on": record.stated_on.isoformat(),
            "file": record.file_name,
            **counts,
            "rows_left_out": len(result.sheet.faults.rows) if good_rows else 0,
        },
    )


def page_report(result: SheetResult) -> dict[str, Any]:
    people = {sample.person for samples in result.tally.samples.values() for sample in samples}
    return report_of(result.sheet, result.tally, labels_of(people)) | {"seconds": round(result.seconds, 2)}
