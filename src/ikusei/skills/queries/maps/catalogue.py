"""What a published framework version says, in one language, as plain values.

A published version never changes, so each process reads it once and keeps it: a map then asks the database only
about people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from django.db.models import F

from ikusei.lib.fields import language, pick_text
from ikusei.skills.models import (
    Coverage,
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    Skill,
    SkillGroup,
)
from ikusei.skills.queries.frameworks import version_in_use

MATTERS = 3
"""The level at which somebody does the work alone: counted where no coverage rule names another."""

VERSIONS_KEPT = 12


@dataclass(frozen=True, slots=True)
class SkillItem:
    """A skill: `behaviour` by level holds only what the framework defines."""

    id: int
    key: str
    name: str
    plain: str
    group: str
    place: int
    behaviour: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class JobTypeItem:
    """A job type with the level it asks for by the skill's primary key."""

    key: str
    name: str
    family: str
    required: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """At least `people` at `level` in one unit, or (unit None) wherever a job type asks for the skill."""

    skill_id: int
    unit_id: int | None
    level: int
    people: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A version. `skills` by primary key and `groups` in the framework's order; `steps` are the levels above 0."""

    version_id: int
    framework_key: str
    framework: str
    label: str
    levels: Mapping[int, str]
    steps: tuple[int, ...]
    groups: tuple[str, ...]
    skills: Mapping[int, SkillItem]
    job_types: Mapping[str, JobTypeItem]
    rules: tuple[CoverageRule, ...]

    def skill(self, key: str) -> SkillItem | None:
        """The skill with a key."""
        return next((item for item in self.skills.values() if item.key == key), None)

    def level_that_matters(self, skill_id: int) -> int:
        """The level to be counted: that of the rule for every unit, else 3, or the highest of a shorter scale."""
        for rule in self.rules:
            if rule.skill_id == skill_id and rule.unit_id is None:
                return rule.level
        return min(MATTERS, max(self.steps, default=MATTERS))


def catalogue_on(day: date) -> Catalogue | None:
    """The version that the maps use on a day, in the active language; None where none was in use yet."""
    version = version_in_use(day)
    if version is None:
        return None
    return _read(
        version.pk,
        version.created_at,
        language(),
        version.framework.key,
        version.framework.name,
        version.label,
    )


def catalogue_of(version: FrameworkVersion) -> Catalogue:
    """The same for a published version whose framework is fetched."""
    return _read(
        version.pk,
        version.created_at,
        language(),
        version.framework.key,
        version.framework.name,
        version.label,
    )


@lru_cache(maxsize=VERSIONS_KEPT)
def _read(
    version_id: int, _created_at: datetime, _language: str, framework_key: str, framework: str, label: str
) -> Catalogue:
    """The version, read once. The moment of its creation tells it from one with its number in another database."""
    levels = {
        number: pick_text({"ja": ja, "en": en})
        for number, ja, en in Level.objects.filter(version_id=version_id)
        .order_by("number")
        .values_list("number", "name_ja", "name_en")
    }
    groups = {
        pk: pick_text({"ja": ja, "en": en})
        for pk, ja, en in SkillGroup.objects.filter(version_id=version_id)
        .order_by("order")
        .values_list("pk", "name_ja", "name_en")
    }
    return Catalogue(
        version_id=version_id,
        framework_key=framework_key,
        framework=framework,
        label=label,
        levels=MappingProxyType(levels),
        steps=tuple(number for number in levels if number > 0),
        groups=tuple(groups.values()),
        skills=MappingProxyType(_skills(version_id, groups)),
        job_types=MappingProxyType(_job_types(version_id)),
        rules=tuple(
            CoverageRule(*row)
            for row in Coverage.objects.filter(version_id=version_id)
            .order_by("pk")
            .values_list("skill_id", "unit_id", "level", "people")
        ),
    )


def _skills(version_id: int, groups: Mapping[int, str]) -> dict[int, SkillItem]:
    behaviour: dict[int, dict[int, str]] = {}
    texts = LevelText.objects.filter(skill__version_id=version_id).order_by("level")
    for skill_id, level, ja, en in texts.values_list("skill_id", "level", "text_ja", "text_en"):
        if text := pick_text({"ja": ja, "en": en}):
            behaviour.setdefault(skill_id, {})[level] = text
    rows = Skill.objects.filter(version_id=version_id).order_by(
        F("group__order").asc(nulls_last=True), "order"
    )
    fields = ("pk", "key", "group_id", "name_ja", "name_en", "plain_ja", "plain_en")
    return {
        pk: SkillItem(
            id=pk,
            key=key,
            name=pick_text({"ja": name_ja, "en": name_en}) or key,
            plain=pick_text({"ja": plain_ja, "en": plain_en}),
            group=groups.get(group_id, ""),
            place=place,
            behaviour=MappingProxyType(behaviour.get(pk, {})),
        )
        for place, (pk, key, group_id, name_ja, name_en, plain_ja, plain_en) in enumerate(
            rows.values_list(*fields)
        )
    }


def _job_types(version_id: int) -> dict[str, JobTypeItem]:
    required: dict[int, dict[int, int]] = {}
    requirements = Requirement.objects.filter(job_type__version_id=version_id)
    for job_type_id, skill_id, level in requirements.values_list("job_type_id", "skill_id", "level"):
        required.setdefault(job_type_id, {})[skill_id] = level
    rows = JobType.objects.filter(version_id=version_id).order_by("order")
    fields = ("pk", "key", "name_ja", "name_en", "family_ja", "family_en")
    return {
        key: JobTypeItem(
            key=key,
            name=pick_text({"ja": name_ja, "en": name_en}) or key,
            family=pick_text({"ja": family_ja, "en": family_en}),
            required=MappingProxyType(required.get(pk, {})),
        )
        for pk, key, name_ja, name_en, family_ja, family_en in rows.values_list(*fields)
    }
