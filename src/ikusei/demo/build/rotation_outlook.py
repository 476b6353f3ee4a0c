"""Last year's approved draft: what it announced for the years of this year's round."""

from __future__ import annotations

from ikusei.demo.build.rotation_orders import planner
from ikusei.lib import clock
from ikusei.org.models import Employment, PostingKind, Scope
from ikusei.rotation.models import Draft, DraftState, Move, Origin, Round, Sharing

FIRST, LATER = 6, 8
"""Moves announced for the round's own year, and for the year after."""


def announce_last_year(last: Round, round_: Round) -> None:
    """The draft that last year's orders came from, with an outlook: some moves that this year's drafts hold too, and one
    of somebody who has left since.
    """
    section = planner(Scope.EMPLOYER)
    drafts = list(round_.drafts.order_by("pk")[:2])
    if section is None or section.user is None or len(drafts) < 2:
        return
    draft = Draft.objects.create(
        round=last,
        name="決定案",
        note="昨年度に決定した異動と、翌年度以降の見込み",
        owner=section.user,
        sharing=Sharing.SECTION,
        state=DraftState.ORDERED,
        based_at=clock.now(),
    )
    told = drafts[1].moves.exclude(kind=PostingKind.CONCURRENT).filter(until_year=None, person__isnull=False)
    announced = [
        *told.filter(year=round_.fiscal_year).order_by("pk")[:FIRST],
        *told.filter(year=round_.fiscal_year + 1).order_by("pk")[:LATER],
    ]
    rows = [
        Move(
            draft=draft,
            person_id=move.person_id,
            year=move.year,
            to_post_id=move.to_post_id,
            from_post_id=move.from_post_id,
            kind=move.kind,
            origin=Origin.PLANNER,
            changed_by=section.user,
        )
        for move in announced
    ]
    gone = _left(last, round_)
    if gone is not None and announced:
        rows.append(
            Move(
                draft=draft,
                person_id=gone,
                year=round_.fiscal_year + 1,
                to_post_id=announced[0].from_post_id,
                origin=Origin.PLANNER,
                changed_by=section.user,
            )
        )
    Move.objects.bulk_create(rows)


def _left(last: Round, round_: Round) -> int | None:
    """Somebody of the category who left between the two rounds."""
    ended = Employment.objects.filter(
        employer_id=round_.employer_id,
        category=round_.category,
        until__gt=last.effective_on,
        until__lte=round_.effective_on,
    )
    there = Employment.objects.on(round_.effective_on).values("person_id")
    return ended.exclude(person_id__in=there).order_by("pk").values_list("person_id", flat=True).first()
