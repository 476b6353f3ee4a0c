"""Preference sheets as files, for whoever cannot reach the system: out by the personnel section, and in again.

A list for a unit has no part for protected reasons, since it passes through other hands; the form of one person has one,
empty, and goes from the person straight to the personnel section. No file holds a protected reason that is known here.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.files import services as files
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.lib.tabular import Problem
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.rotation.access import require_section
from ikusei.rotation.models import GrowthClass, PostRule, Round, Sheet, Source
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_content import posts_named, wishes_of, with_wishes
from ikusei.rotation.queries.wish_sheets import asked_by, open_asked, with_home
from ikusei.rotation.services.wish_sheets import SheetConflict, enter_sheet, problems_of
from ikusei.rotation.sheets.wish_columns import heading_of
from ikusei.rotation.sheets.wish_file import FileRow, write_sheets
from ikusei.rotation.sheets.wish_reading import Line, read_sheets
from ikusei.rotation.wishing import Wishes

OWNER_KIND = "preference-sheets"
LIMIT = 5 << 20
KEPT = timedelta(days=7)
"""How long a file that was looked at and not applied is kept."""

_COLUMN = {"ranked": "post1", "growth_classes": "kinds"}
"""Field of a sheet -> the column that holds it, where they are called differently."""


class FileChanged(RuleBroken):
    """Between the look and the saving something else happened: the file now means something else."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would do: the lines that can be saved, those that say what stands already, empty rows, and problems."""

    good: list[Line]
    same: int
    empty: int
    problems: list[Problem]

    @property
    def digest(self) -> str:
        """What tells this outcome from another one of the same file."""
        rows = [[line.round_id, line.person_id, line.seen, repr(line.wishes)] for line in self.good]
        text = json.dumps([rows, [one.as_dict() for one in self.problems]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def list_file(*, actor: Viewer, round_: Round, unit_id: int | None = None) -> bytes:
    """The sheets of everybody asked, or of a unit and below: what is handed in, without protected reasons.

    The look is noted. Raises PermissionDenied outside the personnel section.
    """
    require_section(actor, round_.employer)
    people = with_home(asked_by(actor, round_), round_, actor.today).order_by("kana", "name", "pk")
    if unit_id is not None:
        people = people.filter(home_path__contains=f"/{unit_id}/")
    rows = list(people)
    access.note_list(actor, Right.ROTATION_PLAN, verb="rotation.sheet.file", count=len(rows))
    return _workbook(round_, rows, protected=False)


def own_form(*, actor: Viewer, round_id: uuid.UUID, person_id: uuid.UUID) -> tuple[Round, bytes]:
    """The round, and the form of one person with an empty part for a protected reason. Raises NotVisible."""
    round_, person = open_asked(actor, round_id=round_id, person_id=person_id)
    require_section(actor, round_.employer)
    people = Person.objects.filter(pk=person.pk)
    access.note_person(actor, Right.ROTATION_PLAN, person, verb="rotation.sheet.form")
    return round_, _workbook(round_, list(with_home(people, round_, actor.today)), protected=True)


def _workbook(round_: Round, people: Sequence[Any], *, protected: bool) -> bytes:
    rows = Sheet.objects.filter(round=round_, person__in=[person.pk for person in people])
    sheets = {sheet.person_id: sheet for sheet in with_wishes(rows, protected=False)}
    filed = {pk: wishes_of(sheet) for pk, sheet in sheets.items() if sheet.handed_in_at is not None}
    choices = choices_of(round_, more=posts_named(filed.values()))
    return write_sheets(
        [
            FileRow(
                row=f"{round_.pk}.{person.pk}",
                revision=sheets[person.pk].revision if person.pk in sheets else 0,
                number=person.staff_number or "",
                name=person.display_name,
                unit=person.home_ja or "",
                wishes=filed.get(person.pk, Wishes()),
            )
            for person in people
        ],
        choices,
        protected=protected,
    )


def keep_file(*, actor: Viewer, round_: Round, upload: Any) -> StoredFile:
    """The uploaded workbook, kept until it is applied. Raises FileRefused, PermissionDenied."""
    require_section(actor, round_.employer)
    with transaction.atomic():
        return files.store_upload(
            user=actor.user,
            name=upload.name,
            content=upload,
            owner_kind=OWNER_KIND,
            allowed={FileType.XLSX},
            limit=LIMIT,
        )


def kept_file(*, actor: Viewer, public_id: uuid.UUID) -> StoredFile:
    """A file that the actor uploaded and has not applied yet. Raises NotVisible."""
    rows = StoredFile.objects.filter(public_id=public_id, owner_kind=OWNER_KIND, created_by=actor.user)
    found = rows.first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def check_file(*, actor: Viewer, round_: Round, stored: StoredFile) -> Checked:
    """What a file would do, and every row that it cannot do, with a fix. Writes nothing. Raises TabularError."""
    require_section(actor, round_.employer)
    return _check(actor, round_, stored)


def apply_file(*, actor: Viewer, round_: Round, stored: StoredFile, digest: str) -> int:
    """How many sheets were handed in: all good rows of the file in one transaction; the file is given up.

    `digest` is that of the look (`Checked.digest`). Raises FileChanged where the file now means something else.
    """
    require_section(actor, round_.employer)
    with transaction.atomic():
        found = _check(actor, round_, stored)
        if found.digest != digest:
            raise FileChanged(_("Something has changed since you looked at the file. Please look once more."))
        people = Person.objects.in_bulk([line.person_id for line in found.good])
        for line in found.good:
            try:
                enter_sheet(
                    actor=actor,
                    round_=round_,
                    person=people[line.person_id],
                    wishes=line.wishes,
                    seen=line.seen,
                    said_by=line.said_by[:120],
                    source=Source.SHEET,
                    keep_protected=line.keeps_protected,
                )
            except SheetConflict as error:
                raise FileChanged(
                    _("Something has changed since you looked at the file. Please look once more.")
                ) from error
        files.delete_stored(stored)
    return len(found.good)


def remove_old_files() -> int:
    """How many files were removed that nobody applied within a week."""
    rows = list(StoredFile.objects.filter(owner_kind=OWNER_KIND, created_at__lt=timezone.now() - KEPT))
    for row in rows:
        files.delete_stored(row)
    return len(rows)


def _check(actor: Viewer, round_: Round, stored: StoredFile) -> Checked:
    classes = list(GrowthClass.objects.all())
    with files.open_stored(stored) as file:
        names = {row.key: (row.name_ja, row.name_en) for row in classes}
        found = read_sheets(file.read(), names, file=stored.name)
    wanted = [line.person_id for line in found.lines]
    asked = set(asked_by(actor, round_).filter(pk__in=wanted).values_list("pk", flat=True))
    rows = Sheet.objects.filter(round=round_, person_id__in=wanted)
    sheets = {sheet.person_id: sheet for sheet in with_wishes(rows, protected=True)}
    posts = set(PostRule.objects.on(round_.effective_on).values_list("post_id", flat=True))
    kinds = {row.key for row in classes}
    good: list[Line] = []
    problems, same = list(found.problems), 0
    for line in found.lines:
        sheet = sheets.get(line.person_id)
        if line.round_id != round_.pk or line.person_id not in asked:
            problems.append(_not_asked(line))
        elif sheet is not None and _says_the_same(line, sheet):
            same += 1
        elif line.seen != (0 if sheet is None else sheet.revision):
            problems.append(_changed(line))
        else:
            named = posts if sheet is None else posts | posts_named([wishes_of(sheet)])
            wrong = problems_of(line.wishes, posts=named, kinds=kinds, hand_in=True)
            problems += [_refused(line, field, sentence) for field, sentence in wrong.items()]
            if not wrong:
                good.append(line)
    problems.sort(key=lambda problem: problem.row or 0)
    return Checked(good, same, found.empty, problems)


def _says_the_same(line: Line, sheet: Sheet) -> bool:
    stored = wishes_of(sheet, protected=not line.keeps_protected)
    return sheet.handed_in_at is not None and stored == line.wishes


def _not_asked(line: Line) -> Problem:
    return Problem(
        line.number,
        heading_of("name"),
        line.who,
        _("This round does not ask this person, or it is yourself."),
        _("Leave the row empty, or choose the round that the file was saved for."),
    )


def _changed(line: Line) -> Problem:
    return Problem(
        line.number,
        heading_of("name"),
        line.who,
        _("The person has written on the page since this file was saved."),
        _("Ask which counts; take a fresh file if it is this one."),
    )


def _refused(line: Line, field: str, sentence: str) -> Problem:
    column = _COLUMN.get(field, field)
    return Problem(
        line.number, heading_of(column), line.who, sentence, _("Mend the row and bring the file in again.")
    )
