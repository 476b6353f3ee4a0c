"""Approving a draft: laid before the bureau, decided move by move, handed on, sent back."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.access import open_draft
from ikusei.rotation.forms.approval import said_in
from ikusei.rotation.forms.fields import number_in
from ikusei.rotation.models import Verdict
from ikusei.rotation.queries.approval import approval_page, bureau_of, submitted
from ikusei.rotation.services import approval as services
from ikusei.rotation.services.approval import Overtaken, Said

SHOWN_AGAIN, OVERTAKEN = 400, 409
NOTHING: Mapping[int, Said] = MappingProxyType({})


@needs(Right.ROTATION_PLAN)
@require_GET
def approvals(request: Request) -> HttpResponse:
    """The drafts that were submitted, those that wait for the viewer marked."""
    page = submitted(request.viewer, number=number_in(request.GET, "page") or 1)
    return render(request, "rotation/orders/approvals.html", {"page": page})


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Every move of a draft with what was said of it; approve and reject in one action."""
    if request.method != "POST":
        return _shown(request, public_id)
    page = approval_page(request.viewer, public_id)
    asked = request.POST.get("do", "")
    mine = [row.standing.move.pk for row in page.rows if row.is_mine]
    said = said_in(request.POST, mine)
    if asked == "rest":
        open_ones = {row.standing.move.pk for row in page.rows if row.is_mine and row.mine is None}
        said |= said_in(request.POST, open_ones, rest=Verdict.APPROVE)
    said = services.said_anew((row.standing for row in page.rows), said)
    hand_on = asked in ("rest", "hand-on")
    try:
        services.decide(actor=request.viewer, draft=page.draft, said=said, hand_on=hand_on)
    except Overtaken as error:
        return _shown(request, public_id, problem=str(error), typed=said, status=OVERTAKEN)
    except RuleBroken as error:
        return _shown(request, public_id, problem=str(error), typed=said)
    messages.success(request, _("Saved and handed on.") if hand_on else _("Saved. Nothing is handed on yet."))
    return redirect("rotation:approval", public_id)


@needs(Right.ROTATION_PLAN)
@require_POST
def submit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Lay one's own draft before a bureau, or before the personnel section."""
    draft = open_draft(request.viewer, public_id)
    bureau = bureau_of(draft, number_in(request.POST, "bureau"))
    is_straight = request.POST.get("bureau") == ""
    try:
        services.submit(actor=request.viewer, draft=draft, bureau=bureau, is_straight=is_straight)
    except RuleBroken as error:
        return _shown(request, public_id, problem=str(error))
    messages.success(request, _("The draft is submitted; its moves stay as they are from now on."))
    return redirect("rotation:approval", public_id)


@needs(Right.ROTATION_PLAN)
@require_POST
def send_back(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Send a draft back to its owner, with the reason; its owner takes it back in the same way."""
    draft = open_draft(request.viewer, public_id)
    try:
        services.send_back(actor=request.viewer, draft=draft, reason=request.POST.get("reason", ""))
    except RuleBroken as error:
        return _shown(request, public_id, problem=str(error))
    messages.success(request, _("The draft is open for its owner again."))
    # Whoever sent it back may not see it any more.
    return redirect("rotation:approvals")


def _shown(
    request: Request,
    public_id: uuid.UUID,
    *,
    problem: str = "",
    typed: Mapping[int, Said] = NOTHING,
    status: int = SHOWN_AGAIN,
) -> HttpResponse:
    page = approval_page(request.viewer, public_id)
    typed = services.said_anew((row.standing for row in page.rows), typed)
    rows = [(row, typed.get(row.standing.move.pk)) for row in page.rows]
    shown = {"page": page, "rows": rows, "problem": problem}
    return render(request, "rotation/orders/approval.html", shown, status=status if problem else 200)
