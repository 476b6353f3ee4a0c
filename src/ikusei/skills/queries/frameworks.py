"""Reading frameworks: which there are, what a version says, the words of the one in use.

A draft is shown to those who may edit frameworks; to everyone else it does not exist.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.models import (
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    Skill,
    SkillStatement,
    VersionState,
)
from ikusei.skills.models.fixed import PartOfVersion

VERSIONS_A_PAGE = 25
SKILLS_A_PAGE = 25
JOB_TYPES_A_PAGE = 60
WORDS_A_PAGE = 40
BY_GROUP = (F("group__order").asc(nulls_last=True), "order")
"""Skills by their groups, those without a group last."""


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version with how much it holds; `undefined` counts the behaviour texts that are missing above level 0."""

    version: FrameworkVersion
    skills: int
    job_types: int
    requirements: int
    levels: int
    undefined: int
    in_use: bool
    """Whether the maps of today use it."""
    has_begun: bool
    """Whether the day from which the maps use it has come: then neither that day nor the version can be taken back."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A level of a skill: `behaviour` None where the framework does not define it."""

    level: Level
    behaviour: LevelText | None


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill as a row of the version's table."""

    skill: Skill
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class VersionPage:
    summary: VersionSummary
    levels: list[Level]
    page: Page[Skill]
    rows: list[SkillRow]


@dataclass(frozen=True, slots=True)
class SkillPage:
    version: FrameworkVersion
    skill: Skill
    cells: tuple[Cell, ...]
    statements: list[SkillStatement]
    outcomes: list[SkillStatement]
    required_by: Page[Requirement]


@dataclass(frozen=True, slots=True)
class Required:
    """A requirement of a job type with the behaviour that shows it, None where it is not defined."""

    requirement: Requirement
    level: Level | None
    behaviour: LevelText | None


@dataclass(frozen=True, slots=True)
class JobTypePage:
    version: FrameworkVersion
    job_type: JobType
    required: list[Required]


@dataclass(frozen=True, slots=True)
class WordList:
    """The words of the version in use: `version` None where none is in use."""

    version: FrameworkVersion | None
    levels: list[Level]
    page: Page[Skill]


def versions_used(on: date) -> QuerySet[FrameworkVersion]:
    """The versions taken into use up to a day, the one that the maps use on it first."""
    return FrameworkVersion.objects.filter(state=VersionState.PUBLISHED, in_use_from__lte=on).order_by(
        "-in_use_from"
    )


def version_in_use(on: date) -> FrameworkVersion | None:
    """The version that the maps use on a day, its framework fetched; None where none was in use yet."""
    return versions_used(on).select_related("framework").fetch_mode(FETCH_RAISE).first()


def version_list(viewer: Viewer, *, page: str | None = None) -> Page[VersionSummary]:
    """Every version that the viewer may read, newest of each framework first."""
    rows = _counted(_readable(viewer), viewer.today).order_by("framework__key", "-pk")
    found: Page[Any] = Paginator(rows, VERSIONS_A_PAGE).get_page(page)
    found.object_list = [_summary(row, viewer.today) for row in found.object_list]
    return found


def open_version(viewer: Viewer, *, key: str, label: str) -> FrameworkVersion:
    """The version with its framework. Raises NotVisible where there is none that the viewer may read."""
    version = _readable(viewer).filter(framework__key=key, label=label).select_related("framework").first()
    if version is None:
        raise NotVisible(f"{key} {label}")
    return version


def other_labels(viewer: Viewer, version: FrameworkVersion) -> list[str]:
    """The labels of the framework's other versions that the viewer may read, newest first."""
    others = _readable(viewer).filter(framework_id=version.framework_id).exclude(pk=version.pk)
    return list(others.order_by("-pk").values_list("label", flat=True)[:VERSIONS_A_PAGE])


