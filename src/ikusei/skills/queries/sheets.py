"""Reading skill sheets: who may bring in which, the list, one sheet with its report, and what a template holds."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, F, Q, QuerySet

from ikusei.jobs.models import Job
from ikusei.lib.fields import pick_text
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Category, Employer, Employment, Posting, Scope, UnitKind, UnitPeriod
from ikusei.org.models.imports import ImportState
from ikusei.skills.models import FrameworkVersion, HeldLevel, Rater, SheetImport, VersionState
from ikusei.skills.queries.sheet_records import catalogue_of
from ikusei.skills.sheets.columns import FIELDS, words_of
from ikusei.skills.sheets.template import TemplatePerson, write_template

COUNTS = ("new", "differing", "unchanged", "problem_count")
SHEETS_A_PAGE = 25
PROBLEMS_A_PAGE = 30
COLUMNS_A_PAGE = 30
MANY_UNITS = 200
MOST_PEOPLE = 2_000
"""People in one template: a sheet that somebody fills in by hand."""


class TooManyPeople(Exception):
    """A template for more people than anybody fills in by hand; `count` are there."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet as its page shows it; `names` are what a column may be read as."""

    sheet: SheetImport
    columns: Page[dict[str, Any]]
    guesses: list[dict[str, Any]]
    names: list[str]
    by_skill: Page[dict[str, Any]]
    samples: list[tuple[str, list[dict[str, Any]]]]
    problems: Page[dict[str, Any]]
    job: Job | None

    @property
    def rater(self) -> str:
        """Who said the levels, where a row does not say."""
        return str(Rater(self.sheet.rater).label)

    @property
    def may_correct(self) -> bool:
        """Whether the columns can still be read otherwise."""
        return self.sheet.state in {ImportState.CHECKED, ImportState.FAILED} and self.job is None

    @property
    def counts(self) -> dict[str, int]:
        """What the sheet would record, or did."""
        report = self.sheet.report
        return {name: report.get(name, 0) for name in COUNTS}

    @property
    def to_record(self) -> int:
        """How many statements the good rows hold."""
        return self.counts["new"] + self.counts["differing"]

    @property
    def is_open(self) -> bool:
        """Whether it can still be recorded."""
        return self.sheet.state == ImportState.CHECKED and not self.sheet.report.get("stops")

    @property
    def is_whole(self) -> bool:
        """Whether nothing in it is wrong."""
        return self.is_open and not self.counts["problem_count"]

    @property
    def can_undo(self) -> bool:
        """Whether its statements stand."""
        return self.sheet.state == ImportState.APPLIED


def sheet_employers(viewer: Viewer) -> QuerySet[Employer]:
    """The employers whose sheets the viewer may bring in: those that employ somebody in their scope."""
    if access.unit_scope(viewer, Right.SHEET_IMPORT) is None:
        return Employer.objects.all()
    if not viewer.can(Right.SHEET_IMPORT):
        return Employer.objects.none()
    mine = access.people(viewer, Right.SHEET_IMPORT).order_by().values("pk")
    employed = Employment.objects.on(viewer.today).filter(person__in=mine).order_by()
    return Employer.objects.filter(pk__in=employed.values("employer_id"))


def usual_employer(viewer: Viewer, *, asked: str = "") -> Employer | None:
    """The employer asked for by its primary key, else the one that employs the viewer, else the first; None without any."""
    mine = sheet_employers(viewer)
    own = None
    if viewer.person is not None:
        own = Employment.objects.on(viewer.today).filter(person=viewer.person).values("employer_id")[:1]
    return (
        (mine.filter(pk=asked).first() if asked.isdecimal() else None)
        or (mine.filter(pk__in=own).first() if own is not None else None)
        or mine.first()
    )


def sheet_versions() -> QuerySet[FrameworkVersion]:
    """The framework versions in which levels can be recorded."""
    return FrameworkVersion.objects.filter(state=VersionState.PUBLISHED).select_related("framework")


def _visible(viewer: Viewer) -> QuerySet[SheetImport]:
    """The sheets a viewer may see: their own, those of an employer they look after, all for whom everyone is in scope."""
    sheets = SheetImport.objects.select_related("employer", "version__framework", "created_by").fetch_mode(
        FETCH_RAISE
    )
    if access.unit_scope(viewer, Right.SHEET_IMPORT) is None:
        return sheets
    grants = viewer.grants_for(Right.SHEET_IMPORT)
    whole = [grant.employer_id for grant in grants if grant.scope == Scope.EMPLOYER]
    own = Q(created_by=viewer.user) if viewer.user is not None else Q(pk__in=())
    return sheets.filter(own | Q(employer_id__in=whole))


def sheet_list(viewer: Viewer, *, page: str | None = None) -> Page[SheetImport]:
    """The sheets that the viewer may see, newest first, each with its counts (`new`, `differing` ...) but no report."""
    access.require(viewer, Right.SHEET_IMPORT)
    counts: dict[str, Any] = {name: F(f"report__{name}") for name in COUNTS}
    sheets: QuerySet[Any] = _visible(viewer).defer("mapping", "report").annotate(**counts).order_by("-pk")
    return Paginator(sheets, SHEETS_A_PAGE).get_page(page)


