"""Orders as the personnel section reads them: the list, one order with what replaced it, and rows for exports and print."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Q, QuerySet

from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment
from ikusei.rotation.access import is_section, rounds
from ikusei.rotation.models import Order, OrderState, Round
from ikusei.rotation.queries.order_words import OrderWords, order_words

SIZE = 50
PROBLEM = "problem"
"""Asks for the orders that could not be applied; beside the states of orders."""


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which orders are asked for; "" and None for any. `state` is one of OrderState, or PROBLEM."""

    year: int | None = None
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its words, and its person's number and grade on its day."""

    order: Order
    words: OrderWords
    employment: Employment | None

    @property
    def is_cancellation(self) -> bool:
        """Whether it cancels another one, and nothing else."""
        return self.order.to_post_id is None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order, the one that it replaces, those that replace it or bring it back, and what can be done with it."""

    row: OrderRow
    first: Order | None
    then: list[Order]
    restored: list[Order]
    may_replace: bool
    may_try: bool


def section_rounds(viewer: Viewer) -> list[Round]:
    """The rounds whose personnel section the viewer belongs to, newest first. Raises PermissionDenied where none is."""
    found = [row for row in rounds(viewer).order_by("-fiscal_year") if is_section(viewer, row.employer)]
    if not found and not _is_any_section(viewer):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return found


def _is_any_section(viewer: Viewer) -> bool:
    """Whether the viewer plans for a whole employer, though it has no round yet."""
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return True
    return not access.reaches_units_only(viewer, Right.ROTATION_PLAN)


def section_orders(viewer: Viewer) -> QuerySet[Order]:
    """The orders of the employers whose personnel section the viewer belongs to. Raises PermissionDenied where none is."""
    access.require(viewer, Right.ROTATION_PLAN)
    if access.reaches_everyone(viewer, Right.ROTATION_PLAN):
        return Order.objects.all()
    grants = viewer.grants_for(Right.ROTATION_PLAN)
    employers = {grant.employer_id for grant in grants if grant.employer_id is not None}
    if not employers:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return Order.objects.filter(round__employer_id__in=employers)


def wanted_orders(viewer: Viewer, wanted: OrdersWanted) -> QuerySet[Order]:
    """The orders asked for, by day, number and name."""
    rows = section_orders(viewer)
    if wanted.year is not None:
        rows = rows.filter(round__fiscal_year=wanted.year)
    if wanted.state == PROBLEM:
        rows = rows.filter(state=OrderState.ISSUED).exclude(problem="")
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        found = Q(person__search__contains=search_key(wanted.text)) | Q(number__contains=wanted.text)
        rows = rows.filter(found)
    ordered = rows.order_by("-effective_on", "number", "person__kana", "person_id", "pk")
    return ordered.select_related("person", "round__employer", "corrects", "restores").fetch_mode(FETCH_RAISE)


def orders_page(viewer: Viewer, wanted: OrdersWanted, *, number: int = 1) -> Page[OrderRow]:
    """A page of the orders asked for, the look noted."""
    paginator: Paginator[Any] = Paginator(wanted_orders(viewer, wanted), SIZE)
    page = paginator.get_page(number)
    rows = order_rows(page.object_list, with_employments=False)
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.orders.list", count=len(rows))
    return Page(rows, page.number, paginator)


def order_rows(orders: Iterable[Order], *, with_employments: bool = True) -> list[OrderRow]:
    """Orders with words and employments. Two queries, one without employments, however many orders."""
    rows = list(orders)
    words = order_words(rows)
    people = {order.person_id for order in rows}
    found: dict[int, list[Employment]] = {}
    employments = Employment.objects.filter(person_id__in=people).order_by("from_date")
    for one in employments if with_employments else ():
        found.setdefault(one.person_id, []).append(one)
    return [
        OrderRow(order=order, words=words[order.pk], employment=_employed(found, order)) for order in rows
    ]


def _employed(found: dict[int, list[Employment]], order: Order) -> Employment | None:
    """The employment on the order's day: with the employer of its round, where there is one."""
    theirs = [one for one in found.get(order.person_id, ()) if one.holds(order.effective_on)]
    own = [one for one in theirs if one.employer_id == order.round.employer_id]
    return next(iter([*own, *theirs]), None)


def _whole_orders(viewer: Viewer) -> QuerySet[Order]:
    beside = ("person", "round__employer", "corrects", "restores", "issued_by", "move", "draft")
    return section_orders(viewer).select_related(*beside)


def open_order(viewer: Viewer, public_id: uuid.UUID) -> Order:
    """The order with a public id. Raises NotVisible (404) outside its personnel section."""
    row = _whole_orders(viewer).filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(str(public_id))
    return row


def order_page(viewer: Viewer, public_id: uuid.UUID) -> OrderPage:
    """One order, the look at its person noted. Raises NotVisible. The orders that replace it are of its round."""
    named = Q(public_id=public_id) | Q(corrects__public_id=public_id) | Q(restores__public_id=public_id)
    found = list(_whole_orders(viewer).filter(named).order_by("pk"))
    order = next((one for one in found if one.public_id == public_id), None)
    if order is None:
        raise NotVisible(str(public_id))
    access.note_person(viewer, Right.ROTATION_PLAN, order.person, verb="rotation.order.open")
    then = [one for one in found if one.corrects_id == order.pk]
    waits = any(one.state == OrderState.ISSUED for one in then)
    in_force = order.state in (OrderState.ISSUED, OrderState.APPLIED)
    return OrderPage(
        row=order_rows([order])[0],
        first=order.corrects,
        then=then,
        restored=[one for one in found if one.restores_id == order.pk],
        may_replace=in_force and order.to_post_id is not None and not waits,
        may_try=order.state == OrderState.ISSUED and order.effective_on <= viewer.today,
    )


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """One printed order (辞令): everything that one decision says of one person on one day."""

    rows: Sequence[OrderRow]

    @property
    def first(self) -> OrderRow:
        """The order of the main post, of which name, number and day are taken."""
        return self.rows[0]


def print_sheets(
    viewer: Viewer, wanted: OrdersWanted, public_id: uuid.UUID | None = None
) -> list[PrintSheet]:
    """The sheets of the orders asked for, or of one, cancelled and replaced ones left out; the look noted."""
    if public_id is None:
        rows = wanted_orders(viewer, wanted).filter(state__in=(OrderState.ISSUED, OrderState.APPLIED))
        orders = list(rows)
        access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.orders.print", count=len(orders))
    else:
        orders = [open_order(viewer, public_id)]
        access.note_person(viewer, Right.ROTATION_PLAN, orders[0].person, verb="rotation.order.print")
    sheets: dict[tuple[Any, ...], list[OrderRow]] = {}
    for row in order_rows(orders):
        order = row.order
        key = (order.person_id, order.effective_on, order.number, row.is_cancellation)
        sheets.setdefault(key, []).append(row)
    return [
        PrintSheet(sorted(rows, key=lambda row: row.order.kind == "concurrent")) for rows in sheets.values()
    ]
