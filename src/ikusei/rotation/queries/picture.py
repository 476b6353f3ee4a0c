"""Live data as the picture of a round (`rotation.picture`), and the moves of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import FETCH_RAISE

from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.rotation.access import is_section
from ikusei.rotation.keys import person_key, planned_key
from ikusei.rotation.models import Draft, HostQuota, Move, PostSkill, Round, Sheet
from ikusei.rotation.picture import (
    MoveFacts,
    PersonFacts,
    Picture,
    PostFacts,
    ProtectedFacts,
    QuotaFacts,
)
from ikusei.rotation.queries.decided import Decided, decided
from ikusei.rotation.queries.ledger import Settings, indices, ledgers, levels_of, settings_on
from ikusei.rotation.queries.placed import read_others, read_people, read_posts
from ikusei.rotation.queries.terms import rates_on


def load(viewer: Viewer, round_: Round, *, draft: Draft | None = None) -> Picture:
    """The picture of a round: everybody in it, all posts in rotation, what is decided for all drafts and for this one.

    Posts and rates are those of the day of the moves, people as known today. The look is noted with the number of people.
    """
    return _load(viewer, round_, decided(round_, draft), read_posts(round_.effective_on, round_))


def load_draft(
    viewer: Viewer, draft: Draft, *, posts: Mapping[int, PostFacts] | None = None
) -> tuple[Picture, tuple[MoveFacts, ...]]:
    """The picture of a draft's round as `load`, and the draft's moves of the people in it, in the order of their years.

    `posts` are those that somebody has just read for the same answer; else they are read.
    """
    round_ = draft.round
    known = decided(round_, draft)
    picture = _load(viewer, round_, known, posts or read_posts(round_.effective_on, round_))
    return picture, tuple(move for move in known.moves if move.person in picture.people)


def _load(viewer: Viewer, round_: Round, known: Decided, bare: Mapping[int, PostFacts]) -> Picture:
    day, of_section = round_.effective_on, is_section(viewer, round_.employer)
    posts, settings = _with_needs(bare, day), settings_on(day)
    wishes, reasons = _sheets(round_, with_reasons=of_section)
    people = _people(viewer, round_, posts, wishes, settings) | dict(known.planned)
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(people))
    return Picture(
        years=round_.years,
        effective_on=day,
        employer_id=round_.employer_id,
        posts=posts,
        people=people,
        restrictions=known.restrictions,
        quotas=_quotas(round_),
        protected=reasons,
        others=read_others(viewer, round_, posts),
        growth=rates_on(day),
        targets=(settings.terms.targets.gq, settings.terms.targets.dq),
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


def _with_needs(posts: Mapping[int, PostFacts], day: date) -> dict[int, PostFacts]:
    """Posts with the levels they ask for on a day. One query."""
    needs: dict[int, dict[str, int]] = {}
    rows = PostSkill.objects.filter(current(day, "rule__")).values_list("rule__post_id", "skill_key", "level")
    for post, skill, level in rows:
        needs.setdefault(post, {})[skill] = level
    asking = {post: replace(posts[post], needs=asked) for post, asked in needs.items() if post in posts}
    return dict(posts) | asking


def _people(
    viewer: Viewer,
    round_: Round,
    posts: Mapping[int, PostFacts],
    wishes: Mapping[int, tuple[int, ...]],
    settings: Settings,
) -> dict[str, PersonFacts]:
    """Who sits where, with levels as known today, and with ledger and index of the day of the moves."""
    placed = read_people(viewer, round_, posts, None)
    ids = [facts.id for facts in placed.values()]
    day = round_.effective_on
    skills, counting = levels_of(ids, viewer.today, day, settings.catalogue)
    books = ledgers(ids, day, terms=settings.terms)
    index = indices(ids, day, counting, books=books, settings=settings)
    return {
        key: replace(
            facts,
            levels=skills.get(facts.id, {}),
            gq=index[facts.id][0],
            dq=index[facts.id][1],
            gq_years=float(books[facts.id].gq_years),
            dq_years=float(books[facts.id].dq_years),
            wishes=wishes.get(facts.id, ()),
        )
        for key, facts in placed.items()
    }


def _sheets(
    round_: Round, *, with_reasons: bool
) -> tuple[dict[int, tuple[int, ...]], tuple[ProtectedFacts, ...]]:
    """Of the sheets handed in: person -> the posts wished for, the first wish first; and, where asked for, what protected
    reasons ask. One query.
    """
    columns = ("protected__ask", "protected__until") if with_reasons else ()
    rows = (
        Sheet.objects.filter(round=round_, handed_in_at__isnull=False)
        .order_by("pk", "ranked__rank")
        .values_list("person_id", "ranked__post_id", *columns)
    )
    wishes: dict[int, list[int]] = {}
    reasons: dict[int, ProtectedFacts] = {}
    for person_id, post_id, *reason in rows:
        if post_id is not None:
            wishes.setdefault(person_id, []).append(post_id)
        if reason and reason[0] is not None:
            reasons[person_id] = ProtectedFacts(person_key(person_id), *reason)
    return {person: tuple(posts) for person, posts in wishes.items()}, tuple(reasons.values())


def _quotas(round_: Round) -> tuple[QuotaFacts, ...]:
    rows = (
        HostQuota.objects.filter(current(round_.effective_on, "unit__periods__"), round=round_)
        .order_by("pk")
        .values_list("unit_id", "unit__periods__name_ja", "most")
    )
    return tuple(QuotaFacts(unit_id=unit, unit=name, most=most) for unit, name, most in rows)
