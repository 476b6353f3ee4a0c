"""The form with which a steward calls a second rater."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.skills.models.cycle import REASON_LENGTH


class CallForm(forms.Form):
    """For which skill, whom, why, until when."""

    skill = forms.TypedChoiceField(label=_("Skill"), coerce=int)
    rater = forms.CharField(
        label=_("Second rater"),
        max_length=254,
        help_text=_(
            "Mail address or staff number. Not the person, and nobody who has rated the skill already."
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second rater and the person read it."),
    )
    due_on = forms.DateField(label=_("Last day to rate"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, skills: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["skill"])
        field.choices = [(str(pk), name) for pk, name in skills]
