"""What a skill steward does with frameworks: save a draft, publish it, use it, withdraw it, delete a draft."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Unit
from ikusei.skills.formats import FrameworkData, SkillData
from ikusei.skills.models import (
    Assessment,
    Coverage,
    Framework,
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    SheetImport,
    Skill,
    SkillGroup,
    SkillStatement,
    VersionState,
)

BATCH = 1000
"""Rows per statement: every row has some ten parameters, and SQLite allows some 30,000."""


class LabelTaken(RuleBroken):
    """The framework has a version with that label already."""


class WrongState(RuleBroken):
    """A version is not in the state that what was asked needs."""


class UnknownUnit(RuleBroken):
    """A wanted coverage names a unit that is not known here, or is known twice."""


def save_framework(*, actor: Viewer, data: FrameworkData) -> FrameworkVersion:
    """The new draft with everything that `data` holds; its framework is made where the key is new.

    Raises LabelTaken where the framework has a version with that label, UnknownUnit where coverage names a unit that
    does not exist.
    """
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        names = {"name_ja": data.name.ja, "name_en": data.name.en}
        framework, created = Framework.objects.select_for_update().get_or_create(key=data.key, defaults=names)
        require_savable(data)
        version = FrameworkVersion.objects.create(
            framework=framework,
            label=data.version,
            **names,
            source=data.source,
            licence=data.licence,
            note_ja=data.note.ja,
            note_en=data.note.en,
        )
        if not created:
            Framework.objects.filter(pk=framework.pk).update(**names)
        _write_content(version, data)
        _record(actor, "save", version, after={"state": version.state, **_counts(data)})
    return version


def require_savable(data: FrameworkData) -> None:
    """Raise LabelTaken or UnknownUnit where `save_framework` would."""
    if FrameworkVersion.objects.filter(framework__key=data.key, label=data.version).exists():
        raise LabelTaken(
            _(
                "The framework %(framework)s has a version %(label)s already, and it says something else. "
                "Give the new one another label."
            )
            % {"framework": data.key, "label": data.version}
        )
    _units({one.unit for one in data.coverage if one.unit is not None})


def publish_version(*, actor: Viewer, version: FrameworkVersion, on: date) -> FrameworkVersion:
    """The version, published on a day: from now on nothing in it changes. Raises WrongState where it is no draft."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        version = _locked(version)
        if version.state != VersionState.DRAFT:
            raise WrongState(_("Version %(label)s is not a draft.") % {"label": version.label})
        version.state = VersionState.PUBLISHED
        version.published_on = on
        version.save(update_fields=["state", "published_on"])
        _record(
            actor,
            "publish",
            version,
            before={"state": VersionState.DRAFT},
            after={"state": version.state, "published_on": on.isoformat()},
        )
    return version


def use_version(*, actor: Viewer, version: FrameworkVersion, from_date: date) -> FrameworkVersion:
    """The version that the maps use from a day, until the day of another one.

    Raises WrongState where it is not published, where another version starts on that day, or where its own day has
    come already: maps of past days would change.
    """
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        version = _locked(version)
        before = version.in_use_from
        if before == from_date:
            return version
        _require_usable(version, from_date)
        version.in_use_from = from_date
        version.save(update_fields=["in_use_from"])
        _record(
            actor,
            "use",
            version,
            before={"in_use_from": before and before.isoformat()},
            after={"in_use_from": from_date.isoformat()},
        )
    return version


def end_use(*, actor: Viewer, version: FrameworkVersion, back_to: date | None) -> FrameworkVersion:
    """The version with the day it was in use from before a migration set another, None for none.

    Only for taking a migration back, which has checked that nobody was rated with the version meanwhile.
    """
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        version = _locked(version)
        before = version.in_use_from
        if before == back_to:
            return version
        version.in_use_from = back_to
        version.save(update_fields=["in_use_from"])
        _record(
            actor,
            "end-use",
            version,
            before={"in_use_from": before and before.isoformat()},
            after={"in_use_from": back_to and back_to.isoformat()},
        )
    return version


