"""Orders as the person and their supervisors may read them: from the day of the notice (内示) on, never earlier."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Q, QuerySet, Window

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.rotation.models import Order, OrderState
from ikusei.rotation.queries.order_words import OrderWords, order_words

SIZE = 50
IN_FORCE = (OrderState.ISSUED, OrderState.APPLIED)


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order that may be known, with its words. Neither the reason of a correction nor anybody else stands in it."""

    order: Order
    words: OrderWords

    @property
    def is_in_force(self) -> bool:
        """Whether it was neither replaced nor cancelled."""
        return self.order.state in IN_FORCE


def _known(viewer: Viewer) -> QuerySet[Order]:
    """The orders of which somebody may know today: noticed, and in force or told before they were replaced."""
    return (
        Order.objects.filter(
            Q(state__in=IN_FORCE) | Q(noticed_at__isnull=False),
            notice_on__lte=viewer.today,
            to_post__isnull=False,
        )
        .select_related("person")
        .order_by("-effective_on", "-pk")
        .fetch_mode(FETCH_RAISE)
    )


def own_orders(viewer: Viewer, *, number: int = 1) -> Page[KnownOrder]:
    """The viewer's own orders, the latest day first. Raises NotVisible where the account belongs to nobody."""
    if viewer.person is None:
        raise NotVisible("own")
    return _page(_known(viewer).filter(person=viewer.person), number)


def team_orders(viewer: Viewer, *, number: int = 1) -> Page[KnownOrder]:
    """The orders of those who come to the viewer's units, leave them or work there, the look noted. Own ones left out."""
    access.require(viewer, Right.WISH_COMMENT)
    people = access.people(viewer, Right.WISH_COMMENT).order_by().values("pk")
    concerned = Q(person__in=people)
    units = access.unit_scope(viewer, Right.WISH_COMMENT)
    if units is not None:
        concerned |= Q(to_post__unit__in=units) | Q(from_post__unit__in=units)
    rows = _known(viewer).filter(concerned, state__in=IN_FORCE)
    if viewer.person is not None:
        rows = rows.exclude(person=viewer.person)
    page = _page(rows, number)
    access.note_list(viewer, Right.WISH_COMMENT, verb="rotation.orders.team", count=len(page.object_list))
    return page


def _page(rows: QuerySet[Order], number: int) -> Page[KnownOrder]:
    """A page of orders; how many there are comes along with the rows instead of by a query of its own."""
    start = (number - 1) * SIZE
    found = list(rows.annotate(total=Window(Count("pk")))[start : start + SIZE])
    if not found and number > 1:
        return _page(rows, 1)
    paginator: Paginator[Any] = Paginator(rows, SIZE)
    paginator.count = found[0].total if found else 0
    return Page(_with_words(found), number, paginator)


def _with_words(orders: Iterable[Order]) -> list[KnownOrder]:
    rows = list(orders)
    words = order_words(rows)
    return [KnownOrder(order, words[order.pk]) for order in rows]
