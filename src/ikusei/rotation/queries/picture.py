"""Live data as the picture of a round (`rotation.picture`), and the moves of a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import FETCH_RAISE, Prefetch

from ikusei.lib import fiscal
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employment, Leave, PlannedPerson, Posting, PostingKind, PostTerms
from ikusei.rotation.access import is_section
from ikusei.rotation.models import (
    Draft,
    HostQuota,
    Move,
    PostRule,
    ProtectedReason,
    RankedPost,
    Restriction,
    Round,
)
from ikusei.rotation.picture import (
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    ProtectedFacts,
    QuotaFacts,
    RestrictionFacts,
    Seat,
)
from ikusei.rotation.queries.ledger import indices, ledgers
from ikusei.rotation.queries.terms import rates_on, targets_on
from ikusei.skills.models import HeldLevel

DAYS_IN_YEAR = 365.25


def person_key(person_id: int) -> str:
    """The key of a person in pictures, moves and plans."""
    return f"p{person_id}"


def planned_key(planned_id: int) -> str:
    """The key of somebody not yet hired."""
    return f"n{planned_id}"


def load(viewer: Viewer, round_: Round, *, draft: Draft | None = None) -> Picture:
    """The picture of a round: everybody in it, all posts in rotation, what is decided for all drafts and for this one.

    Posts and rates are those of the day of the moves, people as known today. The look is noted with the number of people.
    """
    posts = _posts(round_)
    people = _people(viewer, round_, posts)
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(people))
    targets = targets_on(round_.effective_on)
    return Picture(
        years=round_.years,
        effective_on=round_.effective_on,
        employer_id=round_.employer_id,
        posts=posts,
        people=people,
        restrictions=_restrictions(round_, draft),
        quotas=_quotas(round_),
        protected=_protected(round_) if is_section(viewer, round_.employer) else (),
        growth=rates_on(round_.effective_on),
        targets=targets,
    )


def draft_moves(draft: Draft) -> list[MoveFacts]:
    """The moves of a draft, in the order of their years. One query."""
    rows = Move.objects.filter(draft=draft).order_by("year", "pk").fetch_mode(FETCH_RAISE)
    return [move_facts(move) for move in rows]


def move_facts(move: Move) -> MoveFacts:
    """A saved move as the picture knows it; asks the database for nothing."""
    key = person_key(move.person_id) if move.person_id is not None else planned_key(move.planned_id or 0)
    return MoveFacts(
        person=key,
        year=move.year,
        post=move.to_post_id,
        kind=move.kind,
        share=float(move.share),
        until_year=move.until_year,
        return_post=move.return_post_id,
        from_post=move.from_post_id,
        is_pinned=move.is_pinned,
        id=move.pk,
    )


def _posts(round_: Round) -> dict[int, PostFacts]:
    day = round_.effective_on
    terms = {row["post_id"]: row for row in _terms(day)}
    rules = (
        PostRule.objects.on(day)
        .select_related("growth_class", "post__unit")
        .prefetch_related("skills")
        .fetch_mode(FETCH_RAISE)
    )
    return {rule.post_id: _post(rule, terms[rule.post_id], round_) for rule in rules if rule.post_id in terms}


def _terms(day: date) -> Iterable[Mapping[str, Any]]:
    """The terms of every post in rotation on a day, with the names of unit and employer on that day."""
    return (
        PostTerms.objects.filter(
            current(day),
            current(day, "post__unit__periods__"),
            current(day, "post__rotation_rules__"),
        )
        .order_by("post__unit__periods__path", "post__code")
        .values(
            "post_id",
            "name_ja",
            "name_en",
            "grade",
            "job_type",
            "capacity",
            "authorised_headcount",
            "gq_share",
            "dq_share",
            "post__unit__employer__name_ja",
            "post__unit__employer__name_en",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
            "post__unit__periods__path",
        )
    )


def _post(rule: PostRule, row: Mapping[str, Any], round_: Round) -> PostFacts:
    post, grade = rule.post, row["grade"]
    return PostFacts(
        id=post.pk,
        code=post.code,
        name_ja=row["name_ja"],
        name_en=row["name_en"],
        unit_id=post.unit_id,
        unit_ja=row["post__unit__periods__name_ja"],
        unit_en=row["post__unit__periods__name_en"],
        path=row["post__unit__periods__path"],
        employer_id=post.unit.employer_id,
        employer_ja=row["post__unit__employer__name_ja"],
        employer_en=row["post__unit__employer__name_en"],
        is_host=post.unit.employer_id != round_.employer_id,
        grade=grade,
        grades=frozenset(rule.grades or ([grade] if grade else [])),
        job_type=row["job_type"],
        job_types=frozenset(rule.job_types),
        capacity=row["capacity"],
        authorised=row["authorised_headcount"],
        gq_share=float(row["gq_share"]),
        dq_share=float(row["dq_share"]),
        growth=rule.growth_class.key,
        colour=rule.growth_class.colour,
        needs={skill.skill_key: skill.level for skill in rule.skills.all()},
        tenure_min=rule.tenure_min,
        tenure_max=rule.tenure_max,
        minimum=rule.minimum,
        continuity=rule.continuity,
        expert_axis=rule.expert_axis,
        expert_level=rule.expert_level,
        expert_count=rule.expert_count,
        from_year=fiscal.fiscal_year(post.from_date),
        until_year=None if post.until is None else fiscal.fiscal_year(post.until),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where somebody sits before the moves and, by live data, in each year of the round."""

    main: Seat | None
    concurrent: tuple[Seat, ...]
    base: tuple[int | None, ...]
    base_concurrent: tuple[tuple[tuple[int, float], ...], ...]