def withdraw_version(*, actor: Viewer, version: FrameworkVersion) -> FrameworkVersion:
    """The published version, withdrawn: it can be read, but not be put to use.

    Raises WrongState where it is not published, or where the maps use or used it.
    """
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        version = _locked(version)
        if version.state != VersionState.PUBLISHED:
            raise WrongState(_("Version %(label)s is not published.") % {"label": version.label})
        if version.in_use_from is not None and version.in_use_from <= clock.today():
            raise WrongState(
                _(
                    "The maps use version %(label)s since %(day)s: it cannot be withdrawn. Put another version to use."
                )
                % {"label": version.label, "day": version.in_use_from.isoformat()}
            )
        version.state = VersionState.WITHDRAWN
        version.in_use_from = None
        version.save(update_fields=["state", "in_use_from"])
        _record(
            actor,
            "withdraw",
            version,
            before={"state": VersionState.PUBLISHED},
            after={"state": version.state},
        )
    return version


def delete_draft(*, actor: Viewer, version: FrameworkVersion) -> None:
    """Nothing: the draft is gone, and its framework where it was the only version.

    Raises WrongState where the version is no draft or somebody was assessed with it.
    """
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        version = _locked(version)
        if version.state != VersionState.DRAFT:
            raise WrongState(_("Version %(label)s is not a draft.") % {"label": version.label})
        assessed = Assessment.objects.filter(skill__version=version).exists()
        if assessed or SheetImport.objects.filter(version=version).exists():
            raise WrongState(
                _("People were assessed with version %(label)s: it cannot be deleted.")
                % {"label": version.label}
            )
        framework = version.framework
        _record(actor, "delete", version, before={"state": version.state})
        version.delete()
        if not framework.versions.exists():
            framework.delete()


def _locked(version: FrameworkVersion) -> FrameworkVersion:
    """The version as it stands now; others wait until the transaction ends."""
    return (
        FrameworkVersion.objects.select_for_update(of=("self",))
        .select_related("framework")
        .get(pk=version.pk)
    )


def _require_usable(version: FrameworkVersion, from_date: date) -> None:
    if version.state != VersionState.PUBLISHED:
        raise WrongState(
            _("Version %(label)s is not published: publish it first.") % {"label": version.label}
        )
    if version.in_use_from is not None and version.in_use_from <= clock.today():
        raise WrongState(
            _("The maps use version %(label)s since %(day)s: that day stays as it is.")
            % {"label": version.label, "day": version.in_use_from.isoformat()}
        )
    other = FrameworkVersion.objects.filter(in_use_from=from_date).exclude(pk=version.pk)
    taken = other.select_related("framework").first()
    if taken is not None:
        raise WrongState(
            _("From %(day)s the maps use %(framework)s %(label)s: choose another day.")
            % {"day": from_date.isoformat(), "framework": taken.framework.key, "label": taken.label}
        )


def _record(actor: Viewer, what: str, version: FrameworkVersion, **values: Any) -> None:
    audit.record(
        actor=actor.user,
        verb=f"skills.framework.{what}",
        subject_kind="framework-version",
        # The audit trail has room for 64 characters here; key and label may be longer together.
        subject_id=f"{version.framework.key} {version.label}"[:64],
        **values,
    )


def _counts(data: FrameworkData) -> dict[str, int]:
    return {
        "skills": len(data.skills),
        "job_types": len(data.job_types),
        "requirements": data.requirement_count,
        "levels": len(data.levels),
    }


def _write_content(version: FrameworkVersion, data: FrameworkData) -> None:
    _write(
        [
            Level(
                version=version,
                number=level.number,
                name_ja=level.name.ja,
                name_en=level.name.en,
                meaning_ja=level.meaning.ja,
                meaning_en=level.meaning.en,
            )
            for level in data.levels
        ]
    )
    groups = _write_groups(version, data)
    skills = _write_skills(version, data, groups)
    _write_job_types(version, data, skills)
    _write_coverage(version, data, skills)


