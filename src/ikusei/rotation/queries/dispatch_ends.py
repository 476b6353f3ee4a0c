"""When a dispatch ends of which the draft does not say it: an order has to name a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ikusei.org.models import PostingKind
from ikusei.rotation.models import Draft, Move, PostRule

USUAL_YEARS = 1
"""A dispatch to a post without rules is for a year."""


def dispatch_ends(draft: Draft, moves: Collection[Move], day: date) -> dict[int, int]:
    """Number of a dispatch without an end -> the fiscal year in which it ends: that of the person's next main move in the
    draft, else after the years that the post allows at most on the day, else after one year. Two queries.
    """
    asked = [move for move in moves if move.kind == PostingKind.DISPATCH and move.until_year is None]
    if not asked:
        return {}
    people = [move.person_id for move in asked if move.person_id is not None]
    following: dict[int | None, list[int]] = {}
    rows = Move.objects.filter(draft=draft, person_id__in=people).exclude(kind=PostingKind.CONCURRENT)
    for person, year in rows.values_list("person_id", "year"):
        following.setdefault(person, []).append(year)
    rules = PostRule.objects.on(day).filter(post_id__in=[move.to_post_id for move in asked])
    most = dict(rules.values_list("post_id", "tenure_max"))
    found = {}
    for move in asked:
        later = [year for year in following.get(move.person_id, ()) if year > move.year]
        allowed = most.get(move.to_post_id or 0, USUAL_YEARS)
        found[move.pk] = min([*later, move.year + allowed])
    return found
