"""The sensitivity report of the rates."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ikusei.lib.rights import needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.models import Draft
from ikusei.rotation.queries.sensitivity import sensitivity_page


@needs(Right.ROTATION_PLAN)
@require_GET
def sensitivity(request: Request) -> HttpResponse:
    """Which moves of a draft survive rates whose effects are a fifth stronger or weaker."""
    page = sensitivity_page(request.viewer, draft=chosen_draft(request), page=request.GET.get("page", "1"))
    return render(request, "rotation/sensitivity.html", {"page": page})


def chosen_draft(request: Request) -> Draft | None:
    """The draft that the address names, None where it names none. Raises NotVisible (404) for any other."""
    chosen = request.GET.get("draft", "")
    if not chosen:
        return None
    try:
        return access.open_draft(request.viewer, uuid.UUID(chosen))
    except ValueError as error:
        raise NotVisible(chosen) from error