def _write[M: models.Model](rows: list[M]) -> list[M]:
    """The saved rows, primary keys set."""
    return type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH) if rows else []


def _write_groups(version: FrameworkVersion, data: FrameworkData) -> dict[str, SkillGroup]:
    rows = [
        SkillGroup(
            version=version,
            key=group.key,
            order=order,
            name_ja=group.name.ja,
            name_en=group.name.en,
            description_ja=group.description.ja,
            description_en=group.description.en,
        )
        for order, group in enumerate(data.groups)
    ]
    return {row.key: row for row in _write(rows)}


def _write_skills(
    version: FrameworkVersion, data: FrameworkData, groups: dict[str, SkillGroup]
) -> dict[str, Skill]:
    rows = [
        Skill(
            version=version,
            group=groups[skill.group] if skill.group is not None else None,
            key=skill.key,
            order=order,
            name_ja=skill.name.ja,
            name_en=skill.name.en,
            description_ja=skill.description.ja,
            description_en=skill.description.en,
            plain_ja=skill.plain.ja,
            plain_en=skill.plain.en,
            example_ja=skill.example.ja,
            example_en=skill.example.en,
        )
        for order, skill in enumerate(data.skills)
    ]
    skills = {row.key: row for row in _write(rows)}
    _write_sentences(data.skills, skills)
    return skills


def _write_sentences(described: Sequence[SkillData], skills: dict[str, Skill]) -> None:
    _write(
        [
            LevelText(skill=skills[skill.key], level=number, text_ja=text.ja, text_en=text.en)
            for skill in described
            for number, text in skill.level_texts.items()
        ]
    )
    _write(
        [
            SkillStatement(
                skill=skills[skill.key],
                kind=one.kind,
                code=one.code,
                order=order,
                text_ja=one.text.ja,
                text_en=one.text.en,
            )
            for skill in described
            for order, one in enumerate(skill.statements)
        ]
    )


def _write_job_types(version: FrameworkVersion, data: FrameworkData, skills: dict[str, Skill]) -> None:
    rows = [
        JobType(
            version=version,
            key=job_type.key,
            order=order,
            family_ja=job_type.family.ja,
            family_en=job_type.family.en,
            name_ja=job_type.name.ja,
            name_en=job_type.name.en,
            description_ja=job_type.description.ja,
            description_en=job_type.description.en,
        )
        for order, job_type in enumerate(data.job_types)
    ]
    job_types = {row.key: row for row in _write(rows)}
    _write(
        [
            Requirement(job_type=job_types[job_type.key], skill=skills[skill], level=level)
            for job_type in data.job_types
            for skill, level in job_type.requirements.items()
        ]
    )


def _write_coverage(version: FrameworkVersion, data: FrameworkData, skills: dict[str, Skill]) -> None:
    units = _units({one.unit for one in data.coverage if one.unit is not None})
    _write(
        [
            Coverage(
                version=version,
                skill=skills[one.skill],
                unit=units[one.unit] if one.unit is not None else None,
                level=one.level,
                people=one.people,
            )
            for one in data.coverage
        ]
    )


def _units(codes: set[str]) -> dict[str, Unit]:
    """The units by code. Raises UnknownUnit for a code that no employer has, or that several have."""
    units: dict[str, Unit] = {}
    for unit in Unit.objects.filter(code__in=codes).order_by("code"):
        if unit.code in units:
            raise UnknownUnit(
                _("Several employers have a unit with the code %(code)s that the coverage names.")
                % {"code": unit.code}
            )
        units[unit.code] = unit
    for code in sorted(codes - set(units)):
        raise UnknownUnit(_("The coverage names a unit %(code)s that does not exist.") % {"code": code})
    return units
