"""Publishing a post, applying for it, deciding."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.rotation.forms.fields import DayField, TextField
from ikusei.rotation.models import Application, Outcome, Recruitment, Round
from ikusei.rotation.models.wishes import TEXT_LENGTH
from ikusei.rotation.services.recruitment import Offered
from ikusei.ui.plain_select import PlainSelect


class OfferForm(forms.Form):
    """A post to be published. For a change the round stays."""

    round = forms.ChoiceField(label=_("Round"), widget=PlainSelect)
    post = forms.TypedChoiceField(label=_("Post"), coerce=int, widget=PlainSelect)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=99, initial=1)
    text_ja = TextField(label=_("Description (Japanese)"), max_length=TEXT_LENGTH, rows=5)
    text_en = TextField(label=_("Description (English)"), max_length=TEXT_LENGTH, rows=5, required=False)
    publish_on = DayField(label=_("Published on"))
    apply_until = DayField(label=_("Last day to apply"))
    result_on = DayField(
        label=_("Result on"),
        help_text=_("Before this day nobody learns of a result, even if it is decided."),
    )

    def __init__(
        self,
        data: Any,
        *,
        rounds: Sequence[Round],
        posts: Sequence[tuple[int, str]],
        row: Recruitment | None = None,
    ) -> None:
        names = ("seats", "text_ja", "text_en", "publish_on", "apply_until", "result_on")
        kept = {name: getattr(row, name) for name in names} | {"post": row.post_id} if row is not None else {}
        super().__init__(data, initial=kept)
        self._rounds = {str(one.public_id): one for one in rounds}
        self.fields["post"].choices = posts  # type: ignore[attr-defined]
        self.fields["round"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.employer.name} {one}") for key, one in self._rounds.items()
        ]
        if row is not None:
            del self.fields["round"]

    def clean(self) -> dict[str, Any]:
        """{"offered"} and, for a new one, {"round_"}: what the service takes."""
        given = super().clean() or {}
        if self.errors:
            return given
        round_ = given.pop("round", None)
        offered = Offered(post_id=given.pop("post"), **given)
        return {"offered": offered} | ({} if round_ is None else {"round_": self._rounds[round_]})


class ApplyForm(forms.Form):
    """Why somebody applies."""

    text = TextField(
        label=_("Why you apply"),
        max_length=TEXT_LENGTH,
        rows=6,
        help_text=_("The personnel section alone reads it. Your supervisor is not told that you apply."),
    )


class DecideForm(forms.Form):
    """What is decided about an application."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome, required=False, widget=PlainSelect)
    words = TextField(
        label=_("Words to the person"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("The person reads them on the day of results. They name nobody else."),
    )

    def __init__(self, data: Any, *, application: Application) -> None:
        kept = {"outcome": application.outcome, "words": application.outcome_text}
        super().__init__(data, initial=kept)

    def clean(self) -> dict[str, Any]:
        """{"outcome", "words"}: what the service takes."""
        given = super().clean() or {}
        return given if self.errors else given | {"outcome": Outcome(given["outcome"])}
