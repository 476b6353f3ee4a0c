"""The first page, and the lists of what happened: the audit trail and the jobs."""

from django.http import HttpResponse
from django.shortcuts import render

from ikusei.audit.queries import chain_state, page_of_entries
from ikusei.jobs.queries import page_of_jobs
from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.portal.forms import JobFilter, TrailFilter
from ikusei.portal.queries.panels import first_page


@needs(SIGNED_IN, code_only=True)
def home(request: Request) -> HttpResponse:
    """The first page of whoever is signed in: the questions of their roles, answered."""
    return render(request, "portal/home.html", {"panels": first_page(request.viewer)})


@needs(Right.AUDIT_READ)
def audit(request: Request) -> HttpResponse:
    """The audit trail, newest first, with a filter."""
    form = TrailFilter(request.GET)
    page = page_of_entries(form.wanted(), page=request.GET.get("page", "1"))
    return render(request, "portal/audit.html", {"form": form, "page": page, "chain": chain_state()})


@needs(Right.JOBS_SEE)
def jobs(request: Request) -> HttpResponse:
    """All jobs, newest first."""
    form = JobFilter(request.GET)
    page = page_of_jobs(state=form.state_wanted(), page=request.GET.get("page", "1"))
    return render(request, "portal/jobs.html", {"form": form, "page": page})
