"""The people of a cycle: the list, one of them with the exceptions, who is in and why, and why I am."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org import access
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.org.queries.choices import filter_choices
from ikusei.skills.forms.cycles import (
    CyclePeopleForm,
    ExtendForm,
    ExtendUnitForm,
    ReasonForm,
    SearchForm,
    SettleForm,
)
from ikusei.skills.forms.maps import number_in
from ikusei.skills.models import Excuse, Participant
from ikusei.skills.queries.cycles.opening import open_cycle_page, open_participant, unit_of
from ikusei.skills.queries.cycles.people import ParticipantPage, participant_page, people_page
from ikusei.skills.queries.cycles.population import FOUND, own_answers, population_page, search
from ikusei.skills.services import cycles as services
from ikusei.skills.views.cycle_tabs import cycle_tabs


@needs(Right.CYCLE_RUN)
@require_GET
def people(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The people of a cycle, searched and narrowed."""
    cycle = open_cycle_page(public_id)
    unit_id = number_in(request.GET, "unit")
    choices = filter_choices(
        request.viewer, Right.CYCLE_RUN, on=request.viewer.today, unit_id=unit_id, employer_id=None
    )
    form = CyclePeopleForm(request.GET, choices)
    page = people_page(request.viewer, cycle, form.wanted(), number=number_in(request.GET, "page") or 1)
    shown = {"cycle": cycle, "form": form, "page": page, "tabs": cycle_tabs(cycle, "cycle_people")}
    return render(request, "skills/cycles/people.html", shown)


@needs(Right.CYCLE_RUN)
@require_GET
def person(request: Request, public_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponse:
    """One person of a cycle: how far, what was decided and why, and what can be."""
    participant = open_participant(request.viewer, public_id, person_id)
    return _person(request, participant_page(request.viewer, participant))


FORMS: Mapping[str, Callable[..., Form]] = {
    "excuse": ReasonForm,
    "excuse-end": ReasonForm,
    "extend": ExtendForm,
    "settle": SettleForm,
    "remove": ReasonForm,
}


def _person(
    request: Request, page: ParticipantPage, failed: Mapping[str, Form] | None = None
) -> HttpResponse:
    possible = _possible(page)
    forms = {what: _form(request, what, None, page) for what in possible} | dict(failed or {})
    shown = {"page": page, "cycle": page.participant.cycle, "forms": forms}
    return render(request, "skills/cycles/person.html", shown, status=400 if failed else 200)


def _form(request: Request, what: str, data: Mapping[str, Any] | None, page: ParticipantPage) -> Form:
    if what != "settle":
        form = FORMS[what](data)
    else:
        others = None
        if page.is_vacant:
            others = filter_choices(
                request.viewer,
                Right.CYCLE_RUN,
                on=request.viewer.today,
                unit_id=page.participant.unit_id,
                employer_id=None,
            )
        form = SettleForm(data, page.units, others)
    form.prefix = what
    return form


def _possible(page: ParticipantPage) -> list[str]:
    """The exceptions that can be made for somebody now."""
    row = page.participant
    if not row.cycle.is_open:
        return []
    by_hand = row.excuse == Excuse.BY_HAND
    possible = ["excuse-end" if by_hand else "excuse", "extend"]
    if page.is_vacant or len(page.units) > 1:
        possible.append("settle")
    if row.added_by_hand and row.started_at is None:
        possible.append("remove")
    return possible


@needs(Right.CYCLE_RUN)
@require_POST
def decide(request: Request, public_id: uuid.UUID, person_id: uuid.UUID, what: str) -> HttpResponse:
    """Make one exception for one person; what is wrong is said beside its form."""
    participant = open_participant(request.viewer, public_id, person_id)
    page = participant_page(request.viewer, participant)
    if what not in FORMS:
        raise access.NotVisible(what)
    form = _form(request, what, request.POST, page)
    if form.is_valid():
        try:
            _do(request, participant, what, form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved, with its reason."))
            if what == "remove":
                return redirect("skills:cycle_people", public_id)
            return redirect("skills:cycle_person", public_id, person_id)
    return _person(request, page, {what: form})


def _do(request: Request, participant: Participant, what: str, values: dict[str, Any]) -> None:
    given = {"actor": request.viewer, "participant": participant, **values}
    match what:
        case "excuse":
            services.excuse(**given)
        case "excuse-end":
            services.end_excuse(**given)
        case "extend":
            services.extend(**given)
        case "settle":
            services.settle_unit(**{**given, "unit": unit_of(given["unit"])})
        case "remove":
            services.remove_person(**given)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def extend_unit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Give a unit more time."""
    cycle = open_cycle_page(public_id)
    asked = number_in(request.POST or request.GET, "unit")
    choices = filter_choices(
        request.viewer, Right.CYCLE_RUN, on=request.viewer.today, unit_id=asked, employer_id=None
    )
    form = ExtendUnitForm(request.POST if request.method == "POST" else None, choices)
    form.initial = {"unit": asked}
    if form.is_valid():
        values = form.cleaned_data | {"unit": unit_of(form.cleaned_data["unit"])}
        try:
            count = services.extend_unit(actor=request.viewer, cycle=cycle, **values)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("%(count)s person has more time.", "%(count)s people have more time.", count)
            messages.success(request, said % {"count": count})
            return redirect("skills:cycle", cycle.public_id)
    return render(request, "skills/cycles/extend_unit.html", {"cycle": cycle, "form": form})


@needs(Right.CYCLE_RUN)
@require_GET
def population(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The rule in words with its numbers, and why anybody is in or not, those outside included."""
    cycle = open_cycle_page(public_id)
    form = SearchForm(request.GET)
    text = str(form.cleaned_data["q"]).strip() if form.is_valid() else ""
    shown = {
        "cycle": cycle,
        "form": form,
        "found": search(request.viewer, cycle, text) if text else None,
        "page": None if text else population_page(request.viewer, cycle),
        "most": FOUND,
        "tabs": cycle_tabs(cycle, "cycle_population"),
    }
    return render(request, "skills/cycles/population.html", shown)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def add(request: Request, public_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponse:
    """Add somebody whom the rule does not take in."""
    cycle = open_cycle_page(public_id)
    somebody = access.open_person(request.viewer, Right.CYCLE_RUN, person_id, verb="skills.cycle.look")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.add_person(
                actor=request.viewer, cycle=cycle, person=somebody, reason=form.cleaned_data["reason"]
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved, with its reason."))
            return redirect("skills:cycle_person", cycle.public_id, person_id)
    return render(request, "skills/cycles/add.html", {"cycle": cycle, "person": somebody, "form": form})


@needs(Right.OWN)
@require_GET
def why(request: Request, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Whether a cycle asks me, and why; for everybody."""
    answers = own_answers(request.viewer, public_id=public_id)
    return render(request, "skills/cycles/why.html", {"answers": answers, "today": request.viewer.today})
