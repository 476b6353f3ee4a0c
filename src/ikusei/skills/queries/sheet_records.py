"""What is recorded, as plain values, for reading skill sheets and writing them: the other half of `skills.sheets`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import FETCH_RAISE, QuerySet

from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, Employment, Person, Posting, UnitPeriod
from ikusei.skills.models import Assessment, FrameworkVersion, HeldLevel, Skill
from ikusei.skills.sheets.catalogue import Catalogue, CatalogueSkill
from ikusei.skills.sheets.comparing import ANYBODY, Held, Known
from ikusei.skills.sheets.people import KnownPerson, Roster, needs_names
from ikusei.skills.sheets.rows import Sheet, SheetRow
from ikusei.skills.sheets.scale import Scale, Step

FEW = 2_000
"""Rows up to which only the people with their numbers are read, where that is enough."""

_KNOWN = (
    "person_id",
    "staff_number",
    "person__name",
    "person__used_name",
    "person__kana",
    "person__name_latin",
)


def catalogue_of(version: FrameworkVersion) -> Catalogue:
    """The skills and the scale of a version, skills by group."""
    skills = (
        Skill.objects.filter(version=version)
        .select_related("group")
        .order_by("group__order", "order")
        .fetch_mode(FETCH_RAISE)
    )
    steps = version.levels.order_by("number").values_list("number", "name_ja", "name_en")
    return Catalogue(
        [
            CatalogueSkill(
                index=index,
                pk=skill.pk,
                key=skill.key,
                name_ja=skill.name_ja,
                name_en=skill.name_en,
                groups=(skill.group.name_ja, skill.group.name_en) if skill.group else (),
            )
            for index, skill in enumerate(skills)
        ],
        Scale([Step(*step) for step in steps]),
    )


def rateable(viewer: Viewer, employer: Employer) -> QuerySet[Employment]:
    """The employments with an employer of everybody whom the viewer may rate, leavers included, oldest first."""
    rows = Employment.objects.filter(employer=employer)
    if not _may_rate_all(viewer):
        rows = rows.filter(person__in=access.people(viewer, Right.SHEET_IMPORT).order_by().values("pk"))
    return rows.order_by("from_date", "pk")


def _may_rate_all(viewer: Viewer) -> bool:
    return access.unit_scope(viewer, Right.SHEET_IMPORT) is None


def roster_of(viewer: Viewer, employer: Employer, on: date, sheet: Sheet) -> Roster:
    """The people of an employer whom the viewer may rate, as far as a sheet needs them.

    Where the sheet has names without numbers these are all of them, with the units they work in on a day. Of a number
    that several people had, the last one counts.
    """
    rows = rateable(viewer, employer).values_list(*_KNOWN)
    with_units = needs_names(sheet)
    if not with_units and len(sheet.rows) <= FEW:
        numbers = {row.number for row in sheet.rows}
        few = Roster(
            (KnownPerson(*row) for row in rows.filter(staff_number__in=numbers)), units={}, unit_names=()
        )
        if len(few.by_number) == len(numbers):
            return few
    ways = _unit_ways(on) if with_units else {}
    units: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    if with_units:
        employed = Employment.objects.filter(employer=employer).order_by().values("person_id")
        postings = Posting.objects.filter(current(on), person_id__in=employed).order_by("-share", "pk")
        for person_id, unit_id in postings.values_list("person_id", "post__unit_id"):
            if unit_id in ways:
                units[person_id].append(ways[unit_id])
    return Roster(
        (KnownPerson(*row) for row in rows.iterator(5000)),
        units=units,
        unit_names={name for way in ways.values() for name in way},
    )


def _unit_ways(on: date) -> dict[int, tuple[str, ...]]:
    """Unit -> the Japanese names from the root down to it on a day."""
    rows = list(UnitPeriod.objects.on(on).order_by().values_list("unit_id", "name_ja", "path"))
    names = {unit_id: name for unit_id, name, _path in rows}
    return {
        unit_id: tuple(names[int(step)] for step in path.split("/") if step and int(step) in names)
        for unit_id, _name, path in rows
    }


def known_of(rows: Sequence[SheetRow], skills: Sequence[CatalogueSkill]) -> Known:
    """What is recorded of the people of some rows, on the rows' days."""
    people = {row.person for row in rows}
    skill_ids = [skill.pk for skill in skills]
    days = {row.stated_on for row in rows} | {row.standing_on for row in rows if row.standing_on}
    return Known(said=_said(people, skill_ids, days), held=_held(people, skill_ids, days))


def _said(
    people: Collection[int], skill_ids: Collection[int], days: Collection[date]
) -> dict[tuple[int, int, date, str], dict[int | None, int]]:
    said: dict[tuple[int, int, date, str], dict[int | None, int]] = {}
    rows = (
        Assessment.objects.filter(
            person_id__in=people, skill_id__in=skill_ids, stated_on__gte=min(days), stated_on__lte=max(days)
        )
        .order_by("pk")
        .values_list("person_id", "skill_id", "stated_on", "rater", "rater_person_id", "level")
    )
    for person, skill, day, rater, rater_person, level in rows.iterator(5000):
        by = said.setdefault((person, skill, day, rater), {})
        by[rater_person] = by[ANYBODY] = level
    return said


def _held(
    people: Collection[int], skill_ids: Collection[int], days: Collection[date]
) -> dict[tuple[int, int], list[Held]]:
    held: dict[tuple[int, int], list[Held]] = defaultdict(list)
    rows = (
        HeldLevel.objects.touching(min(days), None)
        .filter(person_id__in=people, skill_id__in=skill_ids, from_date__lte=max(days))
        .order_by()
        .values_list("person_id", "skill_id", "from_date", "until", "level")
    )
    for person, skill, from_date, until, level in rows.iterator(5000):
        held[person, skill].append(Held(from_date, until, level))
    return held


def labels_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Person -> the name that colleagues use."""
    return {
        person.pk: person.display_name
        for person in Person.objects.filter(pk__in=set(person_ids)).only("name", "used_name", "name_latin")
    }
