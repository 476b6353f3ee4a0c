"""Carrying everyone's ratings over to a new framework version in one go, and taking that back (the rule: `skills.carrying`)."""

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
from ikusei.skills.models import Assessment, HeldLevel, MigrationState, Skill, VersionMigration
from ikusei.skills.queries import migrations as queries
from ikusei.skills.services.carrying import CHUNK, carry_all, carry_people, plan_of
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
    """Carry all people's statements, some people at a time; how many people and statements were carried."""
    plan, terms = plan_of(migration), terms_in_force()
    new_ids = set(Skill.objects.filter(version=migration.new).values_list("pk", flat=True))
    statements = queries.statements_of(migration.old_id).filter(skill_id__in=list(plan.targets))
    people = sorted(set(statements.values_list("person_id", flat=True).distinct()))
    progress.start(len(people), _("Carrying over"))
    count = 0
    for some in batched(people, CHUNK):
        count += len(carry_people(migration, plan, some, terms))
        rebuild_levels(some, skill_ids=new_ids)
        progress.advance(len(some))
    return {"people": len(people), "statements": count}


def _take_back(migration: VersionMigration, progress: Progress) -> int:
    """Delete what was carried and derive the new skills' levels without it; how many statements that were."""
    new_ids = set(Skill.objects.filter(version=migration.new).values_list("pk", flat=True))
    carried = Assessment.objects.filter(migration=migration).order_by()
    people = sorted(set(carried.values_list("person_id", flat=True).distinct()))
    progress.start(len(people), _("Taking back"))
    count = 0
    for some in batched(people, CHUNK):
        HeldLevel.objects.filter(person_id__in=some, skill_id__in=new_ids).delete()
        deleted, by_model = carried.filter(person_id__in=some).delete()
        rebuild_levels(some, skill_ids=new_ids)
        count += by_model.get("skills.Assessment", deleted)
        progress.advance(len(some))
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
