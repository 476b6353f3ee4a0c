"""Whom do I confirm? The people in reach, who waits longest first, with exactly what is unchanged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Case, IntegerField, Value, When

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Answer, Decision, Participant, Progress
from ikusei.skills.queries.confirmation.nearest import Nearness, nearness
from ikusei.skills.queries.confirmation.rows import (
    Decisions,
    Handed,
    handed_and_decided,
    in_one_go,
    is_open,
)
from ikusei.skills.queries.confirmation.scope import NEEDED, OPEN, confirmable
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of

PAGE = 12
"""So many people who wait stand on a page, each with the list of what is unchanged."""

NAMED = 60
"""So many of those for whom there is nothing to do stand on the page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has handed in. `unchanged` is what the one action confirms; `changed` are to be looked at one by one;
    `asked` wait for the person's evidence, `settled` are decided. `seen` is posted along.
    """

    participant_id: int
    public_id: Any
    name: str
    unit: str
    cycle: str
    days: int
    progress: str
    unchanged: tuple[str, ...]
    changed: int
    asked: int
    settled: int
    seen: str

    @property
    def is_open(self) -> bool:
        """Whether anything waits for the viewer."""
        return bool(self.unchanged or self.changed)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody for whom there is nothing to do now, or whom somebody nearer confirms."""

    public_id: Any
    name: str
    unit: str
    progress: str
    days: int | None
    excuse: str

    @property
    def words(self) -> str:
        """How far they are, in words."""
        return str(Progress(self.progress).label)


@dataclass(frozen=True, slots=True)
class Team:
    """The page. `people` and `answers` count what the one action on this page confirms; `longest` is in days."""

    waiting: Page[Participant]
    rows: tuple[Waiting, ...]
    later: tuple[Named, ...]
    done: tuple[Named, ...]
    others: tuple[Named, ...]
    others_count: int
    people: int
    answers: int
    longest: int
    several_cycles: bool

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.later or self.done or self.others)


def team(viewer: Viewer, *, page: str | None = None) -> Team:
    """Everybody in open cycles whom the viewer may confirm; the look is noted."""
    access.require(viewer, Right.LEVELS_CONFIRM)
    people = _people(viewer)
    near = nearness(viewer, people)
    mine = [row for row in people if near[row.pk].is_nearest]
    others = [row for row in people if not near[row.pk].is_nearest]
    queue = [row for row in mine if row.progress == Progress.HANDED_IN]
    shown = Paginator(queue, PAGE).get_page(page)
    # Whoever leads less of somebody's time may have confirmed first: the viewer's word is still asked for.
    shared = [row for row in mine if row.progress == Progress.CONFIRMED and near[row.pk].share < 1]
    found = _waiting(viewer, [*shown.object_list, *shared[:PAGE]], near)
    rows = [row for row in found if row.progress == Progress.HANDED_IN or row.is_open]
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="skills.confirmation.list", count=len(people))
    return Team(
        waiting=shown,
        rows=tuple(sorted(rows, key=lambda row: not row.is_open)),
        later=_named((row for row in mine if row.progress in (Progress.WAITING, Progress.ANSWERING)), near),
        done=_named((row for row in mine if row.progress == Progress.CONFIRMED), near),
        others=_named(others, near),
        others_count=len(others),
        people=sum(bool(row.unchanged) for row in rows),
        answers=sum(len(row.unchanged) for row in rows),
        longest=max((_days(row.handed_in_at) or 0 for row in queue), default=0),
        several_cycles=len({row.cycle_id for row in people}) > 1,
    )


@dataclass(frozen=True, slots=True)
class Queue:
    """For a first page: how many people have handed in and wait for the viewer as their nearest supervisor, how many days
    the longest has waited, everybody in the viewer's cycles who is theirs, and the place of everybody (person -> place).
    """

    count: int
    longest: int
    rows: tuple[Named, ...]
    places: dict[int, Nearness]


