"""The first page."""

from django.http import HttpResponse
from django.shortcuts import render

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.middleware import Request
from ikusei.portal.queries.panels import first_page


@needs(SIGNED_IN)
def home(request: Request) -> HttpResponse:
    """The first page of whoever is signed in: the questions of their roles, answered."""
    return render(request, "portal/home.html", {"panels": first_page(request.viewer)})
