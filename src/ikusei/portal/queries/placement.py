"""The planner's question: what is not yet settled for 1 April?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import FETCH_RAISE, Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Posting, PostingKind, PostTerms
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.ui.components import KeyFigure

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Ending:
    """Somebody whose dispatch ends by the day and who has no other work from then on."""

    person_id: str
    name: str
    host: str
    until: date


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Seats for a job type that will be empty on the day."""

    name: str
    seats: int
    empty: int


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What waits for a decision before `day`, the first of the next fiscal year."""

    day: date
    figures: list[KeyFigure]
    endings: list[Ending]
    more_endings: int
    vacancies: list[Vacancy]


def unsettled(viewer: Viewer) -> Unsettled:
    """Dispatches that end by the next 1 April without a posting after it, and ICT seats empty on that day."""
    day = fiscal.start_of(fiscal.fiscal_year(viewer.today) + 1)
    at_work = Posting.objects.on(day).filter(person=OuterRef("pk")).exclude(share=0)
    unsettled_people = access.people(viewer, Right.PEOPLE_LIST).filter(
        ~Exists(at_work), pk=OuterRef("person_id")
    )
    ending = (
        Posting.objects.filter(kind=PostingKind.DISPATCH, until__gt=viewer.today, until__lte=day)
        .filter(Exists(unsettled_people))
        .select_related("person", "post__unit__employer")
        .order_by("until", "person__kana", "person_id")
        .fetch_mode(FETCH_RAISE)
    )
    rows = list(ending)
    access.note_list(viewer, Right.PEOPLE_LIST, verb="portal.unsettled", count=min(SHOWN, len(rows)))
    vacancies = _vacancies(day)
    return Unsettled(
        day=day,
        figures=[
            KeyFigure(
                label=_("Dispatches that end"),
                number=len(rows),
                rule=_("Without a posting recorded after them, up to and on that day."),
            ),
            KeyFigure(
                label=_("Empty seats"),
                number=sum(row.empty for row in vacancies),
                rule=_("Seats of posts with a job type, less the postings that reach beyond that day."),
            ),
        ],
        endings=[
            Ending(
                person_id=str(row.person.public_id),
                name=row.person.display_name,
                host=row.post.unit.employer.name,
                until=row.until or day,
            )
            for row in rows[:SHOWN]
        ],
        more_endings=max(0, len(rows) - SHOWN),
        vacancies=vacancies,
    )


def _vacancies(day: date) -> list[Vacancy]:
    """Job types with empty seats on a day, most first. Seats are those of open posts that ask for a job type."""
    terms = list(
        PostTerms.objects.on(day)
        .exclude(job_type="")
        .filter(current(day, "post__"))
        .values_list("post_id", "job_type", "capacity")
    )
    at_work = Posting.objects.on(day).exclude(share=0)
    filled = Counter(
        at_work.filter(post__in=[post_id for post_id, _, _ in terms]).values_list("post_id", flat=True)
    )
    seats: dict[str, int] = {}
    empty: dict[str, int] = {}
    for post_id, job_type, capacity in terms:
        seats[job_type] = seats.get(job_type, 0) + capacity
        empty[job_type] = empty.get(job_type, 0) + max(0, capacity - filled[post_id])
    catalogue = catalogue_on(day)
    names = {key: item.name for key, item in catalogue.job_types.items()} if catalogue is not None else {}
    rows = [
        Vacancy(name=names.get(key, key), seats=seats[key], empty=empty[key]) for key in seats if empty[key]
    ]
    return sorted(rows, key=lambda row: -row.empty)
