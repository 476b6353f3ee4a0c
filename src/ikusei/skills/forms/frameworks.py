"""Searching in frameworks, and the days of their steps."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock


class SearchForm(forms.Form):
    """Words that are looked for."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    @property
    def text(self) -> str:
        """The words, "" where nothing that can be looked for was typed."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""


class SkillSearchForm(SearchForm):
    """Words, and whether only skills with a level that is not defined are shown."""

    holes = forms.BooleanField(label=_("Only skills with a level that is not defined"), required=False)

    @property
    def holes_only(self) -> bool:
        """Whether only skills with a hole are asked for."""
        return bool(self.cleaned_data.get("holes")) if self.is_valid() else False


class ConfirmForm(forms.Form):
    """A step that needs nothing but a yes."""


class UseForm(forms.Form):
    """The day from which the maps use a version."""

    from_date = forms.DateField(
        label=_("The maps use it from"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
