"""What is behind a level, and the rule by which levels are derived."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org import access
from ikusei.org.access import NotVisible, Right
from ikusei.org.asof import readable_day
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.skills.forms.level_rules import TermsForm
from ikusei.skills.queries.level_rules import preview_terms, rule_page
from ikusei.skills.queries.levels import behind, terms_and_number
from ikusei.skills.services.level_rules import publish_rule


@needs(Right.OWN)
def my_level(request: Request, skill: str) -> HttpResponse:
    """What is behind one of the viewer's own levels."""
    if request.viewer.person is None:
        raise NotVisible("person")
    return _behind(request, request.viewer.person, skill, is_own=True)


@needs(Right.LEVELS_SEE)
def person_level(request: Request, public_id: uuid.UUID, skill: str) -> HttpResponse:
    """What is behind a level of somebody in the viewer's scope; the look is noted."""
    person = access.open_person(request.viewer, Right.LEVELS_SEE, public_id, verb="skills.level.open")
    return _behind(request, person, skill, is_own=False)


def _behind(request: Request, person: Person, skill: str, *, is_own: bool) -> HttpResponse:
    found = behind(person, skill, on=readable_day(request.viewer, request.GET), is_own=is_own)
    return render(request, "skills/levels/behind.html", {"behind": found, "is_own": is_own})


@needs(SIGNED_IN)
def level_rule(request: Request) -> HttpResponse:
    """The rule in words, for everybody who signs in."""
    return render(
        request,
        "skills/levels/rule.html",
        {"rule": rule_page(), "may_change": request.viewer.can(Right.CYCLE_RUN)},
    )


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def level_rule_change(request: Request) -> HttpResponse:
    """Other terms: first what they would change today for everybody, then publishing."""
    terms, number = terms_and_number()
    form = TermsForm(request.POST or None, terms=terms, number=number)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "publish" in request.POST:
            try:
                publish_rule(
                    actor=request.viewer,
                    terms=form.terms(),
                    reason=form.cleaned_data["reason"],
                    seen=form.cleaned_data["seen"],
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("The rule is in force. All levels are being derived anew."))
                return redirect("skills:level_rule")
        preview = preview_terms(request.viewer, form.terms())
    return render(request, "skills/levels/rule_change.html", {"form": form, "preview": preview})
