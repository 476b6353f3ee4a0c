"""The planner on a draft: asked, watched, stopped, and its moves taken into the draft; and every rule as a sentence."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

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
from ikusei.rotation import access
from ikusei.rotation.forms.plans import PlanForm
from ikusei.rotation.models import Draft, PlanRun
from ikusei.rotation.queries import plans as queries
from ikusei.rotation.queries.announcements import Announcement, announcements
from ikusei.rotation.queries.curves import curves_of
from ikusei.rotation.rules.catalogue import ENTRIES, by_planner
from ikusei.rotation.services import plans as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb


@needs(Right.ROTATION_PLAN)
@require_GET
def rules(request: Request) -> HttpResponse:
    """Every rule of rotation as a sentence, and where it is set."""
    return render(request, "rotation/rules.html", {"entries": ENTRIES})


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def plans(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Ask for a plan; the runs so far."""
    draft = access.open_draft(request.viewer, public_id)
    access.require_section(request.viewer, draft.round.employer)
    asked: list[PlanRun] = []
    offered = announcements(request.viewer, draft)
    form = PlanForm(request.POST or None, announcements=offered, initial=_first(draft, offered))

    def ask(seconds: int, seed: int, **_kept: object) -> None:
        asked.append(
            services.ask_for_plan(
                actor=request.viewer, draft=draft, seconds=seconds, seed=seed, keep=form.keep
            )
        )

    answer = take_step(
        request,
        form,
        ask,
        heading=_("Planner"),
        button=_("Ask for a plan"),
        done=_("The planner is asked. You may leave the page; the work goes on."),
        back=reverse("rotation:draft", args=[draft.public_id]),
        crumbs=[Crumb(draft.name, reverse("rotation:draft", args=[draft.public_id]))],
        template="rotation/plans.html",
        extra={
            "draft": draft,
            "runs": queries.runs_of(draft),
            "curves": curves_of(draft),
            "may_curve": bool(offered),
            "kept": by_planner(),
        },
    )
    return redirect(_address(draft, asked[0])) if asked else answer


@needs(Right.ROTATION_PLAN)
@require_GET
def plan(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """One run: how bound and plan move, then the plan; htmx asks for the changing part while it is at work."""
    run = queries.open_run(request.viewer, public_id, run_id)
    shown = queries.Shown(run)
    context = {
        "draft": run.draft,
        "run": run,
        "shown": shown,
        "width": queries.WIDTH,
        "height": queries.HEIGHT,
    }
    if request.htmx and not request.htmx.boosted:
        answer = render(request, "rotation/plan.html#progress", context)
        if not shown.is_at_work:
            answer["HX-Refresh"] = "true"
        return answer
    if not shown.is_at_work:
        number, changes = request.GET.get("page", "1"), request.GET.get("changes", "1")
        context["result"] = queries.result(request.viewer, run, number=number, changes=changes)
    context["crumbs"] = [*_way(public_id), Crumb(_("A plan"))]
    return render(request, "rotation/plan.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def plan_rules(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """The rules that a plan breaks, each with its smallest change."""
    run = queries.open_run(request.viewer, public_id, run_id)
    context = {"draft": run.draft, "run": run, "broken": queries.broken(request.viewer, run)}
    context["crumbs"] = [*_way(public_id), Crumb(_("A plan"), _address(run.draft, run)), Crumb(_("Rules"))]
    return render(request, "rotation/plan_rules.html", context)


@needs(Right.ROTATION_PLAN)
@require_POST
def plan_stop(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """Stop the search and keep its best plan."""
    run = queries.open_run(request.viewer, public_id, run_id)
    _try(request, partial(services.stop_plan, actor=request.viewer, run=run))
    return redirect(_address(run.draft, run))


@needs(Right.ROTATION_PLAN)
@require_POST
def plan_take(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """Take the moves of a plan into the draft: of the people ticked, or of all."""
    run = queries.open_run(request.viewer, public_id, run_id)
    people = None if "all" in request.POST else request.POST.getlist("person")
    try:
        changed = services.take_plan(actor=request.viewer, run=run, people=people)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect(_address(run.draft, run))
    said = ngettext(
        "The draft holds the plan for %(count)s person. Undo takes it back.",
        "The draft holds the plan for %(count)s people. Undo takes it back.",
        len(changed.people),
    )
    messages.success(request, said % {"count": len(changed.people)})
    return redirect("rotation:draft", public_id=public_id)


def _first(draft: Draft, offered: list[Announcement]) -> dict[str, Any]:
    """What the form begins with: the outlook that the draft began with is to be kept."""
    begun = next((one.key for one in offered if one.draft.pk == draft.outlook_of_id), "")
    return {"announced": begun}


def _way(public_id: uuid.UUID) -> list[Crumb]:
    return [
        Crumb(_("The draft"), reverse("rotation:draft", args=[public_id])),
        Crumb(_("Planner"), reverse("rotation:plans", args=[public_id])),
    ]


def _try(request: Request, do: partial[None]) -> None:
    try:
        do()
    except RuleBroken as broken:
        messages.error(request, str(broken))


def _address(draft: Draft, run: PlanRun) -> str:
    return reverse("rotation:plan", args=[draft.public_id, run.public_id])
