"""An employer's records on a day, as plain values: a handful of queries, whatever the number of people."""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from ikusei.lib.periods import current
from ikusei.org.imports.records import (
    KnownEmployment,
    KnownPerson,
    KnownPosting,
    PostNode,
    Records,
    UnitNode,
    number_key,
)
from ikusei.org.models import (
    Employer,
    Employment,
    PeopleImport,
    Person,
    Post,
    Posting,
    PostTerms,
    Unit,
    UnitPeriod,
)
from ikusei.org.models.imports import ImportState

_CHUNK = 5000


def load_records(employer: Employer, as_of: date) -> Records:
    """What is recorded of the employer on the day. Call it under `lock_tree`, so that it stays so."""
    units = _units(employer, as_of)
    posts = _posts(employer, as_of, units)
    open_codes = {number_key(unit.code) for unit in units.values()}
    taken = Unit.objects.filter(employer=employer).values_list("code", flat=True)
    applied = PeopleImport.objects.filter(employer=employer, state=ImportState.APPLIED)
    return Records(
        people=_people(employer, as_of, posts),
        units=list(units.values()),
        posts=list(posts.values()),
        closed_codes={number_key(code) for code in taken} - open_codes,
        post_codes=set(Post.objects.filter(unit__employer=employer).values_list("unit_id", "code")),
        latest_list=applied.order_by("-as_of").values_list("as_of", flat=True).first(),
    )


def _units(employer: Employer, as_of: date) -> dict[int, UnitNode]:
    """The open units by primary key, linked to the units above them."""
    rows = list(
        UnitPeriod.objects.on(as_of)
        .filter(unit__employer=employer)
        .order_by("pk")
        .values_list("unit_id", "unit__code", "kind", "name_ja", "name_en", "parent_id", "from_date")
    )
    units = {
        pk: UnitNode(code=code, kind=kind, name=name_ja, name_en=name_en, parent=None, since=from_date, pk=pk)
        for pk, code, kind, name_ja, name_en, _parent, from_date in rows
    }
    for pk, _code, _kind, _ja, _en, parent_id, _from in rows:
        units[pk].parent = units.get(parent_id) if parent_id is not None else None
    return units


def _posts(employer: Employer, as_of: date, units: dict[int, UnitNode]) -> dict[int, PostNode]:
    """The open posts by primary key, with the terms of the day and how many sit there."""
    people = dict(
        Posting.objects.on(as_of)
        .filter(post__unit__employer=employer)
        .order_by()
        .values_list("post_id")
        .annotate(count=Count("pk"))
    )
    rows = (
        PostTerms.objects.on(as_of)
        .filter(current(as_of, "post__"), post__unit__employer=employer)
        .order_by("post_id")
        .values_list(
            "post_id",
            "post__unit_id",
            "post__code",
            "post__from_date",
            "pk",
            "name_ja",
            "name_en",
            "grade",
            "capacity",
        )
    )
    return {
        pk: PostNode(
            unit=units[unit_id],
            code=code,
            name=name_ja,
            name_en=name_en,
            grade=grade,
            since=max(from_date, units[unit_id].since) if units[unit_id].since > from_date else from_date,
            capacity=capacity,
            people=people.get(pk, 0),
            pk=pk,
            terms_pk=terms_pk,
        )
        for pk, unit_id, code, from_date, terms_pk, name_ja, name_en, grade, capacity in rows.iterator(_CHUNK)
        if unit_id in units
    }


def _people(employer: Employer, as_of: date, posts: dict[int, PostNode]) -> dict[str, KnownPerson]:
    """The employer's people, past and to come, by folded staff number: whoever has the number on the day or had it last."""
    theirs = Employment.objects.filter(employer=employer)
    people = _facts(theirs.values("person_id"))
    by_number: dict[str, KnownPerson] = {}
    rows = theirs.order_by("from_date", "pk").values_list(
        "pk", "person_id", "staff_number", "category", "grade", "kind", "from_date", "until"
    )
    for pk, person_id, number, category, grade, kind, from_date, until in rows.iterator(_CHUNK):
        person = people[person_id]
        person.number = number
        if from_date > as_of:
            person.next_from = min(person.next_from or from_date, from_date)
            by_number.setdefault(number_key(number), person)
        else:
            follows = (
                person.hired_on is not None
                and person.last_until is not None
                and from_date <= person.last_until
            )
            person.hired_on = person.hired_on if follows else from_date
            if until is None or until > as_of:
                person.employment = KnownEmployment(pk, category, grade, kind, from_date, until)
            else:
                person.last_until = max(person.last_until or until, until)
            by_number[number_key(number)] = person
    _add_postings(people, posts, theirs, as_of)
    elsewhere = Employment.objects.on(as_of).exclude(employer=employer)
    for person_id in elsewhere.filter(person_id__in=theirs.values("person_id")).values_list(
        "person_id", flat=True
    ):
        people[person_id].has_other_employer = True
    return by_number


def _facts(person_ids: QuerySet[Any, Any]) -> dict[int, KnownPerson]:
    rows = Person.objects.filter(pk__in=person_ids).order_by().values_list(
        "pk", "public_id", "name", "used_name", "kana", "name_latin", "email", "birth_date", "sex"
    )  # fmt: skip
    return {row[0]: KnownPerson(row[0], row[1], "", *row[2:]) for row in rows.iterator(_CHUNK)}


def _add_postings(
    people: dict[int, KnownPerson],
    posts: dict[int, PostNode],
    employments: QuerySet[Employment],
    as_of: date,
) -> None:
    """Give each person the postings of the day; those in posts of other employers get a post without a unit."""
    rows = Posting.objects.filter(person_id__in=employments.values("person_id")).order_by("from_date", "pk")
    later = rows.filter(from_date__gt=as_of).values_list("person_id", flat=True)
    for person_id in later.distinct().order_by():
        people[person_id].has_later_posting = True
    foreign: dict[int, PostNode] = {}
    facts = rows.on(as_of).values_list("pk", "person_id", "post_id", "kind", "share", "from_date", "until")
    for pk, person_id, post_id, kind, share, from_date, until in facts.iterator(_CHUNK):
        post = posts.get(post_id) or foreign.get(post_id)
        if post is None:
            post = foreign[post_id] = PostNode(unit=None, code="", name="", grade="", since=as_of, pk=post_id)
        people[person_id].postings.append(KnownPosting(pk, post, kind, share, from_date, until))
