"""The list of people, and the same as a file."""

from django.http import HttpResponse
from django.shortcuts import render

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.asof import on_query, readable_day
from ikusei.org.forms.people import PeopleFilterForm, number_in
from ikusei.org.middleware import Request
from ikusei.org.queries import people as queries
from ikusei.org.queries.choices import filter_choices
from ikusei.org.queries.people_file import people_csv


def _asked(request: Request) -> PeopleFilterForm:
    choices = filter_choices(
        request.viewer,
        Right.PEOPLE_LIST,
        on=readable_day(request.viewer, request.GET),
        unit_id=number_in(request.GET, "unit"),
        employer_id=number_in(request.GET, "employer"),
    )
    return PeopleFilterForm(request.GET, choices)


@needs(Right.PEOPLE_LIST)
def people(request: Request) -> HttpResponse:
    """The people in the viewer's scope who are employed on a day."""
    form = _asked(request)
    on = readable_day(request.viewer, request.GET)
    number = number_in(request.GET, "page") or 1
    may_open = request.viewer.can(Right.PEOPLE_OPEN)
    page = queries.people_page(request.viewer, form.wanted(), on=on, number=number)
    shown = {"page": page, "form": form, "on": on, "on_query": on_query(on), "may_open": may_open}
    return render(request, "org/people.html", shown)


@needs(Right.PEOPLE_LIST)
def people_export(request: Request) -> HttpResponse:
    """The whole list as CSV for a spreadsheet."""
    on = readable_day(request.viewer, request.GET)
    file = people_csv(request.viewer, _asked(request).wanted(), on=on)
    name = f"people-{on.isoformat()}.csv"
    return HttpResponse(
        file.content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
