"""Typing in what somebody else said: a person's own answers, or the decisions of a supervisor without access."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.confirmation import Typed, choices_in, number, typed_in, undecided
from ikusei.skills.forms.confirmation_sheets import AnswersForm, SpokesmanForm
from ikusei.skills.forms.self_assessment import note_of
from ikusei.skills.queries.confirmation.steward import (
    EntryPage,
    answers_to_enter,
    decisions_to_enter,
    steward_participant,
)
from ikusei.skills.services import proxy as service
from ikusei.skills.services.confirming import DecisionsRefused


@needs(Right.PROXY_ENTRY)
@require_http_methods(["GET", "POST"])
def answers(request: Request, cycle: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """Type in what somebody answered on paper or by telephone, and hand it in for them."""
    participant = steward_participant(request.viewer, Right.PROXY_ENTRY, cycle=cycle, public_id=public_id)
    page = answers_to_enter(participant)
    form = AnswersForm(request.POST or None)
    given = {
        row.skill.id: (
            number(request.POST.get(f"level-{row.skill.id}", "")),
            note_of(request.POST.get(f"note-{row.skill.id}", "")),
        )
        for row in page.rows
    }
    if request.method == "POST" and form.is_valid():
        try:
            count = service.enter_answers(
                actor=request.viewer,
                participant_id=participant.pk,
                answers=given,
                channel=form.cleaned_data["channel"],
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("%(count)s answer is handed in.", "%(count)s answers are handed in.", count)
            messages.success(request, said % {"count": count})
            return redirect(request.path)
    rows = [
        (row, str(level) if level is not None else "", note)
        for row, (level, note) in zip(
            page.rows, _shown(page, given, posted=request.method == "POST"), strict=True
        )
    ]
    return render(
        request,
        "skills/confirmation/proxy_answers.html",
        {"page": page, "form": form, "rows": rows, "may_run": request.viewer.can(Right.CYCLE_RUN)},
    )


def _shown(
    page: EntryPage, given: Mapping[int, tuple[int | None, str]], *, posted: bool
) -> list[tuple[int | None, str]]:
    """What stands in the fields: what was typed, else what was answered so far."""
    return [given[row.skill.id] if posted else (row.level, row.note) for row in page.rows]


@needs(Right.PROXY_ENTRY)
@require_http_methods(["GET", "POST"])
def decisions(request: Request, cycle: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """Type in what a supervisor said who cannot reach the system."""
    participant = steward_participant(request.viewer, Right.PROXY_ENTRY, cycle=cycle, public_id=public_id)
    page = decisions_to_enter(request.viewer, participant)
    form = SpokesmanForm(request.POST or None, units=list(page.units))
    typed = typed_in(request.POST)
    problems: Mapping[int, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            if undecided(typed):
                raise DecisionsRefused(dict.fromkeys(undecided(typed), _("Please choose what was said.")))
            count = service.enter_decisions(
                actor=request.viewer,
                participant_id=participant.pk,
                choices=choices_in(request.POST, typed),
                spokesman=form.spokesman,
            )
        except DecisionsRefused as error:
            problems = error.problems
            form.add_error(None, str(error))
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("%(count)s decision is saved.", "%(count)s decisions are saved.", count)
            messages.success(request, said % {"count": count})
            return redirect(request.path)
    rows = [(row, typed.get(row.skill.id, Typed()), problems.get(row.skill.id, "")) for row in page.rows]
    return render(
        request,
        "skills/confirmation/proxy_decisions.html",
        {"page": page, "form": form, "rows": rows, "may_run": request.viewer.can(Right.CYCLE_RUN)},
    )
