"""The board of a draft: its rows, a move, what it brings about, a seat, undoing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.drafts import BoardForm, MoveForm
from ikusei.rotation.forms.fields import number_in, place_in
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import PostFacts
from ikusei.rotation.queries import board as queries
from ikusei.rotation.queries.compare import ways_of
from ikusei.rotation.queries.consequences import Consequences, choice_of, of_person, of_seat
from ikusei.rotation.queries.seats import Seats, seats
from ikusei.rotation.services import drafts as services
from ikusei.rotation.services.drafts.moves import open_move

SHOWN_AGAIN, OVERTAKEN = 400, 409
ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.ROTATION_PLAN)
@require_GET
def draft(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The board."""
    found = access.open_draft(request.viewer, public_id)
    form = BoardForm(request.GET)
    shown = queries.board(request.viewer, found, form.wanted, number=request.GET.get("page"))
    form.offer(queries.places_of(shown.picture))
    context = {"board": shown, "draft": found, "picture": shown.picture, "form": form}
    context["in_section"] = access.is_section(request.viewer, found.round.employer)
    return render(request, "rotation/draft.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_targets(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The posts onto which a bar can be dropped, as a part of the board.

    Links are written as from the page they stand on: whole ones, for every post of the rotation, would be half of it.
    """
    found = access.open_draft(request.viewer, public_id)
    shown = seats(request.viewer, found, person_keys=())
    template = "rotation/draft_targets.html" if request.htmx else "rotation/draft_targets_page.html"
    above = "" if request.htmx else "../"
    return render(request, template, {"draft": found, "picture": shown.picture, "above": above})


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_move(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Draft a move: the form, and what the move brings about once it is put."""
    found = access.open_draft(request.viewer, public_id)
    given = request.POST if request.method == "POST" else request.GET
    key = str(given.get("p", ""))
    theirs = seats(request.viewer, found, person_keys=[key])
    if key not in theirs.picture.people:
        raise NotVisible(key)
    form = MoveForm(
        request.POST or None,
        picture=theirs.picture,
        person=theirs.picture.people[key],
        initial=_initial(request, theirs, key),
    )
    if request.method != "POST":
        return _form(request, theirs, form)
    if not form.is_valid():
        return _form(request, theirs, form, status=SHOWN_AGAIN)
    return _put(request, theirs, form)


def _initial(request: Request, theirs: Seats, key: str) -> dict[str, Any]:
    """What the form begins with: the year and post asked for, or the move that is there."""
    year = number_in(request.GET, "y") or theirs.picture.years[0]
    there = next((move for move in theirs.moves if move.year == year), None)
    asked = {"year": year, "seen": theirs.draft.revision, "to_post": number_in(request.GET, "to") or ""}
    if there is None or asked["to_post"]:
        return asked
    return asked | {
        "to_post": there.post or 0,
        "kind": there.kind,
        "share": round(there.share * 100),
        "until_year": there.until_year or "",
        "return_post": there.return_post or "",
    }


def _put(request: Request, theirs: Seats, form: MoveForm) -> HttpResponse:
    spec = form.spec
    try:
        services.put_move(
            actor=request.viewer,
            draft=theirs.draft,
            person_key=spec.person_key,
            year=spec.year,
            to_post=spec.to_post,
            kind=spec.kind,
            share=spec.share,
            until_year=spec.until_year,
            return_post=spec.return_post,
            note=spec.note,
            seen_revision=form.cleaned_data["seen"] or 0,
            board=theirs,
        )
    except services.EditConflict as conflict:
        return _form(request, theirs, form, conflict=conflict, status=OVERTAKEN)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return _form(request, theirs, form, status=SHOWN_AGAIN)
    posts = theirs.picture.posts
    return answered(request, theirs.draft, spec.person_key, done=_("Drafted."), posts=posts)


def _form(
    request: Request,
    theirs: Seats,
    form: MoveForm,
    *,
    conflict: services.EditConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form of a move, whole page or part of the board; with both versions where somebody else was faster."""
    context = {
        "draft": theirs.draft,
        "picture": theirs.picture,
        "person": form.person,
        "form": form,
        "conflict": conflict,
        "seen": conflict.revision if conflict is not None else form["seen"].value(),
        "here": ways_of(theirs.picture, theirs.now.main[form.person.key]),
    }
    template = "rotation/draft_move_form.html" if request.htmx else "rotation/draft_move.html"
    return render(request, template, context, status=status)


def answered(
    request: Request,
    found: Draft,
    key: str,
    *,
    done: str = "",
    touched: Iterable[str] = (),
    posts: Mapping[int, PostFacts] | None = None,
) -> HttpResponse:
    """What a person's part brings about: as a part of the board with every row that changed, or on its own page.

    `done` says in a word what was done, for whoever does not see the board. `posts` are those read for the same answer.
    """
    if not request.htmx:
        return redirect("rotation:draft_person", found.public_id, key)
    shown = of_person(request.viewer, found, key, touched=touched, posts=posts)
    context = _context(request, shown, done=done) | {"is_answer": True}
    response = render(request, "rotation/draft_answer.html", context)
    response["HX-Trigger"] = "drafted"
    return response


def _context(request: Request, shown: Consequences, *, done: str = "") -> dict[str, Any]:
    said = ngettext(
        "%(name)s: %(count)s rule is newly broken.",
        "%(name)s: %(count)s rules are newly broken.",
        shown.new_breaches,
    )
    words = {"name": shown.person.name, "count": shown.new_breaches}
    return {
        "shown": shown,
        "draft": shown.draft,
        "picture": shown.picture,
        "row": shown.row,
        "said": f"{done} {said % words}".strip(),
        "on_board": bool(request.htmx),
        "may_undo": queries.may_undo(request.viewer, shown.draft),
        "back": reverse("rotation:draft", args=[shown.draft.public_id]),
    }


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_person(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """One person under a draft: their moves and what these bring about."""
    shown = of_person(request.viewer, access.open_draft(request.viewer, public_id), key)
    template = "rotation/draft_consequences.html" if request.htmx else "rotation/draft_person.html"
    return render(request, template, _context(request, shown))


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_seat(request: Request, public_id: uuid.UUID, post: int, year: int) -> HttpResponse:
    """Who sits in a post in a year of a draft, and who could come or go."""
    shown = of_seat(request.viewer, access.open_draft(request.viewer, public_id), post, year)
    return render(
        request, "rotation/draft_seat.html", {"shown": shown, "draft": shown.draft, "picture": shown.picture}
    )


@needs(Right.ROTATION_PLAN)
@require_POST
def draft_step(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Do what a broken rule proposes."""
    found = access.open_draft(request.viewer, public_id)
    code = str(request.POST.get("breach", ""))
    done, touched = "", [key]
    try:
        choice = choice_of(request.viewer, found, key, code, place_in(request.POST, "choice"))
        services.take_steps(
            actor=request.viewer,
            draft=found,
            steps=choice.steps,
            seen_revision=number_in(request.POST, "seen") or 0,
        )
        done, touched = _("Done."), [choice.person]
    except NotVisible:
        messages.warning(request, _("That is proposed no more: the draft has changed meanwhile."))
    except RuleBroken as error:
        messages.error(request, str(error))
    return answered(request, found, key, done=done, touched=touched)


@needs(Right.ROTATION_PLAN)
@require_POST
def draft_move_back(request: Request, public_id: uuid.UUID, move: int) -> HttpResponse:
    """Take one move out of the draft."""
    found = access.open_draft(request.viewer, public_id)
    row = open_move(found, move)
    done = ""
    try:
        services.take_back_move(
            actor=request.viewer, draft=found, move=row, seen_revision=number_in(request.POST, "seen") or 0
        )
        done = _("Taken back.")
    except RuleBroken as error:
        messages.error(request, str(error))
    return answered(request, found, services.key_of(row), done=done)


@needs(Right.ROTATION_PLAN)
@require_POST
def draft_move_pin(request: Request, public_id: uuid.UUID, move: int) -> HttpResponse:
    """Pin a move, so that the planner leaves it alone, or let it go."""
    found = access.open_draft(request.viewer, public_id)
    row = open_move(found, move)
    # What the button said: pressed twice, or by two people, it is not undone.
    pins = request.POST.get("pin", "1") != "0"
    done = ""
    try:
        services.pin_move(actor=request.viewer, draft=found, move=row, is_pinned=pins)
        done = _("Pinned.") if pins else _("No longer pinned.")
    except RuleBroken as error:
        messages.error(request, str(error))
    return answered(request, found, services.key_of(row), done=done)


@needs(Right.ROTATION_PLAN)
@require_POST
def draft_undo(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Take back the last thing one did in the draft."""
    found = access.open_draft(request.viewer, public_id)
    try:
        done = services.undo(actor=request.viewer, draft=found)
    except RuleBroken as error:
        messages.error(request, str(error))
        return _back(request, found)
    if len(done.people) == 1:
        return answered(request, found, done.people[0], done=_("Undone."))
    messages.success(request, _("The last change is undone."))
    return _back(request, found)


def _back(request: Request, found: Draft) -> HttpResponse:
    """The board again, as a whole."""
    url = reverse("rotation:draft", args=[found.public_id])
    if not request.htmx:
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
