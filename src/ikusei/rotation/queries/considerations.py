"""What sheets, section chiefs and hosts said in a round, as the planner weighs it."""

from __future__ import annotations

from django.db.models import FETCH_RAISE

from ikusei.rotation.considerations import MOVE, STAY, Considerations
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import ChiefComment, HostAsk, HostWish, Intent, Opinion, Round, Sheet

INTENTS = {Intent.STAY: STAY, Intent.MOVE: MOVE}
OPINIONS = {Opinion.STAY: STAY, Opinion.MOVE: MOVE}
HOST_SAYS = {HostAsk.KEEP: STAY, HostAsk.RETURN: MOVE}


def considerations(round_: Round) -> Considerations:
    """What was said in a round: sheets handed in, the last comment on each, wishes of hosts not withdrawn. Three queries."""
    sheets = list(Sheet.objects.filter(round=round_, handed_in_at__isnull=False).fetch_mode(FETCH_RAISE))
    opinions: dict[str, str] = {}
    comments = ChiefComment.objects.filter(sheet__round=round_).order_by("pk")
    for person_id, opinion in comments.values_list("sheet__person_id", "opinion"):
        opinions[person_key(person_id)] = OPINIONS.get(Opinion(opinion), "")
    wishes = list(HostWish.objects.filter(round=round_, withdrawn_at=None).fetch_mode(FETCH_RAISE))
    return Considerations(
        intents={
            person_key(sheet.person_id): INTENTS[Intent(sheet.intent)]
            for sheet in sheets
            if sheet.intent in INTENTS
        },
        opinions=opinions,
        host_says={
            person_key(wish.person_id): HOST_SAYS[HostAsk(wish.ask)]
            for wish in wishes
            if wish.person_id is not None and wish.ask in HOST_SAYS
        },
        kinds_of_work={person_key(sheet.person_id): frozenset(sheet.growth_classes) for sheet in sheets},
        open_to_dispatch=frozenset(person_key(sheet.person_id) for sheet in sheets if sheet.may_dispatch),
        needed=frozenset(
            wish.post_id for wish in wishes if wish.ask == HostAsk.NEED and wish.post_id is not None
        ),
    )
