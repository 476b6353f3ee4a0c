"""Where the people on a map are counted: in the unit of their main posting, by the rule of `org.queries.workplace`.

That rule: the posting with the largest share on the day, of equal ones the one that began first. Read here once more
because a map wants, of each of many people and in the same query, whether the viewer may see them by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from ikusei.lib.periods import current
from ikusei.org.models import Category, Employment, Person, Posting
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of, version_columns

MAIN_FIRST = ("-share", "from_date", "pk")
NAMES = ("public_id", "name", "used_name", "kana", "name_latin")


@dataclass(frozen=True, slots=True)
class Seat:
    """A workplace as many are counted: `seen` where the viewer may see the person by name, `person` where asked for."""

    path: str
    job_type: str
    seen: bool
    person: Person | None = None


def ict_staff(on: date) -> QuerySet[Employment, int]:
    """The primary keys of the people employed in the ICT category on a day, as a subquery."""
    return (
        Employment.objects.on(on).filter(category=Category.ICT).order_by().values_list("person_id", flat=True)
    )


def is_ict(person: Person, on: date) -> bool:
    """Whether somebody is employed in the ICT category on a day."""
    return ict_staff(on).filter(person=person).exists()


@dataclass(frozen=True, slots=True)
class Seats:
    """The workplaces of people by primary key, and the framework version in use on the day (None: see `catalogue`).

    The version comes along with the rows; where there are none it is None as well.
    """

    by_person: Mapping[int, Seat]
    catalogue: Catalogue | None


def seats(of: QuerySet[Any, Any], on: date, *, scope: QuerySet[Person] | None, named: bool = False) -> Seats:
    """The workplaces of people; `scope` are those the viewer may see by name, None for all.

    `named` gives each seat that is seen its person, with what is needed to name and to open them.
    """
    rows = (
        _postings(on)
        .filter(person_id__in=of)
        .annotate(seen=is_in(scope, "person_id"), **version_columns(on))
        .values_list(
            "version_pk",
            "version_created",
            "person_id",
            "post__unit__periods__path",
            "post__terms__job_type",
            "seen",
            *(f"person__{field}" for field in NAMES if named),
        )
    )
    found: dict[int, Seat] = {}
    edition: tuple[Any, Any] = (None, None)
    for version_pk, version_created, person_id, path, job_type, seen, *name in rows:
        edition = (version_pk, version_created)
        if person_id not in found:
            person = Person(pk=person_id, **dict(zip(NAMES, name, strict=True))) if name and seen else None
            found[person_id] = Seat(path=path, job_type=job_type, seen=bool(seen), person=person)
    return Seats(found, catalogue_of(edition) if edition[0] is not None else None)


def is_in(scope: QuerySet[Person] | None, field: str) -> Exists | Value:
    """An annotation: whether the person in `field` is in a scope (None: everyone is).

    Asked of each person by key: a scope can be forty thousand people, and a map shows a few hundred.
    """
    if scope is None:
        return Value(value=True, output_field=BooleanField())
    return Exists(scope.order_by().filter(pk=OuterRef(field)))


def _postings(on: date) -> QuerySet[Posting]:
    """The postings of a day, joined to what post and unit are on that day, the main one of each person first."""
    joined = current(on, "post__terms__") & current(on, "post__unit__periods__")
    return Posting.objects.on(on).filter(joined).order_by(*MAIN_FIRST)
