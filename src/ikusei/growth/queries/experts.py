"""Colleagues who agreed to be asked about a skill."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import FETCH_RAISE, Count, F, Q, QuerySet

from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Leave, Person
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import HeldLevel, Interest
from ikusei.skills.queries.maps.catalogue import MATTERS, Catalogue, SkillItem, catalogue_on

MOST = 50
"""Experts shown for one skill: whoever looks for somebody to ask needs no longer list."""


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who agreed to be asked. No level is told: whoever is here does it alone or teaches it already."""

    person: Person
    workplace: Workplace | None
    framework_key: str


@dataclass(frozen=True, slots=True)
class SkillChoice:
    """A skill with the number of colleagues who may be asked about it."""

    skill: SkillItem
    experts: int


@dataclass(frozen=True, slots=True)
class Experts:
    """The skills by group, and the colleagues for the one that was chosen (None: none was)."""

    choices: tuple[SkillChoice, ...]
    skill: SkillItem | None
    people: tuple[Expert, ...]


def experts(viewer: Viewer, skill_key: str) -> Experts:
    """The skills, and the colleagues who agreed to be asked about one of them, those nearest in the tree first.

    Not in the order of any level: the list ranks nobody.
    """
    catalogue = catalogue_on(viewer.today)
    if catalogue is None:
        return Experts((), None, ())
    skill = catalogue.skill(skill_key)
    found = _people(viewer, catalogue, skill) if skill else ()
    return Experts(_choices(viewer, catalogue), skill, found)


def find_expert(viewer: Viewer, public_id: uuid.UUID, skill_key: str) -> Expert:
    """A colleague who may be asked about a skill of the framework in use; raises NotVisible for anybody else."""
    catalogue = catalogue_on(viewer.today)
    skill = catalogue.skill(skill_key) if catalogue else None
    if catalogue is None or skill is None:
        raise NotVisible(skill_key)
    person = (
        _askable(viewer, catalogue, skill)
        .select_related("user")
        .filter(public_id=public_id)
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if person is None:
        raise NotVisible(str(public_id))
    work = workplaces([person.pk], viewer.today).get(person.pk)
    return Expert(person, work, catalogue.framework_key)


def _people(viewer: Viewer, catalogue: Catalogue, skill: SkillItem) -> tuple[Expert, ...]:
    rows = list(_askable(viewer, catalogue, skill).order_by("kana", "pk").fetch_mode(FETCH_RAISE)[: MOST * 4])
    own = viewer.person.pk if viewer.person else 0
    work = workplaces([own, *(person.pk for person in rows)], viewer.today)
    here = work[own].path if own in work else ""
    rows.sort(key=lambda person: -_near(here, work.get(person.pk)))
    access.note_list(viewer, Right.OWN, verb="growth.experts.find", count=len(rows[:MOST]))
    return tuple(Expert(person, work.get(person.pk), catalogue.framework_key) for person in rows[:MOST])


def _near(here: str, workplace: Workplace | None) -> int:
    """How many units two places share from the root down."""
    if workplace is None:
        return 0
    ours, theirs = here.strip("/").split("/"), workplace.path.strip("/").split("/")
    shared = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other or not one:
            break
        shared += 1
    return shared


def _askable(viewer: Viewer, catalogue: Catalogue, skill: SkillItem) -> QuerySet[Person]:
    """Colleagues who agreed, hold the skill well enough today, are employed and not away. The consent is the ground."""
    today = viewer.today
    agreed = Interest.objects.filter(
        framework__key=catalogue.framework_key, skill_key=skill.key, may_be_asked=True
    )
    rows = Person.objects.filter(
        pk__in=agreed.values("person_id"),
    ).filter(
        pk__in=_able(today).filter(skill_id=skill.id, level__gte=_enough(catalogue)).values("person_id"),
    )
    rows = rows.filter(pk__in=Employment.objects.on(today).order_by().values("person_id"))
    rows = rows.exclude(pk__in=Leave.objects.on(today).order_by().values("person_id"))
    return rows.exclude(pk=viewer.person.pk) if viewer.person else rows


def _enough(catalogue: Catalogue) -> int:
    return min(MATTERS, max(catalogue.steps, default=MATTERS))


def _able(today: date) -> QuerySet[HeldLevel]:
    return HeldLevel.objects.on(today).filter(Q(expires_on=None) | Q(expires_on__gt=today)).order_by()


def _choices(viewer: Viewer, catalogue: Catalogue) -> tuple[SkillChoice, ...]:
    """Every skill with its number of colleagues who may be asked, in one query."""
    today = viewer.today
    own = viewer.person.pk if viewer.person else 0
    held = _able(today).filter(
        current(today, "person__employments__"),
        skill__version_id=catalogue.version_id,
        level__gte=_enough(catalogue),
        person__interests__framework__key=catalogue.framework_key,
        person__interests__skill_key=F("skill__key"),
        person__interests__may_be_asked=True,
    )
    away = Leave.objects.on(today).order_by().values("person_id")
    counted = dict(
        held.exclude(person_id=own)
        .exclude(person_id__in=away)
        .values_list("skill_id")
        .annotate(people=Count("person_id", distinct=True))
    )
    return tuple(SkillChoice(skill, counted.get(skill.id, 0)) for skill in catalogue.skills.values())
