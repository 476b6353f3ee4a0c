"""Writing a new version by hand: copy a version into a draft, then change, add, remove, split and merge its skills.

Only a draft is changed; what is done is recorded with before and after. A split or merged skill remembers which skills of
the version copied it comes from, so that the migration proposes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats import Text
from ikusei.skills.formats.values import KEY, slug
from ikusei.skills.models import (
    Coverage,
    FrameworkVersion,
    JobType,
    LevelText,
    Requirement,
    Skill,
    SkillStatement,
    VersionState,
)
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.services.frameworks import WrongState, save_framework
from ikusei.skills.services.migration_plans import follow_draft

TEXTS = ("name", "description", "plain", "example")
"""What is said of a skill, each in two languages."""


@dataclass(frozen=True, slots=True)
class SkillSpec:
    """A skill to be made: without a key it gets one from its name."""

    name: Text
    key: str = ""


def copy_version(*, actor: Viewer, version: FrameworkVersion, label: str) -> FrameworkVersion:
    """The new draft that says what a version says. Raises LabelTaken where the framework has that label already."""
    return save_framework(actor=actor, data=replace(framework_data(version), version=label))


def change_skill(
    *,
    actor: Viewer,
    version: FrameworkVersion,
    key: str,
    texts: Mapping[str, Text],
    behaviours: Mapping[int, Text],
    group: str | None = None,
) -> Skill:
    """The skill with other texts (`TEXTS` -> text), the behaviours that are given, and its group ("" for none).

    A behaviour without text is no longer defined.
    """
    with transaction.atomic():
        version = _draft(actor, version)
        skill = _skill(version, key)
        before = _said(skill)
        if not texts.get("name", Text(skill.name_ja, skill.name_en)):
            raise RuleBroken(_("A skill needs a name."))
        for field, text in texts.items():
            setattr(skill, f"{field}_ja", text.ja)
            setattr(skill, f"{field}_en", text.en)
        if group is not None:
            skill.group = version.groups.filter(key=group).first() if group else None
        skill.save()
        _write_behaviours(version, skill, behaviours)
        _record(actor, "change-skill", version, before=before, after=_said(skill))
    return skill


def add_skill(*, actor: Viewer, version: FrameworkVersion, spec: SkillSpec, group: str = "") -> Skill:
    """The new skill at the end of the draft, or of a group. Nothing is said of it yet but its name."""
    with transaction.atomic():
        version = _draft(actor, version)
        last = version.skills.order_by("-order").values_list("order", flat=True).first()
        skill = Skill.objects.create(
            version=version,
            key=_new_key(version, spec),
            group=version.groups.filter(key=group).first() if group else None,
            order=0 if last is None else last + 1,
            name_ja=spec.name.ja,
            name_en=spec.name.en,
        )
        _record(actor, "add-skill", version, after=_said(skill))
    return skill


def remove_skill(*, actor: Viewer, version: FrameworkVersion, key: str) -> None:
    """Nothing: the skill is gone from the draft, and with it what job types and coverage asked of it."""
    with transaction.atomic():
        version = _draft(actor, version)
        skill = _skill(version, key)
        before = _said(skill)
        _delete(skill)
        _record(actor, "remove-skill", version, before=before)


def split_skill(
    *, actor: Viewer, version: FrameworkVersion, key: str, into: Sequence[SkillSpec]
) -> list[Skill]:
    """The skills that one was split into, two or more: each begins with its texts, requirements and coverage.

    The one that is given the old key stays the old skill under a new name; without any the old skill is gone.
    """
    with transaction.atomic():
        version = _draft(actor, version)
        if len(into) < 2:
            raise RuleBroken(_("A split needs two new skills or more."))
        old = _skill(version, key)
        before, made_from, place = _said(old), old.made_from or [old.key], old.order
        version.skills.filter(order__gt=place).update(order=F("order") + len(into))
        made: list[Skill] = []
        for step, spec in enumerate(into):
            skill = old if spec.key == old.key else _copy_of(old, _new_key(version, spec))
            skill.name_ja, skill.name_en, skill.made_from = spec.name.ja, spec.name.en, made_from
            skill.order = place + step
            _require_name(skill)
            skill.save()
            if skill is not old:
                _copy_parts(old, skill)
            made.append(skill)
        if old not in made:
            _delete(old)
        _record(actor, "split-skill", version, before=before, after=[_said(skill) for skill in made])
    return made


def merge_skills(*, actor: Viewer, version: FrameworkVersion, keys: Sequence[str], into: SkillSpec) -> Skill:
    """The skill that two or more were merged into, in the place of the first, with its texts.

    Job types ask for the highest level that they asked of one of them, coverage for the most people. Given the key of one
    of them, it keeps it.
    """
    with transaction.atomic():
        version = _draft(actor, version)
        olds = [_skill(version, key) for key in dict.fromkeys(keys)]
        if len(olds) < 2:
            raise RuleBroken(_("A merger needs two skills or more."))
        before = [_said(one) for one in olds]
        kept = next((one for one in olds if one.key == into.key), None)
        skill = kept or _copy_of(olds[0], _new_key(version, into))
        skill.made_from = list(dict.fromkeys(key for one in olds for key in one.made_from or [one.key]))
        skill.name_ja, skill.name_en, skill.order = into.name.ja, into.name.en, olds[0].order
        _require_name(skill)
        skill.save()
        if kept is None:
            _copy_sentences(olds[0], skill)
        _merge_wants(olds, skill)
        for one in olds:
            if one is not skill:
                _delete(one)
        _record(actor, "merge-skills", version, before=before, after=_said(skill))
    return skill


def set_requirements(
    *, actor: Viewer, version: FrameworkVersion, job_type: str, levels: Mapping[str, int | None]
) -> JobType:
    """The job type, asking for these levels: skill -> level, None for nothing asked. Skills not named stay as they are."""
    with transaction.atomic():
        version = _draft(actor, version)
        found = JobType.objects.filter(version=version, key=job_type).first()
        if found is None:
            raise RuleBroken(_("The version has no job type %(key)s.") % {"key": job_type})
        skills = {skill.key: skill for skill in version.skills.all()}
        numbers = set(version.levels.values_list("number", flat=True))
        before = dict(found.requirements.order_by().values_list("skill__key", "level"))
        for key, level in levels.items():
            if key not in skills:
                raise RuleBroken(_("The version has no skill %(key)s.") % {"key": key})
            if level is None:
                found.requirements.filter(skill=skills[key]).delete()
            elif level not in numbers:
                raise RuleBroken(_("There is no level %(level)s.") % {"level": level})
            elif before.get(key) != level:
                Requirement.objects.update_or_create(
                    job_type=found, skill=skills[key], defaults={"level": level}
                )
        after = dict(found.requirements.order_by().values_list("skill__key", "level"))
        _record(actor, "requirements", version, before={job_type: before}, after={job_type: after})
    return found


def _draft(actor: Viewer, version: FrameworkVersion) -> FrameworkVersion:
    """The draft as it stands now, locked. Raises WrongState where it is published."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    rows = FrameworkVersion.objects.select_for_update(of=("self",)).select_related("framework")
    version = rows.get(pk=version.pk)
    if version.state != VersionState.DRAFT:
        raise WrongState(_("Version %(label)s is not a draft.") % {"label": version.label})
    return version


