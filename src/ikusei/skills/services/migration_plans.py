"""The plan of a migration to a new framework version: proposed, changed part by part, dropped. Nothing is carried here."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.jobs.models import ENDED, Job
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import (
    Carry,
    Framework,
    FrameworkVersion,
    MigrationPart,
    MigrationState,
    Skill,
    VersionMigration,
    VersionState,
)
from ikusei.skills.proposing import Described, Proposal, propose
from ikusei.skills.queries import migrations as queries


def propose_migration(
    *, actor: Viewer, old: FrameworkVersion, new: FrameworkVersion, use_from: date
) -> VersionMigration:
    """The new plan with a proposal for every skill of the old version; nothing is carried yet.

    Where a plan between the two was taken back, its parts are the proposal. Raises RuleBroken where the versions are not
    two of one framework, the old one is not published, or there is a plan to the new one already.
    """
    require_everyone(actor)
    if old.framework_id != new.framework_id or old.pk == new.pk:
        raise RuleBroken(_("A migration leads from one version of a framework to another one of the same."))
    if old.state != VersionState.PUBLISHED:
        raise RuleBroken(_("Version %(label)s is not published.") % {"label": old.label})
    with transaction.atomic():
        Framework.objects.select_for_update().get(pk=old.framework_id)
        if VersionMigration.objects.filter(new=new).exclude(state=MigrationState.UNDONE).exists():
            raise RuleBroken(_("There is a migration to this version already."))
        migration = VersionMigration.objects.create(
            old=old, new=new, use_from=use_from, created_by=actor.user
        )
        _write_parts(migration, kept=_parts_taken_back(old, new))
        record(actor, "propose", migration, after={"use_from": use_from.isoformat()})
    return migration


def propose_again(*, actor: Viewer, migration: VersionMigration) -> VersionMigration:
    """The plan with fresh proposals for the parts that nobody has changed: the new version's draft may say more now."""
    require_everyone(actor)
    with transaction.atomic():
        migration = draft_of(migration)
        _propose_untouched(migration)
        record(actor, "propose", migration)
    return migration


def follow_draft(version: FrameworkVersion) -> None:
    """Propose again what nobody has changed in the plan to a draft that has just been changed, where there is one."""
    migration = VersionMigration.objects.filter(new=version, state=MigrationState.DRAFT).first()
    if migration is not None:
        _propose_untouched(migration)


def change_part(
    *,
    actor: Viewer,
    migration: VersionMigration,
    skill_key: str,
    carry: str,
    targets: Collection[str] = (),
    levels: Mapping[str, Mapping[int, int | None]] | None = None,
) -> MigrationPart:
    """The part as decided. `levels`: target -> old level -> new level, None for "asked again".

    A target without levels reads every level as it was. Raises RuleBroken where what becomes of the skill and its targets
    do not fit, or a level or a target does not exist.
    """
    require_everyone(actor)
    with transaction.atomic():
        migration = draft_of(migration)
        part = migration.parts.select_for_update().filter(skill_key=skill_key).first()
        if part is None:
            raise RuleBroken(_("The old version has no skill %(skill)s.") % {"skill": skill_key})
        before = _said(part)
        old, new = queries.vocabulary(migration.old), queries.vocabulary(migration.new)
        part.carry = Carry(carry)
        part.targets = [key for key in new.skills if key in set(targets)]
        _require_fit(part, set(targets) - set(part.targets))
        usual = _same_levels(old.levels, new.levels)
        part.levels = {
            target: _levels(given, old.levels, new.levels)
            if (given := (levels or {}).get(target)) is not None and part.carry != Carry.KEEP
            else usual
            for target in part.targets
        }
        part.proposed = False
        part.save()
        record(actor, "change", migration, before=before, after=_said(part))
    return part


def change_day(*, actor: Viewer, migration: VersionMigration, use_from: date) -> VersionMigration:
    """The plan with another day from which the new version is in use."""
    require_everyone(actor)
    with transaction.atomic():
        migration = draft_of(migration)
        before, migration.use_from = migration.use_from, use_from
        migration.save(update_fields=["use_from"])
        record(
            actor,
            "change",
            migration,
            before={"use_from": before.isoformat()},
            after={"use_from": use_from.isoformat()},
        )
    return migration


def drop_plan(*, actor: Viewer, migration: VersionMigration) -> None:
    """Nothing: the plan, which was not applied, is gone."""
    require_everyone(actor)
    with transaction.atomic():
        migration = draft_of(migration)
        record(actor, "drop", migration)
        migration.delete()


def require_everyone(actor: Viewer) -> None:
    """A migration concerns everyone: raise PermissionDenied for who looks after frameworks for some only."""
    if not queries.may_apply(actor):
        raise PermissionDenied(Right.FRAMEWORK_EDIT.value)


def locked(migration: VersionMigration) -> VersionMigration:
    """The migration as it stands now, with its versions; others wait until the transaction ends."""
    rows = VersionMigration.objects.select_for_update(of=("self",))
    return rows.select_related("old__framework", "new__framework").get(pk=migration.pk)


