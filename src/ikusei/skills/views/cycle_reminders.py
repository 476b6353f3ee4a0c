"""Writing to the people of a cycle: exactly who gets it, who does not and why, and then once."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.jobs.services import enqueue
from ikusei.lib.rights import needs
from ikusei.notices import services as notices
from ikusei.notices.services import ListChanged
from ikusei.org.access import NotVisible, Right
from ikusei.org.middleware import Request
from ikusei.skills.forms.cycles import RemindForm
from ikusei.skills.forms.maps import number_in
from ikusei.skills.models import Cycle, Phase
from ikusei.skills.queries.cycles.opening import open_cycle_for_unit, unit_of
from ikusei.skills.queries.cycles.reminding import Whom, letters
from ikusei.skills.services.cycles import MANY, remind
from ikusei.skills.views.cycle_tabs import cycle_tabs


def _form(request: Request, cycle: Cycle) -> RemindForm:
    query = request.POST if request.method == "POST" else request.GET
    allowed = tuple(Whom) if cycle.phase == Phase.SELF else (Whom.CONFIRM, Whom.ANSWER)
    return RemindForm(query, allowed)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def reminder(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The preview of a letter; sent, the page of the mailing, or of the job that makes it where there are many."""
    unit_id = number_in(request.GET, "unit")
    cycle, unit = open_cycle_for_unit(public_id, unit_id, request.viewer.today)
    if not cycle.is_open:
        raise NotVisible(str(public_id))
    form = _form(request, cycle)
    if request.method == "POST":
        return _send(request, cycle, form)
    found = letters(request.viewer, cycle, form.asked, unit_id=form.unit_id)
    preview = notices.preview(
        kind=found.kind, recipients=found.recipients, common=found.common, quiet_days=form.quiet_days
    )
    shown = {
        "cycle": cycle,
        "form": form,
        "unit": unit,
        "preview": preview,
        "shown": preview.shown(request.GET),
        "once_key": notices.new_key(),
        "tabs": cycle_tabs(cycle, "cycle_remind"),
    }
    return render(request, "skills/cycles/remind.html", shown)


def _send(request: Request, cycle: Cycle, form: RemindForm) -> HttpResponse:
    data = request.POST
    once_key, expect = data.get("once_key", "").replace("\0", "")[:64], data.get("expect", "")[:64]
    if not once_key:
        return redirect("skills:cycle_remind", cycle.public_id)
    if (number_in(data, "count") or 0) > MANY:
        job = enqueue(
            owner=request.viewer.user,
            task="skills.cycle-remind",
            arguments={
                "cycle": str(cycle.public_id),
                "user": request.viewer.user and request.viewer.user.pk,
                "whom": str(form.asked),
                "unit": form.unit_id,
                "quiet_days": form.quiet_days,
                "once_key": once_key,
                "expect": expect,
            },
        )
        return redirect("jobs:detail", job.public_id)
    try:
        mailing = remind(
            actor=request.viewer,
            cycle=cycle,
            whom=form.asked,
            unit=unit_of(form.unit_id) if form.unit_id else None,
            quiet_days=form.quiet_days,
            once_key=once_key,
            expect=expect,
        )
    except ListChanged:
        messages.warning(request, _("The list has changed since you saw it: look at it again."))
        return redirect("skills:cycle_remind", cycle.public_id)
    return redirect("notices:mailing", mailing.public_id)