def _people(viewer: Viewer, round_: Round, posts: Mapping[int, PostFacts]) -> dict[str, PersonFacts]:
    employed = list(_employments(viewer, round_))
    ids = [row.person_id for row in employed]
    day = round_.effective_on
    postings = _postings(ids, round_)
    skills, away = _levels(ids, viewer.today), _away(ids, day)
    ledger, wishes = ledgers(ids, day), _wishes(round_)
    index = indices(ids, day, books=ledger)
    found: dict[str, PersonFacts] = {}
    for row in employed:
        person, places = row.person, _places(postings.get(row.person_id, ()), round_, posts)
        here = posts.get(places.main.post) if places.main is not None else None
        gq, dq = index[person.pk]
        found[person_key(person.pk)] = PersonFacts(
            key=person_key(person.pk),
            id=person.pk,
            public_id=str(person.public_id),
            name=person.display_name,
            grade=row.grade,
            job_type=here.job_type if here is not None else "",
            levels=skills.get(person.pk, {}),
            gq=gq,
            dq=dq,
            gq_years=float(ledger[person.pk].gq_years),
            dq_years=float(ledger[person.pk].dq_years),
            from_year=min(round_.fiscal_year, fiscal.fiscal_year(row.from_date)),
            until_year=None if row.until is None else fiscal.fiscal_year(row.until),
            main=places.main,
            concurrent=places.concurrent,
            base=places.base,
            base_concurrent=places.base_concurrent,
            wishes=wishes.get(person.pk, ()),
            is_away=person.pk in away,
            grade_since=row.from_date if row.reason == "promoted" else None,
        )
    return found | _planned(round_)


def _employments(viewer: Viewer, round_: Round) -> Iterable[Employment]:
    """The employments, in the round's category, of whoever the viewer plans for and is still employed at the moves."""
    return (
        Employment.objects.on(round_.effective_on)
        .filter(
            employer_id=round_.employer_id,
            category=round_.category,
            from_date__lte=viewer.today,
            person__in=access.people(viewer, Right.ROTATION_PLAN),
        )
        .select_related("person")
        .order_by("person__kana", "person__name", "person_id")
        .fetch_mode(FETCH_RAISE)
    )


def _planned(round_: Round) -> dict[str, PersonFacts]:
    """Those not yet hired, without a seat until a draft gives them one."""
    last = fiscal.end_of(round_.years[-1])
    rows = PlannedPerson.objects.filter(
        employer_id=round_.employer_id, category=round_.category, hired_as=None, from_date__lt=last
    )
    nowhere = (None,) * len(round_.years)
    nothing: tuple[tuple[tuple[int, float], ...], ...] = ((),) * len(round_.years)
    return {
        planned_key(row.pk): PersonFacts(
            key=planned_key(row.pk),
            id=row.pk,
            public_id=str(row.public_id),
            name=row.label,
            grade=row.grade,
            job_type=row.job_type,
            levels={},
            gq=0.0,
            dq=0.0,
            gq_years=0.0,
            dq_years=0.0,
            from_year=fiscal.fiscal_year(row.from_date),
            until_year=None if row.until is None else fiscal.fiscal_year(row.until),
            main=None,
            concurrent=(),
            base=nowhere,
            base_concurrent=nothing,
            is_planned=True,
        )
        for row in rows
    }


