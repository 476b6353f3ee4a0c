"""What a reader may ask of the portal's lists."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from ikusei.audit.models import Entry
from ikusei.audit.queries import Wanted, verbs
from ikusei.jobs.models import JobState
from ikusei.org.models import Purpose
from ikusei.portal.verbs import verb_label

NOT_BEFORE = MinValueValidator(date(2000, 1, 1))
"""No trail is older; midnight in Tokyo of the first day of the calendar lies before all days."""


class TrailFilter(forms.Form):
    """What an auditor looks for; everything is optional."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Entry.Kind.choices])
    verb = forms.ChoiceField(label=_("What"), required=False)  # its choices are what has been recorded
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[("", _("all")), *Purpose.choices]
    )
    account = forms.EmailField(label=_("Mail address of the account"), required=False)
    subject = forms.CharField(
        label=_("Thing"), required=False, help_text=_("The identifier in the last column.")
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        validators=[NOT_BEFORE],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        validators=[NOT_BEFORE],
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        choices = [("", _("all")), *((verb, verb_label(verb)) for verb in verbs())]
        self.fields["verb"] = forms.ChoiceField(label=_("What"), required=False, choices=choices)

    def wanted(self) -> Wanted:
        """The question; fields that could not be read ask for nothing, their error stands on the page."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            account=data.get("account") or "",
            kind=data.get("kind") or "",
            verb=data.get("verb") or "",
            purpose=data.get("purpose") or "",
            subject_id=data.get("subject") or "",
            from_date=data.get("since"),
            until=data.get("until"),
        )


class JobFilter(forms.Form):
    """Which jobs to list."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *JobState.choices])

    def state_wanted(self) -> str:
        """The state asked for, "" for all."""
        return str(self.cleaned_data.get("state") or "") if self.is_valid() else ""
