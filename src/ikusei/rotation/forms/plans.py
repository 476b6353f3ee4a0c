"""Asking for a plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.rotation.services.plans import LARGEST_SEED, MOST_SECONDS


class PlanForm(forms.Form):
    """How long the planner searches, and the number of chance."""

    seconds = forms.IntegerField(
        label=_("Seconds to search"),
        min_value=1,
        max_value=MOST_SECONDS,
        initial=60,
        help_text=_("At most. You can stop at any time and keep the best plan found until then."),
    )
    seed = forms.IntegerField(
        label=_("Number of chance"),
        min_value=0,
        max_value=LARGEST_SEED,
        initial=0,
        help_text=_("Another number searches in another order, and may find another plan."),
    )
