"""The page of one job: how far it is, stop, result."""

import uuid

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from ikusei.jobs import queries, services
from ikusei.jobs.models import Job
from ikusei.jobs.registry import UnknownTask
from ikusei.lib.rights import SIGNED_IN, needs


@needs(SIGNED_IN)
@require_safe
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One's own job; htmx asks every second for its changing part as long as it has not ended."""
    job = _job_or_404(request, public_id)
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    if htmx and not htmx.boosted:
        return render(request, "jobs/detail.html#progress", {"job": job, "is_fragment": True})
    return render(request, "jobs/detail.html", {"job": job})


@needs(SIGNED_IN)
@require_POST
def stop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask one's own job to stop."""
    job = _job_or_404(request, public_id)
    services.request_stop(actor=_user(request), job=job)
    return redirect("jobs:detail", public_id=public_id)


@needs(SIGNED_IN)
@require_POST
def run_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Run one's own job again, when it has ended."""
    job = _job_or_404(request, public_id)
    try:
        job = services.run_again(actor=_user(request), job=job)
    except services.StillRunning:
        pass  # pressed on an old page: the job's own page says how it stands
    except UnknownTask:
        messages.error(request, _("This version of Ikusei no longer knows the task; ask for the work anew."))
    return redirect("jobs:detail", public_id=job.public_id)


def _job_or_404(request: HttpRequest, public_id: uuid.UUID) -> Job:
    try:
        return queries.open_job(user=_user(request), public_id=public_id)
    except queries.NoSuchJob as error:
        raise Http404 from error


def _user(request: HttpRequest) -> AbstractBaseUser:
    user = request.user
    assert isinstance(user, AbstractBaseUser)  # noqa: S101  # the right SIGNED_IN was enforced before the view
    return user
