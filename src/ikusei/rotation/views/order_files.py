"""Orders on their way out: files in an office's own columns, the layouts, and printed sheets (辞令)."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.orders import ExportForm, LayoutForm, OrderFilterForm
from ikusei.rotation.queries import order_files as files
from ikusei.rotation.queries.order_sheets import FORMS, sheets
from ikusei.rotation.queries.orders import section_rounds
from ikusei.rotation.services import layouts as services


def _asked(request: Request) -> tuple[ExportForm, files.OrderFile]:
    """The form, and the file that it asks for."""
    form = ExportForm(request.GET, layouts=files.layouts())
    kind, layout = form.chosen
    return form, files.order_file(request.viewer, form.wanted(), kind=kind, layout=layout)


@needs(Right.ROTATION_PLAN)
@require_GET
def export(request: Request) -> HttpResponse:
    """What the file would hold, and which characters its encoding could not write, before it is saved."""
    form, file = _asked(request)
    shown = {"form": form, "file": file, "layouts": form.layouts}
    return render(request, "rotation/orders/export.html", shown)


@needs(Right.ROTATION_PLAN)
@require_GET
def export_file(request: Request) -> HttpResponse:
    """The file itself."""
    _form, file = _asked(request)
    return HttpResponse(
        file.content,
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def layout(request: Request, pk: int | None = None) -> HttpResponse:
    """The editor of a layout; without a number that of a new one."""
    section_rounds(request.viewer)
    row = next((one for one in files.layouts() if one.pk == pk), None)
    if pk is not None and row is None:
        raise Http404
    form = LayoutForm(request.POST if request.method == "POST" else None, layout=row)
    problem = ""
    if request.method == "POST":
        try:
            services.save_layout(actor=request.viewer, layout=row, name=form.name, columns=form.columns())
        except RuleBroken as error:
            problem = str(error)
        else:
            messages.success(request, _("The layout is saved."))
            return redirect("rotation:orders_export")
    shown = {"form": form, "layout": row, "problem": problem}
    return render(request, "rotation/orders/layout.html", shown, status=400 if problem else 200)


@needs(Right.ROTATION_PLAN)
@require_POST
def layout_remove(request: Request, pk: int) -> HttpResponse:
    """Remove a layout."""
    section_rounds(request.viewer)
    row = next((one for one in files.layouts() if one.pk == pk), None)
    if row is None:
        raise Http404
    services.remove_layout(actor=request.viewer, layout=row)
    messages.success(request, _("The layout is removed."))
    return redirect("rotation:orders_export")


@needs(Right.ROTATION_PLAN)
@require_GET
def print_orders(request: Request, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Orders to be printed, a page for each person: in the Japanese official form, in English, or both."""
    form = OrderFilterForm(request.GET)
    chosen = request.GET.get("form", "")
    found = sheets(
        request.viewer, form.wanted(), public_id, form=chosen if chosen in FORMS else request.LANGUAGE_CODE
    )
    shown = {"sheets": found, "chosen": chosen, "forms": FORMS.items(), "public_id": public_id}
    return render(request, "rotation/orders/print.html", shown)
