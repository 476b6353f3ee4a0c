"""Beginning a round with last year's outlook."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OutlookForm(forms.Form):
    """The new draft's name and note."""

    name = forms.CharField(label=_("Name"), max_length=80)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