def _skill(version: FrameworkVersion, key: str) -> Skill:
    found = version.skills.select_related("group").filter(key=key).first()
    if found is None:
        raise RuleBroken(_("The version has no skill %(key)s.") % {"key": key})
    return found


def _new_key(version: FrameworkVersion, spec: SkillSpec) -> str:
    key = spec.key or slug(spec.name.en or spec.name.ja)
    if not (spec.name.ja or spec.name.en):
        raise RuleBroken(_("A skill needs a name."))
    if not KEY.fullmatch(key):
        raise RuleBroken(
            _("A key has letters, digits, “.”, “-” or “_” only; it starts with a letter or digit.")
        )
    if version.skills.filter(key__iexact=key).exists():
        raise RuleBroken(_("The version has a skill with the key %(key)s already.") % {"key": key})
    return key


def _require_name(skill: Skill) -> None:
    if not (skill.name_ja or skill.name_en):
        raise RuleBroken(_("A skill needs a name."))


def _copy_of(old: Skill, key: str) -> Skill:
    """An unsaved skill with the texts of another."""
    texts = {f"{field}_{code}": getattr(old, f"{field}_{code}") for field in TEXTS for code in ("ja", "en")}
    return Skill(version_id=old.version_id, group_id=old.group_id, key=key, order=old.order, **texts)


