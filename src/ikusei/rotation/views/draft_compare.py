"""Drafts beside one another, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ikusei.lib import fiscal
from ikusei.lib.rights import needs
from ikusei.lib.tabular import write_csv
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation.picture import Picture
from ikusei.rotation.queries.compare import Way, compare, lines
from ikusei.rotation.queries.drift import place_of


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_compare(request: Request) -> HttpResponse:
    """Up to three drafts: before, after, changes."""
    asked = request.GET.getlist("d")
    shown = compare(request.viewer, asked, number=request.GET.get("page"))
    context = {"shown": shown, "picture": shown.picture, "draft": shown.drafts[0]}
    return render(request, "rotation/draft_compare.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_compare_csv(request: Request) -> HttpResponse:
    """Everybody who sits elsewhere in one of the drafts, as CSV."""
    drafts, picture, rows = lines(request.viewer, request.GET.getlist("d"))
    head = [_("Person"), _("By today's records"), *(draft.name for draft in drafts)]
    table = [head, *([row.name, *(_said(picture, ways) for ways in (row.live, *row.drafts))] for row in rows)]
    return HttpResponse(
        write_csv(table).content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="drafts-{request.viewer.today.isoformat()}.csv"'
        },
    )


def _said(picture: Picture, ways: Sequence[Way]) -> str:
    return " → ".join(f"{fiscal.label(way.year)} {place_of(picture, way.post)}" for way in ways)
