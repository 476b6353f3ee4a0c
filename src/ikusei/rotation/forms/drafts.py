"""What planners fill in for drafts: names, sharing, moves, decisions about seats, people not yet hired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ikusei.lib import fiscal
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.job_types import job_type_name
from ikusei.org.models import PostingKind
from ikusei.rotation.board import unit_label
from ikusei.rotation.forms.fields import DayField, TextField, number_in
from ikusei.rotation.models import RestrictionKind, Sharing
from ikusei.rotation.picture import PersonFacts, Picture, PostFacts
from ikusei.rotation.queries.board import Places, Wanted
from ikusei.rotation.services.drafts import MoveSpec
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.ui.plain_select import PlainSelect

UNASSIGNED = "0"
USUAL = ""


class DraftForm(forms.Form):
    """A draft's name and note."""

    name = forms.CharField(label=_("Name of the draft"), max_length=80)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ShareForm(forms.Form):
    """Who sees a draft."""

    sharing = forms.ChoiceField(
        label=_("Who sees it and may change it"), choices=Sharing, widget=forms.RadioSelect
    )


class ConfirmForm(forms.Form):
    """Nothing but the button."""


class BoardForm(forms.Form):
    """What the board is narrowed to."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=PlainSelect)
    employer = forms.ChoiceField(label=_("Host or employer"), required=False, widget=PlainSelect)
    show = forms.ChoiceField(
        label=_("Who is shown"),
        required=False,
        choices=(
            ("", _("everybody")),
            ("moved", _("moved only")),
            ("unassigned", _("unassigned")),
            ("planned", _("not yet hired")),
        ),
        widget=PlainSelect,
    )

    def __init__(self, query: Mapping[str, Any]) -> None:
        super().__init__({name: query[name] for name in query})

    def offer(self, places: Places) -> None:
        """Let the places be chosen from."""
        for name, rows in (("unit", places.units), ("employer", places.employers)):
            self.fields[name].choices = [("", _("All")), *((str(pk), said) for pk, said in rows)]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What is looked for; a value that is no number asks for nothing."""
        text = str(self.data.get("q", ""))[:100]
        return Wanted(
            text=text,
            unit_id=number_in(self.data, "unit"),
            employer_id=number_in(self.data, "employer"),
            show=str(self.data.get("show", "")),
        )


