"""The supervisor's question (what can my people do, and whose levels are old?) and everybody's (what is known of me?)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import FETCH_RAISE, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Category, Employment, Purpose
from ikusei.org.queries.workplace import Workplace, workplaces
from ikusei.skills.models import Assessment
from ikusei.ui.components import KeyFigure

SHOWN = 12
OLD = timedelta(days=365)
"""A level nobody has confirmed for a year is old: rounds are yearly."""


@dataclass(frozen=True, slots=True)
class Own:
    """What an official finds first: where they work, whether they have a map, and who looked at them."""

    workplace: Workplace | None
    employments: list[Employment]
    is_ict: bool
    assessed_on: date | None
    looks: int


def my_own(viewer: Viewer) -> Own | None:
    """The viewer's own facts of today, None for an account without a person."""
    person = viewer.person
    if person is None:
        return None
    employments = list(
        Employment.objects.on(viewer.today)
        .filter(person=person)
        .select_related("employer")
        .fetch_mode(FETCH_RAISE)
    )
    looks = Entry.objects.filter(
        kind=Entry.Kind.LOOK, subject_kind="person", subject_id=str(person.public_id)
    ).exclude(purpose=Purpose.PLACEMENT)
    return Own(
        workplace=workplaces([person.pk], viewer.today).get(person.pk),
        employments=employments,
        is_ict=any(row.category == Category.ICT for row in employments),
        assessed_on=Assessment.objects.filter(person=person).aggregate(day=Max("stated_on"))["day"],
        looks=looks.count(),
    )


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
