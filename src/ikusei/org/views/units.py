"""The tree of units, and one unit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.asof import on_query, readable_day
from ikusei.org.forms.units import EmployerChoiceForm
from ikusei.org.middleware import Request
from ikusei.org.queries.tree import unit_tree
from ikusei.org.queries.unit import UnitPage, unit_page
from ikusei.ui.components import Crumb


@needs(SIGNED_IN)
def units(request: Request) -> HttpResponse:
    """The top of an employer's tree."""
    on = readable_day(request.viewer, request.GET)
    tree = unit_tree(request.viewer, employer_code=request.GET.get("employer", ""), on=on)
    form = EmployerChoiceForm(tree.employers, tree.employer)
    shown: dict[str, object] = {"tree": tree, "form": form, "on": on, "on_query": on_query(on)}
    shown["may_add"] = request.viewer.can(Right.EMPLOYERS_MANAGE)
    return render(request, "org/units.html", shown)


@needs(SIGNED_IN)
def unit(request: Request, pk: int) -> HttpResponse:
    """One unit: names, parts, posts, and its people in the viewer's scope."""
    on = readable_day(request.viewer, request.GET)
    page = unit_page(request.viewer, pk, on=on)
    shown: dict[str, object] = {
        "page": page,
        "on": on,
        "on_query": on_query(on),
        "crumbs": _way(page, on_query(on)),
    }
    shown["may_open"] = request.viewer.can(Right.PEOPLE_OPEN)
    return render(request, "org/unit.html", shown)


def _way(page: UnitPage, day: str) -> list[Crumb]:
    """The way down from the employer to the unit."""
    top = f"{reverse('org:units')}?employer={page.unit.employer.code}"
    above = [Crumb(row.name, f"{reverse('org:unit', args=[row.unit_id])}{day}") for row in page.above]
    return [
        Crumb(_("Organisation"), reverse("org:units")),
        Crumb(page.unit.employer.name, top),
        *above,
        Crumb(page.name),
    ]
