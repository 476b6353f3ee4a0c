"""A step of rotation: a page that says what will happen, asks, does it through a service, and says so."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.ui.components import Crumb

type Words = str | Promise


def take_step(
    request: Request,
    form: BaseForm,
    do: Callable[..., Any],
    *,
    heading: Words,
    button: Words,
    done: Words,
    back: str,
    crumbs: Sequence[Crumb] = (),
    notes: Sequence[Words] = (),
    tone: str = "main",
    template: str = "rotation/step.html",
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """The page that asks, or the way `back` once `do(**cleaned_data)` has been done.

    `notes` say, sentence by sentence, what will happen; `extra` is what another template shows besides. A rule that is
    broken stands above the form.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do(**form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, str(done))
            return redirect(back)
    shown = {
        **extra,
        "form": form,
        "heading": heading,
        "button": button,
        "back": back,
        "crumbs": [*crumbs, Crumb(heading)],
        "notes": notes,
        "tone": tone,
    }
    return render(request, template, shown)
