"""A plan of a migration: its beginning, its day, and one part."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.skills.models import Carry, FrameworkVersion, MigrationPart
from ikusei.skills.queries.migrations import Vocabulary

MANY = 40
"""From so many new skills on they are chosen in a list instead of by boxes."""

AGAIN = "ask"
"""How "asked again" is sent for a level."""


class DayForm(forms.Form):
    """The day from which the new version is in use."""

    use_from = forms.DateField(
        label=_("The new version is in use from"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ProposeForm(DayForm):
    """From which version a migration starts."""

    old = forms.ChoiceField(label=_("Ratings are carried over from version"))
    field_order = ("old", "use_from")

    def __init__(self, origins: Iterable[FrameworkVersion], *given: Any) -> None:
        super().__init__(*given)
        self.versions = {version.label: version for version in origins}
        self.fields["old"] = forms.ChoiceField(
            label=_("Ratings are carried over from version"),
            choices=[(label, label) for label in self.versions],
        )
        self.order_fields(self.field_order)

    @property
    def origin(self) -> FrameworkVersion:
        """The version chosen."""
        return self.versions[self.cleaned_data["old"]]


class LevelField(forms.ChoiceField):
    """What a level becomes; one that was not sent stays as it is."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class PartForm(forms.Form):
    """What becomes of one skill, its targets, and what each level becomes in each of those it has now."""

    carry = forms.ChoiceField(
        label=_("What becomes of it"), choices=Carry.choices, widget=forms.RadioSelect()
    )

    def __init__(self, part: MigrationPart, old: Vocabulary, new: Vocabulary, *given: Any) -> None:
        super().__init__(*given, initial={"carry": part.carry, "targets": part.targets})
        choices = [(one.key, one.name) for one in new.skills.values()]
        many = len(choices) > MANY
        self.fields["targets"] = forms.MultipleChoiceField(
            label=_("New skills"),
            choices=choices,
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 12}) if many else forms.CheckboxSelectMultiple(),
        )
        self.rows: list[tuple[str, str, int]] = []
        levels = [(str(number), f"{number} {name}") for number, name in new.levels.items()]
        for place, target in enumerate(key for key in part.targets if key in new.skills):
            for number, name in old.levels.items():
                becomes = part.levels.get(target, {}).get(str(number))
                field = f"level_{place}_{number}"
                self.fields[field] = LevelField(
                    label=_("%(skill)s: level %(level)s %(name)s becomes")
                    % {"skill": new.name(target), "level": number, "name": name},
                    choices=[*levels, (AGAIN, _("asked again"))],
                    initial=AGAIN if becomes is None else str(becomes),
                )
                self.rows.append((field, target, number))

    @property
    def targets(self) -> list[str]:
        """The keys of the new skills chosen."""
        return list(self.cleaned_data["targets"])

    @property
    def levels(self) -> dict[str, dict[int, int | None]]:
        """Target -> old level -> new level, None for asked again; of the targets that are still chosen."""
        found: dict[str, dict[int, int | None]] = {}
        for field, target, number in self.rows:
            chosen = self.cleaned_data.get(field)
            if target in self.targets and chosen:
                found.setdefault(target, {})[number] = None if chosen == AGAIN else int(chosen)
        return found
