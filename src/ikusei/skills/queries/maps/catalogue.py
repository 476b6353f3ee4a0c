"""What a published framework version says, in one language, as plain values.

A published version never changes, so each process reads it once and keeps it: a map then asks the database only
about people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from django.db.models import F, Subquery

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
from ikusei.skills.queries.frameworks import versions_used

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
    """A version: `skills` by primary key in the order of their groups, `steps` are the levels above 0.

    `spoken` is the language of its texts ("en", "ja") where that is not the reader's, else empty.
    """

    version_id: int
    framework_key: str
    framework: str
    label: str
    spoken: str
    levels: Mapping[int, str]
    steps: tuple[int, ...]
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


type Edition = tuple[int, datetime]
"""What tells a version from every other one, also from one with its number in another database: key and creation."""


def catalogue_on(day: date) -> Catalogue | None:
    """The version that the maps use on a day, in the active language; None where none was in use yet."""
    row = versions_used(day).values_list("pk", "created_at").first()
    return catalogue_of(row) if row is not None else None


def catalogue_of(edition: Edition) -> Catalogue:
    """A published version in the active language."""
    return _read(*edition, language())


def version_columns(day: date) -> dict[str, Subquery]:
    """Two annotations that carry the version in use on a day along with other rows, so that it costs no query.

    They are read as an Edition; both are None where no version was in use.
    """
    versions = versions_used(day)
    return {
        "version_pk": Subquery(versions.values("pk")[:1]),
        "version_created": Subquery(versions.values("created_at")[:1]),
    }


def version_key(day: date) -> Subquery:
    """The primary key of the version in use on a day, for a condition."""
    return Subquery(versions_used(day).values("pk")[:1])


@lru_cache(maxsize=VERSIONS_KEPT)
def _read(version_id: int, _created_at: datetime, _language: str) -> Catalogue:
    """The version, read once."""
    version = FrameworkVersion.objects.select_related("framework").get(pk=version_id)
    rows = Level.objects.filter(version_id=version_id).order_by("number")
    levels = {
        number: pick_text({"ja": ja, "en": en})
        for number, ja, en in rows.values_list("number", "name_ja", "name_en")
    }
    groups = {
        pk: pick_text({"ja": ja, "en": en})
        for pk, ja, en in SkillGroup.objects.filter(version_id=version_id)
        .order_by("order")
        .values_list("pk", "name_ja", "name_en")
    }
    skills = _skills(version_id, groups)
    rules = Coverage.objects.filter(version_id=version_id).order_by("pk")
    return Catalogue(
        version_id=version_id,
        framework_key=version.framework.key,
        framework=version.name or version.framework.name,
        label=version.label,
        spoken=_spoken(version_id),
        levels=MappingProxyType(levels),
        steps=tuple(number for number in levels if number > 0),
        skills=MappingProxyType(skills),
        job_types=MappingProxyType(_job_types(version_id)),
        rules=tuple(
            CoverageRule(*row) for row in rules.values_list("skill_id", "unit_id", "level", "people")
        ),
    )


def _spoken(version_id: int) -> str:
    """The language of the texts where no skill has a name in the reader's own; empty where some has."""
    reader = language()
    named = Skill.objects.filter(version_id=version_id).exclude(**{f"name_{reader}": ""})
    return "" if named.exists() else {"ja": "en", "en": "ja"}[reader]


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
