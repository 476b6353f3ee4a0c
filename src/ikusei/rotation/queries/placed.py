"""Posts in rotation on a day, and who sits in them before the moves and, by live data, in each year of a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, FilteredRelation, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from ikusei.lib import fields, fiscal
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Leave, Posting, PostingKind, PostTerms
from ikusei.org.services.shares import MAIN
from ikusei.rotation.access import is_section
from ikusei.rotation.keys import ids_of, person_key
from ikusei.rotation.models import Round
from ikusei.rotation.picture import PersonFacts, PostFacts, Seat

DAYS_IN_YEAR = 365.25


def read_posts(day: date, round_: Round) -> dict[int, PostFacts]:
    """The posts in rotation on a day, without the levels they ask for, in the order of the tree. One query."""
    rule = "post__rotation_rules__"
    rows = (
        PostTerms.objects.filter(current(day), current(day, "post__unit__periods__"), current(day, rule))
        .order_by("post__unit__periods__path", "post__code")
        .annotate(gq=Cast("gq_share", FloatField()), dq=Cast("dq_share", FloatField()))
        .values(
            "post_id",
            "post__code",
            "post__from_date",
            "post__until",
            "post__unit_id",
            "name_ja",
            "name_en",
            "grade",
            "job_type",
            "capacity",
            "authorised_headcount",
            "gq",
            "dq",
            "post__unit__employer_id",
            "post__unit__employer__name_ja",
            "post__unit__employer__name_en",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
            "post__unit__periods__path",
            f"{rule}growth_class__key",
            f"{rule}growth_class__colour",
            f"{rule}grades",
            f"{rule}job_types",
            f"{rule}tenure_min",
            f"{rule}tenure_max",
            f"{rule}minimum",
            f"{rule}continuity",
            f"{rule}expert_axis",
            f"{rule}expert_level",
            f"{rule}expert_count",
        )
    )
    return {row["post_id"]: _post(row, round_) for row in rows}


def _post(row: Mapping[str, Any], round_: Round) -> PostFacts:
    rule, grade, until = "post__rotation_rules__", row["grade"], row["post__until"]
    return PostFacts(
        id=row["post_id"],
        code=row["post__code"],
        name_ja=row["name_ja"],
        name_en=row["name_en"],
        unit_id=row["post__unit_id"],
        unit_ja=row["post__unit__periods__name_ja"],
        unit_en=row["post__unit__periods__name_en"],
        path=row["post__unit__periods__path"],
        employer_id=row["post__unit__employer_id"],
        employer_ja=row["post__unit__employer__name_ja"],
        employer_en=row["post__unit__employer__name_en"],
        is_host=row["post__unit__employer_id"] != round_.employer_id,
        grade=grade,
        grades=frozenset(row[f"{rule}grades"] or ([grade] if grade else [])),
        job_type=row["job_type"],
        job_types=frozenset(row[f"{rule}job_types"]),
        capacity=row["capacity"],
        authorised=row["authorised_headcount"],
        gq_share=row["gq"],
        dq_share=row["dq"],
        growth=row[f"{rule}growth_class__key"],
        colour=row[f"{rule}growth_class__colour"],
        needs={},
        tenure_min=row[f"{rule}tenure_min"],
        tenure_max=row[f"{rule}tenure_max"],
        minimum=row[f"{rule}minimum"],
        continuity=row[f"{rule}continuity"],
        expert_axis=row[f"{rule}expert_axis"],
        expert_level=row[f"{rule}expert_level"],
        expert_count=row[f"{rule}expert_count"],
        from_year=fiscal.fiscal_year(row["post__from_date"]),
        until_year=None if until is None else fiscal.fiscal_year(until),
    )


def read_people(
    viewer: Viewer, round_: Round, posts: Mapping[int, PostFacts], person_keys: Collection[str] | None
) -> dict[str, PersonFacts]:
    """Person key -> where they sit, in the order of their names. One query: employments with their postings beside."""
    rows = _reached(viewer, round_)
    if person_keys is not None:
        rows = rows.filter(person_id__in=ids_of(person_keys))
    return {
        person_key(pk): _person(pk, theirs, round_, posts) for pk, theirs in _grouped(rows, round_).items()
    }


def read_others(viewer: Viewer, round_: Round, posts: Mapping[int, PostFacts]) -> dict[tuple[int, int], int]:
    """(Post, fiscal year) -> how many people sit there for whom the viewer does not plan: numbers, no names.

    The personnel section plans for everybody and asks nothing; a planner of a bureau would else think their seats free.
    """
    if is_section(viewer, round_.employer):
        return {}
    everybody = _of_round(Employment.objects.on(round_.effective_on), viewer, round_)
    rows = everybody.exclude(pk__in=_reached(viewer, round_).order_by().values("pk"))
    found = Counter[tuple[int, int]]()
    for pk, theirs in _grouped(rows, round_).items():
        seats = _person(pk, theirs, round_, posts).base
        found.update((post, year) for post, year in zip(seats, round_.years, strict=True) if post is not None)
    return dict(found)


def _reached(viewer: Viewer, round_: Round) -> QuerySet[Employment]:
    """Who is in the round, of the people for whom the viewer plans: never a list of all the employer's people first."""
    rows = access.employments(viewer, Right.ROTATION_PLAN, round_.effective_on)
    return _of_round(rows, viewer, round_)


