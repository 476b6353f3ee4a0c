"""The supervisor's question: who waits for me? And, at a host: whom do I confirm?"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import FETCH_RAISE, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Category, Employment
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import Assessment
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
    workplace: Workplace | None
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
    last = Assessment.objects.filter(person=OuterRef("pk")).exclude(rater="self").order_by()
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
    work = workplaces([person.pk for person in shown], viewer.today)
    access.note_list(viewer, Right.LEVELS_SEE, verb="portal.team", count=len(shown))
    return Team(
        members=[
            TeamMember(
                public_id=str(person.public_id),
                name=person.display_name,
                workplace=work.get(person.pk),
                confirmed_on=person.confirmed_on,
                is_old=person.confirmed_on is None or person.confirmed_on < limit,
            )
            for person in shown
        ],
        people=len(people),
        figures=[
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


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One person whose levels the viewer may confirm, and where they work."""

    name: str
    workplace: Workplace | None


@dataclass(frozen=True, slots=True)
class Confirming:
    """Whom a host supervisor confirms today: name and workplace, nothing else; at most MOST of `count`."""

    people: list[Confirmed]
    count: int


def whom_i_confirm(viewer: Viewer) -> Confirming:
    """The people whose levels the viewer may confirm, by reading; the look is noted."""
    rows = access.people(viewer, Right.LEVELS_CONFIRM).order_by("kana", "pk").fetch_mode(FETCH_RAISE)
    if viewer.person is not None:
        rows = rows.exclude(pk=viewer.person.pk)
    people = list(rows[: MOST + 1])
    count = len(people) if len(people) <= MOST else rows.count()
    work = workplaces([person.pk for person in people[:MOST]], viewer.today)
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="portal.confirming", count=min(count, MOST))
    return Confirming(
        people=[
            Confirmed(name=person.display_name, workplace=work.get(person.pk)) for person in people[:MOST]
        ],
        count=count,
    )