def my_queue(viewer: Viewer) -> Queue:
    """What waits for the viewer, in two queries; one where no cycle is open. The caller notes the look."""
    people = _people(viewer)
    near = nearness(viewer, people) if people else {}
    mine = [row for row in people if near[row.pk].is_nearest]
    queue = [row for row in mine if row.progress == Progress.HANDED_IN]
    return Queue(
        count=len(queue),
        longest=max((_days(row.handed_in_at) or 0 for row in queue), default=0),
        rows=_named(mine, near),
        places={row.person_id: near[row.pk] for row in people},
    )


def _people(viewer: Viewer) -> list[Participant]:
    """Everybody in open cycles whom the viewer may confirm, who waits longest first, then by reading."""
    first = Case(
        When(progress=Progress.HANDED_IN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = (
        confirmable(viewer)
        .filter(cycle__phase__in=OPEN)
        .select_related("person", "cycle__version")
        .only(*NEEDED)
        .order_by(first, "handed_in_at", "person__kana", "pk")
    )
    return list(rows.fetch_mode(FETCH_RAISE))


def _waiting(viewer: Viewer, people: Sequence[Participant], near: dict[int, Nearness]) -> list[Waiting]:
    if not people:
        return []
    rows, decisions = handed_and_decided(Answer.objects.filter(participant__in=[row.pk for row in people]))
    answers: dict[int, list[Handed]] = {}
    for one in rows:
        answers.setdefault(one.participant_id, []).append(one)
    return [_row(viewer, row, near[row.pk], answers.get(row.pk, []), decisions) for row in people]


def _row(
    viewer: Viewer,
    row: Participant,
    near: Nearness,
    answers: Sequence[Handed],
    decisions: Decisions,
) -> Waiting:
    version = row.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    user_id = viewer.user.pk if viewer.user else 0
    unchanged: list[Handed] = []
    changed = asked = settled = 0
    for one in answers:
        said = decisions.get((row.pk, one.skill_id), [])
        if in_one_go(one, said, user_id=user_id, share=near.share):
            unchanged.append(one)
        elif is_open(one, said, user_id=user_id, share=near.share):
            changed += 1
        elif any(each.decision == Decision.ASK and not each.reply for each in said) and not any(
            each.settles for each in said
        ):
            asked += 1
        else:
            settled += 1
    return Waiting(
        participant_id=row.pk,
        public_id=row.person.public_id,
        name=row.person.display_name,
        unit=near.unit,
        cycle=row.cycle.name,
        days=_days(row.handed_in_at) or 0,
        progress=row.progress,
        unchanged=tuple(_items(catalogue, unchanged)),
        changed=changed,
        asked=asked,
        settled=settled,
        seen=f"{row.pk}:" + ".".join(str(one.statement_id) for one in unchanged),
    )


def _items(catalogue: Catalogue, answers: Iterable[Handed]) -> list[str]:
    """Skill, number and name of each level, in the order of the framework."""
    known = [one for one in answers if one.skill_id in catalogue.skills]
    known.sort(key=lambda one: catalogue.skills[one.skill_id].place)
    return [
        f"{catalogue.skills[one.skill_id].name}: {one.level} {catalogue.levels.get(one.level, '')}"
        for one in known
    ]


def _named(people: Iterable[Participant], near: dict[int, Nearness]) -> tuple[Named, ...]:
    return tuple(
        Named(
            public_id=row.person.public_id,
            name=row.person.display_name,
            unit=near[row.pk].unit,
            progress=row.progress,
            days=_days(row.handed_in_at) if row.progress == Progress.HANDED_IN else None,
            excuse=row.get_excuse_display() if row.excuse else "",
        )
        for row in list(people)[:NAMED]
    )


def _days(moment: datetime | None) -> int | None:
    """Days since a moment, in Tokyo."""
    if moment is None:
        return None
    return max(0, (clock.today() - moment.astimezone(clock.TOKYO).date()).days)
