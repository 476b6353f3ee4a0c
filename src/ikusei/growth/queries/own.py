"""My growth: the trend, what changed since last year, my next steps, and whom I asked or who asks me."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Q
from django.utils.translation import gettext as _

from ikusei.growth.models import OPEN, RequestState, Step, TeachRequest
from ikusei.lib import fiscal
from ikusei.lib.dates import add_months
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.models import Person
from ikusei.skills.models import Interest
from ikusei.skills.queries.maps.catalogue import MATTERS, Catalogue, SkillItem, catalogue_on
from ikusei.skills.queries.maps.history import Period, levels_ever
from ikusei.ui.reading import era_dates

YEARS = 6
LOOK_BACK = (12, 24, 36)
"""Months: how far back the page looks for a change."""
ENDED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Point:
    """How many skills were held at each level at the end of a fiscal year, or today (`so_far`)."""

    label: str
    day: date
    so_far: bool
    counts: tuple[int, ...]
    """From level 1 up."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One skill that is held otherwise than a year ago; `before` or `after` None: nothing was known."""

    skill: SkillItem
    before: int | None
    after: int | None
    behaviour: str

    @property
    def rose(self) -> bool:
        return (self.after or 0) > (self.before or 0)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with the skill it is about and what it leads to; `mine_to_agree`: it waits for the viewer's word."""

    step: Step
    skill: str
    behaviour: str
    mine_to_agree: bool
    late: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with the other person's name and the skill."""

    request: TeachRequest
    other: Person
    skill: str
    mine_to_answer: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A skill that the person does alone, and whether others may ask about it."""

    skill: SkillItem
    may_be_asked: bool


@dataclass(frozen=True, slots=True)
class MyGrowth:
    """Everything on the page. `catalogue` None: no framework is in use."""

    catalogue: Catalogue | None
    levels: tuple[str, ...]
    points: tuple[Point, ...]
    since: date
    changed: tuple[Changed, ...]
    open_steps: tuple[StepRow, ...]
    ended_steps: tuple[StepRow, ...]
    requests: tuple[RequestRow, ...]
    offers: tuple[Offer, ...]

    @property
    def rose(self) -> int:
        return sum(one.rose for one in self.changed)

    @property
    def chart(self) -> dict[str, Any]:
        """The trend as a stacked chart, the lowest level at the bottom."""
        return {
            "labels": [point.label for point in self.points],
            "series": [
                {"name": name, "values": [point.counts[place] for point in self.points]}
                for place, name in enumerate(self.levels)
            ],
            "unit": "",
            "whole": True,
            "stacked": True,
        }


def my_growth(viewer: Viewer) -> MyGrowth:
    """The viewer's own page. Raises NotVisible for an account without a person."""
    if viewer.person is None:
        raise NotVisible("person")
    today = viewer.today
    catalogue = catalogue_on(today)
    since = add_months(today, -12)
    if catalogue is None:
        return MyGrowth(None, (), (), since, (), (), (), (), ())
    held = levels_ever(viewer.person, catalogue)
    since, changed = _lately(held, catalogue, today)
    steps = _steps(Step.objects.filter(person=viewer.person), catalogue, today, own=True)
    return MyGrowth(
        catalogue=catalogue,
        levels=tuple(f"{number} {catalogue.levels[number]}" for number in catalogue.steps),
        points=_points(held, catalogue, today),
        since=since,
        changed=changed,
        open_steps=tuple(row for row in steps if row.step.state in OPEN),
        ended_steps=tuple(row for row in reversed(steps) if row.step.state not in OPEN)[:ENDED_SHOWN],
        requests=_requests(viewer.person, catalogue),
        offers=_offers(viewer.person, catalogue, held, today),
    )


@dataclass(frozen=True, slots=True)
class OffersShown:
    """The framework in use and the keys of its skills."""

    framework_key: str
    keys: frozenset[str]


def offers_shown(viewer: Viewer) -> OffersShown:
    """The skills for which somebody can agree to be asked; raises NotVisible where no framework is in use."""
    catalogue = catalogue_on(viewer.today)
    if catalogue is None:
        raise NotVisible("framework")
    return OffersShown(catalogue.framework_key, frozenset(item.key for item in catalogue.skills.values()))


