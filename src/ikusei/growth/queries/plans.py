"""A team's plan of next steps, and one person's: what was agreed, what waits, what could come next and why."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Q

from ikusei.growth.models import OPEN, Step
from ikusei.growth.queries.own import StepRow, steps_of
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on
from ikusei.skills.queries.maps.reach import NextStep, next_steps

PEOPLE_A_PAGE = 20
PROPOSED = 3
"""Gaps shown as proposals for one person."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A person with the open steps and the gaps that could come next (none where three steps are open)."""

    person: Person
    workplace: Workplace | None
    steps: tuple[StepRow, ...]
    gaps: tuple[NextStep, ...]

    @property
    def waiting(self) -> int:
        """How many steps wait for the viewer's word."""
        return sum(row.mine_to_agree for row in self.steps)


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """The people on a page; `catalogue` None: no framework is in use."""

    catalogue: Catalogue | None
    rows: tuple[PlanRow, ...]
    page: Page[Person]
    without: int
    """People of the page without an open step."""


def team_plan(viewer: Viewer, page: int) -> TeamPlan:
    """The steps of those whose levels the viewer confirms and of whom any level is known; the look is noted."""
    catalogue = catalogue_on(viewer.today)
    rated = HeldLevel.objects.on(viewer.today).order_by().values("person_id")
    people = access.people(viewer, Right.LEVELS_CONFIRM).filter(pk__in=rated)
    if viewer.person is not None:
        people = people.exclude(pk=viewer.person.pk)
    found = Paginator(people.order_by("kana", "pk").fetch_mode(FETCH_RAISE), PEOPLE_A_PAGE).get_page(page)
    shown = list(found.object_list)
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="growth.plan.team", count=len(shown))
    rows = _rows(shown, catalogue, viewer.today) if catalogue else ()
    return TeamPlan(catalogue, rows, found, without=sum(not row.steps for row in rows))


def person_plan(viewer: Viewer, public_id: uuid.UUID) -> PlanRow:
    """One person's plan for whoever confirms their levels; the look is noted. Raises NotVisible, PermissionDenied."""
    person = access.open_person(viewer, Right.LEVELS_CONFIRM, public_id, verb="growth.plan.open")
    catalogue = catalogue_on(viewer.today)
    if catalogue is None:
        raise NotVisible("framework")
    return _rows([person], catalogue, viewer.today)[0]


def own_gaps(viewer: Viewer) -> tuple[NextStep, ...]:
    """The viewer's own gaps, those first that open most."""
    catalogue = catalogue_on(viewer.today)
    if viewer.person is None or catalogue is None:
        return ()
    (row,) = _rows([viewer.person], catalogue, viewer.today)
    return row.gaps


def open_step(viewer: Viewer, public_id: uuid.UUID) -> Step:
    """A step of the viewer's own or of somebody whose levels they confirm; raises NotVisible for any other."""
    reach = access.people(viewer, Right.LEVELS_CONFIRM) if viewer.can(Right.LEVELS_CONFIRM) else None
    rows = Step.objects.filter(public_id=public_id).select_related("person").fetch_mode(FETCH_RAISE)
    own = Q(person=viewer.person) if viewer.person else Q(pk__in=())
    step = rows.filter(own if reach is None else own | Q(person__in=reach)).first()
    if step is None:
        raise NotVisible(str(public_id))
    return step


def _rows(people: list[Person], catalogue: Catalogue, today: date) -> tuple[PlanRow, ...]:
    ids = [person.pk for person in people]
    work = workplaces(ids, today)
    steps = steps_of(ids, catalogue, today)
    counted: dict[int, dict[int, int]] = {}
    lapsed: dict[int, dict[int, int]] = {}
    held = HeldLevel.objects.on(today).filter(person_id__in=ids, skill__version_id=catalogue.version_id)
    for person_id, skill_id, level, expires_on in held.order_by().values_list(
        "person_id", "skill_id", "level", "expires_on"
    ):
        into = lapsed if expires_on is not None and expires_on <= today else counted
        into.setdefault(person_id, {})[skill_id] = level
    found = []
    for person in people:
        theirs = tuple(steps.get(person.pk, ()))
        planned = {row.step.skill_key for row in theirs if row.step.state in OPEN}
        job_type = catalogue.job_types.get(work[person.pk].job_type) if person.pk in work else None
        gaps = next_steps(catalogue, job_type, counted.get(person.pk, {}), lapsed.get(person.pk, {}))
        free = [gap for gap in gaps if gap.skill.key not in planned][: max(0, PROPOSED - len(theirs))]
        found.append(PlanRow(person, work.get(person.pk), theirs, tuple(free)))
    return tuple(found)
