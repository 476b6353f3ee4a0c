"""Internal open recruitment: what employees see and do, and what the personnel section publishes and decides."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.recruitment import ApplyForm, DecideForm, OfferForm
from ikusei.rotation.models import Recruitment
from ikusei.rotation.queries import recruitment as queries
from ikusei.rotation.services import recruitment as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.OWN)
@require_GET
def offers(request: Request) -> HttpResponse:
    """The posts one can apply for, and one's own applications."""
    return render(request, "rotation/recruitment/offers.html", {"page": queries.own_page(request.viewer)})


@needs(Right.OWN)
@require_http_methods(ASK_AND_DO)
def offer(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One post: read, applied for, and, from the day of results on, the result."""
    found = queries.own_offer(request.viewer, public_id)
    kept = {"text": found.mine.text} if found.mine is not None else None
    return take_step(
        request,
        ApplyForm(request.POST or None, initial=kept),
        partial(services.apply, actor=request.viewer, recruitment=found.recruitment),
        heading=found.post,
        button=_("Change my application") if found.is_applied else _("Apply"),
        done=_("Your application is with the personnel section. Nobody else is told."),
        back=reverse("rotation:recruitment", args=[public_id]),
        crumbs=[Crumb(_("Open recruitment"), reverse("rotation:recruitment_list"))],
        template="rotation/recruitment/offer.html",
        extra={"offer": found},
    )


@needs(Right.OWN)
@require_POST
def offer_withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Take one's own application back."""
    found = queries.own_offer(request.viewer, public_id)
    try:
        services.withdraw_application(actor=request.viewer, recruitment=found.recruitment)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your application is taken back."))
    return redirect("rotation:recruitment", public_id)


@needs(Right.ROTATION_PLAN)
@require_GET
def recruitments(request: Request) -> HttpResponse:
    """Everything offered, with how many apply."""
    page = queries.section_list(request.viewer, number=request.GET.get("page", "1"))
    return render(request, "rotation/recruitment/section.html", {"page": page})


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def recruitment_new(request: Request) -> HttpResponse:
    """Publish a post."""
    viewer = request.viewer
    rounds = queries.rounds_to_recruit(viewer)
    on = rounds[0].effective_on if rounds else viewer.today
    return take_step(
        request,
        OfferForm(request.POST or None, rounds=rounds, posts=queries.posts_to_offer(viewer, on)),
        partial(services.publish, actor=viewer),
        heading=_("Publish a post"),
        button=_("Publish it"),
        done=_("The post is published from its day on."),
        back=reverse("rotation:recruitments"),
        crumbs=_way(),
        notes=[
            _("Every employee of the employer can read it and apply; no supervisor is told who does."),
            _(
                "Whoever is selected learns it on the day of results: put it on the day of the notice or later."
            ),
        ],
    )


@needs(Right.ROTATION_PLAN)
@require_GET
def recruitment_section(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One offer with who applies."""
    page = queries.section_offer(request.viewer, public_id)
    shown = {"page": page, "offer": page.offer, "crumbs": [*_way(), Crumb(page.offer.post)]}
    return render(request, "rotation/recruitment/section_offer.html", shown)


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def recruitment_change(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Change an offer before it is published."""
    row = queries.open_recruitment(request.viewer, public_id)
    posts = queries.posts_to_offer(request.viewer, row.round.effective_on)
    return take_step(
        request,
        OfferForm(request.POST or None, rounds=[], posts=posts, row=row),
        partial(services.change_offer, actor=request.viewer, recruitment=row),
        heading=_("Change the offer"),
        button=_("Record"),
        done=_("The offer is changed."),
        back=_address(row),
        crumbs=_way(),
        notes=[_("Once it is published it is not changed any more.")],
    )


@needs(Right.ROTATION_PLAN)
@require_POST
def recruitment_withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Withdraw an offer."""
    row = queries.open_recruitment(request.viewer, public_id)
    try:
        services.withdraw_offer(actor=request.viewer, recruitment=row)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The offer is withdrawn."))
    return redirect(_address(row))


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def application_decide(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Decide about an application."""
    found = queries.open_application(request.viewer, public_id)
    return take_step(
        request,
        DecideForm(request.POST if request.method == "POST" else None, application=found),
        partial(services.decide, actor=request.viewer, application=found),
        heading=_("Decide about the application of %(name)s") % {"name": found.person.display_name},
        button=_("Record"),
        done=_("The decision is recorded; the person learns of it on the day of results."),
        back=_address(found.recruitment),
        crumbs=_way(),
    )


def _way() -> list[Crumb]:
    return [
        Crumb(_("Rotation"), reverse("rotation:home")),
        Crumb(_("Open recruitment"), reverse("rotation:recruitments")),
    ]


def _address(row: Recruitment) -> str:
    return reverse("rotation:recruitment_section", args=[row.public_id])
