"""Inviting a supervisor at a host."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.accounts.models import User
from ikusei.org.forms.fields import LastDayField
from ikusei.org.queries.hosts import Offered


class InviteHostForm(forms.Form):
    """Who is to confirm, for which posting, until when. With one posting there is nothing to choose."""

    posting = forms.TypedChoiceField(label=_("Where they work"), coerce=int)
    name = forms.CharField(label=_("Name of the supervisor"), max_length=150)
    address = forms.EmailField(
        label=_("Mail address of the supervisor"),
        help_text=_(
            "The invitation and the codes for signing in are sent there. Use an address of the office."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=User.Language)
    until = LastDayField(
        required=False,
        help_text=_(
            "Leave it empty for as long as possible: until the posting ends, at most a year where no end is agreed."
        ),
    )

    def __init__(self, data: Any, *, offered: Sequence[Offered]) -> None:
        super().__init__(data)
        self.fields["posting"].choices = [(row.pk, row.place) for row in offered]  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["posting"].initial = offered[0].pk
            self.fields["posting"].widget = forms.HiddenInput()
