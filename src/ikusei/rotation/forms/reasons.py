"""Asking why not: a post and a fiscal year; and for how long a search tries a seat otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.rotation.forms.drafts import grouped_posts
from ikusei.rotation.picture import PersonFacts, Picture
from ikusei.rotation.services.plans import MOST_SECONDS
from ikusei.rotation.services.reasons import FORBID, PIN
from ikusei.ui.plain_select import PlainSelect


class WhyNotForm(forms.Form):
    """The seat that is asked about."""

    to = forms.ChoiceField(label=_("Post"), widget=PlainSelect)
    y = forms.ChoiceField(label=_("Fiscal year"), widget=PlainSelect)

    def __init__(self, *, picture: Picture, person: PersonFacts, initial: Mapping[str, Any]) -> None:
        super().__init__(initial=dict(initial))
        years = [(str(year), fiscal.label(year)) for year in picture.years if person.is_there(year)]
        self.fields["to"].choices = [("", "–"), *grouped_posts(picture.posts.values())]  # type: ignore[attr-defined]
        self.fields["y"].choices = years  # type: ignore[attr-defined]


class TrialForm(forms.Form):
    """One seat to be tried otherwise."""

    kind = forms.ChoiceField(choices=((PIN, PIN), (FORBID, FORBID)))
    person = forms.CharField(max_length=20)
    post = forms.IntegerField(min_value=1)
    year = forms.IntegerField(min_value=1)
    seconds = forms.IntegerField(min_value=1, max_value=MOST_SECONDS)
