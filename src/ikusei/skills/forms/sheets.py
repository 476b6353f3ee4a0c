"""Bringing in a skill sheet, correcting its columns, and asking for one to fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.models import Employer
from ikusei.skills.models import FrameworkVersion, Rater
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.skills.queries.sheets import (
    sheet_employers,
    sheet_versions,
    template_units,
    usual_employer,
)

RATERS = [(rater.value, rater.label) for rater in (Rater.SUPERVISOR, Rater.SELF, Rater.HOST)]
COLUMN = "column-"


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has none when it runs
    """A choice among framework versions, by name and label."""

    def label_from_instance(self, obj: FrameworkVersion) -> str:
        return f"{obj.name} {obj.label}"


class SheetForm(forms.Form):
    """The file, whose people it speaks of, and what is said once for the whole sheet."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel or CSV, as your office keeps it: one person a row, one skill a column."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv,.tsv,.txt"}),
    )
    employer = forms.ModelChoiceField(
        label=_("Employer"), queryset=Employer.objects.none(), help_text=_("Whose staff numbers these are.")
    )
    stated_on = forms.DateField(
        label=_("Stated on"),
        initial=clock.today,
        help_text=_("Counts where a row gives no day of its own."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    rater = forms.ChoiceField(
        label=_("Said by"), choices=RATERS, help_text=_("Counts where a row names no rater of its own.")
    )
    version = VersionField(
        label=_("Framework"),
        queryset=FrameworkVersion.objects.none(),
        required=False,
        empty_label=_("The one in use on that day"),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = sheet_employers(viewer)  # type: ignore[attr-defined]
        self.fields["version"].queryset = sheet_versions()  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["employer"] = usual_employer(viewer)

    def clean_stated_on(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["stated_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """The version in use on the day, where none was chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("version") and cleaned.get("stated_on"):
            cleaned["version"] = version_in_use(cleaned["stated_on"])
            if cleaned["version"] is None and "version" not in self.errors:
                self.add_error("version", _("No framework was in use on that day. Choose one."))
        return cleaned


class ColumnsForm:
    """What a person says each column is: inputs named column-0, column-1 ..."""

    def __init__(self, data: Any) -> None:
        self.named = {
            int(name.removeprefix(COLUMN)): str(text)
            for name, text in data.items()
            if name.startswith(COLUMN) and name.removeprefix(COLUMN).isdecimal()
        }


class RecordForm(forms.Form):
    """Recording a sheet; where columns were guessed, somebody has looked at them."""

    good_rows = forms.BooleanField(required=False, widget=forms.HiddenInput)
    looked = forms.BooleanField(
        label=_("I have looked at the columns that were guessed, and they are right."), required=False
    )

    def __init__(self, guesses: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guesses:
            self.fields["looked"].required = True
        else:
            del self.fields["looked"]


class TemplateForm(forms.Form):
    """Whom the sheet is for."""

    employer = forms.ModelChoiceField(label=_("Employer"), queryset=Employer.objects.none())
    unit = forms.ChoiceField(label=_("Unit and all below it"), required=False)
    ict = forms.BooleanField(label=_("ICT staff only"), required=False)
    version = VersionField(
        label=_("Framework"),
        queryset=FrameworkVersion.objects.none(),
        required=False,
        empty_label=_("The one in use today"),
    )

    def __init__(self, viewer: Viewer, data: Any) -> None:
        asked = data.get("employer", "")
        employer = usual_employer(viewer, asked=asked)
        super().__init__(data if asked else None, initial={"employer": employer, "ict": True})
        self.fields["employer"].queryset = sheet_employers(viewer)  # type: ignore[attr-defined]
        self.fields["version"].queryset = sheet_versions()  # type: ignore[attr-defined]
        units = template_units(viewer, employer) if employer else []
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("Everyone whom I may rate")),
            *((unit.unit_id, "\u3000" * (unit.path.count("/") - 2) + unit.name) for unit in units),
        ]

    def clean(self) -> dict[str, Any]:
        """The version in use today, where none was chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["version"] = cleaned.get("version") or version_in_use(clock.today())
        if cleaned["version"] is None:
            self.add_error("version", _("No framework is in use today. Choose one."))
        return cleaned
