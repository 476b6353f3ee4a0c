"""The preference sheet as it is typed: on one's own page, or by the personnel section for somebody; a comment; filters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from ikusei.rotation.forms.fields import DayField
from ikusei.rotation.models import Intent, Opinion, ProtectedAsk, ProtectedKind
from ikusei.rotation.models.wishes import RANKS, TEXT_LENGTH
from ikusei.rotation.wishing import Choices, Protected, Wishes, moved, plain_text
from ikusei.ui.plain_select import PlainSelect

KEPT_FIELDS = frozenset(
    {
        *("intent", "growth_classes", "places", "concerns", "may_dispatch"),
        *("protected_kind", "protected_ask", "protected_text", "protected_until"),
        *("post", "add", "seen", "owner"),
    }
)
LONGEST_KEPT = 2 * TEXT_LENGTH
MOST_KEPT = 60


class TextField(forms.CharField):
    """A longer text that may stay empty; what no database can hold is left out."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", TEXT_LENGTH)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        """The text with one kind of line end."""
        return plain_text(str(value)) if value else ""


class WishesForm(forms.Form):
    """What a sheet asks besides the ranked posts, which have rows of their own (`ranked_in`)."""

    intent = forms.ChoiceField(
        label=_("Stay or move?"), choices=Intent, widget=forms.RadioSelect, required=False
    )
    growth_classes = forms.MultipleChoiceField(
        label=_("Kinds of work you would like"), widget=forms.CheckboxSelectMultiple, required=False
    )
    places = TextField(
        label=_("Places"), rows=2, help_text=_("For example: near home, anywhere, not far from the north.")
    )
    concerns = TextField(
        label=_("What should be considered"),
        help_text=_(
            "Your section chief reads this too. What only the personnel section should read goes below."
        ),
    )
    may_dispatch = forms.BooleanField(label=_("I am open to a dispatch of a year"), required=False)
    protected_kind = forms.ChoiceField(label=_("Kind of reason"), widget=PlainSelect, required=False)
    protected_ask = forms.ChoiceField(label=_("What you ask for"), widget=PlainSelect, required=False)
    protected_text = TextField(label=_("What the personnel section should know"))
    protected_until = DayField(label=_("Until when it holds"), required=False)

    def __init__(self, data: Any = None, *, choices: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["growth_classes"].choices = list(choices.kinds.items())  # type: ignore[attr-defined]
        for name, members, nothing in (
            ("protected_kind", ProtectedKind, _("no protected reason")),
            ("protected_ask", ProtectedAsk, "–"),
        ):
            self.fields[name].choices = [("", nothing), *members.choices]  # type: ignore[attr-defined]

    def wishes(self, ranked: Iterable[tuple[int, str]]) -> Wishes:
        """What was said, with the ranked posts; for a valid form."""
        given = self.cleaned_data
        kind, ask, text = (given[f"protected_{name}"] for name in ("kind", "ask", "text"))
        reason = Protected(kind, ask, text, given["protected_until"])
        return Wishes(
            intent=given["intent"],
            ranked=tuple(ranked),
            growth_classes=tuple(given["growth_classes"]),
            places=given["places"],
            concerns=given["concerns"],
            may_dispatch=given["may_dispatch"],
            protected=reason if kind or text else None,
        )

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Show what a service said beside its field; what has none stands above the form."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


def initial_of(wishes: Wishes) -> dict[str, Any]:
    """What stands in the fields before anything is typed."""
    reason = wishes.protected
    return {
        "intent": wishes.intent,
        "growth_classes": list(wishes.growth_classes),
        "places": wishes.places,
        "concerns": wishes.concerns,
        "may_dispatch": wishes.may_dispatch,
        "protected_kind": reason.kind if reason else "",
        "protected_ask": reason.ask if reason else "",
        "protected_text": reason.text if reason else "",
        "protected_until": reason.until if reason else None,
    }


def ranked_in(data: MultiValueDict[str, str], *, and_added: bool) -> tuple[tuple[int, str], ...]:
    """The ranked posts of a page, in its order; with the one chosen in the list and not added yet, where asked."""
    found: list[tuple[int, str]] = []
    for text in data.getlist("post"):
        post_id = whole_number(text)
        if post_id and post_id not in {one for one, _reason in found}:
            found.append((post_id, plain_text(data.get(f"reason-{post_id}", ""))))
    chosen = whole_number(data.get("add", ""))
    if chosen and and_added and len(found) < RANKS:
        return moved(found, "add", chosen)
    return tuple(found)


def step_in(data: MultiValueDict[str, str]) -> tuple[str, int] | None:
    """The step with the ranked posts that a button asks for ("up", 12), None for another button."""
    step, _dash, number = data.get("do", "").partition("-")
    if step == "add":
        return "add", whole_number(data.get("add", ""))
    return (step, whole_number(number)) if step in ("up", "down", "remove") and number else None


def kept_in(data: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """What was typed, to be kept in a session: the fields of the sheet alone, too long texts cut."""
    return {
        name: [value[:LONGEST_KEPT] for value in values[:MOST_KEPT]]
        for name, values in list(data.lists())[:MOST_KEPT]
        if name in KEPT_FIELDS or (name.startswith("reason-") and whole_number(name[7:]))
    }


def typed_from(kept: Mapping[str, list[str]]) -> MultiValueDict[str, str]:
    """What `kept_in` kept, as it came."""
    return MultiValueDict(dict(kept))


def whole_number(text: str) -> int:
    """The number that a text is, 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


class SaidByForm(forms.Form):
    """Who said what is typed in."""

    said_by = forms.CharField(
        label=_("Who said it"),
        max_length=120,
        help_text=_(
            "The person, or who passed it on. It stands beside the sheet, with your name as who entered it."
        ),
    )


class CommentForm(forms.Form):
    """What a section chief says."""

    opinion = forms.ChoiceField(label=_("Opinion"), choices=Opinion, widget=forms.RadioSelect)
    text = TextField(label=_("Comment"), rows=4)


class EnteredCommentForm(CommentForm, SaidByForm):
    """A comment that the personnel section types in for a chief."""


class SheetFilter(forms.Form):
    """Which sheets of a round are listed. `protected` is there for the personnel section alone."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        widget=PlainSelect,
        choices=[
            ("", _("All")),
            ("in", _("handed in")),
            ("out", _("not handed in")),
            ("uncommented", _("without a comment")),
        ],
    )
    unit = forms.TypedChoiceField(
        label=_("Unit"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    intent = forms.ChoiceField(label=_("Stay or move"), required=False, widget=PlainSelect)
    post = forms.TypedChoiceField(
        label=_("Wish for a post"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    protected = forms.BooleanField(label=_("With a protected reason"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        units: Iterable[tuple[int, str]],
        posts: Iterable[tuple[str, list[tuple[int, str]]]],
        may_see_protected: bool,
    ) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [("", _("All")), *units]  # type: ignore[attr-defined]
        self.fields["post"].choices = [("", _("All")), *posts]  # type: ignore[attr-defined]
        self.fields["intent"].choices = [("", _("All")), *Intent.choices]  # type: ignore[attr-defined]
        if not may_see_protected:
            del self.fields["protected"]


class SheetFileForm(forms.Form):
    """Filled-in sheets that come back."""

    file = forms.FileField(label=_("Filled-in sheets (.xlsx)"))
