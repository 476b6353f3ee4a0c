"""Finding posts in rotation, and what a post asks for from a day on."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import UnitPeriod
from ikusei.rotation.forms.fields import DayField, number_in
from ikusei.rotation.models import Axis, GrowthClass, PostRule
from ikusei.rotation.models.ledger import KEY_LENGTH
from ikusei.rotation.queries.posts import PostsWanted
from ikusei.rotation.services.post_rules import Asked
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.ui.plain_select import PlainSelect

SKILL = "skill-"


class PostFilterForm(forms.Form):
    """Which posts are listed."""

    q = forms.CharField(
        label=_("Name or code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    employer = forms.ChoiceField(label=_("Employer"), required=False, widget=PlainSelect)
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=PlainSelect)
    growth = forms.ChoiceField(label=_("Growth class"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("Rotation"),
        required=False,
        choices=(("", _("in rotation")), ("out", _("not in rotation"))),
        widget=PlainSelect,
    )

    def __init__(
        self,
        query: Mapping[str, Any],
        *,
        units: Sequence[UnitPeriod],
        classes: Sequence[GrowthClass],
    ) -> None:
        super().__init__({name: query[name] for name in query})
        employers = {row.unit.employer_id: row.unit.employer.name for row in units}
        offers = {
            "employer": [(str(pk), name) for pk, name in employers.items()],
            "unit": [(str(row.unit_id), row.name) for row in units],
            "growth": [(row.key, row.name) for row in classes],
        }
        for name, choices in offers.items():
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> PostsWanted:
        """What is looked for; a value that was not offered asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return PostsWanted(
            text=given.get("q", ""),
            unit_id=number_in(given, "unit"),
            employer_id=number_in(given, "employer"),
            growth=given.get("growth", ""),
            outside=given.get("state") == "out",
        )


class PostRuleForm(forms.Form):
    """What a post asks for from a day on; one select for each skill of the framework in use."""

    on = DayField(label=_("From"), initial=clock.today)
    growth_class = forms.ChoiceField(label=_("Growth class"), widget=PlainSelect)
    grades = forms.MultipleChoiceField(
        label=_("Grades that may sit there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the grade of the post."),
    )
    job_types = forms.MultipleChoiceField(
        label=_("Job types that may sit there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every job type."),
    )
    tenure_min = forms.IntegerField(label=_("Years at least"), min_value=1, max_value=40, initial=2)
    tenure_max = forms.IntegerField(label=_("Years at most"), min_value=1, max_value=40, initial=4)
    minimum = forms.IntegerField(
        label=_("People at least"),
        min_value=0,
        max_value=9999,
        initial=0,
        help_text=_("So many seats have to be filled every year."),
    )
    continuity = forms.IntegerField(
        label=_("People who stay"),
        min_value=0,
        max_value=9999,
        initial=0,
        help_text=_("So many have to stay from one year to the next."),
    )
    expert_count = forms.IntegerField(label=_("Experts needed"), min_value=0, max_value=9999, initial=0)
    expert_axis = forms.ChoiceField(
        label=_("Experts in"), choices=[("", "–"), *Axis.choices], required=False, widget=PlainSelect
    )
    expert_level = forms.IntegerField(label=_("Index of an expert"), min_value=0, max_value=100, initial=55)
    service_kind = forms.SlugField(
        label=_("Kind of administrative service"),
        max_length=KEY_LENGTH,
        required=False,
        help_text=_("A key of the terms of the index; years served here count there for GQ."),
    )

    def __init__(
        self,
        data: Any,
        *,
        rule: PostRule | None,
        classes: Sequence[GrowthClass],
        catalogue: Catalogue | None,
    ) -> None:
        super().__init__(data, initial=_kept(rule))
        known = dict.fromkeys([*GRADES, *(rule.grades if rule is not None else [])])
        self.fields["growth_class"].choices = [(row.key, row.name) for row in classes]  # type: ignore[attr-defined]
        self.fields["grades"].choices = [(grade, grade_label(grade)) for grade in known]  # type: ignore[attr-defined]
        types = catalogue.job_types if catalogue is not None else {}
        self.fields["job_types"].choices = [(key, item.name) for key, item in types.items()]  # type: ignore[attr-defined]
        levels = [("", "–"), *((str(step), str(step)) for step in (catalogue.steps if catalogue else ()))]
        for item in catalogue.skills.values() if catalogue is not None else ():
            self.fields[f"{SKILL}{item.key}"] = forms.ChoiceField(
                label=item.name, choices=levels, required=False, widget=PlainSelect
            )

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields that are not levels."""
        return [bound for bound in self.visible_fields() if not bound.name.startswith(SKILL)]

    @property
    def levels(self) -> list[forms.BoundField]:
        """One field for each skill."""
        return [bound for bound in self.visible_fields() if bound.name.startswith(SKILL)]

    def clean(self) -> dict[str, Any]:
        """{"on", "asked"}: what the service takes."""
        given = super().clean() or {}
        if self.errors:
            return given
        skills = {
            name.removeprefix(SKILL): int(value)
            for name, value in given.items()
            if name.startswith(SKILL) and value
        }
        facts = {name: value for name, value in given.items() if not name.startswith(SKILL) and name != "on"}
        facts |= {"grades": tuple(facts["grades"]), "job_types": tuple(facts["job_types"])}
        return {"on": given["on"], "asked": Asked(**facts, skills=skills)}


class PostRuleEndForm(forms.Form):
    """The first day on which a post is out of rotation."""

    on = DayField(label=_("First day out of rotation"), initial=clock.today)


def _kept(rule: PostRule | None) -> dict[str, Any]:
    """What a rule says, as the form begins."""
    if rule is None:
        return {}
    names = ("grades", "job_types", "tenure_min", "tenure_max", "minimum", "continuity", "expert_count")
    kept: dict[str, Any] = {name: getattr(rule, name) for name in names}
    kept |= {name: getattr(rule, name) for name in ("expert_axis", "expert_level", "service_kind")}
    levels: dict[str, Any] = {f"{SKILL}{row.skill_key}": str(row.level) for row in rule.skills.all()}
    return kept | levels | {"growth_class": rule.growth_class.key}
