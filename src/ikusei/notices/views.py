"""The pages of notices: what was sent and what was not, the wording, the addresses that letters came back from."""

import uuid

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from ikusei.lib.rights import needs
from ikusei.notices import pages, queries, services
from ikusei.notices.forms import MailingFilter, WordingForm
from ikusei.notices.models import Mailing
from ikusei.notices.registry import UnknownKind
from ikusei.notices.wording import WordingRefused

NOTICES_SEE = "notices-see"
"""`org.access.Right.NOTICES_SEE`: the rights live in a room above this one."""


LONGEST_NUMBER = 15
"""Digits: more are no number of a letter, and too many for a database."""


@needs(NOTICES_SEE)
@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    """All mailings, newest first."""
    form = MailingFilter(request.GET)
    page = queries.page_of_mailings(kind=form.wanted(), page=request.GET.get("page", "1"))
    return render(
        request, "notices/mailings.html", {"form": form, "page": page, "tabs": pages.tabs("mailings")}
    )


@needs(NOTICES_SEE)
@require_safe
def mailing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mailing: how far it is, what needs a decision, who got it and who did not."""
    found = queries.report(_mailing_or_404(public_id))
    if _is_fragment(request):
        return render(request, "notices/mailing.html#progress", {"report": found, "is_fragment": True})
    return render(request, "notices/mailing.html", pages.mailing_page(found, request.GET))


@needs(NOTICES_SEE)
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """Send a letter to oneself."""
    user = _user(request)
    made = services.send_trial(actor=user, link=reverse("notices:mailings"))
    return redirect("notices:mailing", public_id=made.public_id)


@needs(NOTICES_SEE)
@require_POST
def stop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let no further letter go out."""
    try:
        services.stop(actor=_user(request), mailing=_mailing_or_404(public_id))
    except services.NotOpen:
        messages.info(request, _("There was nothing left to stop."))
    return redirect("notices:mailing", public_id=public_id)


@needs(NOTICES_SEE)
@require_POST
def go_on(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let the letters that wait go out."""
    try:
        services.go_on(actor=_user(request), mailing=_mailing_or_404(public_id))
    except services.NotOpen:
        messages.info(request, _("The mailing was not stopped."))
    return redirect("notices:mailing", public_id=public_id)


@needs(NOTICES_SEE)
@require_POST
def again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send one letter again, or all that failed alike."""
    letters, state = _chosen(request)
    count = services.send_again(
        actor=_user(request), mailing=_mailing_or_404(public_id), letters=letters, state=state
    )
    messages.success(
        request,
        ngettext("%(count)d letter will be sent again.", "%(count)d letters will be sent again.", count)
        % {"count": count},
    )
    return redirect("notices:mailing", public_id=public_id)


@needs(NOTICES_SEE)
@require_POST
def leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Leave one letter as it is, or all that failed alike."""
    letters, state = _chosen(request)
    count = services.leave(
        actor=_user(request), mailing=_mailing_or_404(public_id), letters=letters, state=state
    )
    messages.success(
        request,
        ngettext("%(count)d letter is left as it is.", "%(count)d letters are left as they are.", count)
        % {"count": count},
    )
    return redirect("notices:mailing", public_id=public_id)


@needs(NOTICES_SEE)
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Every notice with its wording in both languages."""
    return render(
        request, "notices/wordings.html", {"wordings": queries.wordings(), "tabs": pages.tabs("wordings")}
    )


@needs(NOTICES_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The wording of a notice in one language, to be changed, with an example; htmx asks for the example alone."""
    texts = _wording_or_404(kind, language)
    if request.method != "POST":
        return render(request, "notices/wording.html", pages.wording_page(texts))
    form = WordingForm(request.POST)
    if _is_fragment(request):
        return render(request, "notices/wording.html#example", pages.wording_page(texts, form))
    if "show" not in request.POST and form.is_valid():
        try:
            services.change_wording(actor=_user(request), kind=kind, language=language, **form.cleaned_data)
        except WordingRefused as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
        except services.WordingChanged:
            form.add_error(None, _("Somebody changed this wording meanwhile. Compare, and save once more."))
            form = pages.based_on_now(form, texts)
        else:
            messages.success(request, _("The wording is saved. It holds for mailings from now on."))
            return redirect("notices:wording", kind=kind, language=language)
    return render(request, "notices/wording.html", pages.wording_page(texts, form))


@needs(NOTICES_SEE)
@require_POST
def wording_reset(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Take the wording back that Ikusei came with."""
    _wording_or_404(kind, language)
    services.reset_wording(actor=_user(request), kind=kind, language=language)
    messages.success(request, _("The wording that Ikusei came with holds again."))
    return redirect("notices:wording", kind=kind, language=language)


@needs(NOTICES_SEE)
@require_safe
def barred(request: HttpRequest) -> HttpResponse:
    """The addresses that get no letters, because one came back."""
    page = queries.page_of_barred(page=request.GET.get("page", "1"))
    return render(request, "notices/barred.html", {"page": page, "tabs": pages.tabs("barred")})


@needs(NOTICES_SEE)
@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an address get letters again."""
    bounce = queries.find_bounce(pk)
    if bounce is None:
        raise Http404
    services.clear_address(actor=_user(request), address=bounce.address)
    messages.success(request, _("Letters go to %(address)s again from now on.") % {"address": bounce.address})
    return redirect("notices:barred")


def _mailing_or_404(public_id: uuid.UUID) -> Mailing:
    try:
        return queries.open_mailing(public_id)
    except queries.NoSuchMailing as error:
        raise Http404 from error


def _wording_or_404(kind: str, language: str) -> queries.Texts:
    try:
        return queries.open_wording(kind, language)
    except UnknownKind as error:
        raise Http404 from error


def _chosen(request: HttpRequest) -> tuple[list[int], str]:
    """The number of the letter, or the state of all, that a form names."""
    number = request.POST.get("letter", "")
    is_number = number.isdecimal() and len(number) <= LONGEST_NUMBER
    return ([int(number)] if is_number else []), request.POST.get("state", "").replace("\0", "")


def _is_fragment(request: HttpRequest) -> bool:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.boosted


def _user(request: HttpRequest) -> AbstractBaseUser:
    user = request.user
    assert isinstance(user, AbstractBaseUser)  # noqa: S101  # the right was enforced before the view
    return user
