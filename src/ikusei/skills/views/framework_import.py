"""Bringing in a framework: files first, then a look at what they hold, then a draft."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.files.errors import FileRefused
from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.skills.forms.framework_import import FormatForm, UploadForm
from ikusei.skills.queries.framework_uploads import open_upload
from ikusei.skills.services import framework_uploads as services

ROWS = 30
"""How many rows of each list the page shows at a time."""

LISTS = ("problems", "notes", "skipped", "duplicates")


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """The form for the files; once they are kept, the look at what they hold."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            kept = services.keep_files(actor=request.viewer, files=form.cleaned_data["file"])
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            chosen = {"format": form.chosen} if form.chosen else None
            return redirect(reverse("skills:framework_import_check", args=(kept.public_id,), query=chosen))
    return render(request, "skills/framework_import.html", {"form": form})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def check(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What the files hold and what saving would do; sent, the draft is saved."""
    form = FormatForm(request.POST if request.method == "POST" else request.GET)
    kept = open_upload(request.viewer, public_id)
    if request.method == "POST":
        checked, version = services.save_upload(actor=request.viewer, upload=kept, format=form.chosen)
        if version is not None:
            messages.success(request, _("The framework is saved as a draft."))
            return redirect("skills:framework", version.framework.key, version.label)
    else:
        checked = services.check_upload(actor=request.viewer, upload=kept, format=form.chosen)
    lists = {
        name: Paginator(getattr(checked.parsed, name), ROWS).get_page(request.GET.get(name)) for name in LISTS
    }
    read_as = FormatForm({"format": checked.parsed.format or ""})
    shown = {"kept": kept, "checked": checked, "form": read_as, **lists}
    return render(request, "skills/framework_import_check.html", shown)
