"""What a steward does with a cycle: each step first says what will happen, then asks."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.cycles import OptionalReasonForm, ReopenForm
from ikusei.skills.queries.cycles.opening import open_cycle_page
from ikusei.skills.queries.cycles.progress import progress_page
from ikusei.skills.services import cycles as services
from ikusei.skills.views.steps import Step

OPEN = Step(
    do=services.open_cycle,
    heading=_("Open the cycle"),
    consequences=(
        _("Everybody whom the rule takes in today is asked; a nightly update adds who comes in later."),
        _("After this only deadlines can change, and only forward."),
        _("Nobody is written to yet: the page “Remind” does that, with a preview."),
    ),
    button=_("Open"),
    done=_("The cycle is open."),
)
CONFIRMATION = Step(
    do=services.enter_confirmation,
    heading=_("End the answers"),
    consequences=(
        _("Nobody answers any more, except whom you gave more time. What was typed is kept."),
        _("Supervisors go on confirming what was handed in."),
        _("Before the last day to answer this takes a reason, which everybody can read."),
    ),
    button=_("End the answers"),
    done=_("Answers have ended; confirmation goes on."),
    form=OptionalReasonForm,
    counts=True,
)
CLOSE = Step(
    do=services.close_cycle,
    heading=_("Close the cycle"),
    consequences=(
        _(
            "Nobody answers or confirms any more. What was typed and not handed in is kept, and counts for nothing."
        ),
        _("Whoever types at this moment is told so, and keeps the text."),
        _("You can open it again, with a reason."),
    ),
    button=_("Close"),
    done=_("The cycle is closed."),
    form=OptionalReasonForm,
    tone="danger",
    counts=True,
)
REOPEN = Step(
    do=services.reopen_cycle,
    heading=_("Open the cycle again"),
    consequences=(
        _(
            "Supervisors confirm again until the day you give; with a day for answers people answer again, too."
        ),
        _("Everybody can read the reason."),
    ),
    button=_("Open again"),
    done=_("The cycle is open again."),
    form=ReopenForm,
    counts=True,
)


def _take(request: Request, public_id: uuid.UUID, step: Step) -> HttpResponse:
    """The page that asks, or the way back once the step is done."""
    cycle = open_cycle_page(public_id)
    form = step.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = step.do(actor=request.viewer, cycle=cycle, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(step.done))
            if isinstance(done, services.Closed) and done.not_handed_in + done.not_confirmed:
                messages.info(request, _left(done))
            return redirect("skills:cycle", cycle.public_id)
    counts = progress_page(request.viewer, cycle).counts if step.counts else None
    shown = {"cycle": cycle, "step": step, "form": form, "counts": counts}
    return render(request, "skills/cycles/step.html", shown)


def _left(closed: services.Closed) -> str:
    return _now("Not handed in: %(open)s. Handed in and not confirmed: %(waiting)s.") % {
        "open": closed.not_handed_in,
        "waiting": closed.not_confirmed,
    }


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def begin(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Open a planned cycle by hand."""
    return _take(request, public_id, OPEN)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def confirmation(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """End the answers of a cycle."""
    return _take(request, public_id, CONFIRMATION)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def close(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Close a cycle."""
    return _take(request, public_id, CLOSE)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def reopen(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Open a cycle again."""
    return _take(request, public_id, REOPEN)


@needs(Right.CYCLE_RUN)
@require_POST
def refresh(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Bring a cycle in step with the record now, not only at night."""
    cycle = open_cycle_page(public_id)
    try:
        done = services.refresh_cycle(actor=request.viewer, cycle=cycle)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "In step with the record: %(count)s person changed.",
            "In step with the record: %(count)s people changed.",
            done.changed,
        )
        messages.success(request, said % {"count": done.changed})
    return redirect("skills:cycle", cycle.public_id)
