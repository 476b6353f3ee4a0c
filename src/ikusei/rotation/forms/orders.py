"""What the personnel section types about orders: which ones, the decision behind them, corrections, exports, layouts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock, fiscal
from ikusei.org.models import Post, PostingKind
from ikusei.rotation.forms.fields import DayField
from ikusei.rotation.models import Order, OrderLayout, OrderState, Round
from ikusei.rotation.queries.order_choices import Team
from ikusei.rotation.queries.order_columns import COLUMNS, Layout, standard
from ikusei.rotation.queries.order_files import KINDS, FileKind
from ikusei.rotation.queries.orders import PROBLEM, OrdersWanted
from ikusei.rotation.services.orders import Numbered, Seat
from ikusei.ui.plain_select import PlainSelect

STATES = (("", _("Any")), *OrderState.choices, (PROBLEM, _("could not be applied")))

YEARS = 10
"""So many fiscal years are offered, the newest one the next."""


class OrderFilterForm(forms.Form):
    """Which orders are shown."""

    year = forms.TypedChoiceField(label=_("Fiscal year"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        newest = fiscal.fiscal_year(clock.today()) + 1
        years = [(year, fiscal.label(year)) for year in range(newest, newest - YEARS, -1)]
        self.fields["year"].choices = [("", _("All")), *years]  # type: ignore[attr-defined]  # of a choice field

    def wanted(self) -> OrdersWanted:
        """What is asked for; nonsense asks for everything."""
        self.is_valid()
        asked = self.cleaned_data
        return OrdersWanted(
            year=asked.get("year"), state=asked.get("state", ""), text=asked.get("q", "").replace("\0", "")
        )


class ExportForm(OrderFilterForm):
    """Which orders are exported, in which columns and as which file."""

    layout = forms.TypedChoiceField(label=_("Columns"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("File"), required=False, choices=KINDS)

    def __init__(self, data: Any, *, layouts: Iterable[OrderLayout]) -> None:
        super().__init__(data)
        self.layouts = list(layouts)
        choices = [("", _("standard columns")), *((row.pk, row.name) for row in self.layouts)]
        self.fields["layout"].choices = choices  # type: ignore[attr-defined]  # of a choice field

    @property
    def chosen(self) -> tuple[FileKind, OrderLayout | None]:
        """The kind of file and the layout; XLSX in the standard columns where nothing was chosen."""
        self.is_valid()
        asked = self.cleaned_data
        layout = next((row for row in self.layouts if row.pk == asked.get("layout")), None)
        return FileKind(asked.get("kind") or FileKind.XLSX), layout


class NumberedForm(forms.Form):
    """The decision behind orders."""

    number = forms.CharField(label=_("Decision number"), max_length=60)
    decided_on = DayField(label=_("Decided on"), initial=clock.today)

    def numbered(self, **more: Any) -> Numbered:
        """What was typed."""
        asked = self.cleaned_data
        return Numbered(number=asked["number"], decided_on=asked["decided_on"], **more)


class IssueForm(NumberedForm):
    """The decision behind the orders of a draft, and their days."""

    effective_on = DayField(label=_("In force on"), help_text=_("A later day for moves during the year."))
    notice_on = DayField(
        label=_("Told on"),
        required=False,
        help_text=_(
            "The persons and their supervisors know of it from this day on; empty: the round's notice."
        ),
    )
    is_retroactive = forms.BooleanField(
        label=_("The day has passed: the orders are retroactive."), required=False
    )

    def __init__(self, data: Any, *, round: Round) -> None:
        super().__init__(data, initial={"effective_on": round.effective_on, "decided_on": clock.today()})

    def clean(self) -> dict[str, Any]:
        """`numbered` in place of the single fields."""
        asked: dict[str, Any] = super().clean() or {}
        if self.errors:
            return asked
        return {
            "numbered": self.numbered(
                effective_on=asked["effective_on"],
                notice_on=asked["notice_on"],
                is_retroactive=asked["is_retroactive"],
            )
        }


class CancelForm(NumberedForm):
    """The decision that cancels an order."""

    reason = forms.CharField(label=_("Reason"), max_length=500)

    def clean(self) -> dict[str, Any]:
        """`numbered` and `reason`."""
        asked: dict[str, Any] = super().clean() or {}
        return asked if self.errors else {"numbered": self.numbered(), "reason": asked["reason"]}


class CorrectForm(NumberedForm):
    """The order that replaces another one."""

    effective_on = DayField(label=_("In force on"))
    to_post = forms.TypedChoiceField(label=_("Post"), coerce=int, widget=PlainSelect)
    kind = forms.ChoiceField(label=_("Kind"), choices=PostingKind)
    share = forms.DecimalField(
        label=_("Share of time in percent"), min_value=Decimal(1), max_value=Decimal(100), decimal_places=1
    )
    until = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty where no end is agreed.")
    )
    return_post = forms.TypedChoiceField(
        label=_("Post kept for the return"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)
    is_retroactive = forms.BooleanField(
        label=_("The day has passed: the order is retroactive."), required=False
    )

    def __init__(self, data: Any, *, order: Order, posts: Sequence[Team]) -> None:
        initial = {
            "effective_on": order.effective_on,
            "to_post": order.to_post_id,
            "kind": order.kind,
            "share": f"{(order.share * 100).normalize():f}",
            "until": order.until - timedelta(days=1) if order.until else None,
            "return_post": order.return_post_id,
            "decided_on": clock.today(),
        }
        super().__init__(data, initial=initial)
        self.fields["to_post"].choices = posts  # type: ignore[attr-defined]  # of a choice field
        self.fields["return_post"].choices = [("", "–"), *posts]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """`numbered`, `seat` and `reason`."""
        asked: dict[str, Any] = super().clean() or {}
        if self.errors:
            return asked
        posts = {row.pk: row for row in Post.objects.filter(pk__in=[asked["to_post"], asked["return_post"]])}
        numbered = self.numbered(effective_on=asked["effective_on"], is_retroactive=asked["is_retroactive"])
        seat = Seat(
            to_post=posts[asked["to_post"]],
            kind=PostingKind(asked["kind"]),
            share=asked["share"] / 100,
            until=asked["until"] + timedelta(days=1) if asked["until"] else None,
            return_post=posts.get(asked["return_post"]),
        )
        return {"numbered": numbered, "seat": seat, "reason": asked["reason"]}


class LayoutForm:
    """The editor of a layout: for every column its place (empty: left out) and its heading."""

    def __init__(self, data: Mapping[str, str] | None, *, layout: OrderLayout | None) -> None:
        self.data = data
        self.layout = layout
        kept: Layout = standard() if layout is None else [(key, heading) for key, heading in layout.columns]
        self.kept = {key: (place, heading) for place, (key, heading) in enumerate(kept, start=1)}

    @property
    def name(self) -> str:
        """The name typed, or that of the layout."""
        if self.data is not None:
            return self.data.get("name", "").replace("\0", "")[:80]
        return self.layout.name if self.layout else ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every column with `key`, `label`, `place` and `heading`: the chosen ones first, in their order."""
        lines = [self._line(key) for key in COLUMNS]
        return sorted(lines, key=lambda line: (_place(line["place"]) is None, _place(line["place"]) or 0))

    def _line(self, key: str) -> dict[str, Any]:
        place, heading = self.kept.get(key, ("", ""))
        if self.data is not None:
            place, heading = self.data.get(f"place-{key}", ""), self.data.get(f"heading-{key}", "")
        return {"key": key, "label": COLUMNS[key].label, "place": place, "heading": heading}

    def columns(self) -> Layout:
        """The columns chosen, in the order of their places; of equal places in that of the list."""
        chosen = [(place, line) for line in self.lines if (place := _place(line["place"])) is not None]
        chosen.sort(key=lambda pair: pair[0])
        return [(line["key"], str(line["heading"]).replace("\0", "")[:80]) for _place, line in chosen]


def _place(text: object) -> int | None:
    """A place as typed; None for nothing or nonsense."""
    written = str(text).strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else None
