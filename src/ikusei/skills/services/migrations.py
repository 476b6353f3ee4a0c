"""Carrying everyone's ratings over to a new framework version in one go, and taking that back (the rule: `skills.carrying`)."""

from collections.abc import Sequence
from datetime import date
from itertools import batched
from time import monotonic

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.jobs import services as jobs
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.carrying import Plan
from ikusei.skills.models import Assessment, Level, MigrationState, Skill, VersionMigration
from ikusei.skills.queries import migrations as queries
from ikusei.skills.services.carrying import CHUNK, carry_all, carry_people, plan_of
from ikusei.skills.services.copying import Copy, copy_levels, copy_proofs, copy_statements, delete_carried
from ikusei.skills.services.frameworks import end_use, use_version
from ikusei.skills.services.levels import rebuild_levels, terms_in_force
from ikusei.skills.services.migration_plans import draft_of, locked, record, require_everyone, require_idle
from ikusei.skills.services.skill_keys import carry_keys, take_back_keys


class PlanStopped(RuleBroken):
    """A plan cannot be applied; `problems` say why, sentence by sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class RatedAnew(RuleBroken):
    """A migration is not taken back any more: somebody was rated under the new version."""


def apply_soon(*, actor: Viewer, migration: VersionMigration) -> VersionMigration:
    """The plan with the job that will apply it. Raises PlanStopped where something stands against it."""
    require_everyone(actor)
    with transaction.atomic():
        migration = draft_of(migration)
        _require_ready(actor, migration)
        return _in_job(actor, migration, "skills.migration-apply")


def undo_soon(*, actor: Viewer, migration: VersionMigration) -> VersionMigration:
    """The migration with the job that will take it back. Raises RatedAnew, RuleBroken as `undo_migration`."""
    require_everyone(actor)
    with transaction.atomic():
        migration = locked(migration)
        require_idle(migration)
        _require_undoable(migration)
        return _in_job(actor, migration, "skills.migration-undo")


def apply_migration(
    *, actor: Viewer, migration: VersionMigration, progress: Progress | None = None
) -> VersionMigration:
    """The applied migration: everyone's statements carried, levels derived, the new version in use from its day.

    All of it or nothing, in one transaction; where it is applied already nothing is done. Raises PlanStopped where
    something stands against it, RuleBroken where it was taken back.
    """
    require_everyone(actor)
    watch, progress = monotonic(), progress or Progress()
    with transaction.atomic():
        migration = locked(migration)
        if migration.state == MigrationState.APPLIED:
            return migration
        if migration.state != MigrationState.DRAFT:
            raise RuleBroken(_("This migration was taken back: propose it anew."))
        _require_ready(actor, migration)
        migration.result = {
            "last": Assessment.objects.aggregate(last=Max("pk"))["last"] or 0,
            "in_use_before": migration.new.in_use_from and migration.new.in_use_from.isoformat(),
            **_carry_everyone(migration, progress),
        }
        migration.result["keys"] = carry_keys(migration, migration.new.framework)
        use_version(actor=actor, version=migration.new, from_date=migration.use_from)
        migration.result["seconds"] = round(monotonic() - watch, 1)
        migration.state, migration.applied_at, migration.job = MigrationState.APPLIED, timezone.now(), None
        migration.save(update_fields=["state", "applied_at", "job", "result"])
        told = {name: migration.result[name] for name in ("people", "statements")}
        record(actor, "apply", migration, count=migration.result["people"], after=told)
    return migration


def undo_migration(
    *, actor: Viewer, migration: VersionMigration, progress: Progress | None = None
) -> VersionMigration:
    """The migration, taken back: exactly what it carried is gone, and the new version is in use as it was before.

    Where it is taken back already nothing is done. Raises RatedAnew from the first new rating under the new version on,
    RuleBroken where a later migration builds on it or it was never applied.
    """
    require_everyone(actor)
    progress = progress or Progress()
    with transaction.atomic():
        migration = locked(migration)
        if migration.state == MigrationState.UNDONE:
            return migration
        _require_undoable(migration)
        count = _take_back(migration, progress)
        take_back_keys(migration.result.get("keys", {}))
        before = migration.result.get("in_use_before")
        end_use(actor=actor, version=migration.new, back_to=date.fromisoformat(before) if before else None)
        migration.state, migration.undone_at, migration.job = MigrationState.UNDONE, timezone.now(), None
        migration.save(update_fields=["state", "undone_at", "job"])
        record(actor, "undo", migration, count=count, before={"statements": count})
    return migration


def catch_up(migration: VersionMigration) -> int:
    """How many statements were carried that an applied migration had missed: said while it was being applied."""
    with transaction.atomic():
        migration = locked(migration)
        if migration.state != MigrationState.APPLIED:
            return 0
        later = queries.statements_of(migration.old_id).filter(pk__gt=migration.result.get("last", 0))
        people = set(later.values_list("person_id", flat=True))
        rows = carry_all(migration, people, terms_in_force)
        rebuild_levels({row.person_id for row in rows}, skill_ids={row.skill_id for row in rows})
    return len(rows)


def _require_ready(actor: Viewer, migration: VersionMigration) -> None:
    found = queries.problems(queries.plan_of(migration), clock.today())
    if found:
        raise PlanStopped(found)


def _require_undoable(migration: VersionMigration) -> None:
    if migration.state != MigrationState.APPLIED:
        raise RuleBroken(_("Only a migration that was applied can be taken back."))
    later = VersionMigration.objects.filter(old=migration.new, state=MigrationState.APPLIED)
    if next_one := later.select_related("new").first():
        raise RuleBroken(
            _("The migration to version %(label)s builds on this one: take that back first.")
            % {"label": next_one.new.label}
        )
    first = queries.first_new_rating(migration)
    if first is not None:
        raise RatedAnew(
            _(
                "It can no longer be taken back: the first new rating under version %(label)s came on %(day)s "
                "from %(who)s, in %(skill)s."
            )
            % {
                "label": migration.new.label,
                "day": timezone.localtime(first.at, clock.TOKYO).strftime("%Y-%m-%d %H:%M"),
                "who": first.by,
                "skill": first.skill,
            }
        )


def _carry_everyone(migration: VersionMigration, progress: Progress) -> dict[str, int]:
    """Carry all people's statements and derive their levels; how many people and statements were carried."""
    plan = plan_of(migration)
    copies = [(old[0], new, plan.targets[old[0]][new]) for new, old in plan.sources.items() if len(old) == 1]
    merging = {
        old: kept
        for old, targets in plan.targets.items()
        if (kept := {new: levels for new, levels in targets.items() if len(plan.sources[new]) > 1})
    }
    people = _rated(migration, list(merging))
    progress.start(len(copies) + len(people), _("Carrying over"))
    count = 0
    for copy in copies:
        count += copy_statements(migration, copy)
        progress.advance()
    copy_proofs(migration, [new for _old, new, _levels in copies])
    terms = terms_in_force()
    for some in batched(people, CHUNK):
        count += len(carry_people(migration, Plan(merging), some, terms))
        progress.advance(len(some))
    people = _rated(migration, list(plan.targets))
    _derive(migration, copies, people, progress)
    return {"people": len(people), "statements": count}


