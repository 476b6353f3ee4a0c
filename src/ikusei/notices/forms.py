"""What people type on the pages of notices."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.notices import registry
from ikusei.notices.models import BODY_LENGTH, SUBJECT_LENGTH
from ikusei.notices.wording import Words


class MailingFilter(forms.Form):
    """Which mailings to list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        kinds = [(kind.name, kind.label) for kind in registry.all_kinds()]
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), required=False, choices=[("", _("all")), *kinds]
        )

    def wanted(self) -> str:
        """The kind asked for, "" for all."""
        return str(self.cleaned_data.get("kind") or "") if self.is_valid() else ""


class WordingForm(forms.Form):
    """The subject and the text of a notice; `instead_of` names the wording that was shown."""

    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    body = forms.CharField(
        label=_("Text of the letter"),
        max_length=BODY_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    instead_of = forms.CharField(required=False, widget=forms.HiddenInput)

    def words(self) -> Words:
        """What was typed, right or wrong."""
        return Words(str(self["subject"].value() or ""), str(self["body"].value() or ""))
