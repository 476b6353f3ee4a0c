"""My preference sheet: the page, saving, handing in, taking back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import keeps_posted, needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.wishes import WishesForm, initial_of, ranked_in, step_in, whole_number
from ikusei.rotation.queries.own_sheet import OwnSheet, own_sheet
from ikusei.rotation.services import wish_sheets as service
from ikusei.rotation.views import kept_wishes
from ikusei.rotation.views.ranked import ranked_context
from ikusei.rotation.wishing import Wishes, moved


@needs(Right.OWN)
@require_GET
def start(request: Request) -> HttpResponse:
    """The viewer's sheet in the newest round that asks them."""
    page = own_sheet(request.viewer)
    if page is None:
        return render(request, "rotation/wishes/none.html")
    return _first(request, page)


@needs(Right.OWN)
@keeps_posted(kept_wishes.keep)
@require_http_methods(["GET", "POST"])
def of_round(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The viewer's sheet in one round; on POST what its button says is done."""
    page = own_sheet(request.viewer, public_id)
    if page is None:
        raise NotVisible(str(public_id))
    if request.method == "GET":
        return _first(request, page)
    if request.POST.get("do") == "take-back":
        return _take_back(request, page)
    return _send(request, page)


def _first(request: Request, page: OwnSheet) -> HttpResponse:
    """The page as it is opened, with what was typed before the session ended."""
    typed = kept_wishes.typed_before(request, page.round.public_id)
    if typed is not None:
        return _shown(request, page, typed=typed, is_from_before=True)
    return _shown(request, page)


def _send(request: Request, page: OwnSheet) -> HttpResponse:
    step = step_in(request.POST)
    if step is not None:
        ranked = moved(ranked_in(request.POST, and_added=False), *step) if step[1] else None
        return _shown(request, page, typed=request.POST, ranked=ranked)
    if request.POST.get("do") == "as-before" and page.before is not None:
        return _shown(request, page, wishes=page.before, is_from_before=True)
    form = WishesForm(request.POST, choices=page.choices)
    ranked = ranked_in(request.POST, and_added=True)
    if not form.is_valid():
        return _shown(request, page, typed=request.POST, form=form, ranked=ranked, status=422)
    wishes = form.wishes(ranked)
    hand_in = request.POST.get("do") == "hand-in"
    try:
        service.save_sheet(
            actor=request.viewer,
            round_id=page.round.public_id,
            wishes=wishes,
            seen=whole_number(request.POST.get("seen", "")),
            hand_in=hand_in,
        )
    except service.SheetRefused as error:
        form.refuse(error.problems)
        return _shown(request, page, typed=request.POST, form=form, ranked=ranked, status=422)
    except service.SheetConflict as error:
        return _shown(request, page, typed=request.POST, ranked=ranked, conflict=error, status=409)
    except RuleBroken as error:
        return _late(request, page, wishes, error)
    kept_wishes.forget(request)
    messages.success(request, _("You have handed in. Thank you.") if hand_in else _("The draft is saved."))
    return redirect("rotation:wishes_of", page.round.public_id)


def _take_back(request: Request, page: OwnSheet) -> HttpResponse:
    try:
        service.take_back(actor=request.viewer, round_id=page.round.public_id)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The sheet is a draft again, and only you read it. Hand in when you are done.")
        )
    return redirect("rotation:wishes_of", page.round.public_id)


def _late(request: Request, page: OwnSheet, wishes: Wishes, error: RuleBroken) -> HttpResponse:
    """The sheet as it is saved, with what was typed and could not be saved any more."""
    context = {"page": page, "problem": str(error), "typed": page.in_words(wishes)}
    return render(request, "rotation/wishes/read.html", context, status=409)


def _shown(
    request: Request,
    page: OwnSheet,
    *,
    typed: MultiValueDict[str, str] | None = None,
    form: WishesForm | None = None,
    ranked: tuple[tuple[int, str], ...] | None = None,
    wishes: Wishes | None = None,
    conflict: service.SheetConflict | None = None,
    is_from_before: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The sheet to be filled in while it can be, else as it stands; with what was typed and is not saved, if any."""
    is_typed = typed is not None or wishes is not None
    if not page.is_open or (page.is_handed_in and not is_typed):
        return _read(request, page, typed)
    given = page.wishes if wishes is None else wishes
    if typed is not None:
        form = form or WishesForm(typed, choices=page.choices)
        ranked = ranked_in(typed, and_added=False) if ranked is None else ranked
        seen = whole_number(typed.get("seen", ""))
    else:
        form = WishesForm(initial=initial_of(given), choices=page.choices)
        ranked, seen = given.ranked, page.revision
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "seen": seen if conflict is None else conflict.revision,
        "conflict": None if conflict is None else page.in_words(conflict.stored),
        "is_from_before": is_from_before,
        "owner": kept_wishes.owner_mark(request),
    }
    here = reverse("rotation:wishes_of", args=(page.round.public_id,))
    context |= ranked_context(page.choices, ranked, here=here)
    return render(request, "rotation/wishes/edit.html", context, status=status)


def _read(request: Request, page: OwnSheet, typed: MultiValueDict[str, str] | None) -> HttpResponse:
    context: dict[str, Any] = {"page": page}
    if typed is not None:
        form = WishesForm(typed, choices=page.choices)
        form.is_valid()
        if not form.errors:
            context["typed"] = page.in_words(form.wishes(ranked_in(typed, and_added=True)))
            context["problem"] = _("What you typed stands below; it is not saved.")
    return render(request, "rotation/wishes/read.html", context)
