"""Writing what goes over into a new framework version (the rule: `skills.carrying`). Nothing is carried twice."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import batched
from typing import Any

from ikusei.skills.carrying import Plan, Said, carried
from ikusei.skills.deriving import FIELDS, Statement, Terms
from ikusei.skills.models import Assessment, MigrationState, Skill, VersionMigration
from ikusei.skills.queries import migrations as queries

CHUNK = 500
"""How many people are carried at a time: SQLite allows some 30,000 parameters in one statement."""

WRITTEN = 2000
"""Rows per statement."""

SPEAKER = ("rater", "rater_person_id", "spoken_by")
OWN = {"id", "person", "skill", "level", "source", "carried_from", "migration", "recorded_at"}
COPIED = tuple(field.attname for field in Assessment._meta.concrete_fields if field.name not in OWN)
"""What a carried statement says as the old one did. Its sheet is not named: taking that back concerns the old one."""


def plan_of(migration: VersionMigration) -> Plan:
    """The plan of a migration as `skills.carrying` reads it."""
    return queries.carrying_of(queries.plan_of(migration))


def carry_people(
    migration: VersionMigration, plan: Plan, person_ids: Collection[int], terms: Terms
) -> list[Assessment]:
    """The new statements of some people (at most CHUNK), saved: what of theirs goes over and has not yet."""
    rows = _rows(plan, person_ids)
    done = set(
        Assessment.objects.filter(migration=migration, person_id__in=person_ids)
        .order_by()
        .values_list("carried_from_id", "skill_id")
    )
    made: list[Assessment] = []
    for person_id, of_person in rows.items():
        said: dict[int, list[Said]] = {}
        for row in of_person.values():
            said.setdefault(row["skill_id"], []).append(
                Said(Statement(*(row[name] for name in FIELDS)), tuple(row[name] for name in SPEAKER))
            )
        found = sorted(carried(plan, said, terms), key=lambda one: (one.statement_id, one.skill_id))
        made += [
            Assessment(
                person_id=person_id,
                skill_id=one.skill_id,
                level=one.level,
                carried_from_id=one.statement_id,
                migration=migration,
                **{name: of_person[one.statement_id][name] for name in COPIED},
            )
            for one in found
            if (one.statement_id, one.skill_id) not in done
        ]
    saved = Assessment.objects.bulk_create(made, batch_size=WRITTEN)
    _copy_proofs(plan, person_ids, saved)
    return saved


def carry_on(rows: Sequence[Assessment], terms: Callable[[], Terms]) -> list[Assessment]:
    """What goes over of statements just saved under versions that were migrated already, saved: through every newer one."""
    applied = list(VersionMigration.objects.filter(state=MigrationState.APPLIED).order_by("pk"))
    if not applied or not rows:
        return []
    people: dict[int, set[int]] = {}
    of_version = dict(
        Skill.objects.filter(pk__in={row.skill_id for row in rows}).values_list("pk", "version_id")
    )
    for row in rows:
        people.setdefault(of_version[row.skill_id], set()).add(row.person_id)
    made: list[Assessment] = []
    for migration in applied:  # the older first: what it adds, a later one takes on
        found = carry_all(migration, people.get(migration.old_id, set()), terms)
        people.setdefault(migration.new_id, set()).update(row.person_id for row in found)
        made += found
    return made


def carry_all(
    migration: VersionMigration, person_ids: Iterable[int], terms: Callable[[], Terms]
) -> list[Assessment]:
    """The new statements of some people under one migration, saved; `terms` are asked for where there is anybody."""
    people = sorted(person_ids)
    if not people:
        return []
    plan, in_force = plan_of(migration), terms()
    return [row for some in batched(people, CHUNK) for row in carry_people(migration, plan, some, in_force)]


def _rows(plan: Plan, person_ids: Collection[int]) -> dict[int, dict[int, dict[str, Any]]]:
    """What was said of some people in the skills that are carried: person -> statement -> its columns."""
    statements = Assessment.objects.filter(
        person_id__in=person_ids, skill_id__in=list(plan.targets), retraction=None
    )
    names = ("person_id", "skill_id", *dict.fromkeys((*FIELDS, *COPIED)))
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for row in statements.order_by("person_id", "pk").values(*names):
        found.setdefault(row["person_id"], {})[row["id"]] = row
    return found


def _copy_proofs(plan: Plan, person_ids: Collection[int], saved: Sequence[Assessment]) -> None:
    """Give carried statements the proofs of those they come from."""
    through = Assessment.proofs.through
    links = through.objects.filter(
        assessment__person_id__in=person_ids, assessment__skill_id__in=list(plan.targets)
    )
    proofs: dict[int, list[int]] = {}
    for statement_id, evidence_id in links.order_by("pk").values_list("assessment_id", "evidence_id"):
        proofs.setdefault(statement_id, []).append(evidence_id)
    if proofs:
        through.objects.bulk_create(
            [
                through(assessment_id=row.pk, evidence_id=evidence_id)
                for row in saved
                for evidence_id in proofs.get(row.carried_from_id or 0, ())
            ],
            batch_size=WRITTEN,
        )
