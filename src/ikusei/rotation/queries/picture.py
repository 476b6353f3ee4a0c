"""Live data as the picture of a round (`rotation.picture`), and the moves of a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from django.db.models import FETCH_RAISE

from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Leave
from ikusei.rotation.access import is_section
from ikusei.rotation.keys import person_key, planned_key
from ikusei.rotation.models import Draft, HostQuota, Move, PostSkill, ProtectedReason, RankedPost, Round
from ikusei.rotation.picture import (
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    ProtectedFacts,
    QuotaFacts,
)
from ikusei.rotation.queries.decided import decided
from ikusei.rotation.queries.ledger import indices, ledgers
from ikusei.rotation.queries.placed import read_others, read_people, read_posts
from ikusei.rotation.queries.terms import rates_on, targets_on
from ikusei.skills.models import HeldLevel


def load(viewer: Viewer, round_: Round, *, draft: Draft | None = None) -> Picture:
    """The picture of a round: everybody in it, all posts in rotation, what is decided for all drafts and for this one.

    Posts and rates are those of the day of the moves, people as known today. The look is noted with the number of people.
    """
    posts = _posts(round_)
    known = decided(round_, draft)
    people = _people(viewer, round_, posts) | dict(known.planned)
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(people))
    return Picture(
        years=round_.years,
        effective_on=round_.effective_on,
        employer_id=round_.employer_id,
        posts=posts,
        people=people,
        restrictions=known.restrictions,
        quotas=_quotas(round_),
        protected=_protected(round_) if is_section(viewer, round_.employer) else (),
        others=read_others(viewer, round_, posts),
        growth=rates_on(round_.effective_on),
        targets=targets_on(round_.effective_on),
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
    """The posts on the day of the moves, with the levels they ask for. Two queries."""
    day = round_.effective_on
    needs: dict[int, dict[str, int]] = {}
    rows = PostSkill.objects.filter(current(day, "rule__")).values_list("rule__post_id", "skill_key", "level")
    for post, skill, level in rows:
        needs.setdefault(post, {})[skill] = level
    posts = read_posts(day, round_)
    return posts | {post: replace(posts[post], needs=asked) for post, asked in needs.items() if post in posts}


def _people(viewer: Viewer, round_: Round, posts: Mapping[int, PostFacts]) -> dict[str, PersonFacts]:
    """Who sits where, with levels, wishes, ledger and index."""
    placed = read_people(viewer, round_, posts, None)
    ids = [facts.id for facts in placed.values()]
    day = round_.effective_on
    skills, away, wishes = _levels(ids, viewer.today), _away(ids, day), _wishes(round_)
    ledger = ledgers(ids, day)
    index = indices(ids, day, books=ledger)
    return {
        key: replace(
            facts,
            levels=skills.get(facts.id, {}),
            gq=index[facts.id][0],
            dq=index[facts.id][1],
            gq_years=float(ledger[facts.id].gq_years),
            dq_years=float(ledger[facts.id].dq_years),
            wishes=wishes.get(facts.id, ()),
            is_away=facts.id in away,
        )
        for key, facts in placed.items()
    }


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
