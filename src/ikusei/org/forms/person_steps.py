"""What the personnel section records about one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.forms.fields import DayField, LastDayField, PercentField
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import Category, Employment, EmploymentKind, PostingKind
from ikusei.org.models.person import LeaveKind, StartReason
from ikusei.org.queries.seats import OpenPost


class UnitSearchForm(forms.Form):
    """Where the posts are looked for."""

    q = forms.CharField(
        label=_("Name or code of the unit"), max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    @property
    def text(self) -> str:
        """The words, "" where none were typed."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""


class PostingForm(forms.Form):
    """A posting in one of the open posts of a unit."""

    post = forms.TypedChoiceField(label=_("Post"), coerce=int)
    from_date = DayField(label=_("First day"), initial=clock.today)
    until = LastDayField(required=False, help_text=_("Leave it empty where no end is agreed."))
    kind = forms.ChoiceField(label=_("Kind"), choices=PostingKind, initial=PostingKind.HOME)
    share = PercentField(
        label=_("Share of time in percent"),
        initial=100,
        help_text=_(
            "0 for the home post of somebody who works elsewhere on dispatch. The sum of a day is at most 100."
        ),
    )

    def __init__(self, data: Any, *, posts: list[OpenPost]) -> None:
        super().__init__(data)
        self.fields["post"].choices = [(post.pk, post.label) for post in posts]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The end of something that runs."""

    on = LastDayField()


class EmploymentForm(forms.Form):
    """What changes in an employment from a day on."""

    on = DayField(label=_("From"), initial=clock.today)
    reason = forms.ChoiceField(
        label=_("Because"),
        choices=[
            (reason.value, reason.label)
            for reason in (StartReason.PROMOTED, StartReason.CONVERTED, StartReason.RENEWED)
        ],
    )
    category = forms.ChoiceField(label=_("Category"), choices=Category)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=EmploymentKind)

    def __init__(self, data: Any, *, employment: Employment) -> None:
        kept = {"category": employment.category, "grade": employment.grade, "kind": employment.kind}
        super().__init__(data, initial=kept)
        grades = dict.fromkeys(["", *GRADES, employment.grade])
        self.fields["grade"].choices = [(grade, grade_label(grade) or "–") for grade in grades]  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """A leave."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LeaveKind)
    from_date = DayField(label=_("First day"))
    until = LastDayField(required=False, help_text=_("Leave it empty where it is not known yet."))
