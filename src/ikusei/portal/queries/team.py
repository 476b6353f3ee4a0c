"""The supervisor's question: who waits for me? And, at a host: whom do I confirm?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Category, Employment
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import Assessment
from ikusei.skills.queries.confirmation.team import Queue, my_queue
from ikusei.ui.components import KeyFigure

SHOWN = 12
MOST = 60
"""So many people of a host stand on the first page."""
OLD = timedelta(days=365)
"""A level nobody has confirmed for a year is old: rounds are yearly."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One ICT official of the team, with the day of the last confirmation (None: never) and whether that is old."""

    public_id: str
    name: str
    unit: str
    is_dispatch: bool
    confirmed_on: date | None
    is_old: bool


@dataclass(frozen=True, slots=True)
class Team:
    """The ICT officials in the viewer's scope, longest without a confirmation first."""

    figures: list[KeyFigure]
    members: list[TeamMember]
    people: int

    @property
    def more(self) -> int:
        """How many are not in the list."""
        return self.people - len(self.members)


def my_team(viewer: Viewer) -> Team | None:
    """The ICT officials posted to the viewer, None where there are none; the look is noted."""
    last = Assessment.objects.filter(person=OuterRef("pk"), retraction=None).exclude(rater="self").order_by()
    ict = Employment.objects.on(viewer.today).filter(category=Category.ICT)
    rows = (
        access.people(viewer, Right.LEVELS_SEE)
        .filter(pk__in=ict.values("person_id"))
        .annotate(confirmed_on=Subquery(last.values("person").annotate(day=Max("stated_on")).values("day")))
        .fetch_mode(FETCH_RAISE)
    )
    if viewer.person is not None:
        rows = rows.exclude(pk=viewer.person.pk)
    people = sorted(rows, key=lambda person: (person.confirmed_on or date.min, person.kana))
    if not people:
        return None
    limit = viewer.today - OLD
    shown = people[:SHOWN]
    queue = my_queue(viewer)
    # Where a cycle is open it tells the places as well: a first page has eight queries.
    work = {} if queue.places else workplaces([person.pk for person in shown], viewer.today)
    access.note_list(viewer, Right.LEVELS_SEE, verb="portal.team", count=len(shown))
    return Team(
        members=[_member(person, queue, work, limit) for person in shown],
        people=len(people),
        figures=[
            *_waiting(queue),
            KeyFigure(
                label=_("ICT staff posted to me"),
                number=len(people),
                rule=_("In my units and all below them, today."),
                url=reverse("org:people"),
            ),
            KeyFigure(
                label=_("Not confirmed for a year"),
                number=sum(
                    person.confirmed_on is not None and person.confirmed_on < limit for person in people
                ),
                rule=_("The last level that somebody else confirmed is more than a year old."),
            ),
            KeyFigure(
                label=_("Never confirmed"),
                number=sum(person.confirmed_on is None for person in people),
                rule=_("Nobody but the person has said anything about a level yet."),
            ),
        ],
    )


def _member(person: Any, queue: Queue, work: dict[int, Workplace], limit: date) -> TeamMember:
    """A row of `my_team`, where they work told by the open cycle or by their postings."""
    place, workplace = queue.places.get(person.pk), work.get(person.pk)
    return TeamMember(
        public_id=str(person.public_id),
        name=person.display_name,
        unit=place.unit if place else workplace.name if workplace else "",
        is_dispatch=place.is_dispatch if place else workplace is not None and workplace.is_dispatch,
        confirmed_on=person.confirmed_on,
        is_old=person.confirmed_on is None or person.confirmed_on < limit,
    )


def _waiting(queue: Queue) -> list[KeyFigure]:
    """The figure of those who wait, where a cycle is open."""
    if not queue.places:
        return []
    return [
        KeyFigure(
            label=_("Wait for me"),
            number=queue.count,
            rule=_said(queue),
            url=reverse("skills:confirmation"),
            tone="warning" if queue.count else "ok",
        )
    ]


def _said(queue: Queue) -> str:
    if not queue.count:
        return gettext("Everybody who has handed in is confirmed.")
    return gettext("Have handed in; the longest has waited %(days)s days.") % {"days": queue.longest}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One person whose levels the viewer may confirm, and where they work; in an open cycle how far they are in it."""

    name: str
    place: str
    public_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """Whom a host supervisor confirms today: name, workplace and how far they are; at most MOST of `count`.

    `waiting` is None where no cycle is open.
    """

    people: list[Confirmed]
    count: int
    waiting: int | None = None
    longest: int = 0


def whom_i_confirm(viewer: Viewer) -> Confirming:
    """The people whose levels the viewer may confirm, by reading; the look is noted."""
    queue = my_queue(viewer)
    if queue.rows:
        access.note_list(viewer, Right.LEVELS_CONFIRM, verb="portal.confirming", count=len(queue.rows))
        return Confirming(
            people=[
                Confirmed(row.name, row.unit, str(row.public_id), row.words) for row in queue.rows[:MOST]
            ],
            count=len(queue.rows),
            waiting=queue.count,
            longest=queue.longest,
        )
    rows = access.people(viewer, Right.LEVELS_CONFIRM).order_by("kana", "pk").fetch_mode(FETCH_RAISE)
    if viewer.person is not None:
        rows = rows.exclude(pk=viewer.person.pk)
    people = list(rows[: MOST + 1])
    count = len(people) if len(people) <= MOST else rows.count()
    work = workplaces([person.pk for person in people[:MOST]], viewer.today)
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="portal.confirming", count=min(count, MOST))
    return Confirming(
        people=[Confirmed(person.display_name, _place(work.get(person.pk))) for person in people[:MOST]],
        count=count,
    )


def _place(workplace: Workplace | None) -> str:
    return "" if workplace is None else f"{workplace.employer} {workplace.name}"
