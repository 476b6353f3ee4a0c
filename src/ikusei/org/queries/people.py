"""The list of people: who is employed on a day, searched, filtered and sorted, within the viewer's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import (
    FETCH_RAISE,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import Employment, Person, Posting
from ikusei.org.queries.workplace import Workplace, places

SIZE = 50
MOST_WORDS = 6
FEW = 2000
"""So many people or fewer are found first and sorted; more are walked in the order of their index."""

OTHER_GRADE = "other"
"""The filter for grades that are none of the usual ones."""

_GRADE = Case(
    *(When(grade=grade, then=Value(rank)) for rank, grade in enumerate(GRADES, 1)),
    default=Value(0),
    output_field=IntegerField(),
)
_KANA = F("kana")
_SORTS = {"number": "staff_number", "grade": "rank"}
_READY = (
    Employment.objects.select_related("person", "employer")
    .only(
        "staff_number",
        "category",
        "grade",
        "person__public_id",
        "person__name",
        "person__used_name",
        "person__kana",
        "person__name_latin",
        "employer__name_ja",
        "employer__name_en",
    )
    .fetch_mode(FETCH_RAISE)
)


@dataclass(frozen=True, slots=True)
class PeopleWanted:
    """What is looked for: every word of `text` in a name, reading or staff number; empty fields ask for nothing.

    `sort` is "name", "number" or "grade", with "-" before it for the other way round.
    """

    text: str = ""
    unit_id: int | None = None
    employer_id: int | None = None
    category: str = ""
    grade: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list, in the reader's language: plain values, because a page shows six hundred of them.

    `unit`, `unit_id`, `post` are those of the main posting ("", None without one); `host` is the employer of that unit
    where the person is there on dispatch.
    """

    public_id: UUID
    name: str
    kana: str
    number: str
    employer: str
    grade: str
    category: str
    unit_id: int | None
    unit: str
    host: str
    post: str
    is_dispatched: bool
    is_concurrent: bool


def _row(employment: Employment, theirs: Sequence[Workplace]) -> PersonRow:
    person = employment.person
    main = theirs[0] if theirs else None
    return PersonRow(
        public_id=person.public_id,
        name=person.display_name,
        kana=person.kana,
        number=employment.staff_number,
        employer=employment.employer.name,
        grade=grade_label(employment.grade),
        category=str(employment.get_category_display()),
        unit_id=main.unit_id if main else None,
        unit=main.name if main else "",
        host=main.employer if main and main.is_dispatch else "",
        post=main.post if main else "",
        is_dispatched=any(place.is_dispatch for place in theirs),
        is_concurrent=any(place.is_concurrent for place in theirs),
    )