def open_sheet(viewer: Viewer, public_id: uuid.UUID | str) -> SheetImport:
    """One sheet. Raises NotVisible where there is none that the viewer may see."""
    access.require(viewer, Right.SHEET_IMPORT)
    found = _visible(viewer).select_related("file", "to_mend").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def sheet_page(viewer: Viewer, public_id: uuid.UUID, *, pages: Mapping[str, str]) -> SheetPage:
    """One sheet with its report, the look at the people in it noted; `pages` says which page of each list is wanted."""
    sheet = open_sheet(viewer, public_id)
    report = sheet.report
    catalogue = catalogue_of(sheet.version)
    samples = report.get("samples", {})
    shown = sum(map(len, samples.values()))
    access.note_list(viewer, Right.SHEET_IMPORT, verb="skills.sheet.open", count=shown)
    columns = [
        column | {"words": words_of(column["reads"], catalogue)} for column in report.get("columns", [])
    ]
    by_skill = [_named(row) for row in report.get("by_skill", [])]

    def some(rows: Sequence[dict[str, Any]], name: str, size: int) -> Page[dict[str, Any]]:
        return Paginator(rows, size).get_page(pages.get(name))

    return SheetPage(
        sheet=sheet,
        columns=some(columns, "columns", COLUMNS_A_PAGE),
        guesses=[column for column in columns if column["is_guess"]],
        names=[*(field.name for field in FIELDS.values()), *(skill.name for skill in catalogue.skills)],
        by_skill=some(by_skill, "skills", COLUMNS_A_PAGE),
        samples=[(kind, [_named(row) for row in rows]) for kind, rows in samples.items() if rows],
        problems=some(report.get("problems", []), "problems", PROBLEMS_A_PAGE),
        job=Job.objects.filter(public_id=sheet.job).first() if sheet.job else None,
    )


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"skill": pick_text({"ja": row["name_ja"], "en": row["name_en"]})}


def template_units(viewer: Viewer, employer: Employer) -> list[UnitPeriod]:
    """The units of an employer in which the viewer may rate people today, in the order of the tree.

    Where there are very many, bureaus and divisions only.
    """
    units = UnitPeriod.objects.on(viewer.today).filter(unit__employer=employer)
    scope = access.unit_scope(viewer, Right.SHEET_IMPORT)
    if scope is not None:
        units = units.filter(unit_id__in=scope)
    if units.count() > MANY_UNITS:
        units = units.filter(kind__in=(UnitKind.BUREAU, UnitKind.DIVISION))
    return list(units.order_by("path").fetch_mode(FETCH_RAISE))


def template_people(
    viewer: Viewer,
    *,
    employer: Employer,
    version: FrameworkVersion,
    unit_id: int | None,
    ict_only: bool,
    on: date,
) -> list[TemplatePerson]:
    """The people of a template by unit and name, with the levels they hold on a day and that have not expired.

    Raises TooManyPeople. The look is noted.
    """
    access.require(viewer, Right.SHEET_IMPORT)
    people = access.people(viewer, Right.SHEET_IMPORT)
    employed = Employment.objects.on(on).filter(employer=employer, person__in=people.order_by().values("pk"))
    if ict_only:
        employed = employed.filter(category=Category.ICT)
    if unit_id is not None:
        below = access.units_below([unit_id], on)
        posted = Posting.objects.on(on).filter(post__unit_id__in=below).order_by().values("person_id")
        employed = employed.filter(person__in=posted)
    rows = list(
        employed.order_by("person__kana", "person_id").select_related("person").fetch_mode(FETCH_RAISE)
    )
    if len(rows) > MOST_PEOPLE:
        raise TooManyPeople(len(rows))
    access.note_list(viewer, Right.SHEET_IMPORT, verb="skills.sheet.template", count=len(rows))
    ids = [row.person_id for row in rows]
    units = _main_units(ids, on)
    levels = _levels(ids, version, on)
    return [
        TemplatePerson(
            number=row.staff_number,
            name=row.person.used_name or row.person.name,
            kana=row.person.kana,
            unit=units.get(row.person_id, ("", ""))[1],
            levels=levels.get(row.person_id, {}),
        )
        for row in sorted(rows, key=lambda row: units.get(row.person_id, ("~", ""))[0])
    ]


def template_workbook(
    viewer: Viewer,
    *,
    employer: Employer,
    version: FrameworkVersion,
    unit_id: int | None,
    ict_only: bool,
    on: date,
) -> bytes:
    """The workbook to be filled in, for the people of `template_people`."""
    people = template_people(
        viewer, employer=employer, version=version, unit_id=unit_id, ict_only=ict_only, on=on
    )
    return write_template(people, catalogue_of(version), on=on)


def _main_units(person_ids: list[int], on: date) -> dict[int, tuple[str, str]]:
    """Person -> path and name of the unit of their main posting on a day."""
    rows = (
        Posting.objects.filter(current(on), current(on, "post__unit__periods__"), person_id__in=person_ids)
        .order_by("share", "-from_date", "-pk")
        .values_list("person_id", "post__unit__periods__path", "post__unit__periods__name_ja")
    )
    return {person_id: (path, name) for person_id, path, name in rows}


def _levels(person_ids: list[int], version: FrameworkVersion, on: date) -> dict[int, dict[int, int]]:
    """Person -> skill -> the level held on a day, unless it has expired."""
    rows = (
        HeldLevel.objects.on(on)
        .filter(
            Q(expires_on__isnull=True) | Q(expires_on__gt=on),
            person_id__in=person_ids,
            skill__version=version,
        )
        .order_by()
        .values_list("person_id", "skill_id", "level")
    )
    found: dict[int, dict[int, int]] = {}
    for person_id, skill_id, level in rows:
        found.setdefault(person_id, {})[skill_id] = level
    return found
