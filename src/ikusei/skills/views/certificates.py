"""The steward's table of certificates: read by everyone, kept by stewards, in and out as a file."""

import uuid
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.files.errors import FileRefused
from ikusei.lib import clock
from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.formats.certificates import write_table
from ikusei.skills.forms.certificates import CertificateForm, TableForm
from ikusei.skills.models import CertificateKind
from ikusei.skills.queries import certificates as queries
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.skills.services import certificate_tables as tables
from ikusei.skills.services import certificates as services


@needs(SIGNED_IN)
@require_GET
def table(request: Request) -> HttpResponse:
    """The table."""
    text = request.GET.get("q", "").replace("\0", "")
    page = queries.certificate_list(request.viewer, text=text, page=request.GET.get("page"))
    may_edit = request.viewer.can(Right.FRAMEWORK_EDIT)
    return render(
        request, "skills/certificates/table.html", {"page": page, "text": text, "may_edit": may_edit}
    )


@needs(SIGNED_IN)
@require_GET
def export(request: Request) -> HttpResponseBase:
    """The table as CSV."""
    content = write_table(queries.table_data())
    name = f"certificates-{clock.today():%Y%m%d}.csv"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type="text/csv")


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A kind of certificate that the table does not know yet."""
    form = CertificateForm(catalogue_on(clock.today()), request.POST if request.method == "POST" else None)
    if form.is_valid() and queries.is_known(form.cleaned_data["key"]):
        form.add_error("key", _("There is a certificate with this key."))
    if form.is_valid() and (kind := _saved(request, form)):
        return redirect("skills:certificate", kind.key)
    return render(request, "skills/certificates/form.html", {"form": form})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def kind(request: Request, key: str) -> HttpResponse:
    """One kind: changed once it has been seen for how many people it would change something."""
    known = queries.open_kind(key)
    form = CertificateForm(
        catalogue_on(clock.today()),
        request.POST if request.method == "POST" else None,
        known=queries.data_of(known),
    )
    shown: dict[str, Any] = {"form": form, "kind": known}
    if form.is_valid():
        data = form.data_given()
        effect = services.effect_of([known], proposed={key: data})
        seen = tables.seal_of([data])
        if effect.is_empty or request.POST.get("seen") == seen:
            if _saved(request, form):
                return (
                    _onward(request, known)
                    if request.POST.get("apply")
                    else redirect("skills:certificate", key)
                )
        else:
            shown |= {
                "effect": effect,
                "changes": queries.changes_in_words(effect.changes.items()),
                "seen": seen,
            }
    elif request.method == "GET":
        effect = services.effect_of([known])
        shown |= {"open_effect": effect, "changes": queries.changes_in_words(effect.changes.items())}
    return render(request, "skills/certificates/form.html", shown)


@needs(Right.FRAMEWORK_EDIT)
@require_POST
def apply(request: Request, key: str) -> HttpResponse:
    """Let the checked certificates of a kind speak for the levels of the table as it is now."""
    return _onward(request, queries.open_kind(key))


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def bring_in(request: Request) -> HttpResponse:
    """The form for a table as a file; once it is kept, the look at it."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if form.is_valid():
        try:
            stored = tables.keep_table(actor=request.viewer, upload=form.cleaned_data["file"])
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("skills:certificates_import_check", stored.public_id)
    return render(request, "skills/certificates/import.html", {"form": form})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def import_check(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What a table would change; saved, and applied to the certificates that were checked, if asked."""
    look = tables.look_at(actor=request.viewer, public_id=public_id)
    if request.method == "POST" and look.is_good:
        try:
            saved = tables.import_table(actor=request.viewer, look=look)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The table is saved."))
            return _onward(request, *saved) if request.POST.get("apply") else redirect("skills:certificates")
    changes = queries.changes_in_words(look.effect.changes.items())
    return render(request, "skills/certificates/import_check.html", {"look": look, "changes": changes})


def _saved(request: Request, form: CertificateForm) -> CertificateKind | None:
    """The saved kind, None where a rule stands against it, which the form then says."""
    try:
        saved = tables.save_kind(actor=request.viewer, data=form.data_given())
    except RuleBroken as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("The certificate is saved."))
    return saved


def _onward(request: Request, *kinds: CertificateKind) -> HttpResponse:
    """Apply the table to some kinds: to the job that does it, or back."""
    done = services.apply_soon(actor=request.viewer, kinds=kinds)
    if done.job is not None:
        return redirect("jobs:detail", done.job.public_id)
    messages.success(
        request,
        ngettext(
            "The levels of %(count)s person are recorded anew.",
            "The levels of %(count)s people are recorded anew.",
            done.people,
        )
        % {"count": done.people},
    )
    return (
        redirect("skills:certificate", kinds[0].key) if len(kinds) == 1 else redirect("skills:certificates")
    )
