"""The offline round trip: the confirmation sheet out and in, for oneself and for a supervisor without access."""

import uuid
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.files.errors import FileRefused
from ikusei.lib import clock
from ikusei.lib.rights import needs
from ikusei.lib.tabular import TabularError
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.confirmation import number
from ikusei.skills.forms.confirmation_sheets import ProxySheetForm, SheetForm
from ikusei.skills.queries.confirmation.sheet import own_sheet, proxy_sheet, proxy_units
from ikusei.skills.services import confirmation_sheets as service
from ikusei.skills.services.proxy import Spokesman

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REMEMBERED = "confirmation-proxy"
"""The session's key for who speaks in the sheets that a proxy looks at: names do not belong into addresses."""


@needs(Right.LEVELS_CONFIRM)
@require_http_methods(["GET", "POST"])
def sheet(request: Request) -> HttpResponse:
    """My sheet: to be saved, and to be brought back."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            stored = service.keep_sheet(actor=request.viewer, upload=form.cleaned_data["file"], proxy=False)
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("skills:confirmation_sheet_look", stored.public_id)
    return render(request, "skills/confirmation/sheet.html", {"form": form})


@needs(Right.LEVELS_CONFIRM)
@require_GET
def sheet_file(request: Request) -> HttpResponseBase:
    """The sheet of the people whom I confirm."""
    return _file(own_sheet(request.viewer))


@needs(Right.LEVELS_CONFIRM)
@require_http_methods(["GET", "POST"])
def sheet_look(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What my sheet would do; on POST it does it."""
    return _look(request, public_id, None, "skills:confirmation")


@needs(Right.PROXY_ENTRY, code_only=False)
@require_http_methods(["GET", "POST"])
def proxy(request: Request) -> HttpResponse:
    """A sheet for a supervisor who cannot reach the system."""
    units = proxy_units(request.viewer)
    form = ProxySheetForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            stored = service.keep_sheet(actor=request.viewer, upload=form.cleaned_data["file"], proxy=True)
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            remembered = request.session.get(REMEMBERED, {})
            request.session[REMEMBERED] = remembered | {str(stored.public_id): asdict(form.spokesman)}
            return redirect("skills:proxy_sheet_look", stored.public_id)
    return render(request, "skills/confirmation/sheet.html", {"form": form, "units": units, "is_proxy": True})


@needs(Right.PROXY_ENTRY, code_only=False)
@require_GET
def proxy_file(request: Request) -> HttpResponseBase:
    """The sheet of a unit's people for its supervisor."""
    return _file(proxy_sheet(request.viewer, number(request.GET.get("unit", "")) or 0))


@needs(Right.PROXY_ENTRY, code_only=False)
@require_http_methods(["GET", "POST"])
def proxy_look(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What a supervisor's sheet would do; on POST it does it."""
    said = request.session.get(REMEMBERED, {}).get(str(public_id))
    if said is None:
        return redirect("skills:proxy_sheet")
    return _look(request, public_id, Spokesman(**said), "skills:proxy_sheet")


def _file(content: bytes) -> FileResponse:
    name = f"confirmation-{clock.today():%Y%m%d}.xlsx"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)


def _look(request: Request, public_id: uuid.UUID, spokesman: Spokesman | None, onward: str) -> HttpResponse:
    stored = service.kept_sheet(actor=request.viewer, public_id=public_id)
    if request.method == "POST":
        try:
            count = service.apply_sheet(
                actor=request.viewer,
                stored=stored,
                digest=request.POST.get("digest", ""),
                spokesman=spokesman,
            )
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect(request.path)
        said = ngettext("%(count)s decision is saved.", "%(count)s decisions are saved.", count)
        messages.success(request, said % {"count": count})
        return redirect(onward)
    checked, fault = _checked(
        lambda: service.check_sheet(actor=request.viewer, stored=stored, spokesman=spokesman)
    )
    shown = {"stored": stored, "checked": checked, "fault": fault, "spokesman": spokesman, "back": onward}
    return render(request, "skills/confirmation/sheet_look.html", shown)


def _checked(
    check: Callable[[], service.Checked],
) -> tuple[service.Checked | None, list[object]]:
    """What a sheet would do, or what hinders it whole."""
    try:
        return check(), []
    except TabularError as error:
        return None, [error.problem]
