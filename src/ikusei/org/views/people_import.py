"""Staff lists sent in: upload, correct the columns, look at what would happen, apply, take back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ikusei.files.errors import FileRefused
from ikusei.files.names import disposition
from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.forms.people_import import ApplyForm, ColumnsForm, UploadForm
from ikusei.org.middleware import Request
from ikusei.org.models import PeopleImport
from ikusei.org.queries import imports as queries
from ikusei.org.services import people_import as services


@needs(Right.PEOPLE_IMPORT)
@require_safe
def imports(request: Request) -> HttpResponse:
    """Every import within reach, newest first."""
    page = queries.imports_page(request.viewer, number=request.GET.get("page", 1))
    return render(request, "org/people_imports.html", {"page": page})


@needs(Right.PEOPLE_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The form for a list; once it is kept, it is checked."""
    employers = queries.employers_for(request.viewer)
    form = (
        UploadForm(employers, request.POST, request.FILES)
        if request.method == "POST"
        else UploadForm(employers)
    )
    if form.is_valid():
        asked = form.cleaned_data
        try:
            record = services.upload_list(
                actor=request.viewer,
                employer=asked["employer"],
                as_of=asked["as_of"],
                name=form.upload.name or "",
                content=form.upload,
            )
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            return _checked(request, record)
    return render(request, "org/people_import_new.html", {"form": form})


@needs(Right.PEOPLE_IMPORT)
@require_safe
def show(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What a list would do or has done."""
    record = queries.find_import(request.viewer, public_id)
    page = queries.import_page(request.viewer, record, request.GET.dict())
    return render(request, "org/people_import.html", {"page": page, "record": record})


@needs(Right.PEOPLE_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What the columns of a list mean, to be corrected; sent, the list is checked again."""
    record = queries.find_import(request.viewer, public_id)
    report = record.report
    form = ColumnsForm(
        report.get("headings", []),
        report.get("examples", []),
        report.get("fields", {}),
        request.POST if request.method == "POST" else None,
    )
    if form.is_valid():
        return _checked(request, record, form.columns() if form.fields else None)
    return render(request, "org/people_import_columns.html", {"form": form, "record": record})


@needs(Right.PEOPLE_IMPORT)
@require_POST
def apply(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Apply a checked list, whole or its good rows."""
    record = queries.find_import(request.viewer, public_id)
    form = ApplyForm(request.POST)
    form.is_valid()
    if job := services.apply_later(
        actor=request.viewer, record=record, language=_language(), **form.cleaned_data
    ):
        return redirect("jobs:detail", job.public_id)
    try:
        services.apply_import(actor=request.viewer, record=record, **form.cleaned_data)
    except services.Outdated as error:
        messages.warning(request, str(error))
        return _checked(request, record)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The list is applied."))
    return redirect("org:people_import", public_id)


@needs(Right.PEOPLE_IMPORT)
@require_safe
def problems(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The rows to be mended, as a file in the office's own columns."""
    record = queries.find_import(request.viewer, public_id)
    name, content = services.rows_to_mend(actor=request.viewer, record=record)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition(name), "X-Content-Type-Options": "nosniff"},
    )


@needs(Right.PEOPLE_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Ask whether an import shall be taken back, and what stands against it; sent, take it back."""
    record = queries.find_import(request.viewer, public_id)
    if request.method == "POST":
        return _undone(request, record)
    shown: dict[str, Any] = {"record": record, "obstacles": [], "refusal": ""}
    try:
        shown["obstacles"] = services.undo_obstacles(actor=request.viewer, record=record)
    except RuleBroken as error:
        shown["refusal"] = str(error)
    return render(request, "org/people_import_undo.html", shown)


def _undone(request: Request, record: PeopleImport) -> HttpResponse:
    if job := services.undo_later(actor=request.viewer, record=record, language=_language()):
        return redirect("jobs:detail", job.public_id)
    try:
        services.undo_import(actor=request.viewer, record=record)
    except services.InUse:
        return redirect("org:people_import_undo", record.public_id)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The import is undone; everything is as it was before."))
    return redirect("org:people_import", record.public_id)


def _checked(
    request: Request, record: PeopleImport, columns: dict[str, int | str | None] | None = None
) -> HttpResponse:
    """Check a list, in the background where it is large; the way to its page."""
    if job := services.check_later(
        actor=request.viewer, record=record, language=_language(), columns=columns
    ):
        return redirect("jobs:detail", job.public_id)
    try:
        services.check_import(actor=request.viewer, record=record, columns=columns)
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect("org:people_import", record.public_id)


def _language() -> str:
    return get_language() or ""
