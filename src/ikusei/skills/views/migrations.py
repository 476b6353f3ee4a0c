"""From one framework version to the next: compared, planned part by part, previewed, applied, taken back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ikusei.lib.rights import SIGNED_IN, needs
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.frameworks import ConfirmForm
from ikusei.skills.forms.migrations import DayForm, PartForm, ProposeForm
from ikusei.skills.models import FrameworkVersion, VersionMigration
from ikusei.skills.queries import framework_compare, migration_page
from ikusei.skills.queries import migrations as queries
from ikusei.skills.queries.frameworks import open_version
from ikusei.skills.services import migration_plans as plans
from ikusei.skills.services import migrations as services

PARTS_A_PAGE = 30


@needs(SIGNED_IN)
@require_GET
def compare(request: Request, key: str, label: str, other: str) -> HttpResponse:
    """What a version says that another does not."""
    found = framework_compare.compare(
        request.viewer, key=key, label=label, other=other, page=request.GET.get("page")
    )
    return render(request, "skills/migration/compare.html", {"found": found, "version": found.new})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def migration(request: Request, key: str, label: str) -> HttpResponse:
    """The migration to a version: its plan with the preview, its result; or the beginning of a plan."""
    version = open_version(request.viewer, key=key, label=label)
    found = queries.latest_migration(version)
    if found is None or found.state == "undone" or request.method == "POST":
        return _propose(request, version, found)
    shown = migration_page.migration_page(request.viewer, found)
    page = Paginator(shown.parts, PARTS_A_PAGE).get_page(request.GET.get("page"))
    day = DayForm(initial={"use_from": found.use_from})
    context = {"shown": shown, "plan": shown.plan, "version": version, "page": page, "day": day}
    return render(request, "skills/migration/migration.html", context)


def _propose(request: Request, version: FrameworkVersion, before: VersionMigration | None) -> HttpResponse:
    """The form that begins a plan, or the way to the plan once it is begun."""
    origins = list(queries.origins(version, request.viewer))
    form = ProposeForm(origins, request.POST or None)
    if form.is_valid():
        try:
            plans.propose_migration(
                actor=request.viewer, old=form.origin, new=version, use_from=form.cleaned_data["use_from"]
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is proposed. Look at each part before you apply it."))
            return _back(version)
    context = {"version": version, "form": form, "origins": origins, "before": before}
    return render(request, "skills/migration/propose.html", context)


def _back(version: FrameworkVersion) -> HttpResponse:
    return redirect("skills:migration", version.framework.key, version.label)


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def part(request: Request, key: str, label: str, skill: str) -> HttpResponse:
    """One part of a plan: what becomes of a skill, with real examples."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    shown = migration_page.part_page(request.viewer, found, skill)
    form = PartForm(shown.preview.part, shown.plan.old, shown.plan.new, request.POST or None)
    if form.is_valid():
        try:
            plans.change_part(
                actor=request.viewer,
                migration=found,
                skill_key=skill,
                carry=form.cleaned_data["carry"],
                targets=form.targets,
                levels=form.levels,
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The part is saved. The preview below is of what it says now."))
            return redirect("skills:migration_part", key, label, skill)
    context = {"shown": shown, "part": shown.preview, "form": form, "version": found.new}
    return render(request, "skills/migration/part.html", context)


@needs(Right.FRAMEWORK_EDIT)
@require_POST
def day(request: Request, key: str, label: str) -> HttpResponse:
    """Change the day from which the new version is in use."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a day."))
        return _back(found.new)
    return _do(
        request,
        found,
        lambda: plans.change_day(
            actor=request.viewer, migration=found, use_from=form.cleaned_data["use_from"]
        ),
        _("The day is set."),
    )


@needs(Right.FRAMEWORK_EDIT)
@require_POST
def propose_again(request: Request, key: str, label: str) -> HttpResponse:
    """Propose again what nobody has changed."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    return _do(
        request,
        found,
        lambda: plans.propose_again(actor=request.viewer, migration=found),
        _("What nobody had changed is proposed again."),
    )


@needs(Right.FRAMEWORK_EDIT)
@require_POST
def drop(request: Request, key: str, label: str) -> HttpResponse:
    """Drop a plan."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    return _do(
        request,
        found,
        lambda: plans.drop_plan(actor=request.viewer, migration=found),
        _("The plan is dropped. No rating was touched."),
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def apply(request: Request, key: str, label: str) -> HttpResponse:
    """Say exactly what will happen, then ask a worker to do it."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    if not queries.plan_of(found).is_draft:
        raise NotVisible(label)
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm()
    if form.is_valid():
        try:
            found = services.apply_soon(actor=request.viewer, migration=found)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return redirect("jobs:detail", found.job)
    shown = migration_page.migration_page(request.viewer, found, with_examples=False)
    context = {"shown": shown, "plan": shown.plan, "version": found.new, "form": form}
    return render(request, "skills/migration/apply.html", context)


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def undo(request: Request, key: str, label: str) -> HttpResponse:
    """Say what taking back does or why it cannot be, then ask a worker to do it."""
    found = queries.open_migration(request.viewer, key=key, label=label)
    if not queries.plan_of(found).is_applied:
        raise NotVisible(label)
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm()
    if form.is_valid():
        try:
            found = services.undo_soon(actor=request.viewer, migration=found)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return redirect("jobs:detail", found.job)
    context = {
        "migration": found,
        "version": found.new,
        "form": form,
        "first": queries.first_new_rating(found),
    }
    return render(request, "skills/migration/undo.html", context)


def _do(request: Request, found: VersionMigration, do: Callable[[], object], done: str) -> HttpResponse:
    """Do one thing with a plan and say how it went, on the page of the migration."""
    try:
        do()
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return _back(found.new)
