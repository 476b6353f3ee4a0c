"""What a host wishes: for a post, or about a person; and the sheet that comes back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.org.models import UnitPeriod
from ikusei.rotation.forms.fields import TextField
from ikusei.rotation.models import HostAsk
from ikusei.rotation.models.wishes import TEXT_LENGTH
from ikusei.rotation.queries.host_wishes import Asked, Targets
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.ui.plain_select import PlainSelect

SAID_BY_LENGTH = 120


class WishForm(forms.Form):
    """One wish. With `proxy` the personnel section names who said it."""

    subject = forms.ChoiceField(label=_("Post or person"), widget=PlainSelect)
    ask = forms.ChoiceField(label=_("Wish"), choices=HostAsk, widget=PlainSelect)
    count = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=99, initial=1, help_text=_("For a post only.")
    )
    skill_key = forms.ChoiceField(label=_("With the skill"), required=False, widget=PlainSelect)
    level = forms.TypedChoiceField(
        label=_("At level"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    text = TextField(label=_("Remarks"), required=False, max_length=TEXT_LENGTH)
    said_by = forms.CharField(label=_("Who said it"), max_length=SAID_BY_LENGTH)

    def __init__(self, data: Any, *, targets: Targets, catalogue: Catalogue | None, proxy: bool) -> None:
        super().__init__(data)
        offers: dict[str, list[Any]] = {
            "subject": [
                (_("Posts"), [(f"post.{one.id}", one.label) for one in targets.posts.values()]),
                (_("People"), [(f"person.{one.id}", one.label) for one in targets.people.values()]),
            ],
            "skill_key": [("", "–")],
            "level": [("", "–")],
        }
        if catalogue is not None:
            offers["skill_key"] += [(item.key, item.name) for item in catalogue.skills.values()]
            offers["level"] += [(str(step), str(step)) for step in catalogue.steps]
        for name, choices in offers.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not proxy:
            del self.fields["said_by"]

    def clean(self) -> dict[str, Any]:
        """{"asked", "said_by"}: what the service takes."""
        given = super().clean() or {}
        if self.errors:
            return given
        kind, _dot, pk = given["subject"].partition(".")
        if (kind == "post") != (given["ask"] == HostAsk.NEED):
            self.add_error("ask", _("For a post somebody is needed; a person should stay or may go."))
            return given
        asked = Asked(
            ask=given["ask"],
            post_id=int(pk) if kind == "post" else None,
            person_id=int(pk) if kind == "person" else None,
            count=given["count"] if kind == "post" else 1,
            skill_key=given["skill_key"],
            level=given["level"],
            text=given["text"],
        )
        return {"asked": asked, "said_by": given.get("said_by", "")}


class UnitForm(forms.Form):
    """For which host something is entered."""

    unit = forms.ChoiceField(label=_("Unit"), widget=PlainSelect)

    def __init__(self, query: Any, *, units: Sequence[UnitPeriod]) -> None:
        super().__init__(initial={"unit": query.get("unit", "")})
        named = [(str(row.unit_id), f"{row.unit.employer.name} {row.name}") for row in units]
        self.fields["unit"].choices = named  # type: ignore[attr-defined]


class HostSheetForm(forms.Form):
    """A sheet of wishes that comes back."""

    file = forms.FileField(label=_("Filled-in sheet (.xlsx)"))
    said_by = forms.CharField(label=_("Who said it"), max_length=SAID_BY_LENGTH)

    def __init__(self, data: Any = None, files: Any = None, *, proxy: bool) -> None:
        super().__init__(data, files, auto_id="sheet_%s")
        if not proxy:
            del self.fields["said_by"]
