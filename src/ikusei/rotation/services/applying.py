"""Carrying orders out on their day: each exactly once, in one transaction, whatever happens to the worker meanwhile."""

import logging
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import PostingKind, Purpose
from ikusei.org.services.placing import place, take_back
from ikusei.rotation.access import require_section
from ikusei.rotation.models import Order, OrderState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many orders were carried out now, and how many could not be."""

    applied: int
    problems: int


def apply_due() -> Applied:
    """What became of the orders whose day has come: each in a transaction of its own, day by day, and on each day a main
    post before the ones beside.

    One that cannot be carried out keeps a sentence that says why and is tried again the next time; the others go on.
    """
    due = Order.objects.filter(state=OrderState.ISSUED, effective_on__lte=clock.today())
    rows = due.order_by("effective_on", "pk").values_list("pk", "effective_on", "kind")
    keys = [row[0] for row in sorted(rows, key=lambda row: (row[1], row[2] == PostingKind.CONCURRENT))]
    applied = problems = 0
    for pk in keys:
        done = _apply(pk)
        applied += done is True
        problems += done is False
    return Applied(applied=applied, problems=problems)


def try_again(*, actor: Viewer, order: Order) -> Order:
    """The order, carried out now where it can be; else with the sentence that says why not.

    Raises PermissionDenied outside the personnel section, RuleBroken before its day.
    """
    require_section(actor, order.round.employer)
    if order.effective_on > clock.today():
        raise RuleBroken(_("The day of this order has not come."))
    _apply(order.pk)
    order.refresh_from_db()
    return order


def _apply(pk: int) -> bool | None:
    """Whether an order was carried out; None where it had been already, or is no longer to be.

    State and postings change in one transaction under a lock on the order's row: a worker that dies half-way leaves
    nothing of it, and two workers never carry out the same one.
    """
    try:
        with transaction.atomic():
            order = Order.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
            if order.state != OrderState.ISSUED or order.effective_on > clock.today():
                return None
            _carry_out(order)
    except (RuleBroken, ValidationError) as error:
        sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        logger.warning("Order %s cannot be applied", pk)
        Order.objects.filter(pk=pk, state=OrderState.ISSUED).update(problem=sentence[:500])
        return False
    return True


def _carry_out(order: Order) -> None:
    actor = access.operator()
    if order.corrects_id is not None:
        _take_back_first(actor, order, order.corrects_id)
    if order.to_post is not None:
        placed = place(
            actor=actor,
            person=order.person,
            post=order.to_post,
            on=order.effective_on,
            kind=PostingKind(order.kind),
            share=order.share,
            until=order.until,
            return_post=order.return_post,
        )
        order.done = placed.as_dict()
    order.state, order.applied_at, order.problem = OrderState.APPLIED, clock.now(), ""
    order.save(update_fields=["state", "applied_at", "problem", "done"])
    audit.record(
        actor=None,
        verb="rotation.order.apply",
        subject_kind="order",
        subject_id=order.public_id,
        purpose=Purpose.PLACEMENT,
    )


def _take_back_first(actor: Viewer, order: Order, replaced: int) -> None:
    """Take back what the order that this one replaces has done."""
    first = Order.objects.select_for_update().get(pk=replaced)
    if first.state != OrderState.APPLIED:
        return
    take_back(actor=actor, person=order.person, placed=first.done)
    first.state = OrderState.CANCELLED if order.is_cancellation else OrderState.CORRECTED
    first.save(update_fields=["state"])
