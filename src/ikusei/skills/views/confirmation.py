"""Confirming: whom, the unchanged in one action, one person's answers, what was decided in all cycles."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import keeps_posted, needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.confirmation import Typed, choices_in, seen_in, typed_in, undecided
from ikusei.skills.queries.confirmation.person import Card, PersonPage, history, person_page
from ikusei.skills.queries.confirmation.team import team
from ikusei.skills.services import confirming
from ikusei.skills.services.confirming import DecisionsRefused
from ikusei.skills.views import kept_decisions

NO_CHOICE = 400
"""The status of a form that is shown again."""


@needs(Right.LEVELS_CONFIRM)
@require_GET
def confirmation(request: Request) -> HttpResponse:
    """Whom I confirm, who waits longest first."""
    return render(
        request, "skills/confirmation/team.html", {"team": team(request.viewer, page=request.GET.get("page"))}
    )


@needs(Right.LEVELS_CONFIRM)
@require_POST
def confirm_unchanged(request: Request) -> HttpResponse:
    """Confirm what is as it was confirmed last, for everybody ticked; then the list again."""
    seen = seen_in(request.POST)
    try:
        done = confirming.confirm_unchanged(actor=request.viewer, seen=seen)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("skills:confirmation")
    for sentence in done.left:
        messages.warning(request, sentence)
    if done.answers:
        said = ngettext("%(count)s level is confirmed.", "%(count)s levels are confirmed.", done.answers)
        messages.success(request, said % {"count": done.answers})
    elif not done.left:
        messages.info(request, _("There was nothing left to confirm; nothing was changed."))
    return redirect("skills:confirmation")


@dataclass(frozen=True, slots=True)
class Row:
    """A card with what was typed into it and what is wrong with that."""

    card: Card
    typed: Typed
    problem: str

    @property
    def waits(self) -> bool:
        """Whether it waits for the viewer, or something is wrong with what they chose."""
        return self.card.waits or bool(self.problem)

    @property
    def needs_look(self) -> bool:
        """Whether it stands open on the page: what is as confirmed last and was not touched is folded away."""
        return self.waits and (not self.card.is_unchanged or self.typed != Typed() or bool(self.problem))


@needs(Right.LEVELS_CONFIRM)
@keeps_posted(kept_decisions.keep)
@require_http_methods(["GET", "POST"])
def confirmation_person(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One person's answers, what changed first; the decisions that were made there are saved together."""
    if request.method == "POST":
        return _decide(request, public_id)
    page = person_page(request.viewer, public_id, cycle=_cycle(request))
    return _shown(request, page, kept_decisions.typed_before(request, public_id))


def _decide(request: Request, public_id: uuid.UUID) -> HttpResponse:
    typed = typed_in(request.POST)
    page = person_page(request.viewer, public_id, cycle=_cycle(request))
    problems = {
        skill_id: _("Please choose what you say; your text is kept below.") for skill_id in undecided(typed)
    }
    if problems:
        return _shown(request, page, typed, problems, str(DecisionsRefused({})))
    try:
        count = confirming.decide_many(
            actor=request.viewer,
            participant_id=page.participant.pk,
            choices=choices_in(request.POST, typed),
        )
    except DecisionsRefused as error:
        return _shown(request, page, typed, error.problems, str(error))
    except RuleBroken as error:
        return _shown(request, page, typed, {}, str(error))
    if count:
        said = ngettext("%(count)s decision is saved.", "%(count)s decisions are saved.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nothing new was decided; nothing was changed."))
    return redirect(request.get_full_path())


def _cycle(request: Request) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("cycle", ""))
    except ValueError:
        return None


def _shown(
    request: Request,
    page: PersonPage,
    typed: Mapping[int, Typed] | None = None,
    problems: Mapping[int, str] | None = None,
    problem: str = "",
) -> HttpResponse:
    typed, problems = typed or {}, problems or {}
    rows = [
        Row(card, typed.get(card.skill.id, Typed()), problems.get(card.skill.id, "")) for card in page.cards
    ]
    shown = {card.skill.id for card in page.cards} if page.may_decide else set()
    names = page.catalogue.skills
    context = {
        "page": page,
        "waiting": [row for row in rows if row.needs_look],
        "same": [row for row in rows if row.waits and not row.needs_look],
        "settled": [row for row in rows if not row.waits],
        "problem": problem,
        # What was typed where no form is left to hold it: nothing that somebody wrote is lost.
        "kept": [
            (names[skill_id].name, one.reason)
            for skill_id, one in typed.items()
            if skill_id not in shown and skill_id in names and one.reason
        ],
        "unchanged": _one_go(page),
        "here": reverse("skills:confirmation_person", args=(page.person.public_id,)),
    }
    status = NO_CHOICE if problem else 200
    return render(request, "skills/confirmation/person.html", context, status=status)


def _one_go(page: PersonPage) -> str:
    """What the button for all unchanged ones posts, "" where there are none."""
    seen = [str(card.seen) for card in page.cards if card.waits and card.is_unchanged and card.mine is None]
    return f"{page.participant.pk}:" + ".".join(seen) if seen and page.may_decide else ""


@needs(Right.LEVELS_CONFIRM)
@require_GET
def confirmation_history(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What was decided on one person in all cycles."""
    person, decisions = history(request.viewer, public_id)
    return render(request, "skills/confirmation/history.html", {"person": person, "decisions": decisions})
