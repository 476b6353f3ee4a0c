"""A preference sheet that came too late: the session had ended, or the page's token was no longer valid. Nothing is lost.

What was typed waits in the session of whoever is signed out, bound to the person whose page it was, and goes on as
theirs when they sign in; somebody else who signs in on the same device does not see it, and it is forgotten.
"""

import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from ikusei.org.middleware import Request
from ikusei.rotation.forms.wishes import kept_in, typed_from

KEPT = "preference_sheet_typed"
SALT = "rotation.preference-sheet"


def owner_mark(request: Request) -> str:
    """What a form carries so that what is typed in it can wait for its owner alone."""
    person = request.viewer.person
    return "" if person is None else signing.dumps(person.pk, salt=SALT)


def keep(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The page with what was typed: to be read, copied, and sent again."""
    typed = kept_in(request.POST)
    owner = _owner(request.POST.get("owner", ""))
    if not request.user.is_authenticated and owner is not None:
        request.session[KEPT] = {"person": owner, "round": str(public_id), "typed": typed}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    here = urlencode({"next": reverse("rotation:wishes_of", args=(public_id,))})
    texts = [
        value
        for name, values in typed.items()
        if name in ("places", "concerns", "protected_text") or name.startswith("reason-")
        for value in values
        if value.strip()
    ]
    shown = {
        "fields": fields,
        "texts": texts,
        "action": request.path,
        "is_kept": owner is not None,
        "sign_in_url": f"{resolve_url(settings.LOGIN_URL)}?{here}",
    }
    return render(request, "rotation/wishes/kept.html", shown, status=403)


def typed_before(request: Request, public_id: uuid.UUID) -> MultiValueDict[str, str] | None:
    """What the viewer typed before the session ended, for the sheet of a round; of somebody else it is forgotten."""
    kept = request.session.get(KEPT)
    if kept is None:
        return None
    person = request.viewer.person
    if person is None or kept["person"] != person.pk:
        forget(request)
        return None
    return typed_from(kept["typed"]) if kept["round"] == str(public_id) else None


def forget(request: Request) -> None:
    """Drop what was kept once it has been saved."""
    request.session.pop(KEPT, None)


def _owner(mark: str) -> int | None:
    try:
        found = signing.loads(mark, salt=SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
