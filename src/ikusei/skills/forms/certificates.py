"""The steward's table of certificates: one kind, and a whole table from a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.skills.formats.certificates import KEY, KEY_LENGTH, MOST_MONTHS, NAME_LENGTH, KindData, LevelData
from ikusei.skills.models import EvidenceGrade
from ikusei.skills.queries.maps.catalogue import Catalogue

LEVEL = "level-"
GRADES = [(grade.value, grade.label) for grade in EvidenceGrade if grade != EvidenceGrade.SAID]


class CertificateForm(forms.Form):
    """A kind of certificate with the level it speaks for in each skill of the framework in use."""

    key = forms.RegexField(
        KEY.pattern,
        label=gettext_lazy("Key"),
        max_length=KEY_LENGTH,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as ipa-fe. It stays as it is."),
    )
    name_ja = forms.CharField(label=gettext_lazy("Name (Japanese)"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=NAME_LENGTH, required=False)
    issuer = forms.CharField(label=gettext_lazy("Issuer"), max_length=NAME_LENGTH)
    valid_months = forms.IntegerField(
        label=gettext_lazy("Valid for (months)"),
        min_value=1,
        max_value=MOST_MONTHS,
        required=False,
        help_text=gettext_lazy("Empty: it does not expire."),
    )
    grade = forms.TypedChoiceField(
        label=gettext_lazy("Weighs as"), choices=GRADES, coerce=int, initial=EvidenceGrade.EXAMINED.value
    )
    retired_on = forms.DateField(
        label=gettext_lazy("Not issued any more since"),
        required=False,
        help_text=gettext_lazy("Those issued before that day still count."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, catalogue: Catalogue | None, data: Any = None, *, known: KindData | None = None
    ) -> None:
        initial = {} if known is None else {name: getattr(known, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.catalogue, self.known = catalogue, known
        if known is not None:
            self.fields["key"].disabled = True
        levels = [] if catalogue is None else _level_choices(catalogue)
        for key, name, level in self._skills():
            self.fields[LEVEL + key] = forms.TypedChoiceField(
                label=name,
                choices=levels,
                coerce=int,
                empty_value=None,
                required=False,
                initial=level,
            )

    def _skills(self) -> Iterator[tuple[str, str, int | None]]:
        """Key and name of each skill with the level that stands in the table."""
        if self.catalogue is None:
            return
        framework = self.catalogue.framework_key
        table = (
            {}
            if self.known is None
            else {one.skill: one.level for one in self.known.levels if one.framework == framework}
        )
        for item in self.catalogue.skills.values():
            yield item.key, item.name, table.get(item.key)

    def fact_fields(self) -> list[forms.BoundField]:
        """The fields about the certificate itself."""
        return [self[name] for name in self.base_fields]

    def level_fields(self) -> list[forms.BoundField]:
        """A field for each skill."""
        return [self[name] for name in self.fields if name.startswith(LEVEL)]

    def data_given(self) -> KindData:
        """The kind as it was filled in; levels of frameworks that are not in use stay as they were."""
        given = self.cleaned_data
        framework = "" if self.catalogue is None else self.catalogue.framework_key
        elsewhere = [one for one in self.known.levels if one.framework != framework] if self.known else []
        chosen = [
            LevelData(framework, name.removeprefix(LEVEL), level)
            for name, level in given.items()
            if name.startswith(LEVEL) and level is not None
        ]
        facts = {name: given[name] for name in self.base_fields}
        return KindData(**facts, levels=tuple(sorted([*elsewhere, *chosen])))


def _level_choices(catalogue: Catalogue) -> list[tuple[int | str, str]]:
    """The levels above 0 by number and name, and none."""
    named = (
        (number, _("%(level)s: %(name)s") % {"level": number, "name": catalogue.levels[number]})
        for number in catalogue.steps
    )
    return [("", _("does not speak for it")), *named]


class TableForm(forms.Form):
    """A table of certificates as a file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, Excel or JSON, in the columns in which the table is saved."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json,.txt"}),
    )