def _copy_sentences(old: Skill, skill: Skill) -> None:
    LevelText.objects.bulk_create(
        [
            LevelText(skill=skill, level=one.level, text_ja=one.text_ja, text_en=one.text_en)
            for one in old.level_texts.all()
        ]
    )
    SkillStatement.objects.bulk_create(
        [
            SkillStatement(
                skill=skill,
                kind=one.kind,
                code=one.code,
                order=one.order,
                text_ja=one.text_ja,
                text_en=one.text_en,
            )
            for one in old.statements.all()
        ]
    )


def _copy_parts(old: Skill, skill: Skill) -> None:
    """Give a skill that was split off the sentences, requirements and coverage of the old one."""
    _copy_sentences(old, skill)
    Requirement.objects.bulk_create(
        [
            Requirement(job_type_id=one.job_type_id, skill=skill, level=one.level)
            for one in old.requirements.all()
        ]
    )
    Coverage.objects.bulk_create(
        [
            Coverage(
                version_id=one.version_id,
                skill=skill,
                unit_id=one.unit_id,
                level=one.level,
                people=one.people,
            )
            for one in old.coverage.all()
        ]
    )


def _merge_wants(olds: Sequence[Skill], skill: Skill) -> None:
    """Let job types and coverage ask of the merged skill the most that they asked of one of the old ones."""
    asked: dict[int, int] = {}
    wanted: dict[tuple[int | None, int], int] = {}
    for one in olds:
        for required in one.requirements.all():
            asked[required.job_type_id] = max(required.level, asked.get(required.job_type_id, 0))
        for rule in one.coverage.all():
            place = (rule.unit_id, rule.level)
            wanted[place] = max(rule.people, wanted.get(place, 0))
    skill.requirements.all().delete()
    skill.coverage.all().delete()
    Requirement.objects.bulk_create(
        [Requirement(job_type_id=pk, skill=skill, level=level) for pk, level in asked.items()]
    )
    Coverage.objects.bulk_create(
        [
            Coverage(version_id=skill.version_id, skill=skill, unit_id=unit_id, level=level, people=people)
            for (unit_id, level), people in wanted.items()
        ]
    )


def _write_behaviours(version: FrameworkVersion, skill: Skill, behaviours: Mapping[int, Text]) -> None:
    numbers = set(version.levels.values_list("number", flat=True))
    for level, text in behaviours.items():
        if level not in numbers:
            raise RuleBroken(_("There is no level %(level)s.") % {"level": level})
        if not text:
            skill.level_texts.filter(level=level).delete()
            continue
        LevelText.objects.update_or_create(
            skill=skill, level=level, defaults={"text_ja": text.ja, "text_en": text.en}
        )


def _delete(skill: Skill) -> None:
    try:
        skill.delete()
    except ProtectedError as error:
        raise RuleBroken(
            _("People were assessed in %(skill)s: it cannot be removed.") % {"skill": skill.name}
        ) from error


def _said(skill: Skill) -> dict[str, Any]:
    """What is said of a skill, as the audit trail keeps it."""
    said: dict[str, Any] = {"key": skill.key, "group": skill.group.key if skill.group else None}
    said |= {f"{field}_{code}": getattr(skill, f"{field}_{code}") for field in TEXTS for code in ("ja", "en")}
    said["levels"] = {
        str(one.level): [one.text_ja, one.text_en] for one in skill.level_texts.order_by("level")
    }
    return said


def _record(actor: Viewer, what: str, version: FrameworkVersion, **values: Any) -> None:
    audit.record(
        actor=actor.user,
        verb=f"skills.draft.{what}",
        subject_kind="framework-version",
        subject_id=f"{version.framework.key} {version.label}"[:64],
        **values,
    )
    follow_draft(version)
