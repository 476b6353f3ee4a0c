"""Skill sheets: brought in, looked at, recorded, taken back; and sheets to fill in."""

import uuid
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.files import services as files
from ikusei.files.errors import FileRefused
from ikusei.lib import clock
from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.sheets import ColumnsForm, RecordForm, SheetForm, TemplateForm
from ikusei.skills.models import SheetImport
from ikusei.skills.queries import sheets as queries
from ikusei.skills.services.sheets import undoing, uploads
from ikusei.skills.sheets.columns import UnknownColumn

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Right.SHEET_IMPORT)
@require_GET
def sheet_list(request: Request) -> HttpResponse:
    """The sheets that were brought in, newest first."""
    page = queries.sheet_list(request.viewer, page=request.GET.get("page"))
    return render(request, "skills/sheets.html", {"page": page})


@needs(Right.SHEET_IMPORT)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """The form for a sheet; once it is kept, the look at it."""
    if request.method == "POST":
        form = SheetForm(request.viewer, request.POST, request.FILES)
    else:
        form = SheetForm(request.viewer)
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            record = uploads.start_sheet(actor=request.viewer, upload=given.pop("file"), **given)
        except FileRefused as error:
            form.add_error("file", str(error))
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return _onward(record)
    return render(request, "skills/sheet_new.html", {"form": form})


@needs(Right.SHEET_IMPORT)
@require_GET
def sheet(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One sheet: what it would record, or has recorded."""
    return _shown(request, public_id)


@needs(Right.SHEET_IMPORT)
@require_POST
def columns(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Read the columns as a person says, and look at the sheet again."""
    record = queries.open_sheet(request.viewer, public_id)
    try:
        record = uploads.correct_columns(
            actor=request.viewer, record=record, named=ColumnsForm(request.POST).named
        )
    except (UnknownColumn, RuleBroken) as error:
        messages.error(request, str(error))
        return redirect("skills:sheet", public_id)
    messages.success(request, _("The columns are read as you said."))
    return _onward(record)


@needs(Right.SHEET_IMPORT)
@require_POST
def check(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Compare the sheet with the records of now."""
    record = queries.open_sheet(request.viewer, public_id)
    try:
        return _onward(uploads.check_soon(actor=request.viewer, record=record))
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect("skills:sheet", public_id)


@needs(Right.SHEET_IMPORT)
@require_POST
def apply(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Record the sheet: whole, or its good rows."""
    record = queries.open_sheet(request.viewer, public_id)
    form = RecordForm(record.report.get("guesses", 0), request.POST)
    if not form.is_valid():
        return _shown(request, public_id, form)
    try:
        record = uploads.apply_soon(
            actor=request.viewer, record=record, good_rows=form.cleaned_data["good_rows"]
        )
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("skills:sheet", public_id)
    if record.job is None:
        messages.success(request, _("The levels are recorded."))
    return _onward(record)


@needs(Right.SHEET_IMPORT)
@require_http_methods(["GET", "POST"])
def undo(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then take the sheet back; or say what stands against it."""
    record = queries.open_sheet(request.viewer, public_id)
    problem, obstacles = "", []
    try:
        if request.method == "POST":
            record = uploads.undo_soon(actor=request.viewer, record=record)
            if record.job is None:
                messages.success(request, _("The sheet is taken back."))
            return _onward(record)
        obstacles = undoing.undo_obstacles(actor=request.viewer, record=record)
    except undoing.SheetInUse as error:
        obstacles = error.obstacles
    except RuleBroken as error:
        problem = str(error)
    shown = {"record": record, "obstacles": obstacles, "problem": problem}
    return render(request, "skills/sheet_undo.html", shown)


@needs(Right.SHEET_IMPORT)
@require_GET
def to_mend(request: Request, public_id: uuid.UUID) -> HttpResponseBase:
    """The rows that have to be mended, as a workbook."""
    stored = queries.open_sheet(request.viewer, public_id).to_mend
    if stored is None:
        raise Http404
    return StreamingHttpResponse(files.read_in_pieces(stored), headers=files.response_headers(stored))


@needs(Right.SHEET_IMPORT)
@require_GET
def template(request: Request) -> HttpResponse:
    """For whom a sheet to be filled in is wanted."""
    return render(request, "skills/sheet_template.html", {"form": TemplateForm(request.viewer, request.GET)})


@needs(Right.SHEET_IMPORT)
@require_GET
def template_file(request: Request) -> HttpResponseBase:
    """The sheet to be filled in; the form again where something is wrong with what was asked."""
    form = TemplateForm(request.viewer, request.GET)
    if form.is_valid():
        try:
            content = queries.template_workbook(
                request.viewer,
                employer=form.cleaned_data["employer"],
                version=form.cleaned_data["version"],
                unit_id=int(form.cleaned_data["unit"]) if form.cleaned_data["unit"] else None,
                ict_only=form.cleaned_data["ict"],
                on=clock.today(),
            )
        except queries.TooManyPeople as error:
            form.add_error("unit", _("These are %(count)s people. Choose a unit.") % {"count": error.count})
        else:
            name = f"skill-sheet-{form.cleaned_data['employer'].code}-{clock.today():%Y%m%d}.xlsx"
            return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)
    return render(request, "skills/sheet_template.html", {"form": form})


def _shown(request: Request, public_id: uuid.UUID, form: RecordForm | None = None) -> HttpResponse:
    shown = queries.sheet_page(request.viewer, public_id, pages=request.GET.dict())
    form = form or RecordForm(shown.sheet.report.get("guesses", 0))
    return render(request, "skills/sheet.html", {"shown": shown, "sheet": shown.sheet, "form": form})


def _onward(record: SheetImport) -> HttpResponse:
    """To the job that works on a sheet, or to its page."""
    if record.job is not None:
        return redirect("jobs:detail", record.job)
    return redirect("skills:sheet", record.public_id)
