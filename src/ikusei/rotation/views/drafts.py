"""A draft's life: begun, copied, named, shared, dropped; decisions about seats; people not yet hired."""

from __future__ import annotations

import uuid
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ikusei.lib import fiscal
from ikusei.lib.rights import needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms import drafts as forms
from ikusei.rotation.models import Draft
from ikusei.rotation.queries.seats import seats
from ikusei.rotation.services import drafts as services
from ikusei.rotation.services.drafts.placeholders import open_planned
from ikusei.rotation.services.drafts.restrictions import open_restriction
from ikusei.rotation.views.board import answered
from ikusei.rotation.views.steps import take_step
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


def _board(draft: Draft) -> str:
    return reverse("rotation:draft", args=[draft.public_id])


def _crumbs(draft: Draft) -> list[Crumb]:
    return [Crumb(draft.name, _board(draft))]


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_new(request: Request, fiscal_year: int) -> HttpResponse:
    """Begin an empty draft of a round."""
    round_ = access.open_round(request.viewer, fiscal_year)
    made: list[Draft] = []

    def begin(name: str, note: str) -> None:
        made.append(services.new_draft(actor=request.viewer, round_=round_, name=name, note=note))

    answer = take_step(
        request,
        forms.DraftForm(request.POST or None),
        begin,
        heading=_("A new draft of %(year)s") % {"year": fiscal.label(fiscal_year)},
        button=_("Begin"),
        done=_("The draft is begun. Only you see it until you share it."),
        back=reverse("rotation:home"),
        notes=[_("It begins with where everybody sits by today's records.")],
    )
    return redirect(_board(made[0])) if made else answer


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_copy(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Begin a draft with the moves of another one."""
    draft = access.open_draft(request.viewer, public_id)
    made: list[Draft] = []

    def copy(name: str, note: str) -> None:
        made.append(services.copy_draft(actor=request.viewer, draft=draft, name=name, note=note))

    answer = take_step(
        request,
        forms.DraftForm(
            request.POST or None, initial={"name": _("Copy of %(name)s") % {"name": draft.name[:60]}}
        ),
        copy,
        heading=_("Copy the draft"),
        button=_("Copy"),
        done=_("The copy is made. Only you see it until you share it."),
        back=_board(draft),
        crumbs=_crumbs(draft),
    )
    return redirect(_board(made[0])) if made else answer


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_rename(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Give a draft another name."""
    draft = access.open_draft(request.viewer, public_id)
    return take_step(
        request,
        forms.DraftForm(request.POST or None, initial={"name": draft.name, "note": draft.note}),
        partial(services.rename_draft, actor=request.viewer, draft=draft),
        heading=_("Name and note of the draft"),
        button=_("Save"),
        done=_("The draft is saved."),
        back=_board(draft),
        crumbs=_crumbs(draft),
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_share(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Say who sees a draft."""
    draft = access.open_draft(request.viewer, public_id)
    return take_step(
        request,
        forms.ShareForm(request.POST or None, initial={"sharing": draft.sharing}),
        partial(services.share_draft, actor=request.viewer, draft=draft),
        heading=_("Share the draft"),
        button=_("Save"),
        done=_("It is saved who sees the draft."),
        back=_board(draft),
        crumbs=_crumbs(draft),
        notes=[
            _(
                "Nobody outside the personnel section and the planners named here learns of it before the notice."
            )
        ],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_drop(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Put a draft away."""
    draft = access.open_draft(request.viewer, public_id)
    return take_step(
        request,
        forms.ConfirmForm(request.POST) if request.method == "POST" else forms.ConfirmForm(),
        partial(services.drop_draft, actor=request.viewer, draft=draft),
        heading=_("Drop the draft"),
        button=_("Drop"),
        done=_("The draft is dropped. It stays on record."),
        back=_board(draft),
        crumbs=_crumbs(draft),
        notes=[_("It can be read and copied afterwards, not changed.")],
        tone="danger",
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_restrict(request: Request, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Decide about somebody's seat."""
    draft = access.open_draft(request.viewer, public_id)
    theirs = seats(request.viewer, draft, person_keys=[key])
    if key not in theirs.picture.people:
        raise NotVisible(key)
    form = forms.RestrictionForm(
        request.POST or None,
        picture=theirs.picture,
        may_for_all=access.is_section(request.viewer, draft.round.employer),
    )

    def decide(**_given: object) -> None:
        services.add_restriction(actor=request.viewer, draft=draft, person_key=key, **form.asked)

    return take_step(
        request,
        form,
        decide,
        heading=_("Decide about the seat of %(name)s") % {"name": theirs.picture.people[key].name},
        button=_("Decide"),
        done=_("The decision is recorded."),
        back=reverse("rotation:draft_person", args=[draft.public_id, key]),
        crumbs=_crumbs(draft),
        notes=[_("The planner keeps to it, and the board says where a move breaks it.")],
        template="rotation/step_search.html",
        extra={"searched": ("posts",)},
    )


@needs(Right.ROTATION_PLAN)
@require_POST
def draft_lift(request: Request, public_id: uuid.UUID, restriction: int) -> HttpResponse:
    """Lift a decision about somebody's seat."""
    draft = access.open_draft(request.viewer, public_id)
    row = open_restriction(draft, restriction)
    done = ""
    try:
        services.lift_restriction(actor=request.viewer, draft=draft, restriction=row)
        done = _("Lifted.")
    except RuleBroken as error:
        messages.error(request, str(error))
    return answered(request, draft, services.person_key(row.person_id), done=done)


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_planned_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Plan somebody not yet hired."""
    draft = access.open_draft(request.viewer, public_id)
    access.require_section(request.viewer, draft.round.employer)
    form = forms.PlannedForm(
        request.POST or None,
        initial={"from_date": draft.round.effective_on},
        catalogue=catalogue_on(request.viewer.today),
    )
    return take_step(
        request,
        form,
        partial(services.add_planned, actor=request.viewer, draft=draft),
        heading=_("Somebody not yet hired"),
        button=_("Add"),
        done=_("The placeholder stands on the unassigned list."),
        back=f"{_board(draft)}?show=planned",
        crumbs=_crumbs(draft),
        notes=[_("All drafts of the employer see the same placeholders.")],
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def draft_planned(request: Request, public_id: uuid.UUID, planned: uuid.UUID) -> HttpResponse:
    """Say something else of somebody not yet hired."""
    draft = access.open_draft(request.viewer, public_id)
    access.require_section(request.viewer, draft.round.employer)
    row = open_planned(draft, planned)
    names = ("label", "grade", "job_type", "from_date", "until")

    def change(label: str, grade: str, job_type: str, from_date: date, until: date | None) -> None:
        services.change_planned(
            actor=request.viewer,
            draft=draft,
            planned=row,
            label=label,
            grade=grade,
            job_type=job_type,
            from_date=from_date,
            until=until,
        )

    return take_step(
        request,
        forms.PlannedForm(
            request.POST or None,
            initial={name: getattr(row, name) for name in names},
            catalogue=catalogue_on(request.viewer.today),
        ),
        change,
        heading=_("Somebody not yet hired"),
        button=_("Save"),
        done=_("The placeholder is saved."),
        back=f"{_board(draft)}?show=planned",
        crumbs=_crumbs(draft),
        template="rotation/draft_planned.html",
        extra={"draft": draft, "planned": row},
    )
