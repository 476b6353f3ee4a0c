"""Searching and filtering the list of people."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikusei.org.forms.select import PlainSelect
from ikusei.org.grades import GRADES
from ikusei.org.models import Category
from ikusei.org.queries.choices import Choice, Choices
from ikusei.org.queries.people import OTHER_GRADE, PeopleWanted


def number_in(query: Mapping[str, str], name: str) -> int | None:
    """The positive whole number under a name of a query string, None where none stands there."""
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else None


def options(choices: Iterable[Choice]) -> list[tuple[int, str]]:
    """Choices as a select box wants them."""
    return [(choice.pk, choice.name) for choice in choices]


class PeopleFilterForm(forms.Form):
    """Words and four select boxes; whatever is not among the choices asks for nothing."""

    q = forms.CharField(
        label=_("Name, reading or staff number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    employer = forms.TypedChoiceField(
        label=_("Employer"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    unit = forms.TypedChoiceField(
        label=_("Unit and all below it"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("Any")), *Category.choices], widget=PlainSelect
    )
    grade = forms.ChoiceField(
        label=_("Grade"),
        required=False,
        choices=[("", _("Any")), *GRADES.items(), (OTHER_GRADE, _("Other grades"))],
        widget=PlainSelect,
    )

    def __init__(self, query: Mapping[str, Any], choices: Choices) -> None:
        super().__init__(query)
        everything = ("", gettext("Any"))
        if choices.employers or choices.units:
            units: list[Any] = [everything, *options(choices.units)]
            if choices.parts:
                units.append((gettext("Parts of the chosen unit"), options(choices.parts)))
            self.fields["unit"].choices = units  # type: ignore[attr-defined]
            self.fields["employer"].choices = [everything, *options(choices.employers)]  # type: ignore[attr-defined]
        else:
            del self.fields["unit"], self.fields["employer"]
        self._sort = str(query.get("sort", ""))

    def wanted(self) -> PeopleWanted:
        """What is asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return PeopleWanted(
            text=asked.get("q", ""),
            unit_id=asked.get("unit"),
            employer_id=asked.get("employer"),
            category=asked.get("category", ""),
            grade=asked.get("grade", ""),
            sort=self._sort if self._sort.removeprefix("-") in {"name", "number", "grade"} else "name",
        )
