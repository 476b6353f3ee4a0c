"""Orders: the list, one of them, issuing, correcting, cancelling, trying again."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.access import open_draft, require_section
from ikusei.rotation.forms.fields import number_in
from ikusei.rotation.forms.orders import CancelForm, CorrectForm, IssueForm, OrderFilterForm
from ikusei.rotation.models import Order
from ikusei.rotation.queries import orders as queries
from ikusei.rotation.queries.order_choices import posts_for
from ikusei.rotation.queries.undelivered import undelivered
from ikusei.rotation.services import applying
from ikusei.rotation.services import orders as services
from ikusei.rotation.services.orders import Numbered
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.ROTATION_PLAN)
@require_GET
def orders(request: Request) -> HttpResponse:
    """The orders, narrowed by year, state and name."""
    form = OrderFilterForm(request.GET)
    page = queries.orders_page(request.viewer, form.wanted(), number=number_in(request.GET, "page") or 1)
    context = {"page": page, "form": form, "undelivered": undelivered(request.viewer)}
    return render(request, "rotation/orders/orders.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def order(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One order with everything that became of it."""
    page = queries.order_page(request.viewer, public_id)
    return render(request, "rotation/orders/order.html", {"page": page, "row": page.row})


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def issue(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Issue the orders of an approved draft."""
    draft = open_draft(request.viewer, public_id)
    require_section(request.viewer, draft.round.employer)
    form = IssueForm(request.POST or None, round=draft.round)

    def do(numbered: Numbered) -> None:
        done = services.issue_orders(actor=request.viewer, draft=draft, numbered=numbered)
        if done.waiting:
            messages.warning(
                request, _("Moves of people who are not hired yet wait; issue again afterwards.")
            )
        if done.clashing:
            messages.warning(request, _clash(len(done.clashing)))

    return take_step(
        request,
        form,
        do,
        heading=_("Issue the orders"),
        button=_("Issue the orders"),
        done=_("The orders are issued. The worker carries them out on their day."),
        back=f"{reverse('rotation:orders')}?year={draft.round.fiscal_year}",
        crumbs=[
            Crumb(_("Approvals"), reverse("rotation:approvals")),
            Crumb(draft.name, reverse("rotation:approval", args=(public_id,))),
            Crumb(_("Issue the orders")),
        ],
        notes=[
            _("Every approved move of the round's year becomes an order; rejected ones do not."),
            _("Nobody is told before the day of the notice. On that day everybody concerned gets a mail."),
        ],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def correct(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Replace an order by another one."""
    found = queries.open_order(request.viewer, public_id)
    form = CorrectForm(request.POST or None, order=found, posts=posts_for(found))
    return take_step(
        request,
        form,
        partial(services.correct_order, actor=request.viewer, order=found),
        heading=_("Correct the order"),
        button=_("Issue the correction"),
        done=_("The correction is issued."),
        back=reverse("rotation:order", args=(public_id,)),
        crumbs=_crumbs(found.number, public_id, _("Correct the order")),
        notes=[
            _("The order itself stays as it is; an order of its own replaces it."),
            _("What the first order did to the postings is taken back when this one is carried out."),
        ],
        template="rotation/step_search.html",
        extra={"searched": ("to_post", "return_post")},
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def cancel(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Cancel an order by another one."""
    found = queries.open_order(request.viewer, public_id)
    back = services.restored_by_cancelling(found)
    return take_step(
        request,
        CancelForm(request.POST or None),
        partial(services.cancel_order, actor=request.viewer, order=found),
        heading=_("Cancel the order"),
        button=_("Cancel the order"),
        done=_("The cancellation is issued."),
        back=reverse("rotation:order", args=(public_id,)),
        crumbs=_crumbs(found.number, public_id, _("Cancel the order")),
        notes=[
            _("If the order was carried out, exactly what it did to the postings is taken back."),
            *([] if back is None else [_comes_back(back)]),
            _("Whoever had been told of the order is told of the cancellation."),
        ],
        tone="danger",
    )


def _clash(count: int) -> str:
    return ngettext(
        "%(count)s approved move has no order: another order moves the same person on the same day. Correct or cancel that one.",
        "%(count)s approved moves have no order: other orders move the same people on the same day. Correct or cancel those.",
        count,
    ) % {"count": count}


def _comes_back(back: Order) -> str:
    return _(
        "This order is a correction: the order %(number)s that it replaced is in force again, by the cancellation itself. If it shall not be either, cancel that one afterwards."
    ) % {"number": back.number}


@needs(Right.ROTATION_PLAN)
@require_POST
def try_again(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Try to carry out an order whose day has come."""
    found = queries.open_order(request.viewer, public_id)
    try:
        found = applying.try_again(actor=request.viewer, order=found)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        if found.problem:
            messages.error(request, found.problem)
        else:
            messages.success(request, _("The order is carried out."))
    return redirect("rotation:order", public_id)


def _crumbs(number: str, public_id: uuid.UUID, last: str) -> list[Crumb]:
    return [
        Crumb(_("Orders"), reverse("rotation:orders")),
        Crumb(number, reverse("rotation:order", args=(public_id,))),
        Crumb(last),
    ]
