"""What a planner cannot change any more: moves that are ordered, and posts kept for those who come back from a dispatch."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, F, OuterRef

from ikusei.lib import fiscal
from ikusei.org.models import Posting, PostingKind, ReservedPost
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Order, OrderState, Round
from ikusei.rotation.picture import MoveFacts, Picture, ReservedFacts


def with_reserved(picture: Picture, round_: Round) -> Picture:
    """The picture with the posts that are kept for people whose dispatch ends in the years of the round. One query."""
    days = (fiscal.start_of(round_.fiscal_year), fiscal.start_of(round_.years[-1]))
    away = Posting.objects.filter(
        person_id=OuterRef("person_id"), until=OuterRef("from_date"), kind=PostingKind.DISPATCH
    )
    rows = (
        ReservedPost.objects.filter(Exists(away), from_date__range=days)
        .order_by("pk")
        .values_list("person_id", "post_id", "from_date")
    )
    found = [ReservedFacts(person_key(person), post, fiscal.fiscal_year(day)) for person, post, day in rows]
    return replace(picture, reserved=tuple(one for one in found if one.person in picture.people))


def ordered_moves(round_: Round) -> list[MoveFacts]:
    """The main moves of a round that are ordered and not replaced by another order. One query."""
    replaced = Order.objects.filter(corrects_id=OuterRef("pk"), state=OrderState.ISSUED)
    rows = (
        Order.objects.filter(
            ~Exists(replaced), round=round_, state__in=(OrderState.ISSUED, OrderState.APPLIED)
        )
        .exclude(to_post=None)
        .exclude(kind=PostingKind.CONCURRENT)
        .order_by("effective_on", "pk")
        .values(
            "person_id",
            "effective_on",
            "to_post_id",
            "kind",
            "until",
            "return_post_id",
            was=F("from_post_id"),
        )
    )
    by_person: dict[str, MoveFacts] = {}
    for row in rows:
        key = person_key(row["person_id"])
        until = row["until"] if row["return_post_id"] is not None else None
        by_person[key] = MoveFacts(
            person=key,
            year=fiscal.fiscal_year(row["effective_on"]),
            post=row["to_post_id"],
            kind=row["kind"],
            until_year=None if until is None else fiscal.fiscal_year(until),
            return_post=row["return_post_id"],
            from_post=row["was"],
            is_pinned=True,
        )
    return [move for move in by_person.values() if move.year in round_.years]
