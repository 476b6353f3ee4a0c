"""Fields as officials fill them in: days with a calendar, an inclusive last day, shares in percent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day, chosen from the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class LastDayField(DayField):
    """The last day on which something holds, as people say it; its value is the day after, as it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Last day"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        """The day after the one typed, None for an empty field."""
        day: date | None = super().clean(value)
        if day is None:
            return None
        if day >= date(9999, 12, 31):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day + timedelta(days=1)


class PercentField(forms.DecimalField):
    """A share in percent, whole or with one decimal; its value lies between 0 and 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0), max_value=Decimal(100), max_digits=4, decimal_places=1, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored share as percent; what was typed as it was typed."""
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        """The share between 0 and 1."""
        percent = super().clean(value)
        return None if percent is None else percent / 100
