"""Reading a draft for its editor. Everything of it is read afresh, since it changes."""

from dataclasses import dataclass

from django.db.models import FETCH_RAISE, Count, Q

from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.models import (
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    Skill,
    SkillGroup,
)
from ikusei.skills.queries.frameworks import BY_GROUP, open_version


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with what its editor chooses from: skills (with `asked`, the job types that ask for them) and job types."""

    version: FrameworkVersion
    skills: list[Skill]
    job_types: list[JobType]


@dataclass(frozen=True, slots=True)
class DraftSkill:
    """A skill of a draft with its behaviours, and the levels and groups of the version."""

    version: FrameworkVersion
    skill: Skill
    behaviours: list[LevelText]
    levels: list[Level]
    groups: list[SkillGroup]


@dataclass(frozen=True, slots=True)
class DraftJobType:
    """A job type of a draft with what it asks for (skill -> level), and the skills and levels of the version."""

    version: FrameworkVersion
    job_type: JobType
    asked: dict[str, int]
    skills: list[Skill]
    levels: list[Level]


def open_draft(viewer: Viewer, *, key: str, label: str) -> FrameworkVersion:
    """The draft. Raises NotVisible where there is none that the viewer may edit."""
    version = open_version(viewer, key=key, label=label)
    if not version.is_draft or not viewer.can(Right.FRAMEWORK_EDIT):
        raise NotVisible(f"{key} {label}")
    return version


def draft_page(viewer: Viewer, *, key: str, label: str) -> Draft:
    """The draft with its skills and job types."""
    version = open_draft(viewer, key=key, label=label)
    job_types = JobType.objects.filter(version=version).annotate(asked=Count("requirements"))
    return Draft(version, skills_of(version), list(job_types.order_by("order").fetch_mode(FETCH_RAISE)))


def skills_of(version: FrameworkVersion) -> list[Skill]:
    """The skills by their groups, with `asked`, the number of job types that ask for each, and `defined` levels."""
    rows = (
        Skill.objects.filter(version=version)
        .select_related("group")
        .annotate(
            asked=Count("requirements", distinct=True),
            defined=Count("level_texts", filter=Q(level_texts__level__gt=0), distinct=True),
        )
    )
    return list(rows.order_by(*BY_GROUP).fetch_mode(FETCH_RAISE))


def draft_skill(viewer: Viewer, *, key: str, label: str, skill: str) -> DraftSkill:
    """One skill of a draft. Raises NotVisible where there is none of that key."""
    version = open_draft(viewer, key=key, label=label)
    found = Skill.objects.filter(version=version, key=skill).fetch_mode(FETCH_RAISE).first()
    if found is None:
        raise NotVisible(skill)
    texts = LevelText.objects.filter(skill=found).order_by("level").fetch_mode(FETCH_RAISE)
    return DraftSkill(version, found, list(texts), levels_of(version), groups_of(version))


def draft_job_type(viewer: Viewer, *, key: str, label: str, job_type: str) -> DraftJobType:
    """One job type of a draft. Raises NotVisible where there is none of that key."""
    version = open_draft(viewer, key=key, label=label)
    found = JobType.objects.filter(version=version, key=job_type).fetch_mode(FETCH_RAISE).first()
    if found is None:
        raise NotVisible(job_type)
    asked = Requirement.objects.filter(job_type=found).values_list("skill__key", "level")
    skills = list(Skill.objects.filter(version=version).order_by(*BY_GROUP).fetch_mode(FETCH_RAISE))
    return DraftJobType(version, found, dict(asked), skills, levels_of(version))


def levels_of(version: FrameworkVersion) -> list[Level]:
    """The levels of a version, the lowest first."""
    return list(Level.objects.filter(version=version).order_by("number").fetch_mode(FETCH_RAISE))


def groups_of(version: FrameworkVersion) -> list[SkillGroup]:
    """The groups of a version in their order."""
    return list(SkillGroup.objects.filter(version=version).order_by("order").fetch_mode(FETCH_RAISE))
