"""Forms of the offline round trip and of what is typed in for somebody else."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.skills.models import Channel
from ikusei.skills.services.proxy import NAME_LENGTH, Spokesman


class SheetForm(forms.Form):
    """A confirmation sheet that comes back."""

    file = forms.FileField(label=_("Filled-in sheet (.xlsx)"))


class SpokesmanForm(forms.Form):
    """Who said what is typed in, and how it came; `unit` is the one they speak for."""

    name = forms.CharField(
        label=_("Who said it"),
        max_length=NAME_LENGTH,
        help_text=_("The supervisor’s name. It stands beside every level, with yours as who entered it."),
    )
    channel = forms.ChoiceField(label=_("How it came"), choices=Channel.choices)
    unit = forms.TypedChoiceField(label=_("Supervisor of"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["unit"])
        field.choices = [("", "-"), *((str(pk), name) for pk, name in units)]

    @property
    def spokesman(self) -> Spokesman:
        """Who speaks; for a valid form."""
        given = self.cleaned_data
        return Spokesman(given["name"], given["channel"], given["unit"])


class ProxySheetForm(SpokesmanForm):
    """A sheet that a supervisor filled in on paper or on another machine, brought in by somebody else."""

    file = forms.FileField(label=_("Filled-in sheet (.xlsx)"))


class AnswersForm(forms.Form):
    """How a person's own answers came, where somebody else types them in."""

    channel = forms.ChoiceField(label=_("How it came"), choices=Channel.choices)
