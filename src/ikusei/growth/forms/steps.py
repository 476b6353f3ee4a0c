"""A next step, how one ended, and a request to be taught."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.growth.models import TEXT_LENGTH, Way
from ikusei.skills.queries.maps.catalogue import Catalogue


class StepForm(forms.Form):
    """One next step; skills and levels are those of the framework in use."""

    skill = forms.ChoiceField(label=_("Skill"))
    to_level = forms.TypedChoiceField(label=_("Level it leads to"), coerce=int)
    way = forms.ChoiceField(label=_("Way"), choices=Way.choices)
    text = forms.CharField(
        label=_("What exactly"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "So that both can say later whether it was done. For example: lead the next penetration test."
        ),
    )
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = [(item.key, item.name) for item in catalogue.skills.values()]  # type: ignore[attr-defined]
        self.fields["to_level"].choices = [  # type: ignore[attr-defined]
            (number, f"{number} {catalogue.levels[number]}") for number in catalogue.steps
        ]


class EndForm(forms.Form):
    """How a step went."""

    outcome = forms.CharField(
        label=_("How it went"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForm(forms.Form):
    """What somebody would like to learn."""

    text = forms.CharField(
        label=_("What you would like to learn"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two or three sentences. It goes to this colleague alone, by mail."),
    )


class AnswerForm(forms.Form):
    """The answer to a request; empty is a plain yes or no."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
