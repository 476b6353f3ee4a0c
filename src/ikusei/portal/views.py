"""The first page, and the lists of what happened: the audit trail and the jobs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.audit.queries import chain_state
from ikusei.jobs.queries import page_of_jobs
from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.portal.forms import JobFilter, TrailFilter
from ikusei.portal.queries.own_changes import own_changes as changes_of
from ikusei.portal.queries.panels import first_page
from ikusei.portal.queries.privacy import kinds_shown
from ikusei.portal.queries.trail import page_of_trail
from ikusei.ui.components import Crumb


@needs(SIGNED_IN, code_only=True)
def home(request: Request) -> HttpResponse:
    """The first page of whoever is signed in: the questions of their roles, answered."""
    return render(request, "portal/home.html", {"panels": first_page(request.viewer)})


@needs(SIGNED_IN, code_only=True)
def privacy(request: Request) -> HttpResponse:
    """What is kept about people, for what, on what ground, how long, and who can see it; and the wall."""
    return render(request, "portal/privacy.html", {"kinds": kinds_shown()})


@needs(Right.OWN)
def own_changes(request: Request) -> HttpResponse:
    """What was changed in the viewer's own data, and by whom."""
    number = request.GET.get("page", "")
    page = changes_of(request.viewer, number=int(number) if number.isdecimal() and len(number) < 9 else 1)
    crumbs = [Crumb(_("My record"), reverse("org:me")), Crumb(_("Who changed my data"))]
    return render(request, "portal/own_changes.html", {"page": page, "crumbs": crumbs})


@needs(Right.AUDIT_READ)
def audit(request: Request) -> HttpResponse:
    """The audit trail, newest first, with a filter."""
    form = TrailFilter(request.GET)
    page = page_of_trail(request.viewer, form.wanted(), page=request.GET.get("page", "1"))
    return render(request, "portal/audit.html", {"form": form, "page": page, "chain": chain_state()})


@needs(Right.JOBS_SEE)
def jobs(request: Request) -> HttpResponse:
    """All jobs, newest first."""
    form = JobFilter(request.GET)
    page = page_of_jobs(state=form.state_wanted(), page=request.GET.get("page", "1"))
    return render(request, "portal/jobs.html", {"form": form, "page": page})
