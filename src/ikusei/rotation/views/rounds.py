"""The planner's home of rotation, and a year's round: its days, its quotas, how far it is."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation import access, post_access
from ikusei.rotation.forms.rounds import QuotaForm, RoundChangeForm, RoundForm
from ikusei.rotation.models import Round
from ikusei.rotation.queries import rounds as queries
from ikusei.rotation.services import rounds as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.ROTATION_PLAN)
@require_GET
def home(request: Request) -> HttpResponse:
    """What is not settled yet, and the way to everything of rotation."""
    return render(request, "rotation/home.html", {"page": queries.home(request.viewer)})


@needs(Right.ROTATION_PLAN)
@require_GET
def rotation_round(request: Request, fiscal_year: int) -> HttpResponse:
    """One round: its days, its quotas, and what is still missing."""
    page = queries.round_page(request.viewer, fiscal_year, number=request.GET.get("page", "1"))
    crumbs = [_home(), Crumb(_("Round of %(year)s") % {"year": page.round})]
    return render(request, "rotation/round.html", {"page": page, "round": page.round, "crumbs": crumbs})


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def round_new(request: Request) -> HttpResponse:
    """Plan a round."""
    viewer = request.viewer
    post_access.require_a_section(viewer)
    form = RoundForm(
        request.POST or None,
        employers=queries.employers_to_plan(viewer),
        last=queries.last_round(viewer),
        today=viewer.today,
    )
    return take_step(
        request,
        form,
        partial(services.plan_round, actor=viewer),
        heading=_("Plan a round"),
        button=_("Plan it"),
        done=_("The round is planned."),
        back=reverse("rotation:home"),
        crumbs=[_home()],
        notes=[_("Preference sheets open by themselves on their day, and people are told.")],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def round_change(request: Request, fiscal_year: int) -> HttpResponse:
    """Give a round other days."""
    found = _open(request, fiscal_year)
    return take_step(
        request,
        RoundChangeForm(request.POST or None, round_=found),
        partial(services.change_round, actor=request.viewer, round_=found),
        heading=_("Days of the round"),
        button=_("Record"),
        done=_("The days are changed."),
        back=_address(found),
        crumbs=_way(found),
        notes=[_("Once the notice is given, its day and that of the moves stay.")],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def round_quota(request: Request, fiscal_year: int) -> HttpResponse:
    """Say how many moves a unit takes."""
    found = _open(request, fiscal_year)
    form = QuotaForm(request.POST or None, units=queries.units_for_quotas(request.viewer, found))

    def change(unit: str, most: int | None) -> None:
        services.set_quota(actor=request.viewer, round_=found, unit=queries.unit_named(int(unit)), most=most)

    return take_step(
        request,
        form,
        change,
        heading=_("How many moves a unit takes"),
        button=_("Record"),
        done=_("The limit is recorded."),
        back=_address(found),
        crumbs=_way(found),
        notes=[_("Moves into the unit and into all below it are counted, year by year.")],
    )


def _open(request: Request, fiscal_year: int) -> Round:
    """The round, for the personnel section alone."""
    found = access.open_round(request.viewer, fiscal_year)
    access.require_section(request.viewer, found.employer)
    return found


def _address(round_: Round) -> str:
    return reverse("rotation:round", args=[round_.fiscal_year])


def _home() -> Crumb:
    return Crumb(_("Rotation"), reverse("rotation:home"))


def _way(round_: Round) -> list[Crumb]:
    return [_home(), Crumb(_("Round of %(year)s") % {"year": round_}, _address(round_))]
