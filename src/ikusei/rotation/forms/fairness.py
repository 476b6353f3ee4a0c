"""Which year, or which draft, the report on fairness is read of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.rotation.models import Draft
from ikusei.ui.plain_select import PlainSelect


class FairnessForm(forms.Form):
    """The fiscal year; for the personnel section a draft instead."""

    year = forms.TypedChoiceField(
        label=_("Fiscal year"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    draft = forms.ChoiceField(label=_("Draft instead"), required=False, widget=PlainSelect)

    def __init__(self, query: Mapping[str, Any], *, years: Sequence[int], drafts: Sequence[Draft]) -> None:
        super().__init__({"year": str(years[0])} | {name: query[name] for name in query})
        self._years, self._drafts = years, {str(one.public_id): one for one in drafts}
        self.fields["year"].choices = [(str(year), fiscal.label(year)) for year in years]  # type: ignore[attr-defined]
        named = [(key, f"{one.round} {one.name}") for key, one in self._drafts.items()]
        self.fields["draft"].choices = [("", "–"), *named]  # type: ignore[attr-defined]
        if not drafts:
            del self.fields["draft"]

    @property
    def fiscal_year(self) -> int:
        """The year asked for, the newest where none, or none that can be read, is."""
        self.is_valid()
        return self.cleaned_data.get("year") or self._years[0]

    @property
    def chosen(self) -> Draft | None:
        """The draft asked for, of those that may be read."""
        self.is_valid()
        return self._drafts.get(self.cleaned_data.get("draft", ""))
