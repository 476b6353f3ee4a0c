"""What the personnel section records about one person: postings, their end, changes of employment, leaves."""

import uuid
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.asof import as_of
from ikusei.org.forms import person_steps as forms
from ikusei.org.forms.people import number_in
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.org.queries import changes, seats
from ikusei.org.services import people as people_services
from ikusei.org.services import posts as post_services
from ikusei.org.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


def _way(person: Person) -> tuple[str, list[Crumb]]:
    """The address of the person's page, and the way down to it."""
    back = reverse("org:person", args=[person.public_id])
    return back, [Crumb(_("People"), reverse("org:people")), Crumb(person.display_name, back)]


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def posting_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Record a posting: first the unit, then one of its posts."""
    person = changes.person_to_change(request.viewer, public_id)
    back, crumbs = _way(person)
    unit_id = number_in(request.GET, "unit")
    if unit_id is None:
        search = forms.UnitSearchForm(request.GET if "q" in request.GET else None)
        found = seats.find_units(request.viewer, search.text, on=request.viewer.today)
        heading = _("Record a posting")
        shown = {"heading": heading, "form": search, "found": found, "crumbs": [*crumbs, Crumb(heading)]}
        return render(request, "org/unit_choice.html", shown)
    on = as_of(request.POST, "from_date")
    unit = seats.unit_on(unit_id, on)
    form = forms.PostingForm(request.POST or None, posts=seats.open_posts_of(unit_id, on=on))
    return take_step(
        request,
        form,
        partial(changes.with_post, post_services.assign, actor=request.viewer, person=person),
        heading=_("Record a posting in %(unit)s") % {"unit": unit.name},
        button=_("Record"),
        done=_("The posting is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[
            _(
                "A posting that begins after today is shown to the personnel section only, until its first day."
            )
        ],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def posting_end(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """End a posting."""
    person, posting = changes.posting_to_change(request.viewer, public_id, pk)
    back, crumbs = _way(person)
    return take_step(
        request,
        forms.EndForm(request.POST or None),
        partial(post_services.end_posting, actor=request.viewer, posting=posting),
        heading=_("End a posting"),
        button=_("End it"),
        done=_("The end of the posting is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[
            _("Other postings of the person stay as they are: look whether their shares still fit."),
        ],
        tone="danger",
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def employment_change(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """Record a promotion, a conversion or a renewal."""
    person, employment = changes.employment_to_change(request.viewer, public_id, pk)
    back, crumbs = _way(person)
    return take_step(
        request,
        forms.EmploymentForm(request.POST or None, employment=employment),
        partial(people_services.change_employment, actor=request.viewer, employment=employment),
        heading=_("Change an employment"),
        button=_("Record"),
        done=_("The change is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[_("The days before keep what was recorded for them.")],
    )


@needs(Right.ORG_EDIT)
@require_http_methods(ASK_AND_DO)
def leave_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Record a leave."""
    person = changes.person_to_change(request.viewer, public_id)
    back, crumbs = _way(person)
    return take_step(
        request,
        forms.LeaveForm(request.POST or None),
        partial(people_services.record_leave, actor=request.viewer, person=person),
        heading=_("Record a leave"),
        button=_("Record"),
        done=_("The leave is recorded."),
        back=back,
        crumbs=crumbs,
        notes=[_("The kind of a leave is shown to the person and the personnel section only.")],
    )
