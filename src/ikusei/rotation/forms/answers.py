"""The words to a person about a wish."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.rotation.forms.fields import TextField
from ikusei.rotation.models.wishes import TEXT_LENGTH


class AnswerForm(forms.Form):
    """The text as the person will read it."""

    text = TextField(label=_("Words to the person"), max_length=TEXT_LENGTH, rows=10)
