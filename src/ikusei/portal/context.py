"""What every page's frame needs: who is asking, and the menu of what they may open."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ikusei.portal import menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """The viewer, the menu entries of the viewer's rights, and whether this is the demonstration."""
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "menu": menu.entries(viewer) if viewer is not None else [],
        "is_demonstration": settings.DEMONSTRATION,
    }
