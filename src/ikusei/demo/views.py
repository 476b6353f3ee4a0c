"""The entrance of the demonstration: one click per persona."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ikusei.accounts.services import limit_session
from ikusei.demo import queries
from ikusei.lib.rights import PUBLIC, needs


def _only_in_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404


@needs(PUBLIC)
def choose(request: HttpRequest) -> HttpResponse:
    """The page on which a visitor chooses whom to be."""
    _only_in_demonstration()
    onward = request.GET.get("next", "")
    return render(request, "demo/choose.html", {"personas": queries.persona_cards(), "onward": onward})


@needs(PUBLIC)
@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as a persona, and go on to where the visitor was on the way to."""
    _only_in_demonstration()
    user = queries.persona_user(key)
    if user is None:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    limit_session(request.session, user)
    onward = request.POST.get("next", "")
    # A path of this site: `redirect` takes anything else for the name of a view, and fails where there is none.
    if onward.startswith("/") and url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect(onward)
    return redirect("portal:home")
