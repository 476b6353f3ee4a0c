"""Growth classes with their rates, and the terms of the index: readable for everybody, set by a personnel section."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.asof import as_of
from ikusei.org.middleware import Request
from ikusei.rotation import post_access
from ikusei.rotation.forms.growth import ClassForm, IndexTermsForm, NewClassForm, RatesForm
from ikusei.rotation.models import GrowthClass
from ikusei.rotation.queries import growth as queries
from ikusei.rotation.services import classes
from ikusei.rotation.services import terms as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(SIGNED_IN)
@require_GET
def growth_classes(request: Request) -> HttpResponse:
    """What a year in a post of each growth class does, since when, said by whom and why."""
    on = as_of(request.GET)
    found = queries.growth_classes(on)
    shown = {
        "classes": found,
        "history": any(one.others for one in found),
        "on": on,
        "may_change": post_access.in_a_section(request.viewer),
    }
    return render(request, "rotation/growth/classes.html", shown)


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def class_new(request: Request) -> HttpResponse:
    """A new growth class."""
    post_access.require_a_section(request.viewer)
    return take_step(
        request,
        NewClassForm(request.POST or None, initial={"colour": queries.free_colour()}),
        partial(classes.add_class, actor=request.viewer),
        heading=_("Name a growth class"),
        button=_("Record"),
        done=_("The growth class is recorded. Set its rates next."),
        back=reverse("rotation:growth_classes"),
        crumbs=_crumbs(),
        notes=[
            _(
                "A kind of post by what a year in it does to GQ and DQ: for example a bureau, an affiliate, a company."
            )
        ],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def class_change(request: Request, key: str) -> HttpResponse:
    """Other names or another colour of a growth class."""
    post_access.require_a_section(request.viewer)
    found = queries.growth_class(key)
    now = {"name_ja": found.name_ja, "name_en": found.name_en, "colour": found.colour}
    return take_step(
        request,
        ClassForm(request.POST or None, initial=now),
        partial(classes.change_class, actor=request.viewer, growth_class=found),
        heading=_("Name and colour of %(name)s") % {"name": found.name},
        button=_("Record"),
        done=_("The change is recorded."),
        back=reverse("rotation:growth_classes"),
        crumbs=_crumbs(),
        notes=[_("Its key, its rates and its posts stay as they are.")],
    )


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Growth classes"), reverse("rotation:growth_classes"))]


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def rates(request: Request, key: str) -> HttpResponse:
    """Other rates of a growth class, from a day on."""
    post_access.require_a_section(request.viewer)
    found = queries.growth_class(key)
    now = queries.rates_now(found, request.viewer.today)
    return take_step(
        request,
        RatesForm(request.POST or None, now=now),
        partial(services.set_rates, actor=request.viewer, growth_class=found),
        heading=_("Rates of %(name)s") % {"name": found.name},
        button=_("Set these rates"),
        done=_("The rates are set."),
        back=reverse("rotation:growth_classes"),
        crumbs=[Crumb(_("Growth classes"), reverse("rotation:growth_classes"))],
        notes=[
            _("Every projection from that day on uses them; rates of earlier days stay readable."),
            _("Ledgers do not change: they count years, not rates."),
        ],
    )


@needs(SIGNED_IN)
@require_GET
def index_terms(request: Request) -> HttpResponse:
    """How the index is counted, since when, said by whom and why."""
    on = as_of(request.GET)
    shown = {
        "page": queries.index_terms_page(on),
        "class_names": {row.key: row.name for row in GrowthClass.objects.all()},
        "on": on,
        "may_change": post_access.in_a_section(request.viewer),
    }
    return render(request, "rotation/growth/index_terms.html", shown)


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def index_terms_change(request: Request) -> HttpResponse:
    """Other terms of the index, from a day on."""
    post_access.require_a_section(request.viewer)
    page = queries.index_terms_page(request.viewer.today)
    return take_step(
        request,
        IndexTermsForm(request.POST or None, terms=page.terms),
        partial(services.set_index_terms, actor=request.viewer),
        heading=_("Terms of the index"),
        button=_("Set these terms"),
        done=_("The terms are set."),
        back=reverse("rotation:index_terms"),
        crumbs=[Crumb(_("Terms of the index"), reverse("rotation:index_terms"))],
        notes=[_("Every index of that day and later ones is counted by them; earlier terms stay readable.")],
    )
