"""Writing a new version in the browser: copied from one, then changed skill by skill."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms import framework_drafts as forms
from ikusei.skills.forms.frameworks import ConfirmForm
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.queries import framework_drafts as queries
from ikusei.skills.queries.frameworks import open_version
from ikusei.skills.queries.migrations import next_label
from ikusei.skills.services import framework_drafts as services


def _page(
    request: Request,
    version: FrameworkVersion,
    form: Form,
    do: Callable[[], Any],
    *,
    template: str,
    done: Promise | str,
    **context: Any,
) -> HttpResponse:
    """The form, or the way back to the draft once it is done."""
    if form.is_valid():
        try:
            do()
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(done))
            return redirect("skills:framework_edit", version.framework.key, version.label)
    return render(request, template, {"version": version, "form": form, **context})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def copy(request: Request, key: str, label: str) -> HttpResponse:
    """Copy a version into a draft under a new label."""
    version = open_version(request.viewer, key=key, label=label)
    form = forms.LabelForm(request.POST or None, initial={"label": next_label(version)})
    if form.is_valid():
        try:
            new = services.copy_version(
                actor=request.viewer, version=version, label=form.cleaned_data["label"]
            )
        except RuleBroken as error:
            form.add_error("label", str(error))
        else:
            messages.success(request, _("The draft is made. Change in it what is to change."))
            return redirect("skills:framework_edit", new.framework.key, new.label)
    return render(request, "skills/drafts/copy.html", {"version": version, "form": form})


@needs(Right.FRAMEWORK_EDIT)
@require_GET
def edit(request: Request, key: str, label: str) -> HttpResponse:
    """The draft with everything that can be changed in it."""
    shown = queries.draft_page(request.viewer, key=key, label=label)
    return render(request, "skills/drafts/edit.html", {"shown": shown, "version": shown.version})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def add_skill(request: Request, key: str, label: str) -> HttpResponse:
    """Add a skill."""
    version = queries.open_draft(request.viewer, key=key, label=label)
    form = forms.NameForm(queries.groups_of(version), request.POST or None)
    return _page(
        request,
        version,
        form,
        lambda: services.add_skill(
            actor=request.viewer, version=version, spec=form.spec, group=form.cleaned_data["group"]
        ),
        template="skills/drafts/add_skill.html",
        done=_("The skill is added. Say now what it means and what each level looks like."),
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def skill(request: Request, key: str, label: str, skill: str) -> HttpResponse:
    """Change what is said of a skill."""
    shown = queries.draft_skill(request.viewer, key=key, label=label, skill=skill)
    form = forms.SkillForm(
        shown.skill, shown.behaviours, shown.levels, shown.groups, *([request.POST] if request.POST else [])
    )
    return _page(
        request,
        shown.version,
        form,
        lambda: services.change_skill(
            actor=request.viewer,
            version=shown.version,
            key=skill,
            texts=form.texts,
            behaviours=form.behaviours,
            group=form.cleaned_data["group"],
        ),
        template="skills/drafts/skill.html",
        done=_("The skill is saved."),
        skill=shown.skill,
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def split(request: Request, key: str, label: str, skill: str) -> HttpResponse:
    """Split a skill into two or more."""
    shown = queries.draft_skill(request.viewer, key=key, label=label, skill=skill)
    form = forms.SplitForm(request.POST or None)
    return _page(
        request,
        shown.version,
        form,
        lambda: services.split_skill(
            actor=request.viewer, version=shown.version, key=skill, into=form.specs(skill)
        ),
        template="skills/drafts/split.html",
        done=_("The skill is split. Say now of each part what its levels look like."),
        skill=shown.skill,
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def remove(request: Request, key: str, label: str, skill: str) -> HttpResponse:
    """Remove a skill."""
    shown = queries.draft_skill(request.viewer, key=key, label=label, skill=skill)
    form = ConfirmForm(request.POST) if request.method == "POST" else ConfirmForm()
    return _page(
        request,
        shown.version,
        form,
        lambda: services.remove_skill(actor=request.viewer, version=shown.version, key=skill),
        template="skills/drafts/remove.html",
        done=_("The skill is removed."),
        skill=shown.skill,
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def merge(request: Request, key: str, label: str) -> HttpResponse:
    """Merge skills into one."""
    version = queries.open_draft(request.viewer, key=key, label=label)
    form = forms.MergeForm(queries.skills_of(version), request.POST or None)
    return _page(
        request,
        version,
        form,
        lambda: services.merge_skills(
            actor=request.viewer, version=version, keys=form.cleaned_data["skills"], into=form.spec
        ),
        template="skills/drafts/merge.html",
        done=_("The skills are merged. Say now what the levels of the new one look like."),
    )


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def job_type(request: Request, key: str, label: str, job_type: str) -> HttpResponse:
    """Change what a job type asks for."""
    shown = queries.draft_job_type(request.viewer, key=key, label=label, job_type=job_type)
    form = forms.RequirementsForm(shown.skills, shown.levels, shown.asked, request.POST or None)
    return _page(
        request,
        shown.version,
        form,
        lambda: services.set_requirements(
            actor=request.viewer, version=shown.version, job_type=job_type, levels=form.levels
        ),
        template="skills/drafts/job_type.html",
        done=_("The requirements are saved."),
        job_type=shown.job_type,
    )
