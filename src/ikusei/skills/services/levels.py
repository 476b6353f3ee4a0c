"""Recording assessments, and deriving from them the level held on every day."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db import transaction

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.models import Assessment, HeldLevel

CHUNK = 500
"""How many people are rebuilt at a time: SQLite allows some 30,000 parameters in one statement."""


def record_assessments(
    *, actor: Viewer, rows: Sequence[Assessment], rebuild: bool = True
) -> list[Assessment]:
    """The saved statements, the levels held rebuilt for everyone they speak of. One row or many thousands."""
    access.require(actor, Right.SHEET_IMPORT)
    with transaction.atomic():
        saved = Assessment.objects.bulk_create(rows, batch_size=2000)
        if rebuild:
            rebuild_levels({row.person_id for row in rows})
        audit.record(
            actor=actor.user, verb="skills.assessment.record", subject_kind="people", count=len(saved)
        )
    return saved


def rebuild_levels(person_ids: Iterable[int]) -> int:
    """How many periods were written: the levels held by some people, derived anew from all their statements.

    The rule, version 1: on a day, the latest statement by somebody other than the person counts; where there is none,
    the latest statement by the person, marked as not confirmed. Of statements of one day the last recorded counts. An
    expiry date is carried along; whoever counts people at a level leaves out those whose level has expired.
    """
    written = 0
    ids = sorted(set(person_ids))
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            HeldLevel.objects.filter(person_id__in=chunk).delete()
            statements = Assessment.objects.filter(person_id__in=chunk).order_by(
                "person_id", "skill_id", "stated_on", "id"
            )
            periods = [
                period
                for _key, group in groupby(
                    statements.iterator(), key=lambda row: (row.person_id, row.skill_id)
                )
                for period in held_periods(list(group))
            ]
            HeldLevel.objects.bulk_create(periods, batch_size=2000)
            written += len(periods)
    return written


def held_periods(statements: Sequence[Assessment]) -> Iterator[HeldLevel]:
    """The unsaved periods that follow from one person's statements on one skill, given oldest first."""
    standing: Assessment | None = None
    period: HeldLevel | None = None
    for _day, same_day in groupby(statements, key=lambda row: row.stated_on):
        before = standing
        for statement in same_day:
            if statement.confirmed or standing is None or not standing.confirmed:
                standing = statement
        if standing is None or standing is before:
            continue
        if period is not None:
            period.until = standing.stated_on
            yield period
        period = HeldLevel(
            person_id=standing.person_id,
            skill_id=standing.skill_id,
            level=standing.level,
            confirmed=standing.confirmed,
            assessment=standing,
            expires_on=standing.expires_on,
            from_date=standing.stated_on,
        )
    if period is not None:
        yield period
