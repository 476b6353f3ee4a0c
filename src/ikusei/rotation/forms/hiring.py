"""A placeholder becomes the person who was hired."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HiredForm(forms.Form):
    """Whom somebody was hired as."""

    staff_number = forms.CharField(label=_("Staff number"), max_length=40)
