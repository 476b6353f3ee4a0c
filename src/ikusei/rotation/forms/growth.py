"""Other rates of a growth class, other terms of the index."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib.fields import pick_text
from ikusei.rotation import index_terms
from ikusei.rotation.forms.fields import DayField, TextField
from ikusei.rotation.index import Terms
from ikusei.rotation.index_terms import InvalidTerms
from ikusei.rotation.models import GrowthTerms
from ikusei.rotation.models.ledger import KEY_LENGTH, REASON_LENGTH
from ikusei.rotation.services.classes import Named

HIGHEST_RATE = Decimal("2")

REASONS = {
    InvalidTerms.UNKNOWN: _("%(path)s is not known."),
    InvalidTerms.MISSING: _("%(path)s is missing."),
    InvalidTerms.OBJECT: _("%(path)s has to be a set of named values."),
    InvalidTerms.TEXT: _("%(path)s has to be a text."),
    InvalidTerms.NUMBER: _("%(path)s has to be a number."),
    InvalidTerms.SHARE: _("%(path)s has to lie between 0 and 1."),
    InvalidTerms.INDEX: _("%(path)s has to lie between 0 and 100."),
    InvalidTerms.POSITIVE: _("%(path)s has to be above 0."),
    InvalidTerms.SUM: _("The weights of %(path)s have to add up to 1."),
    InvalidTerms.MANY: _("%(path)s has too many values."),
}


COLOURS = (
    (1, _("orange")),
    (2, _("blue")),
    (3, _("lime")),
    (4, _("purple")),
    (5, _("yellow")),
    (6, _("green")),
    (7, _("magenta (the hue of GQ)")),
    (8, _("cyan (the hue of DQ)")),
)
"""As `posts.css` draws them."""


class ClassForm(forms.Form):
    """Names and colour of a growth class."""

    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    colour = forms.TypedChoiceField(
        label=_("Colour"),
        coerce=int,
        choices=COLOURS,
        help_text=_(
            "Of its bars on boards and its mark in lists, the same everywhere. The name always stands beside it."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """What is to be recorded, as the service takes it."""
        given = super().clean() or {}
        if self.errors:
            return given
        named = Named(given.pop("name_ja"), given.pop("name_en"), given.pop("colour"))
        return {**given, "named": named}


class NewClassForm(ClassForm):
    """A new growth class: with the key that stays."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=KEY_LENGTH,
        help_text=_(
            "Small Latin letters, digits, - and _; it stands in files of the planner and stays as it is."
        ),
    )
    field_order = ("key", "name_ja", "name_en", "colour")


class RatesForm(forms.Form):
    """The rates of a growth class from a day on, and why."""

    from_date = DayField(label=_("In force from"))
    rho_gq = forms.DecimalField(
        label=_("Rate of GQ"),
        max_digits=5,
        decimal_places=4,
        min_value=Decimal("0.0001"),
        max_value=HIGHEST_RATE,
        help_text=_(
            "What a year leaves of what is missing to 100: 0.88 closes 12 parts in 100. Above 1 it decays."
        ),
    )
    rho_dq = forms.DecimalField(
        label=_("Rate of DQ"),
        max_digits=5,
        decimal_places=4,
        min_value=Decimal("0.0001"),
        max_value=HIGHEST_RATE,
    )
    reason = TextField(label=_("Reason"), max_length=REASON_LENGTH, help_text=_("Everybody can read this."))

    def __init__(self, data: Any = None, *, now: GrowthTerms | None) -> None:
        initial = {} if now is None else {"rho_gq": now.rho_gq, "rho_dq": now.rho_dq}
        super().__init__(data, initial=initial)


class IndexTermsForm(forms.Form):
    """Targets, weights of kinds of service and of skills, from a day on, and why."""

    from_date = DayField(label=_("In force from"))
    target_gq = forms.FloatField(label=_("Target of GQ"), min_value=0, max_value=100)
    target_dq = forms.FloatField(label=_("Target of DQ"), min_value=0, max_value=100)
    goal = forms.FloatField(label=_("Share of GQ aimed at"), min_value=0, max_value=1)
    weights = TextField(
        label=_("Weights of skills other than 1"),
        required=False,
        max_length=20_000,
        help_text=_("One skill a line: its key, a space, its weight."),
    )
    reason = TextField(label=_("Reason"), max_length=REASON_LENGTH, help_text=_("Everybody can read this."))

    def __init__(self, data: Any = None, *, terms: Terms) -> None:
        self.terms = terms
        initial = {"target_gq": terms.targets.gq, "target_dq": terms.targets.dq, "goal": terms.goal}
        initial_text = "\n".join(f"{key} {weight:g}" for key, weight in terms.weights.items())
        super().__init__(data, initial={**initial, "weights": initial_text})
        for key, one in terms.services.items():
            name = pick_text({"ja": one.name_ja, "en": one.name_en}) or key
            self.fields[f"weight_{key}"] = forms.FloatField(
                label=_("Weight: %(kind)s") % {"kind": name}, min_value=0, max_value=1, initial=one.weight
            )
            self.fields[f"tau_{key}"] = forms.FloatField(
                label=_("τ in years: %(kind)s") % {"kind": name},
                min_value=0.01,
                max_value=100,
                initial=one.tau,
            )
        kinds = [field for key in terms.services for field in (f"weight_{key}", f"tau_{key}")]
        self.order_fields(["from_date", "target_gq", "target_dq", "goal", *kinds, "weights", "reason"])

    def clean(self) -> dict[str, Any]:
        """The day, the reason, and the terms as JSON."""
        given = super().clean() or {}
        if self.errors:
            return given
        document = index_terms.document(self.terms)
        document["targets"] = {"gq": given["target_gq"], "dq": given["target_dq"]}
        document["goal"] = given["goal"]
        document["services"] = {
            key: {**one, "weight": given[f"weight_{key}"], "tau": given[f"tau_{key}"]}
            for key, one in _rows(document["services"])
        }
        document["weights"] = self._weights(given["weights"])
        try:
            index_terms.parse(document)
        except InvalidTerms as error:
            raise forms.ValidationError(REASONS[error.reason] % {"path": error.path}) from error
        return {"from_date": given["from_date"], "reason": given["reason"], "terms": document}

    def _weights(self, text: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            key, _space, weight = line.strip().rpartition(" ")
            try:
                found[key.strip()] = float(weight)
            except ValueError as error:
                self._refuse_line(number, error)
            if not key.strip():
                self._refuse_line(number, None)
        return found

    def _refuse_line(self, number: int, error: ValueError | None) -> None:
        sentence = _("Line %(number)s is not a key of a skill, a space and a number.") % {"number": number}
        raise forms.ValidationError({"weights": sentence}) from error


def _rows(services: object) -> list[tuple[str, dict[str, Any]]]:
    return list(services.items()) if isinstance(services, dict) else []
