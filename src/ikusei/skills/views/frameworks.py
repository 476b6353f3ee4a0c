"""Reading frameworks: the list, a version, its skills and job types, the word list, files to take away."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from ikusei.lib import clock
from ikusei.lib.rights import PUBLIC, SIGNED_IN, needs
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.skills.forms.frameworks import SearchForm, SkillSearchForm
from ikusei.skills.queries import frameworks as queries
from ikusei.skills.queries.framework_export import EXPORTS, export_version
from ikusei.skills.queries.migrations import waiting_migrations


@needs(SIGNED_IN)
def framework_list(request: Request) -> HttpResponse:
    """Every framework with its versions."""
    page = queries.version_list(request.viewer, page=request.GET.get("page"))
    may_edit = request.viewer.can(Right.FRAMEWORK_EDIT)
    waiting = waiting_migrations() if may_edit else ()
    return render(request, "skills/frameworks.html", {"page": page, "may_edit": may_edit, "waiting": waiting})


@needs(SIGNED_IN)
def framework(request: Request, key: str, label: str) -> HttpResponse:
    """One version: what it is, and its skills by group with the behaviour at each level."""
    form = SkillSearchForm(request.GET)
    shown = queries.version_page(
        request.viewer,
        key=key,
        label=label,
        text=form.text,
        holes_only=form.holes_only,
        page=request.GET.get("page"),
    )
    may_edit = request.viewer.can(Right.FRAMEWORK_EDIT)
    others = queries.other_labels(request.viewer, shown.summary.version)
    context = {"shown": shown, "form": form, "may_edit": may_edit, "others": others}
    return render(request, "skills/framework.html", context)


@needs(SIGNED_IN)
def skill(request: Request, key: str, label: str, skill: str) -> HttpResponse:
    """One skill: behaviour per level, plain meaning, and the job types that need it."""
    shown = queries.skill_page(
        request.viewer, key=key, label=label, skill=skill, page=request.GET.get("page")
    )
    return render(request, "skills/skill.html", {"shown": shown, "version": shown.version})


@needs(SIGNED_IN)
def job_types(request: Request, key: str, label: str) -> HttpResponse:
    """The job types of a version."""
    form = SearchForm(request.GET)
    version = queries.open_version(request.viewer, key=key, label=label)
    page = queries.job_type_list(version, text=form.text, page=request.GET.get("page"))
    return render(request, "skills/job_types.html", {"version": version, "page": page, "form": form})


@needs(SIGNED_IN)
def job_type(request: Request, key: str, label: str, job_type: str) -> HttpResponse:
    """One job type: the skills it asks for, with the behaviour to be shown."""
    shown = queries.job_type_page(request.viewer, key=key, label=label, job_type=job_type)
    return render(request, "skills/job_type.html", {"shown": shown, "version": shown.version})


@needs(SIGNED_IN)
def export(request: Request, key: str, label: str, kind: str) -> HttpResponse:
    """The version as a file of our format, or as a workbook."""
    if kind not in EXPORTS:
        raise Http404(kind)
    made = export_version(queries.open_version(request.viewer, key=key, label=label), kind)
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )


@needs(PUBLIC)
def words(request: Request) -> HttpResponse:
    """The word list: every skill of the version in use in plain words, for all staff and for everyone else."""
    form = SearchForm(request.GET)
    shown = queries.word_list(clock.today(), text=form.text, page=request.GET.get("page"))
    return render(request, "skills/words.html", {"shown": shown, "version": shown.version, "form": form})
