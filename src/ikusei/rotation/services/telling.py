"""The notice (内示): on its day everybody concerned is told their own new post by mail, once, and nobody else's."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from ikusei.lib import clock
from ikusei.lib.dates import format_date
from ikusei.notices import services as notices
from ikusei.notices.recipients import Recipient
from ikusei.org.models import Person
from ikusei.rotation.models import Order, OrderState, Round
from ikusei.rotation.queries.order_words import OrderWords, order_words

LANGUAGES = ("ja", "en")


def tell_due() -> int:
    """How many people were told now: every order whose notice has come and whose person does not know of it yet.

    Orders are marked and letters queued in one transaction, so that nobody is told twice and nobody is forgotten. A
    cancellation is told to whoever had been told of the order; what was cancelled before is never mentioned.
    """
    with transaction.atomic():
        due = list(
            Order.objects.select_for_update(of=("self",))
            .filter(
                noticed_at=None,
                notice_on__lte=clock.today(),
                state__in=(OrderState.ISSUED, OrderState.APPLIED),
            )
            .select_related("person__user", "corrects")
            .order_by("round_id", "person_id", "effective_on", "pk")
        )
        told = [order for order in due if order.to_post_id is not None or _was_told(order.corrects)]
        count = sum(
            _send(kind, rows)
            for kind, rows in (
                ("rotation.notice", [order for order in told if order.to_post_id is not None]),
                ("rotation.notice-cancelled", [order for order in told if order.to_post_id is None]),
            )
        )
        now = clock.now()
        Order.objects.filter(pk__in=[order.pk for order in due]).update(noticed_at=now)
        rounds = {order.round_id for order in due}
        Round.objects.filter(pk__in=rounds, noticed_at=None).update(noticed_at=now)
    return count


def _was_told(order: Order | None) -> bool:
    return order is not None and order.noticed_at is not None


def _send(kind: str, orders: Sequence[Order]) -> int:
    """How many letters were queued: one for each person, with all that concerns them."""
    if not orders:
        return 0
    words = order_words([one for order in orders for one in (order, order.corrects) if one is not None])
    theirs: dict[int, list[Order]] = defaultdict(list)
    for order in orders:
        theirs[order.person_id].append(order)
    mailing = notices.send(
        actor=None,
        kind=kind,
        recipients=[_recipient(rows[0].person, rows, words) for rows in theirs.values()],
        common={"link": notices.absolute(reverse("rotation:my_orders"))},
        once_key="rotation-notice:" + _digest(order.pk for order in orders),
    )
    return mailing.size


def _recipient(person: Person, orders: Sequence[Order], words: Mapping[int, OrderWords]) -> Recipient:
    told = {}
    shown = [order.corrects if order.to_post_id is None and order.corrects else order for order in orders]
    for code in LANGUAGES:
        with translation.override(code):
            lines = [f"{format_date(row.effective_on)}  {words[row.pk].destination}" for row in shown]
            told[code] = "\n".join(lines)
    return Recipient(
        ref=str(person.public_id),
        name=person.used_name or person.name,
        address=person.email,
        language=person.user.language if person.user else "",
        context={"orders": told},
    )


def _digest(keys: Iterable[int]) -> str:
    return hashlib.sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()[:40]
