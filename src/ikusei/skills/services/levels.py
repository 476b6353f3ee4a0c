"""Recording statements, and deriving from them the level held on every day (the rule: `skills.deriving`)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import batched, groupby
from operator import itemgetter
from typing import Any

from django.db import transaction

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.deriving import FIELDS, Statement, Terms, standings
from ikusei.skills.models import Assessment, HeldLevel, LevelRule
from ikusei.skills.services.carrying import carry_on

CHUNK = 500
"""How many people are rebuilt at a time: SQLite allows some 30,000 parameters in one statement."""


def record_assessments(
    *, actor: Viewer, rows: Sequence[Assessment], rebuild: bool = True
) -> list[Assessment]:
    """The saved statements, the levels held rebuilt for everyone they speak of. One row or many thousands."""
    access.require(actor, Right.SHEET_IMPORT)
    with transaction.atomic():
        saved = add_statements(rows, rebuild=rebuild)
        audit.record(
            actor=actor.user, verb="skills.assessment.record", subject_kind="people", count=len(saved)
        )
    return saved


def add_statements(rows: Sequence[Assessment], *, rebuild: bool = True) -> list[Assessment]:
    """The saved statements and the levels that follow from them: for services that have checked right and rule themselves."""
    with transaction.atomic():
        saved = Assessment.objects.bulk_create(rows, batch_size=2000)
        # What is said under a version that was migrated counts in the newer one too.
        carried = carry_on(saved, terms_in_force)
        if rebuild:
            touched = [*saved, *carried]
            rebuild_levels({row.person_id for row in touched}, skill_ids={row.skill_id for row in touched})
    return saved


def terms_in_force() -> Terms:
    """The terms of the rule that was published last; those that Ikusei comes with where none was."""
    stored = LevelRule.objects.values_list("terms", flat=True).first()
    return Terms() if stored is None else Terms.from_json(stored)


def rebuild_levels(person_ids: Iterable[int], *, skill_ids: Collection[int] | None = None) -> int:
    """How many periods were written: the levels held by some people, derived anew from all their statements.

    With `skill_ids` only their levels in these skills.
    """
    written = 0
    terms = terms_in_force()
    with transaction.atomic():
        for chunk in batched(sorted(set(person_ids)), CHUNK):
            held = HeldLevel.objects.filter(person_id__in=chunk)
            said = Assessment.objects.filter(person_id__in=chunk, retraction=None)
            if skill_ids is not None:
                held, said = held.filter(skill_id__in=skill_ids), said.filter(skill_id__in=skill_ids)
            held.delete()
            rows = said.order_by("person_id", "skill_id").values_list("person_id", "skill_id", *FIELDS)
            periods = list(held_periods(rows.iterator(), terms))
            HeldLevel.objects.bulk_create(periods, batch_size=2000)
            written += len(periods)
    return written


def held_periods(rows: Iterable[tuple[Any, ...]], terms: Terms) -> Iterator[HeldLevel]:
    """The unsaved periods that follow from statements: rows of person, skill and `FIELDS`, ordered by the first two."""
    for (person_id, skill_id), group in groupby(rows, key=itemgetter(0, 1)):
        found = standings([Statement(*row[2:]) for row in group], terms)
        for place, one in enumerate(found):
            yield HeldLevel(
                person_id=person_id,
                skill_id=skill_id,
                level=one.level,
                confirmed=one.statement.by_other,
                assessment_id=one.statement.id,
                expires_on=one.statement.expires_on,
                stale_on=one.stale_on,
                from_date=one.from_date,
                until=found[place + 1].from_date if place + 1 < len(found) else None,
            )
