"""What the personnel section changes in the organisation: units and posts are opened, changed, moved and closed."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.asof import as_of
from ikusei.org.forms import units as forms
from ikusei.org.forms.people import number_in
from ikusei.org.forms.person_steps import UnitSearchForm
from ikusei.org.middleware import Request
from ikusei.org.models import Unit
from ikusei.org.queries import changes, seats
from ikusei.org.services import posts as post_services
from ikusei.org.services import units as unit_services
from ikusei.org.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


def _way(unit: Unit, name: str) -> tuple[str, list[Crumb]]:
    """The address of the unit's page, and the way down to it."""
    back = reverse("org:unit", args=[unit.pk])
    return back, [Crumb(_("Organisation"), reverse("org:units")), Crumb(name, back)]


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def root_new(request: Request, code: str) -> HttpResponse:
    """Open a unit at the top of an employer's tree."""
    employer = changes.employer_to_change(request.viewer, code)
    back = f"{reverse('org:units')}?employer={employer.code}"
    return take_step(
        request,
        forms.UnitForm(request.POST or None),
        partial(unit_services.open_unit, actor=request.viewer, employer=employer, parent=""),
        heading=_("Open a unit at the top"),
        button=_("Open it"),
        done=_("The unit is opened."),
        back=back,
        crumbs=[Crumb(_("Organisation"), reverse("org:units")), Crumb(employer.name, back)],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def part_new(request: Request, pk: int) -> HttpResponse:
    """Open a unit below another."""
    unit, name = changes.unit_to_change(request.viewer, pk)
    back, crumbs = _way(unit, name)
    return take_step(
        request,
        forms.UnitForm(request.POST or None),
        partial(unit_services.open_unit, actor=request.viewer, employer=unit.employer, parent=unit.code),
        heading=_("Open a unit below %(unit)s") % {"unit": name},
        button=_("Open it"),
        done=_("The unit is opened."),
        back=back,
        crumbs=crumbs,
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def unit_change(request: Request, pk: int) -> HttpResponse:
    """Rename a unit, or make it a unit of another kind."""
    unit, name = changes.unit_to_change(request.viewer, pk)
    back, crumbs = _way(unit, name)
    form = forms.UnitChangeForm(request.POST or None, period=changes.last_period(unit))
    return take_step(
        request,
        form,
        partial(unit_services.change_unit, actor=request.viewer, unit=unit),
        heading=_("Rename %(unit)s") % {"unit": name},
        button=_("Record"),
        done=_("The change is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[_("The days before keep what was recorded for them.")],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def unit_move(request: Request, pk: int) -> HttpResponse:
    """Move a unit with all below it: first the unit above, then the day."""
    unit, name = changes.unit_to_change(request.viewer, pk)
    back, crumbs = _way(unit, name)
    heading = _("Move %(unit)s") % {"unit": name}
    target = number_in(request.GET, "unit")
    if target is None:
        search = UnitSearchForm(request.GET if "q" in request.GET else None)
        found = seats.find_units(
            request.viewer, search.text, on=request.viewer.today, employer_id=unit.employer_id
        )
        shown = {"heading": heading, "form": search, "found": found, "crumbs": [*crumbs, Crumb(heading)]}
        return render(request, "org/unit_choice.html", shown)
    parent = seats.unit_on(target, as_of(request.POST, "on"))
    return take_step(
        request,
        forms.OnForm(request.POST or None),
        partial(unit_services.change_unit, actor=request.viewer, unit=unit, parent=parent.unit),
        heading=_("Move %(unit)s to %(parent)s") % {"unit": name, "parent": parent.name},
        button=_("Move it"),
        done=_("The move is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[
            _("Everything below the unit moves with it; posts and people stay in their units."),
            _("The days before keep what was recorded for them."),
        ],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def unit_close(request: Request, pk: int) -> HttpResponse:
    """Close a unit."""
    unit, name = changes.unit_to_change(request.viewer, pk)
    back, crumbs = _way(unit, name)
    return take_step(
        request,
        forms.CloseForm(request.POST or None),
        partial(unit_services.close_unit, actor=request.viewer, unit=unit),
        heading=_("Close %(unit)s") % {"unit": name},
        button=_("Close it"),
        done=_("The unit is closed from that day on."),
        back=back,
        crumbs=crumbs,
        notes=[_("Its parts and its posts have to be closed first."), _("Its history can still be read.")],
        tone="danger",
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def post_new(request: Request, pk: int) -> HttpResponse:
    """Open a post in a unit."""
    unit, name = changes.unit_to_change(request.viewer, pk)
    back, crumbs = _way(unit, name)
    return take_step(
        request,
        forms.PostForm(request.POST or None),
        partial(post_services.open_post, actor=request.viewer, unit=unit),
        heading=_("Open a post in %(unit)s") % {"unit": name},
        button=_("Open it"),
        done=_("The post is opened."),
        back=back,
        crumbs=crumbs,
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def post_change(request: Request, pk: int) -> HttpResponse:
    """Change the terms of a post from a day on."""
    post, terms, name = changes.post_to_change(request.viewer, pk)
    back, crumbs = _way(post.unit, name)

    def change(on: Any, **terms: Any) -> None:
        post_services.change_terms(actor=request.viewer, post=post, on=on, changes=terms)

    return take_step(
        request,
        forms.TermsChangeForm(request.POST or None, terms=terms),
        change,
        heading=_("Change the post %(code)s") % {"code": post.code},
        button=_("Record"),
        done=_("The change is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[_("The days before keep what was recorded for them.")],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def post_close(request: Request, pk: int) -> HttpResponse:
    """Close a post."""
    post, _terms, name = changes.post_to_change(request.viewer, pk)
    back, crumbs = _way(post.unit, name)
    return take_step(
        request,
        forms.CloseForm(request.POST or None),
        partial(post_services.close_post, actor=request.viewer, post=post),
        heading=_("Close the post %(code)s") % {"code": post.code},
        button=_("Close it"),
        done=_("The post is closed from that day on."),
        back=back,
        crumbs=crumbs,
        notes=[_("Nobody may be posted there after its last day."), _("Its history can still be read.")],
        tone="danger",
    )
