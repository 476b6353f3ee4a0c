"""The plane (picture 3): GQ across, DQ up."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.asof import readable_day
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.queries import plane as queries
from ikusei.rotation.queries.plane import INDEX, YEARS, Dot, Plane, Point
from ikusei.rotation.views import ledger_files
from ikusei.rotation.views.sensitivity import chosen_draft


@needs(Right.LEDGER_SEE)
@require_GET
def plane(request: Request) -> HttpResponse:
    """Everybody in scope by GQ and DQ, as a picture and as a table in the order of names."""
    query = request.GET
    plans = request.viewer.can(Right.ROTATION_PLAN)
    draft = chosen_draft(request) if plans else None
    page = queries.plane(
        request.viewer,
        on=readable_day(request.viewer, query),
        view=YEARS if query.get("view") == YEARS else INDEX,
        part=query.get("part", "1"),
        page=query.get("page", "1"),
        draft=draft,
    )
    if query.get("format") == "csv":
        return ledger_files.csv("gq-dq-plane", _rows(page), page.on)
    choosing = draft is not None or "draft" in query
    shown = {
        "page": page,
        "chart": _chart(page),
        "drafts": access.visible_drafts(request.viewer).order_by("-pk")[:50] if plans and choosing else (),
        "choosing": choosing,
        "plans": plans,
    }
    return render(request, "rotation/plane.html", shown)


def _chart(page: Plane) -> dict[str, Any]:
    """The JSON of ui/README.md for a plane: dots as [name, GQ, DQ, public id, tail, draft], points in a row."""
    dots = [dot for dot in page.dots if dot.here is not None]
    highest = max([1.0, *(value for dot in dots for point in _points(dot) for value in point)])
    top = 100 if page.view == INDEX else int(highest) + 1
    stretch = top / max(page.goal, 1 - page.goal)
    return {
        "series": [],
        "max": top,
        "slope": [round(stretch * page.goal, 2), round(stretch * (1 - page.goal), 2)],
        "targets": [page.targets.gq, page.targets.dq] if page.view == INDEX else [],
        "words": [_("past years"), _("draft")],
        "url": reverse("rotation:person_ledger", args=[uuid.UUID(int=0)]).replace(
            str(uuid.UUID(int=0)), "{}"
        ),
        "dots": [
            [dot.name, *_rounded([dot.here]), str(dot.public_id), _rounded(dot.tail), _rounded(dot.ahead)]
            for dot in dots
            if dot.here is not None
        ],
    }


def _points(dot: Dot) -> Iterable[Point]:
    return (*(() if dot.here is None else (dot.here,)), *dot.tail, *dot.ahead)


def _rounded(points: Iterable[Point]) -> list[float]:
    return [round(value, 1) for point in points for value in point]


def _rows(page: Plane) -> Iterable[ledger_files.Row]:
    yield [_("As of"), page.on]
    yield [_("Name"), _("GQ index"), _("DQ index"), _("GQ years"), _("DQ years"), _("Share of GQ")]
    for dot in page.dots:
        book = dot.book
        gq, dq = (round(value, 1) for value in dot.index)
        yield [dot.name, gq, dq, float(book.gq_years), float(book.dq_years), book.balance]
