"""Which posting counts for a map: the one with the largest share on the day, where the person works.

Of equal shares the home posting counts, then the older one. Somebody dispatched keeps a home posting with a share of
0, so that they count where they work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, QuerySet, Value, When

from ikusei.lib.fields import pick_text
from ikusei.lib.periods import current
from ikusei.org.models import Person, Posting, PostingKind


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where somebody works on a day: the post's job type and name, the unit, the employer."""

    job_type: str
    post: str
    unit_id: int
    unit: str
    path: str


@dataclass(frozen=True, slots=True)
class Seat:
    """The workplace as many are counted: `path` of unit primary keys, `seen` where it lies in the viewer's scope."""

    path: str
    job_type: str
    seen: bool


def workplace_of(person: Person, on: date) -> Workplace | None:
    """Where a person works on a day, None where they have no posting."""
    rows = _held_on(on).filter(person=person)
    fields = ("post__terms__name_ja", "post__terms__name_en", "post__unit_id")
    names = ("post__unit__periods__name_ja", "post__unit__periods__name_en")
    best = min(rows.values_list(*RANKING, *fields, *names), key=_rank, default=None)
    if best is None:
        return None
    *_ranking, job_type, path, post_ja, post_en, unit_id, unit_ja, unit_en = best
    return Workplace(
        job_type=job_type,
        post=pick_text({"ja": post_ja, "en": post_en}),
        unit_id=unit_id,
        unit=pick_text({"ja": unit_ja, "en": unit_en}),
        path=path,
    )


def seats(of: QuerySet[Person, int], on: date, *, scope: QuerySet[Person] | None) -> dict[int, Seat]:
    """The workplaces of many people by their primary key; `scope` are the people the viewer may see, None for all."""
    seen = (
        Value(value=True)
        if scope is None
        else Case(
            When(person_id__in=scope.order_by().values("pk"), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        )
    )
    rows = (
        _held_on(on).filter(person_id__in=of).annotate(seen=seen).values_list("person_id", *RANKING, "seen")
    )
    best: dict[int, tuple[object, ...]] = {}
    for person_id, *row in rows:
        standing = best.get(person_id)
        if standing is None or _rank(row) < _rank(standing):
            best[person_id] = tuple(row)
    return {
        person_id: Seat(path=str(path), job_type=str(job_type), seen=bool(is_seen))
        for person_id, (_share, _kind, _pk, job_type, path, is_seen) in best.items()
    }


RANKING = ("share", "kind", "pk", "post__terms__job_type", "post__unit__periods__path")


def _held_on(on: date) -> QuerySet[Posting]:
    """The postings of a day, joined to what post and unit are on that day."""
    return (
        Posting.objects.on(on)
        .filter(current(on, "post__terms__"), current(on, "post__unit__periods__"))
        .order_by()
    )


def _rank(row: Iterable[object]) -> tuple[object, bool, object]:
    share, kind, pk, *_rest = row
    return (-share, kind != PostingKind.HOME, pk)  # type: ignore[operator]  # a Decimal, as values_list gives it
