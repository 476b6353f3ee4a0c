"""The executive's question: are we getting there? And the academy's: which skills are missing most?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.lib.periods import current
from ikusei.org.access import Viewer
from ikusei.org.models import Category, EmployerKind, Employment, Posting
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on
from ikusei.ui.components import KeyFigure

YEARS = 6
SHOWN = 8
SMALLEST = 5
"""Numbers of people under this are not told outside one's own scope."""


@dataclass(frozen=True, slots=True)
class YearCount:
    """ICT staff on a day of a fiscal year."""

    fiscal_year: int
    day: date
    people: int
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """ICT staff of the city year by year, the last one as of today, and the chart of it."""

    figures: list[KeyFigure]
    years: list[YearCount]
    chart: dict[str, object]


def headcount(viewer: Viewer) -> Headcount | None:
    """ICT staff by fiscal year, None where there never were any.

    Counted: people whom a city employs in the ICT category, wherever they work, on leave or not, on 1 April of the
    year; in the running year today. Joined and left: since the day of the row before.
    """
    rows = Employment.objects.filter(category=Category.ICT, employer__kind=EmployerKind.CITY)
    stays: dict[int, list[tuple[date, date | None]]] = {}
    for person_id, from_date, until in rows.values_list("person_id", "from_date", "until"):
        stays.setdefault(person_id, []).append((from_date, until))
    if not stays:
        return None
    this_year = fiscal.fiscal_year(viewer.today)
    days = [fiscal.start_of(year) for year in range(this_year - YEARS + 2, this_year)] + [viewer.today]
    there = [
        {
            person
            for person, theirs in stays.items()
            if any(a <= day and (b is None or day < b) for a, b in theirs)
        }
        for day in days
    ]
    years = [
        YearCount(
            fiscal_year=fiscal.fiscal_year(day),
            day=day,
            people=len(now),
            joined=len(now - before),
            left=len(before - now),
        )
        for day, now, before in zip(days, there, [set(), *there[:-1]], strict=True)
    ]
    years = [year for year in years if year.people]
    now, first = years[-1], years[0]
    return Headcount(
        figures=[
            KeyFigure(
                label=_("ICT staff today"),
                number=now.people,
                rule=_("People whom the city employs in the ICT category, wherever they work."),
                url=reverse("skills:our_map"),
            ),
            KeyFigure(
                label=_("Since %(year)s") % {"year": fiscal.label(first.fiscal_year)},
                number=f"{now.people - first.people:+,}",
                rule=_("Today less 1 April of that year."),
            ),
        ],
        years=years,
        chart={
            "labels": [fiscal.label(year.fiscal_year) for year in years],
            "series": [{"name": "", "values": [year.people for year in years]}],
        },
    )


@dataclass(frozen=True, slots=True)
class MissingSkill:
    """How many people whose post asks for a skill are below the level asked."""

    name: str
    asked: int
    below: int

    @property
    def is_small(self) -> bool:
        """Whether either number would speak of fewer than five people."""
        return self.below < SMALLEST or self.asked < SMALLEST


def missing_skills(viewer: Viewer) -> list[MissingSkill]:
    """The skills in which most people are below what their post asks for, most first; small numbers left out."""
    catalogue = catalogue_on(viewer.today)
    if catalogue is None:
        return []
    able = HeldLevel.objects.on(viewer.today).filter(skill__in=catalogue.skills)
    unexpired = able.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=viewer.today))
    held = {
        (person, skill): level
        for person, skill, level in unexpired.values_list("person_id", "skill_id", "level")
    }
    asked, below = Counter[int](), Counter[int]()
    for person_id, skill_id, level in _asked(viewer.today, catalogue):
        asked[skill_id] += 1
        below[skill_id] += held.get((person_id, skill_id), 0) < level
    rows = [
        MissingSkill(name=skill.name, asked=asked[key], below=below[key])
        for key, skill in catalogue.skills.items()
    ]
    return sorted((row for row in rows if not row.is_small), key=lambda row: -row.below)[:SHOWN]


def _asked(day: date, catalogue: Catalogue) -> set[tuple[int, int, int]]:
    """(person, skill, level) for everybody at work on a day in a post with a job type."""
    postings = (
        Posting.objects.on(day)
        .exclude(share=0)
        .filter(current(day, "post__terms__"), post__terms__job_type__in=catalogue.job_types)
        .values_list("person_id", "post__terms__job_type")
    )
    return {
        (person_id, skill_id, level)
        for person_id, key in postings
        for skill_id, level in catalogue.job_types[key].required.items()
    }
