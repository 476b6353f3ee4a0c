"""Planning a round: its days, how many years, and how many moves a host takes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.org.models import Category, Employer, UnitPeriod
from ikusei.rotation.forms.fields import DayField
from ikusei.rotation.models import Round
from ikusei.rotation.services.rounds import Dates
from ikusei.ui.plain_select import PlainSelect


class DatesForm(forms.Form):
    """The days of a round."""

    opens_on = DayField(label=_("Preference sheets open on"))
    sheets_until = DayField(label=_("Last day for preference sheets"))
    comments_until = DayField(label=_("Last day for comments of section chiefs"))
    hosts_until = DayField(label=_("Last day for wishes of hosts"))
    notice_on = DayField(
        label=_("Notice on"),
        help_text=_("Nobody outside the personnel section knows of drafts and orders before this day."),
    )
    effective_on = DayField(label=_("Moves on"))
    horizon = forms.IntegerField(label=_("Years planned"), min_value=1, max_value=10, initial=5)

    @property
    def dates(self) -> Dates:
        """The days, for a valid form."""
        return Dates(**{name: self.cleaned_data[name] for name in Dates.__dataclass_fields__})


class RoundChangeForm(DatesForm):
    """Other days for a round."""

    def __init__(self, data: Any, *, round_: Round) -> None:
        super().__init__(data, initial={name: getattr(round_, name) for name in self.base_fields})

    def clean(self) -> dict[str, Any]:
        """{"dates", "horizon"}: what the service takes."""
        given = super().clean() or {}
        return given if self.errors else {"dates": self.dates, "horizon": given["horizon"]}


class RoundForm(DatesForm):
    """A round to be planned."""

    employer = forms.ChoiceField(label=_("Employer"), widget=PlainSelect)
    fiscal_year = forms.IntegerField(label=_("Fiscal year of the moves"), min_value=2000, max_value=2100)
    category = forms.ChoiceField(
        label=_("Whom it is about"), choices=Category, initial=Category.ICT, widget=PlainSelect
    )
    field_order = ("employer", "fiscal_year", "category")

    def __init__(self, data: Any, *, employers: Sequence[Employer], last: Round | None, today: date) -> None:
        super().__init__(data, initial=_proposed(last, today))
        self._employers = {str(row.pk): row for row in employers}
        self.fields["employer"].choices = [(pk, row.name) for pk, row in self._employers.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """{"employer", "fiscal_year", "category", "horizon", "dates"}: what the service takes."""
        given = super().clean() or {}
        if self.errors:
            return given
        return {
            "employer": self._employers[given["employer"]],
            "fiscal_year": given["fiscal_year"],
            "category": given["category"],
            "horizon": given["horizon"],
            "dates": self.dates,
        }


class QuotaForm(forms.Form):
    """How many moves a unit takes in a year."""

    unit = forms.ChoiceField(label=_("Unit"), widget=PlainSelect)
    most = forms.IntegerField(
        label=_("Moves a year at most"),
        min_value=0,
        max_value=9999,
        required=False,
        help_text=_("Left empty, the limit is taken away."),
    )

    def __init__(self, data: Any, *, units: Sequence[UnitPeriod]) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (str(row.unit_id), f"{row.unit.employer.name} {row.name}") for row in units
        ]


def _proposed(last: Round | None, today: date) -> dict[str, Any]:
    """The days of the last round a year on; those of the usual calendar where there was none."""
    if last is not None:
        days = {name: _year_on(getattr(last, name)) for name in Dates.__dataclass_fields__}
        return {"fiscal_year": last.fiscal_year + 1, "horizon": last.horizon, **days}
    year = fiscal.fiscal_year(today) + 1
    return {
        "fiscal_year": year,
        "opens_on": date(year - 1, 12, 1),
        "sheets_until": date(year, 1, 9),
        "comments_until": date(year, 1, 16),
        "hosts_until": date(year, 1, 16),
        "notice_on": date(year, 3, 24),
        "effective_on": date(year, 4, 1),
    }


def _year_on(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
