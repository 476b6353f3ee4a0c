"""Wishes of hosts: said by the head of a unit, entered by the personnel section, out and in as a sheet."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ikusei.lib.rights import needs
from ikusei.lib.tabular import Problem, TabularError
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.fields import number_in
from ikusei.rotation.forms.host_wishes import HostSheetForm, UnitForm, WishForm
from ikusei.rotation.models import Round
from ikusei.rotation.queries import host_wishes as queries
from ikusei.rotation.queries.host_wishes import HostPage, SectionPage, Targets
from ikusei.rotation.services import host_wishes as services
from ikusei.rotation.sheets.host_file import read_host_sheet, write_host_sheet
from ikusei.skills.queries.maps.catalogue import Catalogue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5 * 1024 * 1024
ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.HOST_WISH)
@require_http_methods(ASK_AND_DO)
def own(request: Request) -> HttpResponse:
    """What my units wish: said on this page, or brought as a sheet."""
    page = queries.host_page(request.viewer, _round_in(request), number=request.GET.get("page", "1"))
    here = reverse("rotation:own_host_wishes")
    if page.round is not None and request.GET.get("format") == "xlsx":
        return _file(page)
    shown = {"page": page, "here": here, "round": page.round}
    return _answer(request, "rotation/host_wishes_own.html", shown, page, page.is_open, here)


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def section(request: Request) -> HttpResponse:
    """What all hosts wish; the personnel section enters what a host said elsewhere."""
    unit_id = number_in(request.GET, "unit")
    number = request.GET.get("page", "1")
    page = queries.section_page(request.viewer, public_id=_round_in(request), unit_id=unit_id, number=number)
    here = reverse("rotation:host_wishes")
    if page is None:
        return render(request, "rotation/host_wishes.html", {"page": None})
    if page.unit is not None and request.GET.get("format") == "xlsx":
        return _file(page)
    may_enter = page.is_open and page.unit is not None
    back = f"{here}?unit={unit_id}" if page.unit is not None else here
    unit_form = UnitForm(request.GET, units=page.units)
    shown = {"page": page, "here": here, "round": page.round, "unit_form": unit_form}
    return _answer(request, "rotation/host_wishes.html", shown, page, may_enter, back, proxy=True)


@needs(Right.HOST_WISH)
@require_POST
def own_withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Take a wish of my unit back."""
    return _withdraw(request, public_id, "rotation:own_host_wishes")


@needs(Right.ROTATION_PLAN)
@require_POST
def section_withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Take a host's wish back for the host."""
    return _withdraw(request, public_id, "rotation:host_wishes")


def _answer(
    request: Request,
    template: str,
    shown: dict[str, Any],
    page: HostPage | SectionPage,
    may_enter: bool,
    back: str,
    *,
    proxy: bool = False,
) -> HttpResponse:
    """The page with its two forms, or the way back once one of them was recorded."""
    round_, targets, catalogue = page.round, page.targets, page.catalogue
    is_sheet = request.method == "POST" and "sheet" in request.POST
    wish = WishForm(
        request.POST if request.method == "POST" and not is_sheet else None,
        targets=targets,
        catalogue=catalogue,
        proxy=proxy,
    )
    sheet = HostSheetForm(*((request.POST, request.FILES) if is_sheet else ()), proxy=proxy)
    problems: Sequence[Problem] = ()
    form = sheet if is_sheet else wish
    if request.method == "POST" and not (may_enter and round_ is not None):
        messages.error(request, _("Nothing can be entered today."))
        return redirect(back)
    if request.method == "POST" and round_ is not None and form.is_valid():
        try:
            problems = _record(request, round_, targets, catalogue, form)
        except (RuleBroken, TabularError) as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        if not problems and not form.errors:
            return redirect(back)
    shown |= {"form": wish, "sheet_form": sheet, "problems": problems, "may_enter": may_enter}
    return render(request, template, shown)


def _record(
    request: Request, round_: Round, targets: Targets, catalogue: Catalogue | None, form: Any
) -> Sequence[Problem]:
    """Record a wish, or a sheet unless one of its rows has a problem: these are given."""
    given = form.cleaned_data
    if "asked" in given:
        services.add_wish(actor=request.viewer, round_=round_, asked=given["asked"], said_by=given["said_by"])
        messages.success(request, _("The wish is recorded."))
        return ()
    upload = given["file"]
    if upload.size > MOST_BYTES:
        raise RuleBroken(_("The file is too large."))
    lines = read_host_sheet(upload.read(), targets, _names(catalogue), file=upload.name)
    if lines.problems:
        return lines.problems
    new = services.record_sheet(
        actor=request.viewer, round_=round_, rows=lines.asked, said_by=given.get("said_by", "")
    )
    told = ngettext("%(count)s wish is new.", "%(count)s wishes are new.", new)
    messages.success(request, told % {"count": new})
    return ()


def _withdraw(request: Request, public_id: uuid.UUID, back: str) -> HttpResponse:
    try:
        services.withdraw_wish(actor=request.viewer, wish=queries.open_wish(request.viewer, public_id))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The wish is taken back."))
    return redirect(back)


def _file(page: HostPage | SectionPage) -> HttpResponse:
    return HttpResponse(
        write_host_sheet(page.targets, page.lines, _names(page.catalogue)),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="host-wishes.xlsx"'},
    )


def _names(catalogue: Catalogue | None) -> dict[str, str]:
    return {} if catalogue is None else {item.key: item.name for item in catalogue.skills.values()}


def _round_in(request: Request) -> uuid.UUID | None:
    """The round that the address names, None where it names none."""
    text = request.GET.get("round", "")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotVisible(text) from None
