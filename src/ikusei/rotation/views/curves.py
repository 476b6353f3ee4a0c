"""The curve of changes against value: asked for, watched, stopped, as a picture with its table, as a file."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.lib.tabular import write_csv
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.plans import CurveForm
from ikusei.rotation.models import Draft, PlanCurve
from ikusei.rotation.queries import curves as queries
from ikusei.rotation.queries.announcements import announcements
from ikusei.rotation.services import plans as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_curve_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Ask for a curve."""
    draft = access.open_draft(request.viewer, public_id)
    access.require_section(request.viewer, draft.round.employer)
    asked: list[PlanCurve] = []
    offered = announcements(request.viewer, draft)

    def ask(announced: uuid.UUID, prices: list[float], seconds: int, seed: int) -> None:
        curve = services.ask_for_curve(
            actor=request.viewer, draft=draft, announced=announced, prices=prices, seconds=seconds, seed=seed
        )
        asked.append(curve)

    nothing = _(
        "Nothing was announced for this round: no earlier draft was approved with moves of these years, and no move of this round is approved."
    )
    answer = take_step(
        request,
        CurveForm(request.POST or None, announcements=offered),
        ask,
        heading=_("Changes against value"),
        button=_("Make the plans"),
        done=_("The planner is asked. You may leave the page; the work goes on."),
        back=_planner(draft),
        crumbs=[Crumb(draft.name, reverse("rotation:draft", args=[public_id])), _way(draft)],
        notes=[
            _("For each price a plan is made that changes what was announced only where that is worth more."),
            _(
                "The curve shows how many announced seats change, and what is gained by it. Any of the plans can be taken."
            ),
        ]
        if offered
        else [nothing],
    )
    return redirect(_address(draft, asked[0])) if asked else answer


@needs(Right.ROTATION_PLAN)
@require_GET
def plan_curve(request: Request, public_id: uuid.UUID, curve_id: uuid.UUID) -> HttpResponse:
    """A curve; htmx asks for the changing part while it is at work."""
    shown = queries.open_curve(request.viewer, public_id, curve_id)
    curve = shown.curve
    context: dict[str, Any] = {
        "draft": curve.draft,
        "curve": curve,
        "shown": shown,
        "width": queries.WIDTH,
        "height": queries.HEIGHT,
        "crumbs": [_board(curve.draft), _way(curve.draft), Crumb(_("Changes against value"))],
    }
    if request.htmx and not request.htmx.boosted:
        answer = render(request, "rotation/plan_curve.html#curve", context)
        if not shown.is_at_work:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "rotation/plan_curve.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def plan_curve_csv(request: Request, public_id: uuid.UUID, curve_id: uuid.UUID) -> HttpResponse:
    """The table of a curve as CSV."""
    shown = queries.open_curve(request.viewer, public_id, curve_id)
    head = [
        _("Points that a change must be worth"),
        _("Announced seats changed"),
        _("People concerned"),
        _("Points gained"),
        _("Objective"),
        _("Objective with the price"),
        _("Proven bound"),
        _("Gap (per cent)"),
        _("Seconds"),
    ]
    rows = [
        [
            one.run.change_price,
            one.changed,
            one.people,
            round(one.gained, 1),
            one.run.objective,
            one.whole,
            one.run.bound,
            None if one.run.gap is None else round(one.run.gap, 3),
            None if one.run.seconds is None else round(one.run.seconds, 1),
        ]
        for one in shown.points
    ]
    return HttpResponse(
        write_csv([head, *rows]).content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="curve-{request.viewer.today.isoformat()}.csv"'
        },
    )


@needs(Right.ROTATION_PLAN)
@require_POST
def plan_curve_stop(request: Request, public_id: uuid.UUID, curve_id: uuid.UUID) -> HttpResponse:
    """Stop a curve and keep the plans made so far."""
    curve = queries.open_curve(request.viewer, public_id, curve_id).curve
    try:
        services.stop_curve(actor=request.viewer, curve=curve)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect(_address(curve.draft, curve))


def _board(draft: Draft) -> Crumb:
    return Crumb(_("The draft"), reverse("rotation:draft", args=[draft.public_id]))


def _planner(draft: Draft) -> str:
    return reverse("rotation:plans", args=[draft.public_id])


def _way(draft: Draft) -> Crumb:
    return Crumb(_("Planner"), _planner(draft))


def _address(draft: Draft, curve: PlanCurve) -> str:
    return reverse("rotation:plan_curve", args=[draft.public_id, curve.public_id])