def _of_round(rows: QuerySet[Employment], viewer: Viewer, round_: Round) -> QuerySet[Employment]:
    """Employments of the day of the moves in the round's category, as known today."""
    return rows.filter(employer_id=round_.employer_id, category=round_.category, from_date__lte=viewer.today)


def _grouped(employed: QuerySet[Employment], round_: Round) -> dict[int, list[Mapping[str, Any]]]:
    """Person -> a row for each posting beside the employment, in the order of names.

    One query, and one more where a concurrent post has taken of somebody's main posting.
    """
    before = round_.effective_on - timedelta(days=1)
    beside = Q(person__postings__until__gt=before) | Q(person__postings__until=None)
    away = Leave.objects.on(round_.effective_on).filter(person_id=OuterRef("person_id"))
    rows = (
        employed.annotate(
            seat=FilteredRelation("person__postings", condition=beside), away=Exists(away.order_by())
        )
        .order_by("person__kana", "person__name", "person_id", "-seat__share", "seat__from_date", "seat__pk")
        .values(
            "person_id",
            "person__public_id",
            "person__name",
            "person__used_name",
            "person__name_latin",
            "grade",
            "from_date",
            "until",
            "reason",
            "away",
            "seat__post_id",
            "seat__from_date",
            "seat__until",
            "seat__kind",
            "seat__share",
            "seat__full_share",
            "seat__continues_id",
        )
    )
    grouped: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["person_id"], []).append(row)
    _name_beginnings(grouped)
    return grouped


def _name_beginnings(grouped: Mapping[int, list[Mapping[str, Any]]]) -> None:
    """Give the main postings that go on with another share the day on which somebody came to the post.

    A concurrent post that takes of a main posting, and gives it back, makes rows of it (`org.services.shares`); years in
    a post run on through them.
    """
    going_on = {
        pk
        for pk, rows in grouped.items()
        for row in rows
        if row["seat__continues_id"] is not None or row["seat__full_share"] is not None
    }
    if not going_on:
        return
    earlier = Posting.objects.filter(person_id__in=going_on, kind__in=MAIN, share__gt=0, until__isnull=False)
    began = {
        (person, post, until): since
        for person, post, until, since in earlier.values_list("person_id", "post_id", "until", "from_date")
    }
    for pk in going_on:
        for place, row in enumerate(grouped[pk]):
            since = row["seat__from_date"]
            while row["seat__kind"] in MAIN and (pk, row["seat__post_id"], since) in began:
                since = began[pk, row["seat__post_id"], since]
            grouped[pk][place] = {**row, "since": since}


def _person(
    pk: int, rows: list[Mapping[str, Any]], round_: Round, posts: Mapping[int, PostFacts]
) -> PersonFacts:
    first = rows[0]
    sitting = [row for row in rows if row["seat__post_id"] is not None]
    main, concurrent = _split(sitting, round_.effective_on - timedelta(days=1))
    base: list[int | None] = []
    beside: list[tuple[tuple[int, float], ...]] = []
    for place, year in enumerate(round_.years):
        day = fiscal.start_of(year) if place else round_.effective_on
        there, others = _split(sitting, day)
        base.append(there["seat__post_id"] if there is not None and there["seat__post_id"] in posts else None)
        beside.append(tuple(sorted((row["seat__post_id"], float(row["seat__share"])) for row in others)))
    here = None if main is None else posts.get(main["seat__post_id"])
    return PersonFacts(
        key=person_key(pk),
        id=pk,
        public_id=str(first["person__public_id"]),
        name=_name(first),
        grade=first["grade"],
        job_type="" if here is None else here.job_type,
        levels={},
        gq=0.0,
        dq=0.0,
        gq_years=0.0,
        dq_years=0.0,
        from_year=min(round_.fiscal_year, fiscal.fiscal_year(first["from_date"])),
        until_year=None if first["until"] is None else fiscal.fiscal_year(first["until"]),
        main=None if main is None else _seat(main, round_.effective_on),
        concurrent=tuple(_seat(row, round_.effective_on) for row in concurrent),
        base=tuple(base),
        base_concurrent=tuple(beside),
        is_away=bool(first["away"]),
        grade_since=first["from_date"] if first["reason"] == "promoted" else None,
    )


def _name(row: Mapping[str, Any]) -> str:
    """As `Person.display_name`."""
    if fields.language() == "en" and row["person__name_latin"]:
        return str(row["person__name_latin"])
    return str(row["person__used_name"] or row["person__name"])


def _split(
    rows: Iterable[Mapping[str, Any]], day: date
) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
    """The main posting of a day (the largest share) and the concurrent ones that take time."""
    there = [
        row
        for row in rows
        if row["seat__from_date"] <= day and (row["seat__until"] is None or day < row["seat__until"])
    ]
    if not there:
        return None, []
    beside = [
        row for row in there[1:] if row["seat__kind"] == PostingKind.CONCURRENT and row["seat__share"] > 0
    ]
    return there[0], beside


def _seat(row: Mapping[str, Any], day: date) -> Seat:
    since = row.get("since", row["seat__from_date"])
    return Seat(
        post=row["seat__post_id"],
        since=since,
        years=(day - since).days / DAYS_IN_YEAR,
        kind=row["seat__kind"],
        share=float(row["seat__share"]),
    )
