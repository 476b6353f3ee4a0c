"""A new round begun with last year's outlook, and the page that says what became of each announced move."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib import fiscal
from ikusei.lib.rights import needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.outlooks import OutlookForm
from ikusei.rotation.models import Draft
from ikusei.rotation.queries import outlooks as queries
from ikusei.rotation.services.drafts import begin_with_outlook
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_outlook_new(request: Request, fiscal_year: int) -> HttpResponse:
    """Begin a draft of a round with the outlook of an earlier one; which, and what becomes of it, is shown first."""
    round_ = access.open_round(request.viewer, fiscal_year)
    access.require_section(request.viewer, round_.employer)
    sources = queries.sources(request.viewer, round_)
    source = _chosen(request.GET.get("from", ""), sources)
    made: list[Draft] = []

    def begin(name: str, note: str) -> None:
        if source is None:
            raise NotVisible(str(fiscal_year))
        made.append(
            begin_with_outlook(actor=request.viewer, round_=round_, source=source, name=name, note=note)
        )

    year = fiscal.label(fiscal_year)
    answer = take_step(
        request,
        OutlookForm(request.POST or None, initial={"name": _("Outlook of last year") if source else ""}),
        begin,
        heading=_("Begin %(year)s with last year’s outlook") % {"year": year},
        button=_("Begin"),
        done=_("The draft is begun. Only you see it until you share it."),
        back=reverse("rotation:round", args=[fiscal_year]),
        crumbs=[
            Crumb(_("Rotation"), reverse("rotation:home")),
            Crumb(_("Round of %(year)s") % {"year": year}, reverse("rotation:round", args=[fiscal_year])),
        ],
        template="rotation/draft_outlook_new.html",
        extra={
            "round": round_,
            "sources": sources,
            "source": source,
            "outlook": None if source is None else queries.preview(request.viewer, round_, source),
        },
    )
    return redirect("rotation:draft_outlook", made[0].public_id) if made else answer


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_outlook(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What became of the outlook that a draft began with."""
    draft = access.open_draft(request.viewer, public_id)
    outlook = queries.outlook(request.viewer, draft)
    if outlook is None:
        raise NotVisible(str(public_id))
    crumbs = [Crumb(draft.name, reverse("rotation:draft", args=[public_id])), Crumb(_("Last year’s outlook"))]
    return render(
        request, "rotation/draft_outlook.html", {"draft": draft, "outlook": outlook, "crumbs": crumbs}
    )


def _chosen(text: str, sources: list[Draft]) -> Draft | None:
    """The draft that the address names, else the first one."""
    try:
        named = UUID(text)
    except ValueError:
        return next(iter(sources), None)
    return next((one for one in sources if one.public_id == named), None)