class Found:
    """The people found, to be counted and cut into pages.

    Where few can be left (a search, a unit, a viewer who reaches a team) the people are found first and counted along
    with the page. Otherwise they are walked in the order of their index, so that a page of 40,000 people costs what it
    shows, and the counting is done on employments alone.
    """

    def __init__(self, viewer: Viewer, wanted: PeopleWanted, on: date) -> None:
        self._sort = wanted.sort
        self._employments = _employments(viewer, wanted, on)
        narrow = _narrowing(wanted, on)
        reaches_few = access.reaches_units_only(viewer, Right.PEOPLE_LIST)
        everyone = access.people(viewer, Right.PEOPLE_LIST) if reaches_few else Person.objects.all()
        first = self._employments.filter(person_id=OuterRef("pk")).order_by("from_date", "pk")
        self.people: QuerySet[Any] = everyone.filter(Exists(first), *narrow).annotate(
            first=Subquery(first.values("pk")[:1])
        )
        self._first = first
        self._is_narrow = reaches_few or bool(narrow)

    def page(self, number: int) -> tuple[int, list[Employment]]:
        """How many people were found, and the employments of those on a page. Two queries.

        After the last page nobody is found, and the number may be 0.
        """
        part = slice((number - 1) * SIZE, number * SIZE)
        if self._is_narrow:
            # Ordered by an expression: PostgreSQL would walk the whole index of names for the sake of its order.
            counted = self._in_order(self.people, kana=Coalesce("kana", Value("")))
            counted = counted.annotate(total=Window(Count("pk")))
            rows = list(counted.values_list("first", "total")[part])
            total, keys = (rows[0][1] if rows else 0), [key for key, _total in rows]
            found = _READY.in_bulk(keys)
            return total, [found[key] for key in keys]
        total = self._employments.order_by().values("person_id").distinct().count()
        people = self.people
        if total <= FEW:
            people = people.filter(pk__in=self._employments.order_by().values("person_id"))
        return total, list(self._rows(self._in_order(people).values("first")[part]))

    def everyone(self) -> list[Employment]:
        """The employments of all people found."""
        return list(self._rows(self.people.values("first")))

    def _rows(self, keys: QuerySet[Any, Any]) -> QuerySet[Employment]:
        order = [F(_SORTS[self._key])] if self._key in _SORTS else []
        order += [F("person__kana"), F("person__name"), F("person_id")]
        return _READY.annotate(rank=_GRADE).filter(pk__in=keys).order_by(*self._turned(order))

    def _in_order(self, people: QuerySet[Any], kana: F | Coalesce = _KANA) -> QuerySet[Any]:
        order: list[F | Coalesce] = [kana, F("name"), F("pk")]
        if self._key in _SORTS:
            values = self._first.annotate(rank=_GRADE).values(_SORTS[self._key])
            people = people.annotate(sorted_by=Subquery(values[:1]))
            order = [F("sorted_by"), *order]
        return people.order_by(*self._turned(order))

    @property
    def _key(self) -> str:
        return self._sort.removeprefix("-")

    def _turned(self, order: Sequence[F | Coalesce]) -> list[OrderBy]:
        return [OrderBy(field, descending=self._sort.startswith("-")) for field in order]


def people_page(viewer: Viewer, wanted: PeopleWanted, *, on: date, number: int = 1) -> Page[PersonRow]:
    """One page of the people employed on a day whom the viewer may list; the look is noted with the number shown.

    A page after the last gives the first.
    """
    found = Found(viewer, wanted, on)
    total, employments = found.page(number)
    if not employments and number > 1:
        number = 1
        total, employments = found.page(number)
    by_person = places([row.person_id for row in employments], on)
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.people.list", count=len(employments))
    rows = [_row(row, by_person.get(row.person_id, ())) for row in employments]
    # The paginator is asked for the numbers of the pages only.
    paginator: Paginator[Any] = Paginator(range(total), SIZE)
    return Page(rows, number, paginator)


def everyone_found(viewer: Viewer, wanted: PeopleWanted, *, on: date) -> list[PersonRow]:
    """All that was found, for a file to take away; the look is noted with their number."""
    found = Found(viewer, wanted, on)
    employments = found.everyone()
    by_person = places(found.people.order_by().values_list("pk", flat=True), on)
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.people.export", count=len(employments))
    return [_row(row, by_person.get(row.person_id, ())) for row in employments]


def _employments(viewer: Viewer, wanted: PeopleWanted, on: date) -> QuerySet[Employment]:
    """The employments of the day in the viewer's scope that fit employer, category and grade."""
    rows = access.employments(viewer, Right.PEOPLE_LIST, on)
    if wanted.employer_id is not None:
        rows = rows.filter(employer_id=wanted.employer_id)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.grade == OTHER_GRADE:
        rows = rows.exclude(grade__in=GRADES)
    elif wanted.grade:
        rows = rows.filter(grade=wanted.grade)
    return rows


def _narrowing(wanted: PeopleWanted, on: date) -> list[Q]:
    """The conditions on people that leave few of them: words, and a unit with all below it.

    Each is a subquery of its own, so that it is answered from one index before anything is joined.
    """
    words = [key for word in wanted.text.split()[:MOST_WORDS] if (key := search_key(word))]
    conditions = []
    if words:
        named = Person.objects.order_by()
        for word in words:
            named = named.filter(search__contains=word)
        conditions.append(Q(pk__in=named.values("pk")))
    if wanted.unit_id is not None:
        units = access.units_below([wanted.unit_id], on)
        posted = Posting.objects.on(on).filter(post__unit_id__in=units)
        conditions.append(Q(pk__in=posted.order_by().values("person_id")))
    return conditions
