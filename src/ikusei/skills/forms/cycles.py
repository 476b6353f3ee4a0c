"""Planning a cycle, finding people in it, and the small forms of its exceptions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ikusei.org.queries.choices import Choice, Choices
from ikusei.skills.models import Cycle, FrameworkVersion, Phase
from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.cycles.people import State, Wanted
from ikusei.skills.queries.cycles.reminding import Whom
from ikusei.ui.plain_select import PlainSelect

QUIET = ((0, _("no such limit")), (1, _("1 day")), (3, _("3 days")), (7, _("7 days")), (14, _("14 days")))


class DayField(forms.DateField):
    """A day, chosen from the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class ReasonField(forms.CharField):
    """Why something is done, as those concerned read it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("max_length", REASON_LENGTH)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(**kwargs)


class CycleForm(forms.Form):
    """The name, the version and the days of a planned cycle; the population has a form of its own."""

    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    version = forms.TypedChoiceField(label=_("Framework version"), coerce=int, widget=PlainSelect)
    opens_on = DayField(
        label=_("Opens on"),
        help_text=_("It opens by itself in the night before, with everybody the rule takes in."),
    )
    self_until = DayField(label=_("Last day to answer"))
    confirm_until = DayField(
        label=_("Last day to confirm"), help_text=_("The cycle is closed by your hand, not by the date.")
    )

    def __init__(
        self, data: Mapping[str, Any] | None, versions: Sequence[FrameworkVersion], cycle: Cycle | None = None
    ) -> None:
        initial = None
        if cycle is not None:
            initial = {name: getattr(cycle, name) for name in self.base_fields} | {
                "version": cycle.version_id
            }
        super().__init__(data, initial=initial)
        self._versions = {version.pk: version for version in versions}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            (version.pk, f"{version.name} {version.label}") for version in versions
        ]

    def changes(self) -> dict[str, Any]:
        """What was filled in, as the services take it."""
        return self.cleaned_data | {"version": self._versions[self.cleaned_data["version"]]}


class DeadlinesForm(forms.Form):
    """More time for everybody in an open cycle; a day that has gone by is not asked for any more."""

    self_until = DayField(label=_("Last day to answer"))
    confirm_until = DayField(label=_("Last day to confirm"))
    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None, cycle: Cycle) -> None:
        super().__init__(data, initial={"self_until": cycle.self_until, "confirm_until": cycle.confirm_until})
        if cycle.phase != Phase.SELF:
            del self.fields["self_until"]


class ConfirmForm(forms.Form):
    """A step that needs nothing but a yes."""


class ReasonForm(forms.Form):
    """A step with its reason."""

    reason = ReasonField()


class OptionalReasonForm(forms.Form):
    """A step with a reason where one is wanted."""

    reason = ReasonField(required=False)


class ReopenForm(forms.Form):
    """Until when a cycle is open again, and why."""

    self_until = DayField(
        label=_("Last day to answer"),
        required=False,
        help_text=_("Empty: nobody answers again, only confirmation is open."),
    )
    confirm_until = DayField(label=_("Last day to confirm"))
    reason = ReasonField()


class ExtendForm(forms.Form):
    """More time for one person."""

    until = DayField(label=_("May answer until"))
    reason = ReasonField()


class ExtendUnitForm(forms.Form):
    """More time for a unit and all below it."""

    unit = forms.TypedChoiceField(label=_("Unit and all below it"), coerce=int, widget=PlainSelect)
    until = DayField(label=_("May answer until"))
    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None, choices: Choices) -> None:
        super().__init__(data)
        self.fields["unit"].choices = unit_options(choices)  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """In which unit somebody is confirmed: one of those they worked in, or any where nobody leads these."""

    unit = forms.TypedChoiceField(label=_("Confirmed in"), coerce=int, widget=PlainSelect)
    reason = ReasonField()

    def __init__(
        self, data: Mapping[str, Any] | None, units: Mapping[int, str], others: Choices | None = None
    ) -> None:
        super().__init__(data)
        choices: list[Any] = list(units.items())
        if others is not None:
            known = [choice for choice in _options([*others.units, *others.parts]) if choice[0] not in units]
            choices.append((_now("Other units"), known))
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]


def _options(choices: Iterable[Choice]) -> list[tuple[int, str]]:
    """Choices as a select box wants them."""
    return [(choice.pk, choice.name) for choice in choices]


def unit_options(choices: Choices) -> list[Any]:
    """The units of a filter for a select box, the parts of the chosen one apart."""
    units: list[Any] = _options(choices.units)
    if choices.parts:
        units.append((_now("Parts of the chosen unit"), _options(choices.parts)))
    return units


class CyclePeopleForm(forms.Form):
    """Words, a unit and a state; whatever is not among the choices asks for nothing."""

    q = forms.CharField(
        label=_("Name, reading or staff number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = forms.TypedChoiceField(
        label=_("Confirmed in"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    state = forms.ChoiceField(label=_("State"), required=False, widget=PlainSelect)

    def __init__(self, query: Mapping[str, Any], choices: Choices) -> None:
        super().__init__(query)
        everything = ("", _now("Any"))
        self.fields["unit"].choices = [everything, *unit_options(choices)]  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            everything,
            *((state.value, state.label) for state in State),
        ]

    def wanted(self) -> Wanted:
        """What is asked for."""
        self.is_valid()
        state = self.cleaned_data.get("state", "")
        return Wanted(
            text=self.cleaned_data.get("q", ""),
            unit_id=self.cleaned_data.get("unit"),
            state=State(state) if state else None,
        )


class SearchForm(forms.Form):
    """Somebody who is looked for, in the cycle or outside."""

    q = forms.CharField(
        label=_("Name, reading or staff number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class RemindForm(forms.Form):
    """Whom to write to: shown before anything is sent."""

    whom = forms.ChoiceField(label=_("Whom"), required=False, widget=PlainSelect)
    quiet = forms.TypedChoiceField(
        label=_("Not who was written to within"), required=False, coerce=int, widget=PlainSelect
    )
    unit = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, query: Mapping[str, Any], allowed: Collection[Whom]) -> None:
        super().__init__({"quiet": "3", **{name: query[name] for name in query}})
        self._allowed = tuple(allowed)
        self.fields["whom"].choices = [(whom.value, whom.label) for whom in allowed]  # type: ignore[attr-defined]
        self.fields["quiet"].choices = QUIET  # type: ignore[attr-defined]

    @property
    def asked(self) -> Whom:
        """The recipients asked for, the first kind without a wish."""
        asked = self.cleaned_data.get("whom") if self.is_valid() else ""
        return Whom(asked) if asked else self._allowed[0]

    @property
    def unit_id(self) -> int | None:
        """The unit asked for."""
        return self.cleaned_data.get("unit") if self.is_valid() else None

    @property
    def quiet_days(self) -> int:
        """Within how many days nobody is written to again."""
        asked = self.cleaned_data.get("quiet") if self.is_valid() else ""
        return int(asked) if asked not in ("", None) else 3
