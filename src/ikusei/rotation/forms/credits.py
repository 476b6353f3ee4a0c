"""Years for what was no posting: recorded, and taken back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.org.models import CreditKind
from ikusei.org.services.credits import MOST_YEARS, Credited
from ikusei.rotation.forms.fields import DayField, TextField


class _YearsField(forms.DecimalField):
    """Years of an account, to three decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0), max_value=MOST_YEARS, max_digits=5, decimal_places=3, initial=0, **kwargs
        )


class CreditForm(forms.Form):
    """What was done, when, how many years it gives to each account, which record says so, and why so many."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CreditKind.choices)
    label_ja = forms.CharField(label=_("What it was (Japanese)"), max_length=200)
    label_en = forms.CharField(label=_("What it was (English)"), max_length=200, required=False)
    from_date = DayField(
        label=_("Began on"),
        required=False,
        help_text=_("Needed of a dispatch; of a course where it is known."),
    )
    on = DayField(
        label=_("In the ledger from"),
        help_text=_("The day on which it was done: from then on it is in the ledger. Not in the future."),
    )
    gq_years = _YearsField(
        label=_("GQ years"), help_text=_("A whole year is 1, three months are 0.25; at most 3.")
    )
    dq_years = _YearsField(label=_("DQ years"))
    source = forms.CharField(
        label=_("Record it rests on"),
        max_length=120,
        help_text=_(
            "The number of the certificate or the decision. The same record counts once for a person."
        ),
    )
    reason = TextField(
        label=_("Why so many years"), max_length=500, help_text=_("The person reads this in their ledger.")
    )

    def clean(self) -> dict[str, Any]:
        """What is to be recorded, as the service takes it."""
        given = super().clean() or {}
        if self.errors:
            return given
        return {"given": Credited(**{**given, "kind": CreditKind(given["kind"])})}


class CreditBackForm(forms.Form):
    """Why years are taken back."""

    reason = TextField(label=_("Reason"), max_length=500)
