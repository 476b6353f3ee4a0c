"""Asking for a plan, and for a curve of changes against value."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.rotation.queries.announcements import Announcement
from ikusei.rotation.services.plans import DEAREST_CHANGE, LARGEST_SEED, MOST_SECONDS, Keep
from ikusei.ui.plain_select import PlainSelect

USUAL_PRICE = 50
USUAL_PRICES = "1000, 300, 100, 50, 20, 0"


class _Announced(forms.Form):
    """What counts as announced: nothing, or a draft of those offered."""

    announced = forms.TypedChoiceField(
        label=_("What counts as announced"),
        required=False,
        coerce=uuid.UUID,
        empty_value=None,
        widget=PlainSelect,
    )

    def __init__(
        self, data: Any, *, announcements: Iterable[Announcement], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.announcements = list(announcements)
        offered = [(one.key, one.words) for one in self.announcements]
        nothing = ("", _("nothing: every seat may change"))
        self.fields["announced"].choices = [nothing, *offered]  # type: ignore[attr-defined]


class PlanForm(_Announced):
    """What is kept, how long the planner searches, and the number of chance."""

    change_price = forms.FloatField(
        label=_("Points that a change must be worth"),
        min_value=0,
        max_value=DEAREST_CHANGE,
        initial=USUAL_PRICE,
        required=False,
        help_text=_(
            "Keep what was announced unless a change is worth more than so many points, for each announced seat of a person and year. A first wish is worth 50 points a year, a change of post costs 40."
        ),
    )
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
    field_order = ("announced", "change_price", "seconds", "seed")

    def __init__(
        self, data: Any, *, announcements: Iterable[Announcement], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, announcements=announcements, initial=initial)
        if not self.announcements:
            del self.fields["announced"], self.fields["change_price"]

    @property
    def keep(self) -> Keep | None:
        """What is to be kept, None where every seat may change."""
        announced = self.cleaned_data.get("announced")
        price = self.cleaned_data.get("change_price")
        return None if announced is None else Keep(announced, USUAL_PRICE if price is None else price)


class CurveForm(_Announced):
    """What was announced, and the prices on a change for which plans are made."""

    prices = forms.CharField(
        label=_("Prices of a change, in points"),
        max_length=200,
        initial=USUAL_PRICES,
        help_text=_("Between 2 and 8 numbers with commas between them. The dearest one changes least."),
    )
    seconds = forms.IntegerField(
        label=_("Seconds to search, all prices together"),
        min_value=2,
        max_value=MOST_SECONDS,
        initial=180,
        help_text=_("Each price gets an equal part, and begins with the plan of the dearer one."),
    )
    seed = forms.IntegerField(label=_("Number of chance"), min_value=0, max_value=LARGEST_SEED, initial=0)

    def __init__(
        self, data: Any, *, announcements: Iterable[Announcement], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, announcements=announcements, initial=initial)
        self.fields["announced"].required = True
        self.fields["announced"].choices = [(one.key, one.words) for one in self.announcements]  # type: ignore[attr-defined]

    def clean_prices(self) -> list[float]:
        """The prices; full-width digits and Japanese commas are read too."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["prices"])
        try:
            return [float(part) for part in re.split(r"[,、;\s]+", text) if part]
        except ValueError:
            raise forms.ValidationError(_("Write numbers with commas between them.")) from None
