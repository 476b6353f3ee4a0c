"""The guard before every view: who is asking, may they, and what they saw."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views import csrf
from django_htmx.middleware import HtmxDetails

from ikusei.lib.rights import PUBLIC, SIGNED_IN
from ikusei.org import access

# Views that are not ours and look after themselves: sign-in and its second factors.
THEIR_OWN_GUARDS = ("allauth.",)

# What is left of them for an account that signs in by mailed code only: to come in and to go.
IN_AND_OUT = (
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_inactive",
    "account_logout",
)


NOT_KEPT = "private, no-store"
"""What is said to a session is kept by nobody: after signing out, Back shows none of it."""


class Request(HttpRequest):
    """A request as our views get it: with its viewer, and with htmx's headers read."""

    viewer: access.Viewer
    htmx: HtmxDetails


class ViewerMiddleware:
    """Sets `request.viewer`, enforces the right a view names, and writes the looks once the response is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked: list[access.Viewer] = []

        def viewer() -> access.Viewer:
            asked.append(access.viewer_of(request.user if request.user.is_authenticated else None))
            return asked[0]

        cast(Request, request).viewer = cast(access.Viewer, SimpleLazyObject(viewer))
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", NOT_KEPT)
        if asked and asked[0].looks:
            _after(response, lambda: access.flush_looks(asked[0]))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None to go on, a redirect to sign-in for strangers; raises PermissionDenied where the right is missing.

        An account that signs in by mailed code only is told so wherever nothing is to be confirmed.
        """
        if view.__module__.startswith(THEIR_OWN_GUARDS):
            match = request.resolver_match
            comes_or_goes = match is not None and match.url_name in IN_AND_OUT
            return None if comes_or_goes else _refuse_code_only(request)
        right = getattr(view, "right", None)
        if right is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} names no right.")
        if right == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _kept(request, view, args, kwargs) or redirect_to_login(request.get_full_path())
        if not opens_by_code(view):
            refusal = _refuse_code_only(request)
            if refusal is not None:
                return refusal
        if right != SIGNED_IN and not cast(Request, request).viewer.can(right):
            raise PermissionDenied(str(right))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Answer 404 where a query found nothing that this viewer may know of."""
        if isinstance(exception, access.NotVisible):
            raise Http404 from exception


def opens_by_code(view: Callable[..., Any]) -> bool:
    """Whether a view opens for accounts that sign in by mailed code only (as far as their role goes)."""
    said: bool | None = getattr(view, "code_only", None)
    return getattr(view, "right", None) in (PUBLIC, access.Right.LEVELS_CONFIRM) if said is None else said


def _refuse_code_only(request: HttpRequest) -> HttpResponseBase | None:
    """A page that says why, for an account that signs in by mailed code only; None for everybody else."""
    if request.user.is_authenticated and request.user.code_only:
        return render(request, "org/only_confirming.html", status=403)
    return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The answer to a form whose token is not valid: Django's page, or the view's own where it keeps what was posted.

    Only for a form that came from this site: another one could put its words into ours.
    """
    match = request.resolver_match
    kept = _kept(request, match.func, match.args, match.kwargs) if match and _from_here(request) else None
    return kept or csrf.csrf_failure(request, reason=reason)


def _kept(request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponseBase | None:
    """What a view answers to a form that came too late (`lib.rights.keeps_posted`); None where it does not."""
    keep = getattr(view, "keeps_posted", None)
    if keep is None or request.method != "POST":
        return None
    answer: HttpResponseBase = keep(request, *args, **kwargs)
    return answer


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}"
    return said == here or said.startswith(f"{here}/")


def _after(response: HttpResponseBase, write: Callable[[], None]) -> None:
    """Do something once the response has been sent: servers call `close` then, and so does Django's test client."""
    close = response.close

    def write_and_close() -> None:
        write()
        close()

    response.close = write_and_close  # type: ignore[method-assign]  # there is no public hook on the response
