"""A person's ledger of GQ and DQ years: one's own, and that of somebody in scope."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ikusei.lib.rights import needs
from ikusei.org import access
from ikusei.org.access import NotVisible, Right
from ikusei.org.asof import readable_day
from ikusei.org.middleware import Request
from ikusei.org.models import Person
from ikusei.rotation.queries.credits import may_record
from ikusei.rotation.queries.person_ledger import PersonLedger
from ikusei.rotation.queries.person_ledger import person_ledger as read_ledger
from ikusei.rotation.views import ledger_files
from ikusei.ui.components import Crumb, KeyFigure


@needs(Right.OWN)
def my_ledger(request: Request) -> HttpResponse:
    """The viewer's own ledger."""
    if request.viewer.person is None:
        raise NotVisible("person")
    return _ledger_of(request, request.viewer.person, is_own=True)


@needs(Right.LEDGER_SEE)
def person_ledger(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The ledger of somebody in the viewer's scope; the look is noted."""
    person = access.open_person(request.viewer, Right.LEDGER_SEE, public_id, verb="rotation.ledger.open")
    return _ledger_of(request, person, is_own=False)


def _ledger_of(request: Request, person: Person, *, is_own: bool) -> HttpResponse:
    page = read_ledger(person, on=readable_day(request.viewer, request.GET))
    if request.GET.get("format") == "csv":
        return ledger_files.csv("gq-dq", ledger_files.ledger_rows(page), page.on)
    share = page.book.balance
    return render(
        request,
        "rotation/ledger/page.html",
        {
            "page": page,
            "is_own": is_own,
            "dq_share": None if share is None else 1 - share,
            "figures": _figures(page),
            "rated": any(line.rates for line in page.staying),
            "chart": _chart(page),
            "crumbs": [] if is_own else _crumbs(person),
            "may_record": not is_own and may_record(request.viewer, person),
        },
    )


def _crumbs(person: Person) -> list[Crumb]:
    record = reverse("org:person", args=[person.public_id])
    return [Crumb(person.display_name, record), Crumb(_("GQ and DQ"))]


def _figures(page: PersonLedger) -> list[KeyFigure]:
    book = page.book
    unit = pgettext("unit", "years")
    earlier = KeyFigure(
        _("Earlier GQ years"), f"{book.earlier_years}", _("Beside the balance."), url="#earlier", unit=unit
    )
    return [
        KeyFigure(_("GQ years"), f"{book.gq_years}", url="#postings", unit=unit, tone="gq"),
        KeyFigure(_("DQ years"), f"{book.dq_years}", url="#postings", unit=unit, tone="dq"),
        *([earlier] if page.earlier or page.credits_earlier else []),
        KeyFigure(_("GQ index"), f"{page.gq:.1f}", _("For projections; of 100."), url="#index"),
        KeyFigure(_("DQ index"), f"{page.dq:.1f}", _("For projections; of 100."), url="#index"),
    ]


def _chart(page: PersonLedger) -> dict[str, Any]:
    return {
        "labels": [_("now"), *(f"+{one.years}" for one in page.ahead[1:])],
        "series": [
            {"name": "GQ", "values": [round(one.gq, 1) for one in page.ahead], "hue": "gq"},
            {"name": "DQ", "values": [round(one.dq, 1) for one in page.ahead], "hue": "dq"},
        ],
        "max": 100,
    }
