"""How the raters of a cycle lean: a question for the steward, no verdict."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.skills.queries import outliers
from ikusei.skills.views.cycle_tabs import cycle_tabs


@needs(Right.CYCLE_RUN)
@require_GET
def cycle_raters(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The raters of a cycle, those first about whom somebody should ask."""
    found = outliers.raters(request.viewer, public_id)
    shown = {
        "raters": found,
        "cycle": found.cycle,
        "tabs": cycle_tabs(found.cycle, "cycle_raters"),
        "least": {"decisions": outliers.DECISIONS, "people": outliers.PEOPLE, "raters": outliers.RATERS},
    }
    return render(request, "skills/confirmation/raters.html", shown)
