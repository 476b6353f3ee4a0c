"""The report on who got the chances."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ikusei.lib.rights import needs
from ikusei.lib.tabular import write_csv
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation.access import visible_drafts
from ikusei.rotation.forms.fairness import FairnessForm
from ikusei.rotation.queries import fairness as queries


@needs(Right.FAIRNESS_SEE)
@require_GET
def fairness(request: Request) -> HttpResponse:
    """The report of a year; for the personnel section also of a draft. As CSV where asked."""
    viewer = request.viewer
    drafts = visible_drafts(viewer) if viewer.can(Right.ROTATION_PLAN) else ()
    form = FairnessForm(
        request.GET, years=queries.years(viewer), drafts=queries.drafts_to_read(viewer, drafts)
    )
    found = queries.report(viewer, form.fiscal_year, draft=form.chosen)
    if request.GET.get("format") == "csv":
        name = f"fairness-{found.fiscal_year}.csv"
        return HttpResponse(
            write_csv(queries.table_rows(found)).content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    return render(request, "rotation/fairness.html", {"report": found, "form": form})