def version_page(
    viewer: Viewer, *, key: str, label: str, text: str = "", holes_only: bool = False, page: str | None = None
) -> VersionPage:
    """A version with its levels and one page of its skills, those that hold `text` or lack a behaviour if asked."""
    summary = open_summary(viewer, key=key, label=label)
    levels = list(summary.version.levels.order_by("number").fetch_mode(FETCH_RAISE))
    skills: QuerySet[Any] = Skill.objects.filter(version=summary.version)
    if text:
        skills = skills.filter(_speaks_of(text))
    defined = [level for level in levels if level.number > 0]
    if holes_only:
        texts = LevelText.objects.filter(skill=OuterRef("pk"), level__gt=0)
        skills = skills.alias(texts=_count(texts, "skill")).filter(texts__lt=len(defined))
    paginator = Paginator(_with_texts(skills), SKILLS_A_PAGE)
    if not (text or holes_only):
        paginator.count = summary.skills  # known already: one query less
    found = paginator.get_page(page)
    return VersionPage(
        summary=summary,
        levels=defined,
        page=found,
        rows=[SkillRow(one, _cells(one, defined)) for one in found.object_list],
    )


def open_summary(viewer: Viewer, *, key: str, label: str) -> VersionSummary:
    """A version with its counts. Raises NotVisible where there is none that the viewer may read."""
    version = _counted(_readable(viewer), viewer.today).filter(framework__key=key, label=label).first()
    if version is None:
        raise NotVisible(f"{key} {label}")
    return _summary(version, viewer.today)


def skill_page(viewer: Viewer, *, key: str, label: str, skill: str, page: str | None = None) -> SkillPage:
    """One skill with everything said of it. Raises NotVisible where the version has none of that key."""
    asked = _count(Requirement.objects.filter(skill=OuterRef("pk")), "skill")
    statements = SkillStatement.objects.all().order_by("order")
    rows: QuerySet[Any] = _with_texts(_parts(viewer, Skill.objects.all(), key, label).annotate(asked=asked))
    found = rows.filter(key=skill).prefetch_related(Prefetch("statements", statements)).first()
    if found is None:
        raise NotVisible(skill)
    required_by = Paginator(
        Requirement.objects.filter(skill=found)
        .select_related("job_type")
        .order_by("-level", "job_type__order")
        .fetch_mode(FETCH_RAISE),
        JOB_TYPES_A_PAGE,
    )
    required_by.count = found.asked  # known already: one query less
    of_kind = {
        kind: [one for one in found.statements.all() if one.kind == kind] for kind in SkillStatement.Kind
    }
    return SkillPage(
        version=found.version,
        skill=found,
        cells=_cells(found, list(found.version.levels.filter(number__gt=0).order_by("number"))),
        statements=of_kind[SkillStatement.Kind.STATEMENT],
        outcomes=of_kind[SkillStatement.Kind.OUTCOME],
        required_by=required_by.get_page(page),
    )


def job_type_list(version: FrameworkVersion, *, text: str = "", page: str | None = None) -> Page[JobType]:
    """The job types of a version with `asked`, the number of their requirements; those that hold `text` if asked."""
    rows: QuerySet[Any] = JobType.objects.filter(version=version).annotate(
        asked=_count(Requirement.objects.filter(job_type=OuterRef("pk")), "job_type")
    )
    for word in text.split():
        rows = rows.filter(_any(word, "name", "family", "description"))
    return Paginator(rows.order_by("order").fetch_mode(FETCH_RAISE), JOB_TYPES_A_PAGE).get_page(page)


def job_type_page(viewer: Viewer, *, key: str, label: str, job_type: str) -> JobTypePage:
    """One job type with the behaviour it asks for. Raises NotVisible where the version has none of that key."""
    found = _parts(viewer, JobType.objects.all(), key, label).filter(key=job_type).first()
    if found is None:
        raise NotVisible(job_type)
    levels = {level.number: level for level in found.version.levels.all()}
    texts = {
        text.skill_id: text
        for text in LevelText.objects.filter(
            skill__requirements__job_type=found, level=F("skill__requirements__level")
        ).fetch_mode(FETCH_RAISE)
    }
    requirements = (
        Requirement.objects.filter(job_type=found)
        .select_related("skill__group")
        .order_by("skill__order")
        .fetch_mode(FETCH_RAISE)
    )
    return JobTypePage(
        version=found.version,
        job_type=found,
        required=[Required(one, levels.get(one.level), texts.get(one.skill_id)) for one in requirements],
    )


