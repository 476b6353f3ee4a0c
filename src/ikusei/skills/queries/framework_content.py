"""A stored version as plain values again: for export, and to tell whether a file says the same."""

from dataclasses import replace

from django.db.models import FETCH_RAISE, Prefetch, QuerySet

from ikusei.skills.formats import (
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    StatementData,
    Text,
)
from ikusei.skills.models import (
    Coverage,
    FrameworkVersion,
    JobType,
    LevelText,
    Requirement,
    Skill,
    SkillStatement,
)


def framework_data(version: FrameworkVersion) -> FrameworkData:
    """Everything that a version holds, in its order; reading an export of it gives the same again."""
    return FrameworkData(
        key=version.framework.key,
        version=version.label,
        name=_text(version, "name"),
        source=version.source,
        licence=version.licence,
        note=_text(version, "note"),
        levels=tuple(
            LevelData(level.number, _text(level, "name"), _text(level, "meaning"))
            for level in version.levels.order_by("number")
        ),
        groups=tuple(
            GroupData(group.key, _text(group, "name"), _text(group, "description"))
            for group in version.groups.order_by("order")
        ),
        skills=_skills(version),
        job_types=_job_types(version),
        coverage=_coverage(version),
    )


def same_version(data: FrameworkData) -> FrameworkVersion | None:
    """The stored version that says exactly what `data` says; None where there is none of that key and label, or
    where it says something else.
    """
    version = (
        FrameworkVersion.objects.filter(framework__key=data.key, label=data.version)
        .select_related("framework")
        .first()
    )
    return version if version and _ordered(framework_data(version)) == _ordered(data) else None


def _ordered(data: FrameworkData) -> FrameworkData:
    """The data with what has no order of its own in one order."""
    return replace(
        data,
        levels=tuple(sorted(data.levels, key=lambda level: level.number)),
        coverage=tuple(sorted(data.coverage, key=lambda one: (one.skill, one.level, one.unit or ""))),
    )


def _text(row: object, field: str) -> Text:
    return Text(ja=getattr(row, f"{field}_ja"), en=getattr(row, f"{field}_en"))


def _skills(version: FrameworkVersion) -> tuple[SkillData, ...]:
    texts: QuerySet[LevelText] = LevelText.objects.order_by("level")
    statements: QuerySet[SkillStatement] = SkillStatement.objects.order_by("order")
    rows = (
        Skill.objects.filter(version=version)
        .select_related("group")
        .prefetch_related(
            Prefetch("level_texts", texts.fetch_mode(FETCH_RAISE)),
            Prefetch("statements", statements.fetch_mode(FETCH_RAISE)),
        )
        .order_by("order")
        .fetch_mode(FETCH_RAISE)
    )
    return tuple(
        SkillData(
            key=row.key,
            name=_text(row, "name"),
            group=row.group.key if row.group else None,
            description=_text(row, "description"),
            plain=_text(row, "plain"),
            example=_text(row, "example"),
            level_texts={one.level: _text(one, "text") for one in row.level_texts.all()},
            statements=tuple(
                StatementData(
                    one.code, "outcome" if one.kind == "outcome" else "statement", _text(one, "text")
                )
                for one in row.statements.all()
            ),
        )
        for row in rows
    )


def _job_types(version: FrameworkVersion) -> tuple[JobTypeData, ...]:
    required: QuerySet[Requirement] = (
        Requirement.objects.select_related("skill").order_by("pk").fetch_mode(FETCH_RAISE)
    )
    rows = (
        JobType.objects.filter(version=version)
        .prefetch_related(Prefetch("requirements", required))
        .order_by("order")
        .fetch_mode(FETCH_RAISE)
    )
    return tuple(
        JobTypeData(
            key=row.key,
            name=_text(row, "name"),
            family=_text(row, "family"),
            description=_text(row, "description"),
            requirements={one.skill.key: one.level for one in row.requirements.all()},
        )
        for row in rows
    )


def _coverage(version: FrameworkVersion) -> tuple[CoverageData, ...]:
    rows = Coverage.objects.filter(version=version).select_related("skill", "unit").order_by("pk")
    return tuple(
        CoverageData(row.skill.key, row.level, row.people, row.unit.code if row.unit else None)
        for row in rows.fetch_mode(FETCH_RAISE)
    )
