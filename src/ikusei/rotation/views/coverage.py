"""Coverage of skills under a draft, as a page and as a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ikusei.lib import fiscal
from ikusei.lib.rights import needs
from ikusei.lib.tabular import write_csv
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.forms.coverage import CoverageForm
from ikusei.rotation.queries.coverage import Asked, CoveragePage, page_of


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_coverage(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Skills down, today and the years of the round across."""
    given = request.GET
    asked = Asked(
        place=given.get("place", ""),
        skill=given.get("skill", ""),
        year=given.get("year", ""),
        number=given.get("page"),
    )
    shown = page_of(request.viewer, access.open_draft(request.viewer, public_id), asked)
    context = {
        "shown": shown,
        "draft": shown.draft,
        "picture": shown.picture,
        "form": CoverageForm(given, places=shown.places),
    }
    return render(request, "rotation/coverage.html", context)


@needs(Right.ROTATION_PLAN)
@require_GET
def draft_coverage_csv(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The same numbers as CSV, a row for each skill and year; nobody's name is in it."""
    draft = access.open_draft(request.viewer, public_id)
    shown = page_of(request.viewer, draft, Asked(place=request.GET.get("place", "")))
    name = f"coverage-{request.viewer.today.isoformat()}.csv"
    return HttpResponse(
        write_csv(_rows(shown)).content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(shown: CoveragePage) -> Iterable[list[str | int | None]]:
    yield [
        _("Skill"),
        _("Level counted"),
        _("Year"),
        _("People counted"),
        _("Needed"),
        _("Without the draft"),
        _("Units with nobody"),
        _("Units with one person only"),
        _("Units with too few"),
    ]
    years = [_("Today"), *(fiscal.label(year) for year in shown.picture.years)]
    for line in shown.counted.lines:
        for year, cell in zip(years, line.cells, strict=True):
            yield [
                shown.names[line.skill],
                line.level,
                year,
                len(cell.people),
                cell.need,
                len(cell.before),
                cell.nobody,
                cell.single,
                cell.short,
            ]
