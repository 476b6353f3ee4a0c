"""One person's record, and one's own."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org import access
from ikusei.org.access import Right
from ikusei.org.asof import on_query, readable_day
from ikusei.org.forms.people import number_in
from ikusei.org.middleware import Request
from ikusei.org.queries import looks as look_queries
from ikusei.org.queries import record as queries
from ikusei.ui.components import Crumb


@needs(SIGNED_IN)
def person(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A person's record: for whoever may open people, and for the person."""
    on = readable_day(request.viewer, request.GET)
    record = queries.open_record(request.viewer, public_id, on=on)
    listed = request.viewer.can(Right.PEOPLE_LIST)
    crumbs = [Crumb(_("People"), reverse("org:people")), Crumb(record.person.display_name)] if listed else []
    shown = {
        "record": record,
        "on": on,
        "on_query": on_query(on),
        "crumbs": crumbs,
        "may_see_ledger": not record.is_own
        and access.may_also(request.viewer, Right.LEDGER_SEE, record.person, opened_by=Right.PEOPLE_OPEN),
        "may_invite": request.viewer.can(Right.HOST_INVITE) and not record.is_own,
    }
    return render(request, "org/person.html", shown)


@needs(Right.OWN)
def me(request: Request) -> HttpResponse:
    """The viewer's own record."""
    on = readable_day(request.viewer, request.GET)
    record = queries.own_record(request.viewer, on=on)
    return render(request, "org/me.html", {"record": record, "on": on, "on_query": on_query(on)})


@needs(Right.OWN)
def looks(request: Request) -> HttpResponse:
    """Who opened the viewer's data."""
    page = look_queries.own_looks(request.viewer, number=number_in(request.GET, "page") or 1)
    crumbs = [Crumb(_("My record"), reverse("org:me")), Crumb(_("Who looked at me"))]
    return render(request, "org/looks.html", {"page": page, "crumbs": crumbs})
