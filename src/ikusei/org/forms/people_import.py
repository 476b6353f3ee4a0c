"""A staff list sent in, and what its columns mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.asof import EARLIEST, LATEST
from ikusei.org.forms.select import PlainSelect
from ikusei.org.imports.columns import COLUMNS
from ikusei.org.models import Employer


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """The list, whose staff it is, and the day it describes."""

    employer = forms.ModelChoiceField(
        label=_("Employer"), queryset=Employer.objects.none(), to_field_name="code"
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=DayInput,
        help_text=_("The day whose staff the list describes, such as 1 April."),
    )
    file = forms.FileField(
        label=_("Staff list"),
        help_text=_(
            "Excel (.xlsx, .xls) or CSV, as the office keeps it: title rows and empty rows may stay."
        ),
    )

    def __init__(self, employers: QuerySet[Employer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers  # type: ignore[attr-defined]
        self.initial.setdefault("as_of", clock.today())
        only = list(employers[:2])
        if len(only) == 1:
            self.initial.setdefault("employer", only[0].code)

    def clean_as_of(self) -> Any:
        """The day, of this or the last century."""
        day = self.cleaned_data["as_of"]
        if not EARLIEST <= day < LATEST:
            raise forms.ValidationError(gettext("Choose a day of this or the last century."))
        return day

    @property
    def upload(self) -> "UploadedFile[Any]":
        """The file that was sent."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return file


class ColumnsForm(forms.Form):
    """One select box for each column of the list: what it means."""

    def __init__(
        self,
        headings: Sequence[str],
        examples: Sequence[str],
        guessed: Mapping[str, int],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        meaning = {index: key for key, index in guessed.items()}
        choices = [("", gettext("Not read")), *((column.key, column.name) for column in COLUMNS)]
        for index, heading in enumerate(headings):
            if not heading and index not in meaning:
                continue
            example = examples[index] if index < len(examples) else ""
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=heading or gettext("Column %(number)s") % {"number": index + 1},
                choices=choices,
                required=False,
                initial=meaning.get(index, ""),
                widget=PlainSelect,
                help_text=gettext("For example: %(example)s") % {"example": example} if example else "",
            )

    def clean(self) -> None:
        """Refuse a meaning that was given to two columns."""
        seen: dict[str, str] = {}
        for name, key in list(self.cleaned_data.items()):
            if key and key in seen:
                self.add_error(name, gettext("Another column has this meaning already."))
            seen.setdefault(key, name)

    def columns(self) -> dict[str, int | str | None]:
        """Field -> column as chosen, None for every field that no column has."""
        chosen: dict[str, int | str | None] = {column.key: None for column in COLUMNS}
        for name, key in self.cleaned_data.items():
            if key:
                chosen[key] = int(name.removeprefix("column-"))
        return chosen


class ApplyForm(forms.Form):
    """How a checked list is applied."""

    good_rows = forms.BooleanField(required=False)
    allow_ended = forms.BooleanField(required=False)