def draft_of(migration: VersionMigration) -> VersionMigration:
    """The plan as it stands now, locked. Raises RuleBroken where it is applied or a job works on it."""
    migration = locked(migration)
    if migration.state != MigrationState.DRAFT:
        raise RuleBroken(_("This migration is not a draft any more."))
    require_idle(migration)
    return migration


def require_idle(migration: VersionMigration) -> None:
    if migration.job and Job.objects.filter(public_id=migration.job).exclude(state__in=ENDED).exists():
        raise RuleBroken(_("A job works on this migration: wait for it, or stop it."))


def record(actor: Viewer, what: str, migration: VersionMigration, **values: Any) -> None:
    """Write to the audit trail what was done with a migration."""
    audit.record(
        actor=actor.user,
        verb=f"skills.migration.{what}",
        subject_kind="framework-migration",
        subject_id=f"{migration.new.framework.key} {migration.old.label} > {migration.new.label}"[:64],
        **values,
    )


def _require_fit(part: MigrationPart, unknown: set[str]) -> None:
    """Raise RuleBroken where a part's targets are not those that it takes."""
    if unknown:
        raise RuleBroken(_("The new version has no skill %(skill)s.") % {"skill": ", ".join(sorted(unknown))})
    number = len(part.targets)
    if part.carry == Carry.KEEP and part.targets != [part.skill_key]:
        raise RuleBroken(_("To keep a skill, choose the skill with the same key."))
    if part.carry in (Carry.MAP, Carry.MERGE) and number != 1:
        raise RuleBroken(_("Choose exactly one new skill."))
    if part.carry == Carry.SPLIT and number < 2:
        raise RuleBroken(_("Choose two new skills or more for a split."))
    if part.carry == Carry.END and number:
        raise RuleBroken(_("A skill that ends leads to no new skill."))


def _same_levels(old: Collection[int], new: Collection[int]) -> dict[str, int]:
    return {str(level): level for level in old if level in new}


def _levels(given: Mapping[int, int | None], old: Collection[int], new: Collection[int]) -> dict[str, int]:
    for was, becomes in given.items():
        if was not in old or (becomes is not None and becomes not in new):
            raise RuleBroken(
                _("There is no level %(level)s.") % {"level": was if was not in old else becomes}
            )
    return {str(was): becomes for was, becomes in sorted(given.items()) if becomes is not None}


def _said(part: MigrationPart) -> dict[str, Any]:
    return {
        "skill": part.skill_key,
        "carry": str(part.carry),
        "targets": list(part.targets),
        "levels": part.levels,
    }


def _propose_untouched(migration: VersionMigration) -> None:
    kept = {part.skill_key: part for part in migration.parts.filter(proposed=False)}
    migration.parts.filter(proposed=True).delete()
    _write_parts(migration, kept=kept)


def _parts_taken_back(old: FrameworkVersion, new: FrameworkVersion) -> dict[str, MigrationPart]:
    """The parts of the plan between two versions that was taken back last, as far as their targets still exist."""
    last = VersionMigration.objects.filter(old=old, new=new, state=MigrationState.UNDONE).first()
    if last is None:
        return {}
    keys = set(Skill.objects.filter(version=new).values_list("key", flat=True))
    return {part.skill_key: part for part in last.parts.all() if set(part.targets) <= keys}


def _write_parts(migration: VersionMigration, *, kept: Mapping[str, MigrationPart]) -> None:
    """Write a part for every old skill: those kept as they are, the others as proposed."""
    old, new = queries.vocabulary(migration.old), queries.vocabulary(migration.new)
    usual = _same_levels(old.levels, new.levels)
    there = set(migration.parts.values_list("skill_key", flat=True))
    MigrationPart.objects.bulk_create(
        [
            _part(migration, proposal, kept.get(proposal.skill_key), usual)
            for proposal in propose(_described(migration.old), _described(migration.new))
            if proposal.skill_key not in there
        ]
    )


def _part(
    migration: VersionMigration, proposal: Proposal, kept: MigrationPart | None, usual: Mapping[str, int]
) -> MigrationPart:
    if kept is not None:
        return MigrationPart(
            migration=migration,
            skill_key=kept.skill_key,
            carry=kept.carry,
            targets=kept.targets,
            levels=kept.levels,
            proposed=kept.proposed,
        )
    return MigrationPart(
        migration=migration,
        skill_key=proposal.skill_key,
        carry=proposal.carry,
        targets=list(proposal.targets),
        levels={target: dict(usual) for target in proposal.targets},
    )


def _described(version: FrameworkVersion) -> list[Described]:
    fields = ("name_ja", "name_en", "description_ja", "description_en", "plain_ja", "plain_en")
    return [
        Described(key, (texts[0], texts[1]), "\n".join(text for text in texts[2:] if text), tuple(made_from))
        for key, made_from, *texts in Skill.objects.filter(version=version)
        .order_by("order")
        .values_list("key", "made_from", *fields)
    ]
