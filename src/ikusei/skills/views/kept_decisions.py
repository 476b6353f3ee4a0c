"""Decisions that came too late: the session had ended, or the page's token was no longer valid. Nothing typed is lost."""

import uuid
from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render

from ikusei.org.middleware import Request
from ikusei.skills.forms.confirmation import Typed, typed_in

KEPT = "confirmation_typed"


def keep(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The page with what was typed: to be sent again, or, after signing in, to be found on the page of the person."""
    typed = typed_in(request.POST)
    if not request.user.is_authenticated and typed:
        request.session[KEPT] = {
            "person": str(public_id),
            "typed": {str(skill_id): asdict(one) for skill_id, one in typed.items()},
        }
    shown = {
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ],
        "texts": [one.reason for one in typed.values() if one.reason.strip()],
        "here": request.get_full_path(),
    }
    return render(request, "skills/confirmation/kept.html", shown, status=403)


def typed_before(request: Request, public_id: uuid.UUID) -> dict[int, Typed]:
    """What was typed about this person before the session ended, taken out of it; what was about another is forgotten."""
    kept = request.session.pop(KEPT, None)
    if kept is None or kept["person"] != str(public_id):
        return {}
    return {int(skill_id): Typed(**one) for skill_id, one in kept["typed"].items()}
