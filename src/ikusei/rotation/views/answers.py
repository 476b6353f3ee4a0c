"""Words to people about unmet wishes: proposed, edited, released by hand after the notice."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.answers import AnswerForm
from ikusei.rotation.forms.fields import number_in
from ikusei.rotation.queries import answers as queries
from ikusei.rotation.services import answers as services
from ikusei.rotation.services.wish_reasons import ReasonedWords
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb


@needs(Right.ROTATION_PLAN)
@require_GET
def answers(request: Request) -> HttpResponse:
    """The answers of a round."""
    year, number = number_in(request.GET, "year"), number_in(request.GET, "page") or 1
    shown = queries.answers_page(request.viewer, year=year, number=number)
    return render(request, "rotation/orders/answers.html", {"shown": shown, "page": shown.page})


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Edit the words to one person."""
    found, post = queries.open_answer(request.viewer, public_id)
    form = AnswerForm(request.POST or None, initial={"text": found.text})
    return take_step(
        request,
        form,
        partial(services.edit_answer, actor=request.viewer, answer=found),
        heading=_("Words to %(name)s") % {"name": found.person.display_name},
        button=_("Save"),
        done=_("Saved. The person reads it once it is released."),
        back=f"{reverse('rotation:answers')}?year={found.round.fiscal_year}",
        crumbs=[
            Crumb(_("Words about wishes"), reverse("rotation:answers")),
            Crumb(found.person.display_name),
        ],
        notes=[
            _("First wish: %(post)s") % {"post": post},
            _("Name no colleague and nobody else's wish."),
        ],
    )


@needs(Right.ROTATION_PLAN)
@require_POST
def propose(request: Request, fiscal_year: int) -> HttpResponse:
    """Draft words for the unmet wishes of a round."""
    chosen, _none = queries.answers_of(request.viewer, fiscal_year, [])
    words = ReasonedWords(request.viewer, chosen)
    count = services.propose(actor=request.viewer, round=chosen, words=words)
    said = ngettext("%(count)s text was drafted.", "%(count)s texts were drafted.", count)
    messages.success(request, said % {"count": count})
    return _back(fiscal_year)


@needs(Right.ROTATION_PLAN)
@require_POST
def release(request: Request, fiscal_year: int) -> HttpResponse:
    """Release the answers that are ticked."""
    chosen, ticked = queries.answers_of(request.viewer, fiscal_year, request.POST.getlist("answer"))
    try:
        count = services.release_answers(actor=request.viewer, round=chosen, answers=ticked)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s text was released.", "%(count)s texts were released.", count)
        messages.success(request, said % {"count": count})
    return _back(fiscal_year)


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('rotation:answers')}?year={year}")
