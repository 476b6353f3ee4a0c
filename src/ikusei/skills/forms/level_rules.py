"""Other terms for the level rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.skills.deriving import Terms
from ikusei.skills.models import EvidenceGrade

LONGEST_MONTHS = 240


class TermsForm(forms.Form):
    """The terms that a city sets, and why. One field of months for every grade of evidence; empty: never stale."""

    shares = forms.BooleanField(
        label=_("Within a cycle a second rater, and the supervisor of the larger share, count first"),
        required=False,
    )
    certificates = forms.BooleanField(
        label=_("While a certificate is valid, the level is at least the one it stands for"), required=False
    )
    reason = forms.CharField(
        label=_("Why the rule changes"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read this."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, terms: Terms, number: int) -> None:
        initial = {
            "shares": terms.shares,
            "certificates": terms.certificates,
            "seen": number,
            **{f"stale_{grade}": months for grade, months in terms.stale_months.items()},
        }
        super().__init__(data, initial=initial)
        for grade in EvidenceGrade:
            self.fields[f"stale_{int(grade)}"] = forms.IntegerField(
                label=_("Stale after months: %(grade)s") % {"grade": grade.label},
                min_value=1,
                max_value=LONGEST_MONTHS,
                required=False,
                help_text=_("Empty: never."),
            )
        self.order_fields(
            ["shares", "certificates", *(f"stale_{int(grade)}" for grade in EvidenceGrade), "reason", "seen"]
        )

    def terms(self) -> Terms:
        """The terms that were filled in; call it after `is_valid`."""
        given = self.cleaned_data
        months = {int(grade): given.get(f"stale_{int(grade)}") for grade in EvidenceGrade}
        return Terms(
            certificates=given["certificates"],
            shares=given["shares"],
            stale_months={grade: number for grade, number in months.items() if number},
        )
