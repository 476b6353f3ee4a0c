"""My growth, experts, and the plans of next steps."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ikusei.growth.forms.steps import AnswerForm, AskForm, EndForm, StepForm
from ikusei.growth.models import Way
from ikusei.growth.queries.experts import experts as read_experts
from ikusei.growth.queries.experts import find_expert
from ikusei.growth.queries.own import my_growth, offers_shown
from ikusei.growth.queries.plans import open_step, own_gaps, person_plan
from ikusei.growth.queries.plans import team_plan as read_team_plan
from ikusei.growth.queries.requests import open_request
from ikusei.growth.services import steps as services
from ikusei.growth.services import teaching
from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org import access
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.skills.services.interests import set_consents


@needs(Right.OWN)
def growth(request: Request) -> HttpResponse:
    """My growth."""
    return render(
        request,
        "growth/growth.html",
        {"growth": my_growth(request.viewer), "gaps": own_gaps(request.viewer), "answer": AnswerForm()},
    )


@needs(Right.OWN)
@require_POST
def offers(request: Request) -> HttpResponse:
    """Set for which skills the viewer may be asked: exactly those that are ticked, of those that were shown."""
    offered = offers_shown(request.viewer)
    set_consents(
        actor=request.viewer,
        framework_key=offered.framework_key,
        shown=offered.keys & set(request.POST.getlist("shown")),
        agreed=set(request.POST.getlist("may_be_asked")),
    )
    messages.success(request, _("Saved. Only colleagues who look for one of these skills find you."))
    return redirect("growth:growth")


@needs(Right.OWN)
def experts(request: Request) -> HttpResponse:
    """Colleagues who agreed to be asked about a skill."""
    found = read_experts(request.viewer, request.GET.get("skill", ""))
    return render(request, "growth/experts.html", {"experts": found})


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def ask(request: Request, public_id: uuid.UUID, skill: str) -> HttpResponse:
    """Ask one colleague to be taught, by mail."""
    expert = find_expert(request.viewer, public_id, skill)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            teaching.ask_to_teach(
                actor=request.viewer, expert=expert.person, skill_key=skill, text=form.cleaned_data["text"]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Your request is on its way."))
            return redirect("growth:growth")
    catalogue = catalogue_on(request.viewer.today)
    item = catalogue.skill(skill) if catalogue else None
    return render(request, "growth/ask.html", {"expert": expert, "skill": item, "form": form})


@needs(Right.OWN)
@require_POST
def request_step(request: Request, public_id: uuid.UUID, step: str) -> HttpResponse:
    """Accept, decline or withdraw a request."""
    found = open_request(request.viewer, public_id)
    form = AnswerForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        if step == "withdraw":
            teaching.withdraw_request(actor=request.viewer, request=found)
        elif step in ("accept", "decline"):
            teaching.answer_request(actor=request.viewer, request=found, accept=step == "accept", text=text)
        else:
            raise NotVisible(step)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Done. The other side is told."))
    return redirect("growth:growth")


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def step_new(request: Request) -> HttpResponse:
    """Propose a step of my own."""
    if request.viewer.person is None:
        raise NotVisible("person")
    return _propose(request, request.viewer.person, is_own=True)


@needs(Right.LEVELS_CONFIRM, code_only=False)
@require_http_methods(["GET", "POST"])
def step_new_for(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Propose a step to somebody whose levels the viewer confirms."""
    person = access.open_person(request.viewer, Right.LEVELS_CONFIRM, public_id, verb="growth.plan.open")
    return _propose(request, person, is_own=False)


def _propose(request: Request, person: Person, *, is_own: bool) -> HttpResponse:
    catalogue = catalogue_on(request.viewer.today)
    if catalogue is None:
        raise NotVisible("framework")
    asked = {"skill": request.GET.get("skill", ""), "to_level": request.GET.get("level", "")}
    form = StepForm(request.POST or None, catalogue=catalogue, initial=asked)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.propose_step(
                actor=request.viewer,
                person=person,
                skill_key=given["skill"],
                to_level=given["to_level"],
                way=Way(given["way"]),
                text=given["text"],
                due_on=given["due_on"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Proposed. It counts as agreed once the other side says yes."))
            return redirect("growth:growth") if is_own else redirect("growth:person_plan", person.public_id)
    return render(request, "growth/step_new.html", {"form": form, "person": person, "is_own": is_own})


@needs(SIGNED_IN)
@require_POST
def step_move(request: Request, public_id: uuid.UUID, move: str) -> HttpResponse:
    """Agree to a step, call it done, or drop it: one's own, or that of somebody whose levels one confirms."""
    step = open_step(request.viewer, public_id)
    form = EndForm(request.POST)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    try:
        if move == "agree":
            services.agree_step(actor=request.viewer, step=step)
        elif move in ("done", "drop"):
            services.end_step(actor=request.viewer, step=step, done=move == "done", outcome=outcome)
        else:
            raise NotVisible(move)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Saved."))
    own = request.viewer.person is not None and step.person_id == request.viewer.person.pk
    return redirect("growth:growth") if own else redirect("growth:person_plan", step.person.public_id)


@needs(Right.LEVELS_CONFIRM, code_only=False)
def team_plan(request: Request) -> HttpResponse:
    """The next steps of those whose levels the viewer confirms."""
    page = request.GET.get("page", "1")
    plan = read_team_plan(request.viewer, int(page) if page.isdecimal() else 1)
    return render(request, "growth/team_plan.html", {"plan": plan})


@needs(Right.LEVELS_CONFIRM, code_only=False)
def person_plan_page(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One person's next steps."""
    return render(
        request, "growth/person_plan.html", {"row": person_plan(request.viewer, public_id), "end": EndForm()}
    )
