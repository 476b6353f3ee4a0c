"""My orders, and those of my team, from the day of their notice on."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation.forms.fields import number_in
from ikusei.rotation.queries import own_orders as queries


@needs(Right.OWN)
@require_GET
def my_orders(request: Request) -> HttpResponse:
    """The viewer's own orders."""
    page = queries.own_orders(request.viewer, number=number_in(request.GET, "page") or 1)
    return render(request, "rotation/orders/my_orders.html", {"page": page})


@needs(Right.WISH_COMMENT)
@require_GET
def team_orders(request: Request) -> HttpResponse:
    """Who comes to the viewer's units and who leaves them."""
    page = queries.team_orders(request.viewer, number=number_in(request.GET, "page") or 1)
    return render(request, "rotation/orders/team_orders.html", {"page": page})
