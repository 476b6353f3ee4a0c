"""Letters of notices (内示) that did not arrive: the personnel section alone reads whose, for nobody else may know of a move."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import FETCH_RAISE

from ikusei.lib import clock
from ikusei.notices.queries import undelivered as letters
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.rotation.mails import NOTICE, NOTICE_CANCELLED
from ikusei.rotation.models import Order
from ikusei.rotation.queries.orders import section_orders

DAYS = 90
"""For so long a letter that did not arrive is told: whoever has moved meanwhile knows of it."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Somebody whose letter did not arrive, why, and the last order of which they were to be told."""

    person: Person
    order: Order
    why: str
    state: str


def undelivered(viewer: Viewer) -> list[Undelivered]:
    """Whose last letter about an order did not arrive, by name; the look noted. One query where every letter did.

    Raises PermissionDenied outside a personnel section.
    """
    orders = section_orders(viewer)
    kinds = (NOTICE.name, NOTICE_CANCELLED.name)
    lost = letters(kinds=kinds, since=clock.now() - timedelta(days=DAYS))
    by_person = {uuid.UUID(letter.ref): letter for letter in lost}
    if not by_person:
        return []
    told = orders.filter(person__public_id__in=by_person, noticed_at__isnull=False)
    rows = told.select_related("person").order_by("noticed_at", "pk").fetch_mode(FETCH_RAISE)
    last = {order.person.public_id: order for order in rows}
    found = [
        Undelivered(order.person, order, by_person[key].why, by_person[key].get_state_display())
        for key, order in last.items()
    ]
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.orders.list", count=len(found))
    return sorted(found, key=lambda one: (one.person.kana, one.person.pk))
