"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikusei.lib.rights import SIGNED_IN, needs


@needs(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signs in."""
    return render(request, "portal/home.html")
