"""Proofs: one's own, attached, changed, withdrawn, checked by somebody who saw the original, downloaded."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.files import services as files
from ikusei.files.errors import FileRefused
from ikusei.lib import clock
from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.skills.forms.evidence import CheckForm, EvidenceForm, SkillsForm, UndoForm
from ikusei.skills.models import CertificateKind, EvidenceKind
from ikusei.skills.queries import certificates as kinds
from ikusei.skills.queries import evidence_pages as queries
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.skills.services import evidence as services

MEGABYTE = 1 << 20


@needs(Right.OWN)
@require_GET
def own(request: Request) -> HttpResponse:
    """The viewer's own proofs."""
    shown = queries.own_page(request.viewer, page=request.GET.get("page"))
    return render(request, "skills/evidence/own.html", {"shown": shown})


@needs(SIGNED_IN, code_only=True)
@require_GET
def of_person(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Somebody's proofs, for whoever may see or confirm their levels."""
    shown = queries.person_page(request.viewer, public_id, page=request.GET.get("page"))
    return render(request, "skills/evidence/of_person.html", {"shown": shown})


@needs(Right.OWN)
@require_GET
def new(request: Request) -> HttpResponse:
    """What kind of proof it is."""
    return render(request, "skills/evidence/new.html", {"kinds": EvidenceKind.choices})


@needs(Right.OWN)
@require_GET
def certificates_found(request: Request) -> HttpResponse:
    """The certificates of the table that a person may mean; a fragment for htmx while they type."""
    text = request.GET.get("q", "").replace("\0", "")
    shown = {"found": kinds.search_kinds(text), "text": text}
    template = "skills/evidence/certificate.html"
    return render(request, f"{template}#found" if request.htmx else template, shown)


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def new_of_kind(request: Request, kind: str) -> HttpResponse:
    """The form for a proof of one kind; once it is kept, its page, or the page from which somebody came."""
    if kind not in EvidenceKind:
        raise Http404
    form = _new_form(request, kind)
    if request.method == "POST" and form.is_valid() and (target := _attached(request, form)):
        return redirect(target)
    shown = {"form": form, "certificate": form.certificate, "fixed": _fixed(form.certificate)}
    return render(request, "skills/evidence/form.html", shown | {"next": _next(request)})


@needs(SIGNED_IN, code_only=True)
@require_GET
def item(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One proof."""
    return _item(request, public_id)


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def change(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Change a proof that nobody has checked yet."""
    evidence = _own(request, public_id)
    form = EvidenceForm(
        evidence.kind,
        None,
        *_sent(request),
        certificate=evidence.certificate,
        evidence=evidence,
        postings=_postings(request, evidence.kind),
        megabytes=settings.EVIDENCE_BYTES // MEGABYTE,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_evidence(
                actor=request.viewer,
                evidence=evidence,
                facts=form.facts(),
                upload=form.cleaned_data.get("file"),
                drop_file=form.cleaned_data.get("drop_file", False),
            )
        except FileRefused as error:
            form.add_error("file", str(error))
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is changed."))
            return redirect("skills:evidence_item", public_id)
    return render(request, "skills/evidence/form.html", {"form": form, "evidence": evidence})


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def skills(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The skills that a proof speaks for."""
    evidence = _own(request, public_id)
    catalogue = catalogue_on(clock.today())
    mine = queries.links_in(evidence, catalogue)
    form = SkillsForm(
        catalogue,
        request.POST if request.method == "POST" else None,
        held=queries.held_levels(evidence.person_id),
        chosen=[key for key, level in mine.items() if level is None],
        fixed=[key for key, level in mine.items() if level is not None],
    )
    if catalogue is not None and form.is_valid():
        try:
            services.link_skills(
                actor=request.viewer,
                evidence=evidence,
                framework=queries.framework_of(catalogue),
                skill_keys=form.cleaned_data["skills"],
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The skills are noted."))
            return redirect("skills:evidence_item", public_id)
    return render(request, "skills/evidence/skills.html", {"form": form, "evidence": evidence})


@needs(Right.OWN)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then take a proof away."""
    evidence = _own(request, public_id)
    if request.method == "POST":
        try:
            services.withdraw_evidence(actor=request.viewer, evidence=evidence)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is withdrawn, and its file is removed."))
        return redirect("skills:evidence")
    shown = {"evidence": evidence, "is_named": queries.is_named(evidence)}
    return render(request, "skills/evidence/withdraw.html", shown)


@needs(SIGNED_IN, code_only=True)
@require_POST
def check(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Somebody who saw the original says so."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _item(request, public_id, check_form=form)
    evidence = queries.open_evidence(request.viewer, public_id)
    try:
        made = services.check_evidence(
            actor=request.viewer, evidence=evidence, mark=form.cleaned_data["mark"]
        )
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted: you saw the original."))
        if made:
            messages.info(request, _("The levels that this certificate speaks for are recorded."))
    return redirect(_next(request) or reverse("skills:evidence_item", args=(public_id,)))


@needs(SIGNED_IN, code_only=True)
@require_POST
def undo_check(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Take a check back, with a reason that the person reads."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _item(request, public_id, undo_form=form)
    evidence = queries.open_evidence(request.viewer, public_id)
    try:
        services.undo_check(actor=request.viewer, evidence=evidence, reason=form.cleaned_data["reason"])
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The check is taken back."))
    return redirect("skills:evidence_item", public_id)


@needs(SIGNED_IN, code_only=True)
@require_GET
def file(request: Request, public_id: uuid.UUID) -> HttpResponseBase:
    """The file of a proof, always as a download."""
    stored = queries.open_file(request.viewer, public_id)
    return StreamingHttpResponse(files.read_in_pieces(stored), headers=files.response_headers(stored))


def _item(request: Request, public_id: uuid.UUID, **given: Any) -> HttpResponse:
    shown = {
        "shown": queries.detail(request.viewer, public_id),
        "check_form": CheckForm(),
        "undo_form": UndoForm(),
    }
    return render(request, "skills/evidence/item.html", shown | given)


def _own(request: Request, public_id: uuid.UUID) -> Any:
    """The viewer's own proof; whoever else may see it is answered 403 by the service, here already for the form."""
    evidence = queries.open_evidence(request.viewer, public_id)
    services.require_own(request.viewer, evidence.person, or_proxy=False)
    return evidence


def _person(request: Request) -> Person:
    person = request.viewer.person
    if person is None:
        raise Http404
    return person


def _new_form(request: Request, kind: str) -> EvidenceForm:
    person = _person(request)
    given = request.POST if request.method == "POST" else request.GET
    certificate = None
    if kind == EvidenceKind.CERTIFICATE and (key := given.get("certificate", "")):
        certificate = kinds.open_kind(key)
    return EvidenceForm(
        kind,
        catalogue_on(clock.today()),
        *_sent(request),
        held=queries.held_levels(person.pk),
        chosen=request.GET.getlist("skill"),
        fixed=[row.key for row in _fixed(certificate)],
        certificate=certificate,
        postings=_postings(request, kind),
        megabytes=settings.EVIDENCE_BYTES // MEGABYTE,
    )


def _attached(request: Request, form: EvidenceForm) -> str:
    """Where to go once the proof is kept; empty where it was not taken, which the form then says."""
    catalogue = form.catalogue
    try:
        evidence = services.add_evidence(
            actor=request.viewer,
            person=_person(request),
            kind=form.kind,
            facts=form.facts(),
            framework=None if catalogue is None else queries.framework_of(catalogue),
            skill_keys=form.cleaned_data["skills"],
            upload=form.cleaned_data.get("file"),
            public_id=form.cleaned_data["key"],
        )
    except FileRefused as error:
        form.add_error("file", str(error))
    except RuleBroken as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("It is attached. It counts more once somebody has seen the original."))
        return _next(request) or reverse("skills:evidence_item", args=(evidence.public_id,))
    return ""


def _fixed(certificate: CertificateKind | None) -> tuple[kinds.SpokenFor, ...]:
    """What a certificate of the table speaks for in the framework in use."""
    if certificate is None:
        return ()
    return kinds.kind_row(certificate, catalogue_on(clock.today())).speaks_for


def _postings(request: Request, kind: str) -> list[queries.EndedPosting]:
    return queries.ended_postings(_person(request)) if kind == EvidenceKind.POSTING else []


def _sent(request: Request) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _next(request: Request) -> str:
    """The address of ours from which somebody came and to which they go back, empty where there is none."""
    target = (request.POST if request.method == "POST" else request.GET).get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours and target.startswith("/") else ""
