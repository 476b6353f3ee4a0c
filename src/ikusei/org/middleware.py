"""The guard before every view: who is asking, may they, and what they saw."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from ikusei.lib.rights import PUBLIC, SIGNED_IN
from ikusei.org import access

# Views that are not ours and look after themselves: sign-in and its second factors, and Django's own language switch.
THEIR_OWN_GUARDS = ("allauth.",)


class ViewerMiddleware:
    """Sets `request.viewer`, enforces the right a view names, and writes the looks once the response is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def viewer() -> access.Viewer:
            return access.viewer_of(request.user if request.user.is_authenticated else None)

        request.viewer = SimpleLazyObject(viewer)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.viewer._wrapped.__class__ is access.Viewer and request.viewer.looks:  # type: ignore[attr-defined]
            close = response.close

            def close_and_write() -> None:
                access.flush_looks(request.viewer)  # type: ignore[attr-defined]
                close()

            response.close = close_and_write  # type: ignore[method-assign]
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None to go on, a redirect to sign-in for strangers; raises PermissionDenied where the right is missing."""
        if view.__module__.startswith(THEIR_OWN_GUARDS):
            return None
        right = getattr(view, "right", None)
        if right is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} names no right.")
        if right == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if right != SIGNED_IN and not request.viewer.can(right):  # type: ignore[attr-defined]
            raise PermissionDenied(str(right))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Answer 404 where a query found nothing that this viewer may know of."""
        if isinstance(exception, access.NotVisible):
            raise Http404 from exception
