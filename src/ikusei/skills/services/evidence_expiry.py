"""News of proofs that expire: 90 and 30 days before, and on the day, each told once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ikusei.jobs import services as jobs
from ikusei.lib import clock
from ikusei.skills.models import Evidence

EVENT = "skills.evidence.expiring"
THRESHOLDS = (90, 30, 0)
LATE = timedelta(days=30)
"""A proof that expired longer ago than this is old news."""


def tell_of_expiry() -> int:
    """How many events were recorded: for each proof the nearest threshold it has passed, unless that was told already.

    The payload: the proof and its person by their public ids, the first day on which it is no longer valid, and the
    threshold in days.
    """
    today = clock.today()
    told = 0
    for days in reversed(
        THRESHOLDS
    ):  # the nearest first: what expires today is not told as expiring in 30 days, too
        until = today + timedelta(days=days)
        with transaction.atomic():
            due = (
                Evidence.objects.select_for_update()
                .filter(
                    Q(told_days__isnull=True) | Q(told_days__gt=days),
                    withdrawn_at=None,
                    expires_on__gt=today - LATE,
                    expires_on__lte=until,
                )
                .order_by("pk")
            )
            rows = list(due.values_list("pk", "public_id", "person__public_id", "expires_on"))
            jobs.record_events(
                name=EVENT,
                payloads=[
                    {
                        "evidence": str(proof),
                        "person": str(person),
                        "expires_on": str(expires_on),
                        "days": days,
                    }
                    for _pk, proof, person, expires_on in rows
                ],
            )
            for start in range(0, len(rows), 2000):
                ids = [row[0] for row in rows[start : start + 2000]]
                Evidence.objects.filter(pk__in=ids).update(told_days=days)
        told += len(rows)
    return told
