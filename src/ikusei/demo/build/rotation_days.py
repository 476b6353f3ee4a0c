"""The days on which the rotation of the demonstration was drafted, decided and recorded.

Rows carry the clock of the machine; the city's own days are set here, each step after the one before. Where the city's
days lie ahead of the machine's, they are those of the machine: what is done afterwards must come afterwards.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from ikusei.lib import clock
from ikusei.rotation.models import (
    Change,
    Decision,
    Draft,
    GrowthTerms,
    HostWish,
    IndexTerms,
    Move,
    Order,
    Restriction,
    Round,
    Sheet,
    WishAnswer,
)


def set_days(rounds: Iterable[Round], *, today: date) -> None:
    """Give what stands in rounds the days on which people of the city did it, none later than a day."""

    def at(day: date, hour: int) -> datetime:
        moment = datetime.combine(min(day, today), time(hour), clock.TOKYO)
        return min(moment, timezone.now())

    for round_ in rounds:
        planned = at(round_.opens_on - timedelta(days=30), 10)
        drafted, decided = (
            round_.comments_until + timedelta(days=5),
            round_.comments_until + timedelta(days=12),
        )
        GrowthTerms.objects.update(recorded_at=planned)
        IndexTerms.objects.update(recorded_at=planned)
        drafts = Draft.objects.filter(round=round_)
        drafts.update(created_at=at(drafted, 9), based_at=at(drafted, 9), changed_at=at(drafted, 10))
        Move.objects.filter(draft__round=round_).update(changed_at=at(drafted, 10))
        Change.objects.filter(draft__round=round_).update(at=at(drafted, 10))
        Restriction.objects.filter(round=round_).update(recorded_at=at(decided, 16))
        Decision.objects.filter(move__draft__round=round_).update(at=at(decided, 16))
        Sheet.objects.filter(round=round_, handed_in_at__isnull=False).update(changed_at=F("handed_in_at"))
        Sheet.objects.filter(round=round_, handed_in_at=None).update(changed_at=at(round_.sheets_until, 16))
        HostWish.objects.filter(round=round_).update(recorded_at=at(round_.hosts_until, 10))
        Order.objects.filter(round=round_).update(issued_at=at(round_.notice_on - timedelta(days=7), 13))
        WishAnswer.objects.filter(round=round_).update(edited_at=at(round_.notice_on + timedelta(days=6), 10))
