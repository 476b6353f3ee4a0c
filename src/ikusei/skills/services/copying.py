"""Carrying a whole skill in single statements of the database: the same rule as `skills.carrying` where nothing merges.

Forty thousand people with twenty skills are a million rows; made one by one they would hold a small database for minutes.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now

from ikusei.skills.carrying import LevelMap
from ikusei.skills.models import Assessment, HeldLevel, Retraction, VersionMigration
from ikusei.skills.services.carrying import COPIED

type Copy = tuple[int, int, LevelMap]
"""Old skill, new skill, how levels are read. Nothing else leads to the new skill."""


def copy_statements(migration: VersionMigration, copy: Copy) -> int:
    """How many statements were made: those of an old skill, whole but for what is asked again."""
    old, new, levels = copy
    if not levels:
        return 0
    rows = Assessment.objects.filter(skill_id=old, retraction=None)
    holes = rows.exclude(level__in=list(levels)).order_by()
    if holes.exists():
        later = holes.filter(person_id=OuterRef("person_id")).filter(
            Q(stated_on__gt=OuterRef("stated_on"))
            | Q(stated_on=OuterRef("stated_on"), pk__gte=OuterRef("pk"))
        )
        rows = rows.filter(~Exists(later))
    changed = {was: becomes for was, becomes in levels.items() if was != becomes}
    level = Case(
        *(When(level=was, then=Value(now)) for was, now in changed.items()),
        default=F("level"),
        output_field=models.IntegerField(),
    )
    return _insert(
        Assessment,
        rows.order_by("pk"),
        {
            "person_id": F("person_id"),
            "skill_id": _number(new),
            "level": level if changed else F("level"),
            "carried_from_id": F("pk"),
            "migration_id": _number(migration.pk),
            "recorded_at": Now(),
            **{name: F(name) for name in COPIED},
        },
    )


def copy_proofs(migration: VersionMigration, skill_ids: Sequence[int]) -> int:
    """How many links were made: the proofs of statements carried into some new skills."""
    through: Any = Assessment.proofs.through
    rows = Assessment.objects.filter(
        migration=migration, skill_id__in=skill_ids, carried_from__proofs__isnull=False
    )
    values = {"assessment_id": F("pk"), "evidence_id": F("carried_from__proofs__pk")}
    return _insert(through, rows.order_by("pk"), values)


def copy_levels(copy: Copy) -> int:
    """How many periods were made: the levels held in an old skill, in a new one that took over every statement as it was."""
    old, new, _levels = copy
    # The sum keeps SQLite from looking a statement up by its skill, which thousands share, instead of by what it came from.
    carried = Assessment.objects.filter(carried_from_id=OuterRef("assessment_id")).annotate(
        target=F("skill_id") + 0
    )
    own = {"id", "skill", "assessment"}
    copied = [field.attname for field in HeldLevel._meta.concrete_fields if field.name not in own]
    return _insert(
        HeldLevel,
        HeldLevel.objects.filter(skill_id=old, assessment__retraction=None).order_by("pk"),
        {
            "skill_id": _number(new),
            "assessment_id": Subquery(carried.filter(target=new).values("pk")[:1]),
            **{name: F(name) for name in copied},
        },
    )


def delete_carried(migration: VersionMigration, skill_ids: Sequence[int]) -> int:
    """How many statements are gone: all that a migration carried, with the levels held in its new skills.

    What else points to a statement keeps it by a constraint of the database.
    """
    through: Any = Assessment.proofs.through
    _delete(HeldLevel.objects.filter(skill_id__in=skill_ids))
    _delete(through.objects.filter(assessment__migration=migration))
    _delete(Retraction.objects.filter(assessment__migration=migration))
    return _delete(Assessment.objects.filter(migration=migration))


def _number(value: int) -> Value:
    return Value(value, output_field=models.BigIntegerField())


def _insert(model: type[models.Model], rows: QuerySet[Any], values: dict[str, Any]) -> int:
    """How many rows were written to a table from a selection: column -> what of a selected row stands in it."""
    marked = {f"of_{column}": value for column, value in values.items()}
    selected = rows.annotate(**marked).values_list(*marked)
    try:
        sql, parameters = selected.query.sql_with_params()
    except EmptyResultSet:  # Django knows that nothing can be selected
        return 0
    connection = connections[router.db_for_write(model)]
    names = ", ".join(connection.ops.quote_name(column) for column in values)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", parameters)  # names and Django's own SQL
        return int(cursor.rowcount)


def _delete(rows: QuerySet[Any]) -> int:
    """How many rows were deleted, without reading them: nothing hangs on them but what was deleted before."""
    keys = rows.order_by().values("pk")
    try:
        sql, parameters = keys.query.sql_with_params()
    except EmptyResultSet:
        return 0
    connection = connections[router.db_for_write(rows.model)]
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({sql})", parameters)  # noqa: S608  # names and Django's own SQL
        return int(cursor.rowcount)
