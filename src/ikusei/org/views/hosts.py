"""Supervisors at a host: invite one for a person, write to them again, end it."""

import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.forms.hosts import InviteHostForm
from ikusei.org.middleware import Request
from ikusei.org.models import Person, RoleGrant
from ikusei.org.queries import hosts as queries
from ikusei.org.services import hosts as services
from ikusei.org.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


def _crumbs(person: Person) -> list[Crumb]:
    return [
        Crumb(_("People"), reverse("org:people")),
        Crumb(person.display_name, reverse("org:person", args=[person.public_id])),
    ]


@needs(Right.HOST_INVITE)
@require_http_methods(ASK_AND_DO)
def host(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who is invited to confirm somebody's levels, and the form to invite."""
    page = queries.host_page(request.viewer, public_id)

    def invite(*, posting: int, **asked: Any) -> RoleGrant:
        return services.invite_host(actor=request.viewer, person=page.person, posting_id=posting, **asked)

    return take_step(
        request,
        InviteHostForm(request.POST or None, offered=page.offered),
        invite,
        heading=_("Host supervisor of %(name)s") % {"name": page.person.display_name},
        button=_("Invite"),
        done=_("The invitation is on its way."),
        back=reverse("org:host", args=[public_id]),
        crumbs=_crumbs(page.person),
        template="org/host.html",
        extra={"page": page},
    )


@needs(Right.HOST_INVITE)
@require_POST
def host_again(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """Send an invitation once more."""
    grant = queries.invitation_of(request.viewer, public_id, pk)
    try:
        services.invite_again(actor=request.viewer, grant=grant)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is on its way."))
    return redirect("org:host", public_id=public_id)


@needs(Right.HOST_INVITE)
@require_http_methods(ASK_AND_DO)
def host_end(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """End an invitation."""
    grant = queries.invitation_of(request.viewer, public_id, pk)
    back = reverse("org:host", args=[public_id])
    person = grant.person
    heading = _("End an invitation")
    return take_step(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        partial(services.end_invitation, actor=request.viewer, grant=grant),
        heading=heading,
        button=_("End it"),
        done=_("The invitation has ended."),
        back=back,
        crumbs=_crumbs(person) if person is not None else (),
        notes=[
            _("%(host)s confirms the levels of %(name)s no more, from now on.")
            % {"host": grant.user, "name": person},
            _("What they have confirmed stays, with their name."),
        ],
        tone="danger",
    )
