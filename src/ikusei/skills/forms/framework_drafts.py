"""Writing a draft by hand: its label, one skill, a split, a merger, what a job type asks for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.skills.formats import Text
from ikusei.skills.models import Level, LevelText, Skill, SkillGroup
from ikusei.skills.models.framework import LABEL_LENGTH, NAME_LENGTH
from ikusei.skills.services.framework_drafts import TEXTS, SkillSpec

PARTS = 4
"""Rows of the form for a split."""

LONGEST = 5000
"""Characters of a text typed in."""

SPOKEN = ("ja", "en")


def _name(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=NAME_LENGTH, required=required)


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LabelForm(forms.Form):
    """The label of a new version."""

    label = forms.CharField(
        label=_("Label of the new version"),
        max_length=LABEL_LENGTH,
        help_text=_("For example 2027.1: the year in which it is first used, and a number."),
    )


class NameForm(forms.Form):
    """A new skill: its name, and where it stands."""

    name_ja = _name(_("Name (Japanese)"))
    name_en = _name(_("Name (English)"))
    group = forms.ChoiceField(label=_("Group"), required=False)

    def __init__(self, groups: Sequence[SkillGroup], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [("", _("no group")), *((group.key, group.name) for group in groups)]
        self.fields["group"] = forms.ChoiceField(label=_("Group"), required=False, choices=choices)

    @property
    def spec(self) -> SkillSpec:
        """The skill to be made."""
        return SkillSpec(Text(self.cleaned_data["name_ja"], self.cleaned_data["name_en"]))


class SkillForm(NameForm):
    """Everything that is said of a skill, in both languages, level by level."""

    plain_ja = _text(_("In plain words (Japanese)"))
    plain_en = _text(_("In plain words (English)"))
    example_ja = _text(_("Example (Japanese)"))
    example_en = _text(_("Example (English)"))
    description_ja = _text(_("Description (Japanese)"))
    description_en = _text(_("Description (English)"))

    def __init__(
        self,
        skill: Skill,
        behaviours: Sequence[LevelText],
        levels: Sequence[Level],
        groups: Sequence[SkillGroup],
        *given: Any,
    ) -> None:
        initial = {f"{field}_{code}": getattr(skill, f"{field}_{code}") for field in TEXTS for code in SPOKEN}
        initial["group"] = next((group.key for group in groups if group.pk == skill.group_id), "")
        for one in behaviours:
            initial |= {f"level_{one.level}_ja": one.text_ja, f"level_{one.level}_en": one.text_en}
        super().__init__(groups, *given, initial=initial)
        self.levels = [level.number for level in levels]
        for level in levels:
            for code, label in (
                ("ja", _("Behaviour at level %(level)s (Japanese)")),
                ("en", _("Behaviour at level %(level)s (English)")),
            ):
                self.fields[f"level_{level.number}_{code}"] = _text(label % {"level": level.number})

    @property
    def texts(self) -> dict[str, Text]:
        """What is said of the skill."""
        return {field: Text(*(self._clean(f"{field}_{code}") for code in SPOKEN)) for field in TEXTS}

    @property
    def behaviours(self) -> dict[int, Text]:
        """The behaviour at each level; an empty one is not defined."""
        return {
            level: Text(*(self._clean(f"level_{level}_{code}") for code in SPOKEN)) for level in self.levels
        }

    def _clean(self, name: str) -> str:
        return str(self.cleaned_data[name]).replace("\r\n", "\n")


class SplitForm(forms.Form):
    """The skills that one is split into, and which of them stays the old one."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for part in range(1, PARTS + 1):
            for code, label in (
                ("ja", _("Skill %(number)s (Japanese)")),
                ("en", _("Skill %(number)s (English)")),
            ):
                self.fields[f"part_{part}_{code}"] = _name(label % {"number": part})
        choices: list[tuple[str, Any]] = [("", _("none: the old skill ends"))]
        choices += [(str(part), _("skill %(number)s") % {"number": part}) for part in range(1, PARTS + 1)]
        self.fields["keep"] = forms.ChoiceField(
            label=_("Which of them stays the old skill under a new name?"), required=False, choices=choices
        )

    def specs(self, key: str) -> list[SkillSpec]:
        """The skills with a name; the one that stays has the old key."""
        found = []
        for part in range(1, PARTS + 1):
            name = Text(self.cleaned_data[f"part_{part}_ja"], self.cleaned_data[f"part_{part}_en"])
            if name:
                found.append(SkillSpec(name, key if self.cleaned_data["keep"] == str(part) else ""))
        return found


class MergeForm(forms.Form):
    """The skills that become one, and its name."""

    skills = forms.MultipleChoiceField(label=_("Skills that become one"), widget=forms.CheckboxSelectMultiple)
    name_ja = _name(_("Name (Japanese)"))
    name_en = _name(_("Name (English)"))
    keep = forms.ChoiceField(label=_("Which of them stays, under the new name?"), required=False)

    def __init__(self, skills: Sequence[Skill], *given: Any) -> None:
        super().__init__(*given)
        named = [(skill.key, skill.name) for skill in skills]
        self.fields["skills"] = forms.MultipleChoiceField(
            label=_("Skills that become one"), choices=named, widget=forms.CheckboxSelectMultiple
        )
        self.fields["keep"] = forms.ChoiceField(
            label=_("Which of them stays, under the new name?"),
            required=False,
            choices=[("", _("none: all of them end")), *named],
        )

    @property
    def spec(self) -> SkillSpec:
        """The skill to be made."""
        said = self.cleaned_data
        return SkillSpec(Text(said["name_ja"], said["name_en"]), said["keep"])


class RequirementsForm(forms.Form):
    """The level that a job type asks of each skill."""

    def __init__(
        self, skills: Sequence[Skill], levels: Sequence[Level], asked: dict[str, int], *given: Any
    ) -> None:
        super().__init__(*given)
        choices = [
            ("", _("not asked")),
            *((str(level.number), f"{level.number} {level.name}") for level in levels),
        ]
        self.keys = [skill.key for skill in skills]
        for place, skill in enumerate(skills):
            level = asked.get(skill.key)
            self.fields[f"skill_{place}"] = forms.ChoiceField(
                label=skill.name,
                choices=choices,
                required=False,
                initial="" if level is None else str(level),
            )

    @property
    def levels(self) -> dict[str, int | None]:
        """Skill -> level, None for nothing asked."""
        chosen = {key: self.cleaned_data[f"skill_{place}"] for place, key in enumerate(self.keys)}
        return {key: int(level) if level else None for key, level in chosen.items()}
