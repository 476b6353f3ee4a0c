"""Where people work on a day: the posting with the largest share, whatever it is called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import current
from ikusei.org.models import Person, Posting, PostingKind


@dataclass(frozen=True, slots=True)
class Workplace(BilingualName):
    """Where somebody works: the unit (its names on that day), the employer, the post's job type and grade."""

    person_id: int
    unit_id: int
    name_ja: str
    name_en: str
    path: str
    employer_id: int
    job_type: str
    grade: str
    kind: PostingKind
    share: Decimal


def workplaces(people: Collection[int] | QuerySet[Person, int], on: date) -> dict[int, Workplace]:
    """Person -> workplace on a day, for those who have a posting then. One query.

    Of several postings the one with the largest share counts; of equal ones the one that began first.
    """
    rows = (
        Posting.objects.filter(
            current(on),
            current(on, "post__unit__periods__"),
            current(on, "post__terms__"),
            person_id__in=people,
        )
        .annotate(
            unit=F("post__unit_id"),
            unit_ja=F("post__unit__periods__name_ja"),
            unit_en=F("post__unit__periods__name_en"),
            path=F("post__unit__periods__path"),
            employer=F("post__unit__employer_id"),
            job_type=F("post__terms__job_type"),
            grade=F("post__terms__grade"),
        )
        .order_by("person_id", "share", "-from_date", "-pk")
        .values_list(
            "person_id", "unit", "unit_ja", "unit_en", "path", "employer", "job_type", "grade", "kind", "share"
        )
    )
    found = {}
    for person_id, unit, name_ja, name_en, path, employer, job_type, grade, kind, share in rows:
        found[person_id] = Workplace(
            person_id=person_id,
            unit_id=unit,
            name_ja=name_ja,
            name_en=name_en,
            path=path,
            employer_id=employer,
            job_type=job_type,
            grade=grade,
            kind=PostingKind(kind),
            share=share,
        )
    return found
