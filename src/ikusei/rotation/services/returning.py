"""Coming back from a dispatch that ends by itself: to the post kept for the return, else to the home post."""

from __future__ import annotations

import logging
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, Post, Posting, PostingKind, Purpose, ReservedPost
from ikusei.org.services.placing import place
from ikusei.rotation.models import Order, OrderState

logger = logging.getLogger(__name__)


def come_back() -> int:
    """How many people came back: whose dispatch has ended while their home posting has no share of their time.

    Orders go first: whoever has one that is due waits for it. Each in a transaction of its own; the second time it is
    nobody. Who cannot be placed (a post that is gone) is left as recorded, and tried again the next night.
    """
    today = clock.today()
    home = Posting.objects.on(today).filter(kind=PostingKind.HOME, share=0)
    away = Posting.objects.on(today).filter(person_id=OuterRef("person_id"), kind=PostingKind.DISPATCH)
    ended = Posting.objects.filter(
        person_id=OuterRef("person_id"), kind=PostingKind.DISPATCH, until__lte=today
    )
    due = Order.objects.filter(
        person_id=OuterRef("person_id"), state=OrderState.ISSUED, effective_on__lte=today
    )
    rows = home.filter(~Exists(away), ~Exists(due), Exists(ended)).order_by("person_id")
    people = list(dict.fromkeys(rows.values_list("person_id", flat=True)))
    return sum(_return(person, today) for person in people)


def _return(person_id: int, today: date) -> bool:
    try:
        with transaction.atomic():
            person = Person.objects.select_for_update().get(pk=person_id)
            running = list(Posting.objects.on(today).filter(person=person).select_related("post"))
            home = next((row for row in running if row.kind == PostingKind.HOME and not row.share), None)
            if home is None or any(row.kind == PostingKind.DISPATCH for row in running):
                return False
            day = _last_day(person, home, today)
            place(
                actor=access.operator(),
                person=person,
                post=_kept(person, day) or home.post,
                on=day,
                kind=PostingKind.HOME,
                until=home.until,
            )
            audit.record(
                actor=None,
                verb="rotation.order.return",
                subject_kind="person",
                subject_id=person.public_id,
                purpose=Purpose.PLACEMENT,
            )
    except (RuleBroken, ValidationError):
        logger.warning("Person %s cannot be placed after a dispatch", person_id)
        return False
    return True


def _last_day(person: Person, home: Posting, today: date) -> date:
    """The day from which on nothing but the home posting is left; never before that posting's second day."""
    ends = Posting.objects.filter(
        person=person, kind=PostingKind.DISPATCH, until__lte=today, until__gt=home.from_date
    )
    return ends.order_by("-until").values_list("until", flat=True).first() or today


def _kept(person: Person, day: date) -> Post | None:
    """The post kept for the return on that day, where it still exists."""
    row = (
        ReservedPost.objects.filter(person=person, from_date=day)
        .select_related("post")
        .order_by("-pk")
        .first()
    )
    return row.post if row is not None and row.post.holds(day) else None
