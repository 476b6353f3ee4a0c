"""Where people work on a day: the posting with the largest share, whatever it is called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched

from django.db.models import QuerySet

from ikusei.lib.fields import BilingualName, pick
from ikusei.lib.periods import current
from ikusei.org.models import Person, Posting, PostingKind

CHUNK = 2000
"""So many people are asked for in one statement."""

_FIELDS = {
    "person_id": "person_id",
    "unit_id": "post__unit_id",
    "name_ja": "post__unit__periods__name_ja",
    "name_en": "post__unit__periods__name_en",
    "path": "post__unit__periods__path",
    "employer_id": "post__unit__employer_id",
    "employer_ja": "post__unit__employer__name_ja",
    "employer_en": "post__unit__employer__name_en",
    "post_ja": "post__terms__name_ja",
    "post_en": "post__terms__name_en",
    "job_type": "post__terms__job_type",
    "grade": "post__terms__grade",
    "kind": "kind",
    "share": "share",
}
"""Field of Workplace -> where it is read, from a posting."""


@dataclass(frozen=True, slots=True)
class Workplace(BilingualName):
    """A place in which somebody works: the unit (its names on that day), the employer, the post and what it asks for."""

    person_id: int
    unit_id: int
    name_ja: str
    name_en: str
    path: str
    employer_id: int
    employer_ja: str
    employer_en: str
    post_ja: str
    post_en: str
    job_type: str
    grade: str
    kind: str
    share: Decimal

    @property
    def post(self) -> str:
        """The name of the post in the active language."""
        return pick(self, "post")

    @property
    def employer(self) -> str:
        """The name of the employer to which the unit belongs."""
        return pick(self, "employer")

    @property
    def is_dispatch(self) -> bool:
        """Whether somebody is there on dispatch."""
        return self.kind == PostingKind.DISPATCH

    @property
    def is_concurrent(self) -> bool:
        """Whether this is a concurrent post."""
        return self.kind == PostingKind.CONCURRENT


def places(people: Collection[int] | QuerySet[Person, int], on: date) -> dict[int, list[Workplace]]:
    """Person -> every place they have on a day, the main one first; nobody without a posting. One query.

    The main one is that with the largest share; of equal ones the one that began first.
    """
    rows = (
        Posting.objects.filter(
            current(on),
            current(on, "post__unit__periods__"),
            current(on, "post__terms__"),
            person_id__in=people,
        )
        .order_by("person_id", "-share", "from_date", "pk")
        .values_list(*_FIELDS.values())
    )
    found: dict[int, list[Workplace]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Workplace(*row))
    return found


def workplaces(people: Collection[int] | QuerySet[Person, int], on: date) -> dict[int, Workplace]:
    """Person -> workplace on a day, for those who have a posting then. One query.

    Of several postings the one with the largest share counts; of equal ones the one that began first.
    """
    return {person_id: theirs[0] for person_id, theirs in places(people, on).items()}


def main_units(people: Collection[int], on: date) -> dict[int, tuple[int, date]]:
    """Person -> the unit of the main posting on a day, and since when: `workplaces` for tens of thousands at once.

    Nobody without a posting. One query for every CHUNK people.
    """
    found: dict[int, tuple[int, date]] = {}
    for chunk in batched(people, CHUNK):
        rows = (
            Posting.objects.on(on)
            .filter(person_id__in=chunk)
            .order_by("person_id", "-share", "from_date", "pk")
            .values_list("person_id", "post__unit_id", "from_date")
        )
        for person_id, unit_id, since in rows:
            found.setdefault(person_id, (unit_id, since))
    return found
