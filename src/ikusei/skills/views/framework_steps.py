"""What a steward does with a version: each step first says what will happen, then asks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ikusei.lib import clock
from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.skills.forms.frameworks import UseForm
from ikusei.skills.queries.frameworks import open_version
from ikusei.skills.services import frameworks as services
from ikusei.skills.views.steps import Step

PUBLISH = Step(
    do=lambda **given: services.publish_version(on=clock.today(), **given),
    heading=_("Publish this version"),
    consequences=(
        _("Everyone who signs in can read it."),
        _("Nothing in it can be changed any more: a correction is a new version."),
        _("The maps do not use it yet: you name the day in a step of its own."),
    ),
    button=_("Publish"),
    done=_("The version is published."),
)
USE = Step(
    do=services.use_version,
    heading=_("Put this version to use"),
    consequences=(
        _("From that day maps, gaps and the word list use this version, until the day of another one."),
        _("Maps of the days before keep the version that was in use then."),
        _("Once the day has come it cannot be changed."),
    ),
    button=_("Put to use"),
    done=_("The day is set."),
    form=UseForm,
)
WITHDRAW = Step(
    do=services.withdraw_version,
    heading=_("Withdraw this version"),
    consequences=(
        _("It can still be read, but it cannot be put to use."),
        _("This cannot be taken back: import it under another label instead."),
    ),
    button=_("Withdraw"),
    done=_("The version is withdrawn."),
    tone="danger",
)
DELETE = Step(
    do=services.delete_draft,
    heading=_("Delete this draft"),
    consequences=(
        _("The draft and everything in it is gone. Files that were exported stay where they are."),
    ),
    button=_("Delete"),
    done=_("The draft is deleted."),
    tone="danger",
)


def _take(request: Request, key: str, label: str, step: Step) -> HttpResponse:
    """The page that asks, or the way back once the step is done."""
    version = open_version(request.viewer, key=key, label=label)
    form = step.form(request.POST) if request.method == "POST" else step.form()
    if form.is_valid():
        try:
            step.do(actor=request.viewer, version=version, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(step.done))
            return (
                redirect("skills:frameworks") if step is DELETE else redirect("skills:framework", key, label)
            )
    return render(request, "skills/framework_step.html", {"version": version, "step": step, "form": form})


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def publish(request: Request, key: str, label: str) -> HttpResponse:
    """Publish a draft."""
    return _take(request, key, label, PUBLISH)


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def use(request: Request, key: str, label: str) -> HttpResponse:
    """Put a published version to use from a day."""
    return _take(request, key, label, USE)


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, key: str, label: str) -> HttpResponse:
    """Withdraw a published version that is not in use."""
    return _take(request, key, label, WITHDRAW)


@needs(Right.FRAMEWORK_EDIT)
@require_http_methods(["GET", "POST"])
def delete(request: Request, key: str, label: str) -> HttpResponse:
    """Delete a draft."""
    return _take(request, key, label, DELETE)
