"""What is recorded of people on a day, as the facts of rules read it; read in bulk."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, FilteredRelation, OuterRef, QuerySet

from ikusei.lib.fields import pick
from ikusei.lib.periods import current
from ikusei.org.models import Employment, Leave, Person, Posting


@dataclass(frozen=True, slots=True)
class Employed:
    """One employment of the day."""

    employer: str
    employer_id: int
    employer_ja: str
    employer_en: str
    category: str
    grade: str
    kind: str
    entry_route: str

    @property
    def employer_name(self) -> str:
        """The name of the employer in the active language."""
        return pick(self, "employer")


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting of the day; terms and place in the tree are empty where none are recorded for it."""

    kind: str
    share: Decimal
    since: date
    employer_id: int
    unit_ja: str
    unit_en: str
    path: str
    job_type: str
    is_head: bool

    @property
    def unit_name(self) -> str:
        """The name of the unit in the active language."""
        return pick(self, "unit")


@dataclass(slots=True)
class Record:
    """What rules know of one person: the employments and postings of the day (the main posting first), and the rest."""

    person_id: int
    on: date
    employments: list[Employed] = field(default_factory=list)
    postings: list[Posted] = field(default_factory=list)
    first_employed: date | None = None
    is_on_leave: bool = False

    @property
    def works(self) -> list[Posted]:
        """The postings with a share of time: not the home post of somebody who is dispatched."""
        return [posting for posting in self.postings if posting.share > 0]


_EMPLOYED = (
    "employer__code",
    "employer_id",
    "employer__name_ja",
    "employer__name_en",
    "category",
    "grade",
    "kind",
    "entry_route",
)
"""Where the fields of Employed are read, from an employment."""


def records(people: Collection[int] | QuerySet[Person, int], on: date) -> dict[int, Record]:
    """Person -> what is recorded of them on a day, for every person asked for. Two queries."""
    found: dict[int, Record] = {}
    if not isinstance(people, QuerySet):
        found = {person_id: Record(person_id, on) for person_id in people}
    _add_employments(found, people, on)
    _add_postings(found, people, on)
    return found


def _add_employments(
    found: dict[int, Record], people: Collection[int] | QuerySet[Person, int], on: date
) -> None:
    rows = (
        Employment.objects.filter(person_id__in=people, from_date__lte=on)
        .annotate(away=Exists(Leave.objects.on(on).filter(person_id=OuterRef("person_id"))))
        .order_by("person_id", "from_date", "pk")
        .values_list("person_id", "from_date", "until", "away", *_EMPLOYED)
    )
    for person_id, from_date, until, away, *facts in rows:
        record = found.setdefault(person_id, Record(person_id, on))
        record.is_on_leave = away
        record.first_employed = record.first_employed or from_date  # ordered: the first row is the earliest
        if until is None or until > on:
            record.employments.append(Employed(*facts))


def _add_postings(
    found: dict[int, Record], people: Collection[int] | QuerySet[Person, int], on: date
) -> None:
    rows = (
        Posting.objects.on(on)
        .filter(person_id__in=people)
        .annotate(
            terms=FilteredRelation("post__terms", condition=current(on, "post__terms__")),
            place=FilteredRelation("post__unit__periods", condition=current(on, "post__unit__periods__")),
        )
        .order_by("person_id", "-share", "from_date", "pk")
        .values_list(
            "person_id",
            "kind",
            "share",
            "from_date",
            F("post__unit__employer_id"),
            "place__name_ja",
            "place__name_en",
            "place__path",
            "terms__job_type",
            "terms__is_head",
        )
    )
    for person_id, kind, share, since, employer_id, name_ja, name_en, path, job_type, is_head in rows:
        found.setdefault(person_id, Record(person_id, on)).postings.append(
            Posted(
                kind=kind,
                share=share,
                since=since,
                employer_id=employer_id,
                unit_ja=name_ja or "",
                unit_en=name_en or "",
                path=path or "",
                job_type=job_type or "",
                is_head=bool(is_head),
            )
        )
