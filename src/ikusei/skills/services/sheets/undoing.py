"""Taking a sheet back: exactly its statements go, or, where somebody has built on them, nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched, islice

from django.db import transaction
from django.db.models import Count, ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.audit import services as audit
from ikusei.jobs.progress import Progress
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer
from ikusei.org.models.imports import ImportState
from ikusei.skills.models import Assessment, HeldLevel, SheetImport
from ikusei.skills.queries.sheet_records import labels_of
from ikusei.skills.services.levels import rebuild_levels
from ikusei.skills.services.sheets.recording import PEOPLE_AT_A_TIME, lock_sheets, require_sheets

DERIVED: tuple[type, ...] = (HeldLevel,)
"""What follows from statements and is made anew without them."""

SHOWN = 200
"""Obstacles named; more of them say nothing more."""


@dataclass(frozen=True, slots=True)
class SheetObstacle:
    """What stands against taking a sheet back: a later sheet, or a person and what uses a statement of theirs."""

    what: str
    reason: str


class SheetInUse(RuleBroken):
    """The sheet cannot be taken back; `obstacles` say why."""

    def __init__(self, obstacles: list[SheetObstacle]) -> None:
        super().__init__(_("The sheet cannot be undone: something was built on what it says."))
        self.obstacles = obstacles


def undo_sheet(*, actor: Viewer, record: SheetImport, progress: Progress | None = None) -> int:
    """How many statements were taken back: all of the sheet's. The levels held are those without them.

    Raises RuleBroken where the sheet is not recorded or speaks of people outside the actor's scope, SheetInUse (with the
    list) where statements of it are in use or a later sheet speaks of the same people.
    """
    require_sheets(actor, record.employer)
    progress = progress or Progress()
    with transaction.atomic():
        lock_sheets(record.employer)
        row = SheetImport.objects.select_for_update().get(pk=record.pk)
        _require_recorded(row)
        _require_scope(actor, row)
        if obstacles := list(islice(find_obstacles(row), SHOWN)):
            raise SheetInUse(obstacles)
        count = _take_back(row, progress)
        row.state, row.undone_at, row.job = ImportState.UNDONE, timezone.now(), None
        row.save(update_fields=["state", "undone_at", "job"])
        audit.record(
            actor=actor.user,
            verb="skills.sheet.undo",
            subject_kind="skill-sheet",
            subject_id=row.public_id,
            count=count,
            before={"file": row.file_name, "on": row.stated_on.isoformat(), "statements": count},
        )
    return count


def undo_obstacles(*, actor: Viewer, record: SheetImport) -> list[SheetObstacle]:
    """What stands against undoing, empty where nothing does. Raises RuleBroken as `undo_sheet` does."""
    require_sheets(actor, record.employer)
    _require_recorded(record)
    _require_scope(actor, record)
    return list(islice(find_obstacles(record), SHOWN))


def last_sheet(employer: Employer) -> SheetImport:
    """The sheet of an employer that was recorded last. Raises RuleBroken where there is none."""
    recorded = SheetImport.objects.filter(employer=employer, state=ImportState.APPLIED)
    found = recorded.select_related("employer", "version").order_by("-applied_at", "-pk").first()
    if found is None:
        raise RuleBroken(_("No sheet of this employer is recorded."))
    return found


def find_obstacles(record: SheetImport) -> Iterator[SheetObstacle]:
    """The later sheets about the same people, then the people whose statements something points to."""
    people = Assessment.objects.filter(source=record).order_by().values("person_id")
    later = (
        SheetImport.objects.filter(
            state=ImportState.APPLIED, applied_at__gt=record.applied_at, assessments__person__in=people
        )
        .annotate(people=Count("assessments__person", distinct=True))
        .order_by("applied_at")
    )
    for sheet in later:
        yield SheetObstacle(
            sheet.file_name,
            ngettext(
                "A later sheet, which speaks of %(count)s of the same people. Undo that one first.",
                "A later sheet, which speaks of %(count)s of the same people. Undo that one first.",
                sheet.people,
            )
            % {"count": sheet.people},
        )
    yield from _uses(record)


def _uses(record: SheetImport) -> Iterator[SheetObstacle]:
    # Hidden ones too: a reference without a name for the way back (related_name="+") is a reference all the same.
    for relation in Assessment._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in DERIVED:
            continue
        other, name = relation.related_model, relation.field.name
        using = other._default_manager.filter(**{f"{name}__source": record})
        ids = list(using.order_by().values_list(f"{name}__person_id", flat=True).distinct()[:SHOWN])
        for label in labels_of(ids).values():
            yield SheetObstacle(
                label, _("%(thing)s refers to it.") % {"thing": str(other._meta.verbose_name).capitalize()}
            )


def _require_recorded(record: SheetImport) -> None:
    if record.state != ImportState.APPLIED:
        raise RuleBroken(_("Only a sheet that was recorded can be undone."))


def _require_scope(actor: Viewer, record: SheetImport) -> None:
    if access.unit_scope(actor, Right.SHEET_IMPORT) is None:
        return
    mine = access.people(actor, Right.SHEET_IMPORT).order_by().values("pk")
    if record.assessments.exclude(person__in=mine).exists():
        raise RuleBroken(_("The sheet speaks of people who are not in your scope."))


def _take_back(record: SheetImport, progress: Progress) -> int:
    """Delete the sheet's statements and derive the levels anew, some people at a time."""
    people = list(
        Assessment.objects.filter(source=record)
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct()
    )
    progress.start(len(people), _("Taking back"))
    count = 0
    for some in batched(people, PEOPLE_AT_A_TIME):
        HeldLevel.objects.filter(person_id__in=some).delete()
        deleted, _by_model = Assessment.objects.filter(source=record, person_id__in=some).delete()
        rebuild_levels(some)
        count += deleted
        progress.advance(len(some))
    return count
