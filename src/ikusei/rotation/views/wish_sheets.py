"""All sheets of a round for the personnel section, one of them whole, and entering one for somebody."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.access import require_section
from ikusei.rotation.forms.wishes import (
    EnteredCommentForm,
    SaidByForm,
    SheetFilter,
    WishesForm,
    initial_of,
    ranked_in,
    step_in,
    whole_number,
)
from ikusei.rotation.queries.entered_sheet import EnteredSheet, entered_sheet
from ikusei.rotation.queries.wish_sheets import Wanted, sheet_list, whole_sheet
from ikusei.rotation.services import wish_comments, wish_sheets
from ikusei.rotation.views.ranked import ranked_context
from ikusei.rotation.wishing import moved


def wanted_in(request: Request) -> Wanted:
    """The filter of the list; what is no number or not on offer asks for nothing."""
    query = request.GET
    return Wanted(
        state=query.get("state", ""),
        unit=whole_number(query.get("unit", "")) or None,
        intent=query.get("intent", ""),
        post=whole_number(query.get("post", "")) or None,
        protected="protected" in query,
    )


def round_in(request: Request) -> uuid.UUID | None:
    """The round that the address names."""
    try:
        return uuid.UUID(request.GET.get("round", ""))
    except ValueError:
        return None


@needs(Right.ROTATION_PLAN)
@require_GET
def sheets(request: Request) -> HttpResponse:
    """All sheets of a round, and who has not handed in."""
    number = whole_number(request.GET.get("page", "")) or 1
    found = sheet_list(request.viewer, wanted_in(request), public_id=round_in(request), number=number)
    if found is None:
        return render(request, "rotation/wishes/sheets.html", {"found": None})
    form = SheetFilter(
        request.GET, units=found.units, posts=found.posts, may_see_protected=found.may_see_protected
    )
    return render(request, "rotation/wishes/sheets.html", {"found": found, "form": form})


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "POST"])
def sheet(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """One sheet with its comments; on POST a chief's comment is entered."""
    form = EnteredCommentForm(request.POST or None)
    status = 200
    page = whole_sheet(request.viewer, round_id=round_id, person_id=public_id)
    if request.method == "POST":
        require_section(request.viewer, page.round.employer)
        status = 422
        if form.is_valid():
            try:
                wish_comments.enter_comment(
                    actor=request.viewer,
                    round_=page.round,
                    person=page.person,
                    opinion=form.cleaned_data["opinion"],
                    text=form.cleaned_data["text"],
                    said_by=form.cleaned_data["said_by"],
                    last=whole_number(request.POST.get("last", "")),
                )
            except RuleBroken as error:
                form.add_error(None, str(error))
                page = whole_sheet(request.viewer, round_id=round_id, person_id=public_id)
            else:
                messages.success(request, _("The comment is saved."))
                return redirect(request.path)
    return render(request, "rotation/wishes/sheet.html", {"page": page, "form": form}, status=status)


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "POST"])
def enter(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """Type in what somebody said on paper or by telephone, and hand it in for them."""
    page = entered_sheet(request.viewer, round_id=round_id, person_id=public_id)
    if not page.may_enter:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    if request.method == "GET":
        form = WishesForm(initial=initial_of(page.wishes), choices=page.choices)
        return _entering(request, page, form, SaidByForm(), page.wishes.ranked, page.revision)
    form, spoken = WishesForm(request.POST, choices=page.choices), SaidByForm(request.POST)
    seen, step = whole_number(request.POST.get("seen", "")), step_in(request.POST)
    ranked = ranked_in(request.POST, and_added=step is None)
    if step is not None:
        bare = SaidByForm(initial={"said_by": request.POST.get("said_by", "")})
        return _entering(request, page, form, bare, moved(ranked, *step) if step[1] else ranked, seen)
    if not (form.is_valid() & spoken.is_valid()):
        return _entering(request, page, form, spoken, ranked, seen, status=422)
    try:
        wish_sheets.enter_sheet(
            actor=request.viewer,
            round_=page.round,
            person=page.person,
            wishes=form.wishes(ranked),
            seen=seen,
            said_by=spoken.cleaned_data["said_by"],
        )
    except wish_sheets.SheetRefused as error:
        form.refuse(error.problems)
        return _entering(request, page, form, spoken, ranked, seen, status=422)
    except wish_sheets.SheetConflict as error:
        form.add_error(
            None,
            _("The person has saved something meanwhile. Look at the sheet, then save again if this counts."),
        )
        return _entering(request, page, form, spoken, ranked, error.revision, status=409)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return _entering(request, page, form, spoken, ranked, seen, status=409)
    messages.success(request, _("The sheet is handed in for the person."))
    return redirect("rotation:sheet", round_id, public_id)


def _entering(
    request: Request,
    page: EnteredSheet,
    form: WishesForm,
    spoken: SaidByForm,
    ranked: tuple[tuple[int, str], ...],
    seen: int,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"page": page, "form": form, "spoken": spoken, "seen": seen}
    context |= ranked_context(page.choices, ranked, here=request.path)
    return render(request, "rotation/wishes/enter.html", context, status=status)