def steps_of(people: Iterable[int], catalogue: Catalogue, today: date) -> dict[int, list[StepRow]]:
    """Person -> open steps, for a supervisor. One query."""
    rows = _steps(Step.objects.filter(person_id__in=people, state__in=OPEN), catalogue, today, own=False)
    found: dict[int, list[StepRow]] = {}
    for row in rows:
        found.setdefault(row.step.person_id, []).append(row)
    return found


def _steps(steps: Any, catalogue: Catalogue, today: date, *, own: bool) -> list[StepRow]:
    found = []
    for step in steps.select_related("person", "proposed_by", "agreed_by").fetch_mode(FETCH_RAISE):
        skill = catalogue.skill(step.skill_key)
        found.append(
            StepRow(
                step=step,
                skill=skill.name if skill else step.skill_key,
                behaviour=skill.behaviour.get(step.to_level, "") if skill else "",
                mine_to_agree=step.state == "proposed" and step.proposed_by_person != own,
                late=step.state in OPEN and step.due_on < today,
            )
        )
    return found


def _on(held: list[Period], day: date, *, counting: bool = False) -> dict[str, int]:
    """Key of the skill -> level on a day; with `counting` only what had not expired."""
    return {
        key: level
        for key, level, from_date, until, expires_on in held
        if from_date <= day
        and (until is None or day < until)
        and not (counting and expires_on is not None and expires_on <= day)
    }


def _points(held: list[Period], catalogue: Catalogue, today: date) -> tuple[Point, ...]:
    """The ends of the fiscal years since anything is known, at most YEARS, and today."""
    if not held:
        return ()
    last = fiscal.fiscal_year(today)
    first = max(fiscal.fiscal_year(held[0][2]), last - YEARS + 1)
    days = [(year, fiscal.end_of(year) - timedelta(days=1), False) for year in range(first, last)]
    points = []
    for year, day, so_far in [*days, (last, today, True)]:
        counts = Counter(_on(held, day, counting=True).values())
        points.append(
            Point(
                label=_("%(year)s so far") % {"year": fiscal.label(year, era_dates())}
                if so_far
                else fiscal.label(year, era_dates()),
                day=day,
                so_far=so_far,
                counts=tuple(counts[number] for number in catalogue.steps),
            )
        )
    return tuple(points)


def _lately(held: list[Period], catalogue: Catalogue, today: date) -> tuple[date, tuple[Changed, ...]]:
    """The day a year ago and what has changed since; further back where the last cycle is longer ago than that."""
    for months in LOOK_BACK:
        since = add_months(today, -months)
        if changed := _changed(held, catalogue, since, today):
            return since, changed
    return add_months(today, -LOOK_BACK[0]), ()


def _changed(held: list[Period], catalogue: Catalogue, since: date, today: date) -> tuple[Changed, ...]:
    """What is held otherwise than a year ago, in the order of the framework."""
    before, now = _on(held, since), _on(held, today)
    return tuple(
        Changed(
            skill, before.get(skill.key), now.get(skill.key), skill.behaviour.get(now.get(skill.key, 0), "")
        )
        for skill in catalogue.skills.values()
        if before.get(skill.key) != now.get(skill.key)
    )


def _requests(person: Person, catalogue: Catalogue) -> tuple[RequestRow, ...]:
    rows = (
        TeachRequest.objects.filter(Q(asker=person) | Q(expert=person))
        .exclude(state=RequestState.WITHDRAWN)
        .select_related("asker", "expert")
        .fetch_mode(FETCH_RAISE)[:20]
    )
    found = []
    for row in rows:
        skill = catalogue.skill(row.skill_key)
        asked = row.expert_id == person.pk
        found.append(
            RequestRow(
                request=row,
                other=row.asker if asked else row.expert,
                skill=skill.name if skill else row.skill_key,
                mine_to_answer=asked and row.state == RequestState.SENT,
            )
        )
    return tuple(found)


def _offers(person: Person, catalogue: Catalogue, held: list[Period], today: date) -> tuple[Offer, ...]:
    """The skills that the person does alone today, with the consent to be asked."""
    agreed = set(
        Interest.objects.filter(
            person=person, framework__key=catalogue.framework_key, may_be_asked=True
        ).values_list("skill_key", flat=True)
    )
    now = _on(held, today, counting=True)
    enough = min(MATTERS, max(catalogue.steps, default=MATTERS))
    return tuple(
        Offer(skill, skill.key in agreed)
        for skill in catalogue.skills.values()
        if now.get(skill.key, 0) >= enough or skill.key in agreed
    )
