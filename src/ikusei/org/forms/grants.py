"""Giving roles, ending them, opening accounts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.access import NotVisible
from ikusei.org.forms.fields import DayField, LastDayField
from ikusei.org.forms.select import PlainSelect
from ikusei.org.models import Employer, EmployerKind, Purpose, Role, Scope
from ikusei.org.queries.grants import GrantsWanted, person_of, scope_of


class GrantFilterForm(forms.Form):
    """Which grants are shown."""

    q = forms.CharField(
        label=_("Account: mail address or name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices])
    when = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[("", _("held today")), ("ended", _("ended")), ("all", _("all, planned ones too"))],
    )

    def wanted(self) -> GrantsWanted:
        """What is asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return GrantsWanted(
            text=asked.get("q", ""), role=asked.get("role", ""), when=asked.get("when") or "current"
        )


class AccountSearchForm(forms.Form):
    """Whose role it is going to be."""

    q = forms.CharField(
        label=_("Mail address or name"), max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    @property
    def text(self) -> str:
        """The words, "" where none were typed."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""


class GrantForm(forms.Form):
    """A role for an account; gives `unit`, `employer` and `person` as the scope asks for them."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    scope = forms.ChoiceField(label=_("Over whom"), choices=Scope)
    employer = forms.TypedChoiceField(
        label=_("Employer"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
        help_text=_("For the scope “everyone an employer employs”."),
    )
    unit = forms.CharField(
        label=_("Code of the unit"),
        required=False,
        max_length=40,
        help_text=_(
            "For the scope “a unit and all below it”. Where two employers use the code, choose the employer too."
        ),
    )
    person = forms.CharField(
        label=_("Staff number or mail address of the person"),
        required=False,
        max_length=254,
        help_text=_(
            "For the scope “one person”. A supervisor at a host is better invited from the page of the person: the role then ends with the posting."
        ),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Purpose, help_text=_("It stands beside every look at people's data.")
    )
    from_date = DayField(label=_("First day"), initial=clock.today)
    until = LastDayField(required=False, help_text=_("Leave it empty where no end is agreed."))

    def __init__(self, data: Any, *, employers: Iterable[Employer]) -> None:
        super().__init__(data)
        choices = [("", "–"), *((row.pk, row.name) for row in employers)]
        self.fields["employer"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The scope's unit, employer and person in place of what was typed."""
        asked: dict[str, Any] = super().clean() or {}
        scope = asked.get("scope", "")
        code = asked.get("unit", "")
        if scope == Scope.EMPLOYER and asked.get("employer") is None:
            self.add_error("employer", _("Choose the employer."))
        if scope == Scope.UNIT and not code:
            self.add_error("unit", _("Write the code of the unit."))
        named, asked["person"] = asked.get("person", ""), None
        if scope == Scope.PERSON:
            try:
                asked["person"] = person_of(named, on=clock.today())
            except NotVisible:
                self.add_error("person", _("Nobody, or more than one person, has this number or address."))
        if self.errors:
            return asked
        try:
            asked["unit"], asked["employer"] = scope_of(
                scope, unit_code=code, employer_id=asked.get("employer")
            )
        except NotVisible:
            self.add_error("unit", _("No unit, or more than one, has this code: choose the employer too."))
        return asked


class AccountForm(forms.Form):
    """An account for somebody who is no employee here, such as a supervisor at a host."""

    email = forms.EmailField(label=_("Mail address"), help_text=_("Sign-in codes are sent there."))
    label = forms.CharField(label=_("Name shown"), max_length=150)


class EmployerForm(forms.Form):
    """A new employer."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Letters, digits, “-” and “_”; it stays for ever.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EmployerKind)
    name_ja = forms.CharField(label=_("Name (Japanese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
