"""Cycles of assessment: the list, planning one, how far it is, who waits for whom, what is to be settled."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import needs
from ikusei.lib.tabular import write_csv, write_xlsx
from ikusei.org import access, rules
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.org.rules.form import RuleForm
from ikusei.skills.forms.cycles import CycleForm, DeadlinesForm
from ikusei.skills.forms.maps import number_in
from ikusei.skills.models import Cycle, Phase
from ikusei.skills.queries.cycles.lists import cycle_list, last_cycle, steps, versions_to_ask
from ikusei.skills.queries.cycles.opening import open_cycle_for_unit, open_cycle_page
from ikusei.skills.queries.cycles.progress import progress_page, progress_rows
from ikusei.skills.queries.cycles.waiting import settling_page, waiting_page
from ikusei.skills.services import cycles as services
from ikusei.skills.views.cycle_tabs import cycle_tabs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Right.CYCLE_RUN)
@require_GET
def cycles(request: Request) -> HttpResponse:
    """All cycles, newest first."""
    page = cycle_list(request.viewer, number=request.GET.get("page", "1"))
    may_plan = access.reaches_everyone(request.viewer, Right.CYCLE_RUN)
    return render(request, "skills/cycles/cycles.html", {"page": page, "may_plan": may_plan})


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Plan a cycle; the rule of the last one is where it begins."""
    last = last_cycle()
    rule = rules.parse(last.population) if last is not None else None
    return _plan(request, None, rule)


@needs(Right.CYCLE_RUN)
@require_http_methods(["GET", "POST"])
def change(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Change a planned cycle, or give everybody more time in an open one."""
    cycle = open_cycle_page(public_id)
    if cycle.phase == Phase.PLANNED:
        return _plan(request, cycle, rules.parse(cycle.population))
    form = DeadlinesForm(request.POST if request.method == "POST" else None, cycle)
    if form.is_valid():
        try:
            services.change_cycle(actor=request.viewer, cycle=cycle, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The deadlines are changed."))
            return redirect("skills:cycle", cycle.public_id)
    return render(request, "skills/cycles/deadlines.html", {"cycle": cycle, "form": form})


def _plan(request: Request, cycle: Cycle | None, rule: rules.Rule | None) -> HttpResponse:
    """The form of a planned cycle with its rule, or the way to the cycle once it is saved."""
    data = request.POST if request.method == "POST" else None
    rule_form = RuleForm(data, rule=rule, on=request.viewer.today)
    sent = data if not rule_form.is_editing else None
    form = CycleForm(data, versions_to_ask(), cycle)
    # Both are asked, so that everything that is wrong is said at once.
    if sent is not None and all([form.is_valid(), rule_form.is_valid()]):
        try:
            saved = _save(request, cycle, {**form.changes(), "population": rule_form.rule().data()})
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The cycle is planned."))
            return redirect("skills:cycle", saved.public_id)
    if sent is None and data is not None:  # one of the rule's own buttons: nothing is checked yet
        form = CycleForm(None, versions_to_ask(), cycle)
        form.initial = {**form.initial, **{name: data[name] for name in form.fields if name in data}}
    rule_form.preview(request.viewer)
    return render(request, "skills/cycles/plan.html", {"cycle": cycle, "form": form, "rule_form": rule_form})


def _save(request: Request, cycle: Cycle | None, values: Mapping[str, Any]) -> Cycle:
    if cycle is None:
        return services.create_cycle(actor=request.viewer, **values)
    return services.change_cycle(actor=request.viewer, cycle=cycle, **values)


@needs(Right.CYCLE_RUN)
@require_GET
def cycle(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """How far a cycle is, unit by unit, worst first; as a table for a spreadsheet where asked."""
    found = open_cycle_page(public_id)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        rows = progress_rows(request.viewer, found)
        file = write_csv(rows).content if kind == "csv" else write_xlsx(rows, sheet_name=found.name)
        name = f"cycle-{found.fiscal_year}-{request.viewer.today.isoformat()}.{kind}"
        return HttpResponse(
            file,
            content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    query = request.GET
    page = progress_page(
        request.viewer, found, unit_id=number_in(query, "unit"), number=query.get("page", "1")
    )
    shown = {"page": page, "cycle": found, "steps": steps(found), "tabs": cycle_tabs(found, "cycle")}
    return render(request, "skills/cycles/cycle.html", shown)


@needs(Right.CYCLE_RUN)
@require_GET
def waiting(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who waits for whom, longest first."""
    unit_id = number_in(request.GET, "unit")
    found, unit = open_cycle_for_unit(public_id, unit_id, request.viewer.today)
    number = request.GET.get("page", "1")
    page = waiting_page(request.viewer, found, unit_id=unit_id, number=number)
    shown = {"page": page, "cycle": found, "unit": unit, "tabs": cycle_tabs(found, "cycle_waiting")}
    return render(request, "skills/cycles/waiting.html", shown)


@needs(Right.CYCLE_RUN)
@require_GET
def settling(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who moved and is confirmed by whom, and which units nobody leads."""
    found = open_cycle_page(public_id)
    page = settling_page(request.viewer, found, number=request.GET.get("page", "1"))
    shown = {"page": page, "cycle": found, "tabs": cycle_tabs(found, "cycle_settling")}
    return render(request, "skills/cycles/settling.html", shown)
