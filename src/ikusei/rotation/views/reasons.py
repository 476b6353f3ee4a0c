"""Why this seat, why not another one, and what if: for planners, about one person of a draft."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.fields import number_in, place_in
from ikusei.rotation.forms.reasons import TrialForm, WhyNotForm
from ikusei.rotation.models import Draft
from ikusei.rotation.queries import reasons as queries
from ikusei.rotation.queries.plans import open_run
from ikusei.rotation.queries.trials import trial as trial_page
from ikusei.rotation.services import drafts
from ikusei.rotation.services.reasons import try_otherwise
from ikusei.ui.components import Crumb

SECONDS = 60
"""How long a search tries a seat otherwise."""


@needs(Right.ROTATION_PLAN)
@require_GET
def why(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Why somebody sits where a plan, or the draft, puts them."""
    draft = access.open_draft(request.viewer, public_id)
    shown = queries.why(request.viewer, draft, key, _run_of(request))
    crumbs = [*_way(draft, key, shown.ground), Crumb(_("Why?"))]
    return render(
        request, "rotation/reasons/why.html", {"shown": shown, "ground": shown.ground, "crumbs": crumbs}
    )


@needs(Right.ROTATION_PLAN)
@require_GET
def why_not(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Why somebody does not sit in a post in a year: which rule, what would free it, what it would cost."""
    draft = access.open_draft(request.viewer, public_id)
    shown = _asked(request, draft, key)
    initial = {"to": number_in(request.GET, "to") or "", "y": number_in(request.GET, "y") or ""}
    form = WhyNotForm(picture=shown.ground.picture, person=shown.ground.person, initial=initial)
    context = {
        "shown": shown,
        "ground": shown.ground,
        "form": form,
        "seconds": SECONDS,
        "crumbs": [*_way(draft, key, shown.ground), Crumb(_("Why not?"))],
    }
    return render(request, "rotation/reasons/why_not.html", context)


@needs(Right.ROTATION_PLAN)
@require_POST
def why_not_take(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Draft the seat that was asked about, with the change that frees it."""
    draft = access.open_draft(request.viewer, public_id)
    code = str(request.POST.get("breach", ""))
    try:
        shown = _asked(request, draft, key)
        drafts.take_steps(
            actor=request.viewer,
            draft=draft,
            steps=queries.steps_of(shown, code, place_in(request.POST, "choice")),
            seen_revision=number_in(request.POST, "seen") or 0,
        )
    except NotVisible:
        messages.warning(request, _("That is proposed no more: the draft has changed meanwhile."))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft holds it. Undo takes it back."))
    return redirect("rotation:draft_person", draft.public_id, key)


@needs(Right.ROTATION_PLAN)
@require_POST
def trial_new(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """Let a search try one seat otherwise, beginning with a plan."""
    run = open_run(request.viewer, public_id, run_id)
    form = TrialForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a person, a post and a year."))
        return redirect("rotation:plan", public_id, run_id)
    try:
        tried = try_otherwise(actor=request.viewer, run=run, **form.cleaned_data)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("rotation:plan", public_id, run_id)
    messages.success(request, _("The planner is asked. You may leave the page; the work goes on."))
    return redirect("rotation:plan", public_id, tried.public_id)


@needs(Right.ROTATION_PLAN)
@require_GET
def trial(request: Request, public_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """What a seat tried otherwise comes to, beside the plan it was tried on."""
    run = open_run(request.viewer, public_id, run_id)
    shown = trial_page(request.viewer, run)
    crumbs = [
        Crumb(run.draft.name, reverse("rotation:draft", args=[public_id])),
        Crumb(_("Planner"), reverse("rotation:plans", args=[public_id])),
        Crumb(_("What if?")),
    ]
    context = {"shown": shown, "run": run, "draft": run.draft, "crumbs": crumbs}
    return render(request, "rotation/reasons/trial.html", context)


def _asked(request: Request, draft: Draft, key: str) -> queries.WhyNotPage:
    given = request.POST if request.method == "POST" else request.GET
    return queries.why_not(
        request.viewer,
        draft,
        key,
        post=number_in(given, "to"),
        year=number_in(given, "y"),
        run_id=_run_of(request),
    )


def _run_of(request: Request) -> uuid.UUID | None:
    """The run that is named. Raises NotVisible (404) for what names none."""
    text = (request.POST if request.method == "POST" else request.GET).get("run", "")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotVisible(text) from None


def _way(draft: Draft, key: str, ground: queries.Ground) -> list[Crumb]:
    return [
        Crumb(draft.name, reverse("rotation:draft", args=[draft.public_id])),
        Crumb(ground.person.name, reverse("rotation:draft_person", args=[draft.public_id, key])),
    ]