def _postings(ids: Collection[int], round_: Round) -> dict[int, list[Posting]]:
    """Person -> the postings that hold on the day before the moves or later, as recorded today."""
    before = round_.effective_on - timedelta(days=1)
    rows = (
        Posting.objects.touching(before, None)
        .filter(person_id__in=ids)
        .order_by("person_id", "-share", "from_date", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    found: dict[int, list[Posting]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _places(postings: Iterable[Posting], round_: Round, posts: Mapping[int, PostFacts]) -> _Places:
    rows = list(postings)
    before = round_.effective_on - timedelta(days=1)
    sitting = [row for row in rows if row.holds(before)]
    main, beside = _split(sitting)
    base, base_beside = [], []
    for place, year in enumerate(round_.years):
        day = fiscal.start_of(year) if place else round_.effective_on
        there, others = _split([row for row in rows if row.holds(day)])
        base.append(there.post_id if there is not None and there.post_id in posts else None)
        base_beside.append(tuple(sorted((row.post_id, float(row.share)) for row in others)))
    return _Places(
        main=None if main is None else _seat(main, round_.effective_on),
        concurrent=tuple(_seat(row, round_.effective_on) for row in beside),
        base=tuple(base),
        base_concurrent=tuple(base_beside),
    )


def _split(rows: list[Posting]) -> tuple[Posting | None, list[Posting]]:
    """The main posting (the largest share, as `org.queries.workplace` says) and the concurrent ones that take time."""
    if not rows:
        return None, []
    main = rows[0]
    return main, [row for row in rows[1:] if row.kind == PostingKind.CONCURRENT and row.share > 0]


def _seat(row: Posting, day: date) -> Seat:
    return Seat(
        post=row.post_id,
        since=row.from_date,
        years=(day - row.from_date).days / DAYS_IN_YEAR,
        kind=row.kind,
        share=float(row.share),
    )


def _levels(ids: Collection[int], day: date) -> dict[int, dict[str, int]]:
    """Person -> skill key -> the level held on a day."""
    rows = (
        HeldLevel.objects.on(day)
        .filter(person_id__in=ids)
        .order_by("skill__version_id")
        .values_list("person_id", "skill__key", "level")
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, key, level in rows:
        found.setdefault(person_id, {})[key] = level
    return found


def _away(ids: Collection[int], day: date) -> set[int]:
    return set(Leave.objects.on(day).filter(person_id__in=ids).values_list("person_id", flat=True))


def _wishes(round_: Round) -> dict[int, tuple[int, ...]]:
    """Person -> the posts wished for in a sheet handed in, the first wish first."""
    rows = (
        RankedPost.objects.filter(sheet__round=round_, sheet__handed_in_at__isnull=False)
        .order_by("sheet_id", "rank")
        .values_list("sheet__person_id", "post_id")
    )
    found: dict[int, list[int]] = {}
    for person_id, post_id in rows:
        found.setdefault(person_id, []).append(post_id)
    return {person_id: tuple(posts) for person_id, posts in found.items()}


def _restrictions(round_: Round, draft: Draft | None) -> tuple[RestrictionFacts, ...]:
    rows = (
        Restriction.objects.filter(round=round_)
        .prefetch_related(Prefetch("posts"))
        .order_by("pk")
        .fetch_mode(FETCH_RAISE)
    )
    drafts = {None} if draft is None else {None, draft.pk}
    return tuple(
        RestrictionFacts(
            person=person_key(row.person_id),
            kind=row.kind,
            posts=frozenset(post.pk for post in row.posts.all()),
            from_year=row.from_year,
            until_year=row.until_year,
            reason=row.reason,
            id=row.pk,
        )
        for row in rows
        if row.draft_id in drafts
    )


def _quotas(round_: Round) -> tuple[QuotaFacts, ...]:
    rows = (
        HostQuota.objects.filter(current(round_.effective_on, "unit__periods__"), round=round_)
        .order_by("pk")
        .values_list("unit_id", "unit__periods__name_ja", "most")
    )
    return tuple(QuotaFacts(unit_id=unit, unit=name, most=most) for unit, name, most in rows)


def _protected(round_: Round) -> tuple[ProtectedFacts, ...]:
    rows = ProtectedReason.objects.filter(sheet__round=round_, sheet__handed_in_at__isnull=False).values_list(
        "sheet__person_id", "ask", "until"
    )
    return tuple(
        ProtectedFacts(person=person_key(person), ask=ask, until=until) for person, ask, until in rows
    )
