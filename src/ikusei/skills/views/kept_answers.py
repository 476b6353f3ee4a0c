"""Answers that came too late: the session had ended, or the page's token was no longer valid. Nothing typed is lost."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from ikusei.org.middleware import Request
from ikusei.skills.forms.self_assessment import changed, note_of, posted_in, typed_as_json, typed_from_json
from ikusei.skills.models import Participant
from ikusei.skills.queries.self_assessment.page import Given, TypedLine, typed_lines

ANSWERS = "self_assessment_typed"
REPLY = "self_assessment_reply"


def keep_message(request: Request, pk: int) -> JsonResponse:
    """What the script is told: it keeps the answers on the device and sends them once the person has signed in."""
    state = "token" if request.user.is_authenticated else "signed-out"
    return JsonResponse({"state": state}, status=403 if state == "token" else 401)


def keep_page(request: Request, pk: int) -> HttpResponse:
    """The page with what was typed in a whole form: to be read, copied, and sent again.

    Of somebody who is signed out it also waits in their empty session, which goes on as theirs when they sign in.
    """
    posted = changed(posted_in(request.POST))
    typed = {one.skill_id: one.given for one in posted}
    if not request.user.is_authenticated and posted:
        request.session[ANSWERS] = {"participant": pk, "answers": typed_as_json(posted)}
    return _page(request, typed_lines(pk, typed))


def keep_reply(request: Request, pk: int) -> HttpResponse:
    """The page with a reply that came too late."""
    text = note_of(request.POST.get("text", ""))
    if not request.user.is_authenticated:
        request.session[REPLY] = {"review": pk, "reply": request.POST.get("reply", ""), "text": text}
    lines = [TypedLine(name="", words="", note=text)] if text else []
    return _page(request, lines)


def sign_in_url() -> str:
    """Where somebody signs in to come back to the self-assessment."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('skills:self_assessment')})}"


def _page(request: Request, lines: list[TypedLine]) -> HttpResponse:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return render(
        request,
        "skills/self/kept.html",
        {"lines": lines, "fields": fields, "action": request.path, "sign_in_url": sign_in_url()},
        status=403,
    )


def typed_before(request: Request, participant: Participant | None) -> dict[int, Given]:
    """What its owner typed before the session ended, by skill. What somebody else typed on this device is forgotten."""
    kept: dict[str, Any] | None = request.session.get(ANSWERS)
    if kept is None:
        return {}
    if participant is None or kept["participant"] != participant.pk:
        del request.session[ANSWERS]
        return {}
    return typed_from_json(kept["answers"])


def reply_before(request: Request, review_ids: set[int]) -> dict[str, Any]:
    """The reply that its owner typed before the session ended ("review", "reply", "text"); empty without one."""
    kept: dict[str, Any] | None = request.session.get(REPLY)
    if kept is None:
        return {}
    if kept["review"] not in review_ids:
        del request.session[REPLY]
        return {}
    return kept


def forget(request: Request, *names: str) -> None:
    """Drop what was kept once it has been saved."""
    for name in names:
        request.session.pop(name, None)
