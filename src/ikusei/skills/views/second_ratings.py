"""Second ratings: those that wait for me, one of them, and the call by a steward."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.confirmation import number
from ikusei.skills.forms.second_ratings import CallForm
from ikusei.skills.forms.self_assessment import note_of
from ikusei.skills.queries import second_ratings as queries
from ikusei.skills.queries.confirmation.steward import steward_participant
from ikusei.skills.services import second_ratings as service
from ikusei.skills.services.second_rating_notices import tell_rater


@needs(SIGNED_IN)
@require_GET
def second_ratings(request: Request) -> HttpResponse:
    """The second ratings for which I was called."""
    rows = queries.my_second_ratings(request.viewer)
    return render(request, "skills/confirmation/second_ratings.html", {"rows": rows})


@needs(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def second_rating(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One skill of one person, to be looked at by a second rater."""
    problem = ""
    if request.method == "POST":
        try:
            service.give_second_rating(
                actor=request.viewer,
                public_id=public_id,
                level=number(request.POST.get("level", "")),
                reason=note_of(request.POST.get("reason", "")),
            )
        except RuleBroken as error:
            problem = str(error)
        else:
            messages.success(request, _("Your rating is saved; thank you. It has ended with it."))
            return redirect("skills:second_ratings")
    try:
        page = queries.rating_page(request.viewer, public_id)
    except NotVisible:
        if not problem:
            raise
        # It was ended while the rater typed: nothing of the person is shown any more, but the text is theirs.
        kept = {"problem": problem, "reason": request.POST.get("reason", "")}
        return render(request, "skills/confirmation/second_rating_over.html", kept, status=409)
    shown = {
        "page": page,
        "problem": problem,
        "level": request.POST.get("level", ""),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "skills/confirmation/second_rating.html", shown, status=400 if problem else 200)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def call(request: Request, cycle: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """Call a second rater for a skill of a person in a cycle; those called so far."""
    participant = steward_participant(request.viewer, Right.CYCLE_RUN, cycle=cycle, public_id=public_id)
    skills = queries.callable_skills(participant)
    form = CallForm(request.POST or None, skills=skills)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            rating = service.call_second_rater(
                actor=request.viewer,
                participant_id=participant.pk,
                skill_id=given["skill"],
                rater=service.find_rater(given["rater"]),
                reason=given["reason"],
                due_on=given["due_on"],
            )
        except service.RaterRefused as error:
            form.add_error("rater", str(error))
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            tell_rater(actor=request.viewer, rating=rating)
            messages.success(request, _("The second rater is called and told by mail."))
            return redirect(request.path)
    called = queries.second_ratings_of([participant.pk], today=request.viewer.today)
    shown = {"participant": participant, "form": form, "called": called, "skills": skills, "may_run": True}
    return render(request, "skills/confirmation/second_rating_call.html", shown)


@needs(Right.CYCLE_RUN)
@require_POST
def withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """End a second rating that was not given."""
    rating = service.withdraw_second_rating(actor=request.viewer, public_id=public_id)
    messages.success(request, _("The second rating is ended."))
    participant = rating.participant
    return redirect("skills:second_rating_call", participant.cycle.public_id, participant.person.public_id)
