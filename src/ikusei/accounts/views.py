"""Language and settings of an account; signing in itself is allauth's."""

from typing import NoReturn, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ikusei.accounts import services
from ikusei.accounts.forms import SettingsForm
from ikusei.accounts.middleware import remember_language
from ikusei.accounts.models import User
from ikusei.lib.rights import PUBLIC, SIGNED_IN, needs


@needs(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked, in the other language; saved where somebody is signed in."""
    code = request.POST.get("language", "")
    if code not in User.Language.values:
        raise Http404
    if isinstance(request.user, User):
        services.save_settings(actor=request.user, language=code, era_dates=request.user.era_dates)
    response = HttpResponseRedirect(_way_back(request))
    remember_language(response, code)
    return response


def _way_back(request: HttpRequest) -> str:
    """The page the form names, if it is one of ours."""
    url = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if ours and url.startswith("/") else "/"


@needs(SIGNED_IN)
def settings(request: HttpRequest) -> HttpResponse:
    """Language, era years, and the ways to sign in."""
    account = cast(User, request.user)  # the guard lets nobody else in
    form = SettingsForm.of(account, request.POST or None)
    if form.is_valid():
        user = services.save_settings(actor=account, **form.cleaned_data)
        if user.language:
            translation.activate(user.language)
        messages.success(request, _("Your settings are saved."))
        response = redirect("accounts:settings")
        if user.language:
            remember_language(response, user.language)
        return response
    return render(request, "accounts/settings.html", {"form": form})


@needs(PUBLIC)
def closed(request: HttpRequest, **parts: str) -> NoReturn:
    """Nothing: accounts and their addresses are made by the city, so allauth's pages for them do not exist here."""
    raise Http404
