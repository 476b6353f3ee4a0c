"""Addresses that other pages can already link to; each goes when its page comes."""

from typing import Any

from django.http import Http404, HttpResponse

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.middleware import Request


@needs(SIGNED_IN)
def soon(request: Request, **kwargs: Any) -> HttpResponse:
    """Nothing yet."""
    raise Http404
