"""A draft beside what has changed since it met live data, and bringing it up to date."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.drafts import numbers
from ikusei.rotation.queries.drift import drift
from ikusei.rotation.services import drafts as services


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_rebase(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What changed, which moves no longer fit, and what is done about each."""
    found = access.open_draft(request.viewer, public_id)
    if request.method == "POST":
        said = {name: str(value) for name, value in request.POST.items() if name.startswith("move-")}
        chosen = {
            word: numbers(name[5:] for name, value in said.items() if value == word)
            for word in ("keep", "drop")
        }
        try:
            services.rebase(
                actor=request.viewer,
                draft=found,
                keep=chosen["keep"],
                drop=chosen["drop"],
                harmless="harmless" in request.POST,
            )
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The draft rests on today's records. What is left below still clashes.")
            )
            return redirect("rotation:draft_rebase", found.public_id)
    context = {"draft": found, "drift": drift(request.viewer, found)}
    return render(request, "rotation/draft_rebase.html", context)