def _rated(migration: VersionMigration, skill_ids: Sequence[int]) -> list[int]:
    """The people of whom something was said in some old skills."""
    rows = queries.statements_of(migration.old_id).filter(skill_id__in=skill_ids)
    return sorted(set(rows.values_list("person_id", flat=True).distinct()))


def _derive(
    migration: VersionMigration, copies: Sequence[Copy], people: Sequence[int], progress: Progress
) -> None:
    """Write the levels held in the new skills: copied where a skill was taken over as it was, else derived."""
    new_ids = set(Skill.objects.filter(version=migration.new).values_list("pk", flat=True))
    numbers = set(Level.objects.filter(version=migration.old).values_list("number", flat=True))
    rated = set(
        Assessment.objects.filter(skill_id__in=new_ids, migration=None)
        .order_by()
        .values_list("skill_id", flat=True)
    )
    for copy in copies:
        _old, new, levels = copy
        if new not in rated and all(levels.get(number) == number for number in numbers):
            copy_levels(copy)
            new_ids.discard(new)
    progress.start(len(people), _("Deriving levels"))
    if new_ids:
        for some in batched(people, CHUNK):
            rebuild_levels(some, skill_ids=new_ids)
            progress.advance(len(some))


def _take_back(migration: VersionMigration, progress: Progress) -> int:
    """Delete what was carried and derive the new skills' levels without it; how many statements that were."""
    new_ids = list(Skill.objects.filter(version=migration.new).values_list("pk", flat=True))
    progress.start(0, _("Taking back"))
    count = delete_carried(migration, new_ids)
    left = Assessment.objects.filter(skill_id__in=new_ids).order_by()
    rebuild_levels(set(left.values_list("person_id", flat=True).distinct()), skill_ids=new_ids)
    progress.check()
    return count


def _in_job(actor: Viewer, migration: VersionMigration, task: str) -> VersionMigration:
    job = jobs.enqueue(
        owner=actor.user,
        task=task,
        arguments={"migration": str(migration.public_id), "user": actor.user.pk if actor.user else None},
    )
    migration.job = job.public_id
    migration.save(update_fields=["job"])
    return migration
