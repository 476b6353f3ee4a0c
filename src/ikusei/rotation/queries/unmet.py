"""First wishes of a round that no order of it meets."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from ikusei.rotation.models import Intent, Order, OrderState, RankedPost, Round, WishAnswer
from ikusei.rotation.queries.order_words import PlaceNames


@dataclass(frozen=True, slots=True)
class Unmet:
    """Somebody's first wish that was not met, with names in the person's language."""

    person_id: int
    name: str
    language: str
    post_id: int
    post: str


def unmet_wishes(round: Round) -> list[Unmet]:
    """The first wishes of handed-in sheets that ask for a move and led to none of the posts ranked, without an answer."""
    met = defaultdict(set)
    orders = Order.objects.filter(round=round, state__in=(OrderState.ISSUED, OrderState.APPLIED))
    for person_id, post_id in orders.values_list("person_id", "to_post_id"):
        met[person_id].add(post_id)
    answered = set(WishAnswer.objects.filter(round=round).values_list("person_id", "post_id"))
    ranked = (
        RankedPost.objects.filter(sheet__round=round, sheet__handed_in_at__isnull=False)
        .exclude(sheet__intent=Intent.STAY)
        .select_related("sheet__person__user")
        .order_by("sheet__person_id", "rank")
    )
    wishes: dict[int, list[RankedPost]] = defaultdict(list)
    for row in ranked:
        wishes[row.sheet.person_id].append(row)
    first = [rows[0] for pk, rows in wishes.items() if not met[pk] & {row.post_id for row in rows}]
    first = [row for row in first if (row.sheet.person_id, row.post_id) not in answered]
    names = PlaceNames({row.post_id for row in first})
    return [_unmet(row, names, round) for row in first]


def _unmet(row: RankedPost, names: PlaceNames, round: Round) -> Unmet:
    person = row.sheet.person
    language = (person.user.language if person.user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        return Unmet(
            person_id=person.pk,
            name=person.display_name,
            language=language,
            post_id=row.post_id,
            post=names.place(row.post_id, round.effective_on).whole,
        )
