"""Preference sheets as files: out for a unit or one person, and in again with a look before anything is saved."""

import uuid
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.files.errors import FileRefused
from ikusei.lib.rights import needs
from ikusei.lib.tabular import TabularError
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.access import require_section
from ikusei.rotation.forms.wishes import SheetFileForm, whole_number
from ikusei.rotation.models import Round
from ikusei.rotation.queries.wish_sheets import chosen_round, home_units
from ikusei.rotation.services import wish_files as service
from ikusei.rotation.views.wish_sheets import round_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _round(request: Request) -> Round:
    round_, _others = chosen_round(request.viewer, round_in(request))
    if round_ is None:
        raise NotVisible("round")
    require_section(request.viewer, round_.employer)
    return round_


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "POST"])
def sheet_files(request: Request) -> HttpResponse:
    """Sheets out and in."""
    round_ = _round(request)
    form = SheetFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            stored = service.keep_file(actor=request.viewer, round_=round_, upload=form.cleaned_data["file"])
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("rotation:sheet_file_look", round_.public_id, stored.public_id)
    shown = {"round": round_, "form": form, "units": home_units(request.viewer, round_)}
    return render(request, "rotation/wishes/files.html", shown)


@needs(Right.ROTATION_PLAN)
@require_GET
def sheet_list_file(request: Request) -> HttpResponseBase:
    """The sheets of a unit, or of everybody, as a workbook."""
    round_ = _round(request)
    unit = whole_number(request.GET.get("unit", "")) or None
    return _file(service.list_file(actor=request.viewer, round_=round_, unit_id=unit), round_)


@needs(Right.ROTATION_PLAN)
@require_GET
def sheet_form(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponseBase:
    """The form of one person, with an empty part for a protected reason."""
    round_, content = service.own_form(actor=request.viewer, round_id=round_id, person_id=public_id)
    return _file(content, round_)


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "POST"])
def sheet_file_look(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """What a file would do; on POST it does it."""
    round_, _others = chosen_round(request.viewer, round_id)
    if round_ is None:
        raise NotVisible(str(round_id))
    require_section(request.viewer, round_.employer)
    stored = service.kept_file(actor=request.viewer, public_id=public_id)
    if request.method == "POST":
        try:
            count = service.apply_file(
                actor=request.viewer, round_=round_, stored=stored, digest=request.POST.get("digest", "")
            )
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect(request.path)
        said = ngettext("%(count)s sheet is handed in.", "%(count)s sheets are handed in.", count)
        messages.success(request, said % {"count": count})
        return redirect("rotation:sheets")
    shown: dict[str, Any] = {"round": round_, "stored": stored, "checked": None, "fault": []}
    try:
        shown["checked"] = service.check_file(actor=request.viewer, round_=round_, stored=stored)
    except TabularError as error:
        shown["fault"] = [error.problem]
    return render(request, "rotation/wishes/file_look.html", shown)


def _file(content: bytes, round_: Round) -> FileResponse:
    name = f"preference-sheets-{round_.fiscal_year}.xlsx"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)