def word_list(on: date, *, text: str = "", page: str | None = None) -> WordList:
    """The words of the version in use on a day, those that hold `text` if asked. For everyone, signed in or not."""
    version = version_in_use(on)
    skills = Skill.objects.filter(version=version).select_related("group").order_by(*BY_GROUP)
    if text:
        skills = skills.filter(_speaks_of(text))
    return WordList(
        version=version,
        levels=list(version.levels.order_by("number").fetch_mode(FETCH_RAISE)) if version else [],
        page=Paginator(skills.fetch_mode(FETCH_RAISE), WORDS_A_PAGE).get_page(page),
    )


def _in_use(on: date) -> QuerySet[FrameworkVersion]:
    """The version in use on a day first, then those that were in use before it."""
    begun = FrameworkVersion.objects.filter(state=VersionState.PUBLISHED, in_use_from__lte=on)
    return begun.order_by("-in_use_from")


def _readable(viewer: Viewer) -> QuerySet[FrameworkVersion]:
    versions = FrameworkVersion.objects.all().fetch_mode(FETCH_RAISE)
    return versions if viewer.can(Right.FRAMEWORK_EDIT) else versions.exclude(state=VersionState.DRAFT)


def _parts[M: PartOfVersion](viewer: Viewer, rows: QuerySet[M], key: str, label: str) -> QuerySet[M]:
    """The rows of one version that the viewer may read, their version and framework fetched."""
    parts = rows.filter(version__framework__key=key, version__label=label)
    if not viewer.can(Right.FRAMEWORK_EDIT):
        parts = parts.exclude(version__state=VersionState.DRAFT)
    return parts.select_related("version__framework").fetch_mode(FETCH_RAISE)


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many rows a subquery has, which is filtered by `by` to one outer row."""
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _counted(versions: QuerySet[FrameworkVersion], on: date) -> QuerySet[FrameworkVersion]:
    """The versions with their counts, and beside each the key of the one in use on a day."""
    here = OuterRef("pk")
    texts = LevelText.objects.filter(skill__version=here, level__gt=0)
    return versions.select_related("framework").annotate(
        skill_count=_count(Skill.objects.filter(version=here), "version"),
        job_type_count=_count(JobType.objects.filter(version=here), "version"),
        requirement_count=_count(Requirement.objects.filter(job_type__version=here), "job_type__version"),
        level_count=_count(Level.objects.filter(version=here), "version"),
        defined_count=_count(Level.objects.filter(version=here, number__gt=0), "version"),
        text_count=_count(texts, "skill__version"),
        in_use_pk=Subquery(_in_use(on).values("pk")[:1]),
    )


def _summary(row: Any, on: date) -> VersionSummary:
    """The summary of a row of `_counted`."""
    return VersionSummary(
        version=row,
        skills=row.skill_count,
        job_types=row.job_type_count,
        requirements=row.requirement_count,
        levels=row.level_count,
        undefined=row.skill_count * row.defined_count - row.text_count,
        in_use=row.in_use_pk == row.pk,
        has_begun=row.in_use_from is not None and row.in_use_from <= on,
    )


def _any(word: str, *fields: str) -> Q:
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}_ja__icontains": word}) | Q(**{f"{field}_en__icontains": word})
    return condition


def _speaks_of(text: str) -> Q:
    """The condition that every word of `text` stands somewhere in what is said of a skill."""
    condition = Q()
    for word in text.split():
        condition &= _any(word, "name", "plain", "description", "example") | Q(key__iexact=word)
    return condition


def _with_texts(skills: QuerySet[Skill]) -> QuerySet[Skill]:
    texts = LevelText.objects.order_by("level").fetch_mode(FETCH_RAISE)
    return (
        skills.select_related("group")
        .prefetch_related(Prefetch("level_texts", texts))
        .order_by(*BY_GROUP)
        .fetch_mode(FETCH_RAISE)
    )


def _cells(skill: Skill, levels: list[Level]) -> tuple[Cell, ...]:
    texts = {text.level: text for text in skill.level_texts.all()}
    return tuple(Cell(level, texts.get(level.number)) for level in levels)
