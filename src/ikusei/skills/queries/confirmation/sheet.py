"""What stands in a confirmation sheet: everything handed in by the people whom somebody confirms, or enters for."""

from collections.abc import Sequence

from django.db.models import FETCH_RAISE, QuerySet

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Unit, UnitPeriod
from ikusei.skills.models import Decision, Participant, Progress
from ikusei.skills.queries.confirmation.nearest import nearness
from ikusei.skills.queries.confirmation.rows import Decided, Handed, by_answer, decided, handed_in
from ikusei.skills.queries.confirmation.scope import OPEN, confirmable
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of
from ikusei.skills.sheets.confirmation_sheet import WORDS, SheetRow, write_sheet

HANDED = (Progress.HANDED_IN, Progress.CONFIRMED)


def enterable(viewer: Viewer) -> QuerySet[Participant]:
    """The people in open cycles for whom the viewer may type in what somebody else said, never themselves."""
    access.require(viewer, Right.PROXY_ENTRY)
    people = access.people(viewer, Right.PROXY_ENTRY).order_by().values("pk")
    found = Participant.objects.filter(cycle__phase__in=OPEN, person_id__in=people)
    return found if viewer.person is None else found.exclude(person_id=viewer.person.pk)


def proxy_units(viewer: Viewer) -> list[tuple[int, str]]:
    """The units whose people handed in and whose supervisor the viewer may enter for: key and name."""
    units = enterable(viewer).filter(progress__in=HANDED).order_by().values("unit_id")
    rows = UnitPeriod.objects.on(viewer.today).filter(unit_id__in=units).order_by("path", "order")
    return [(row.unit_id, row.name) for row in rows]


def own_sheet(viewer: Viewer) -> bytes:
    """The sheet of everybody who handed in and whose nearest supervisor the viewer is; the look is noted."""
    access.require(viewer, Right.LEVELS_CONFIRM)
    rows = list(_handed(confirmable(viewer)))
    near = nearness(viewer, rows)
    mine = [row for row in rows if near[row.pk].is_nearest]
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="skills.confirmation.sheet", count=len(mine))
    return _sheet(viewer, mine, own=True)


def proxy_sheet(viewer: Viewer, unit_id: int) -> bytes:
    """The sheet for the supervisor of a unit who cannot reach the system; the look is noted."""
    rows = list(_handed(enterable(viewer).filter(unit_id=unit_id)))
    access.note_list(viewer, Right.PROXY_ENTRY, verb="skills.confirmation.sheet", count=len(rows))
    return _sheet(viewer, rows, own=False)


def unit_name(viewer: Viewer, unit: Unit | None) -> str:
    """The name of a unit today, "" without one."""
    row = None if unit is None else UnitPeriod.objects.on(viewer.today).filter(unit=unit).first()
    return "" if row is None else row.name


def _handed(people: QuerySet[Participant]) -> QuerySet[Participant]:
    return (
        people.filter(cycle__phase__in=OPEN, progress__in=HANDED)
        .select_related("person", "cycle__version")
        .order_by("cycle_id", "person__kana", "pk")
        .fetch_mode(FETCH_RAISE)
    )


def _sheet(viewer: Viewer, people: Sequence[Participant], *, own: bool) -> bytes:
    ids = [row.pk for row in people]
    numbers = _staff_numbers(viewer, people)
    decisions = by_answer(decided(ids))
    user_id = viewer.user.pk if viewer.user else 0
    answers: dict[int, list[Handed]] = {}
    for one in handed_in(ids):
        answers.setdefault(one.participant_id, []).append(one)
    rows: list[SheetRow] = []
    levels: dict[int, str] = {}
    for person in people:
        catalogue = catalogue_of((person.cycle.version_id, person.cycle.version.created_at))
        levels |= catalogue.levels
        mine = [one for one in answers.get(person.pk, []) if one.skill_id in catalogue.skills]
        for one in sorted(mine, key=lambda one: catalogue.skills[one.skill_id].place):
            said = decisions.get((person.pk, one.skill_id), [])
            standing = next((d for d in said if own and d.reviewer_id == user_id and not d.spoken_by), None)
            rows.append(_row(person, one, standing, catalogue, numbers.get(person.person_id, "")))
    return write_sheet(rows, sorted(levels.items()))


def _row(
    person: Participant, one: Handed, standing: Decided | None, catalogue: Catalogue, number: str
) -> SheetRow:
    skill = catalogue.skills[one.skill_id]
    current = standing if standing is not None and standing.answered_id == one.statement_id else None
    return SheetRow(
        row=f"{person.pk}.{one.skill_id}",
        revision=f"{one.statement_id}:{standing.mark if standing else ''}",
        number=number,
        name=person.person.display_name,
        skill=skill.name,
        level=one.level,
        behaviour=skill.behaviour.get(one.level, ""),
        note=one.note,
        last=one.last,
        decision=WORDS[Decision(current.decision)] if current else "",
        seen_level=current.level if current and current.decision == Decision.DIFFER else None,
        reason=current.reason if current else "",
    )


def _staff_numbers(viewer: Viewer, people: Sequence[Participant]) -> dict[int, str]:
    """Person -> staff number with the employer of today."""
    rows = Employment.objects.on(viewer.today).filter(person_id__in={row.person_id for row in people})
    return dict(rows.order_by("-pk").values_list("person_id", "staff_number"))