class MoveForm(forms.Form):
    """One move. Shares are percents; a year in which it ends by itself is the first one no longer spent there."""

    year = forms.TypedChoiceField(label=_("In the fiscal year"), coerce=int, widget=PlainSelect)
    to_post = forms.ChoiceField(label=_("To the post"), widget=PlainSelect)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=(
            (USUAL, _("as usual: dispatch at a host, else home posting")),
            (PostingKind.HOME, _("home posting")),
            (PostingKind.DISPATCH, _("dispatch")),
            (PostingKind.CONCURRENT, _("concurrent posting, beside the main one")),
        ),
        widget=PlainSelect,
    )
    share = forms.IntegerField(
        label=_("Share of time in percent"), min_value=1, max_value=100, initial=100, required=False
    )
    until_year = forms.TypedChoiceField(
        label=_("Comes back in"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    return_post = forms.ChoiceField(label=_("Post kept for the return"), required=False, widget=PlainSelect)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, picture: Picture, person: PersonFacts, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.picture, self.person = picture, person
        years = [(year, fiscal.label(year)) for year in picture.years if person.is_there(year)]
        back, posts = initial.get("return_post"), picture.posts.values()
        # Long lists twice would make the page too large: a post is kept at home, where its name and code tell it.
        kept = grouped_posts((one for one in posts if not one.is_host or one.id == back), with_work=False)
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        nowhere = (UNASSIGNED, _("no post: the unassigned list"))
        self.fields["to_post"].choices = [("", "–"), nowhere, *grouped_posts(posts)]  # type: ignore[attr-defined]
        self.fields["return_post"].choices = [("", "–"), *kept]  # type: ignore[attr-defined]
        later = [(year, fiscal.label(year)) for year in (*picture.years[1:], picture.years[-1] + 1)]
        self.fields["until_year"].choices = [("", _("stays")), *later]  # type: ignore[attr-defined]

    @property
    def spec(self) -> MoveSpec:
        """The move that was asked for."""
        given = self.cleaned_data
        post = None if given["to_post"] == UNASSIGNED else int(given["to_post"])
        back = int(given["return_post"]) if given["return_post"] else None
        share = given["share"] if given["share"] is not None else 100
        return MoveSpec(
            person_key=self.person.key,
            year=given["year"],
            to_post=post,
            kind=given["kind"] or self._usual(post),
            share=Decimal(share) / 100,
            until_year=given["until_year"],
            return_post=back,
            note=given["note"],
        )

    def _usual(self, post: int | None) -> str:
        facts = None if post is None else self.picture.posts.get(post)
        return PostingKind.DISPATCH if facts is not None and facts.is_host else PostingKind.HOME


class RestrictionForm(forms.Form):
    """A pin, a forbid or "one of these"."""

    kind = forms.ChoiceField(label=_("Decision"), choices=RestrictionKind, widget=forms.RadioSelect)
    posts = forms.MultipleChoiceField(
        label=_("Posts"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_(
            "For several: hold Ctrl and click, or hold Ctrl, go with the arrow keys and press Space."
        ),
    )
    from_year = forms.TypedChoiceField(label=_("From the fiscal year"), coerce=int, widget=PlainSelect)
    until_year = forms.TypedChoiceField(label=_("Until the end of"), coerce=int, widget=PlainSelect)
    reason = TextField(label=_("Reason"), max_length=500)
    for_all_drafts = forms.BooleanField(label=_("In all drafts of the round"), required=False)

    def __init__(self, data: Any, *, picture: Picture, may_for_all: bool) -> None:
        super().__init__(data)
        years = [(year, fiscal.label(year)) for year in picture.years]
        self.fields["posts"].choices = grouped_posts(picture.posts.values())  # type: ignore[attr-defined]
        for name in ("from_year", "until_year"):
            self.fields[name].choices = years  # type: ignore[attr-defined]
        self.fields["until_year"].initial = picture.years[-1]
        if not may_for_all:
            del self.fields["for_all_drafts"]

    @property
    def asked(self) -> dict[str, Any]:
        """What `services.drafts.add_restriction` takes."""
        given = dict(self.cleaned_data)
        given["posts"] = [int(pk) for pk in given["posts"]]
        given["until_year"] += 1
        return given


class PlannedForm(forms.Form):
    """Somebody not yet hired."""

    label = forms.CharField(
        label=_("Label"), max_length=120, help_text=_("Such as the kind of work and a number.")
    )
    grade = forms.ChoiceField(label=_("Grade"), required=False, widget=PlainSelect)
    job_type = forms.ChoiceField(label=_("Job type"), required=False, widget=PlainSelect)
    from_date = DayField(label=_("Comes on"))
    until = DayField(label=_("Goes on"), required=False)

    def __init__(self, data: Any, *, initial: Mapping[str, Any], catalogue: Catalogue | None) -> None:
        super().__init__(data, initial=dict(initial))
        types = {key: item.name for key, item in catalogue.job_types.items()} if catalogue else {}
        known = initial.get("job_type", "")
        if known and known not in types:
            types[known] = known
        grades = [grade for grade in dict.fromkeys([*GRADES, initial.get("grade", "")]) if grade]
        self.fields["grade"].choices = [("", "–"), *((grade, grade_label(grade)) for grade in grades)]  # type: ignore[attr-defined]
        self.fields["job_type"].choices = [("", "–"), *types.items()]  # type: ignore[attr-defined]


def grouped_posts(
    posts: Iterable[PostFacts], *, with_work: bool = True
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Posts under their units, for a select box, with their kind of work unless it is left out."""
    plain, worded = _now("%(post)s (%(code)s)"), _now("%(post)s, %(work)s (%(code)s)")
    groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for post in posts:
        if post.unit_id not in groups:
            groups[post.unit_id] = unit_label(post), []
        words = {"post": post.name, "code": post.code, "work": job_type_name(post.job_type)}
        said = (worded if with_work and post.job_type else plain) % words
        groups[post.unit_id][1].append((str(post.id), said))
    return list(groups.values())


def numbers(values: Iterable[str]) -> list[int]:
    """The whole numbers among posted values."""
    return [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 10]
