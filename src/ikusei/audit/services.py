"""Writing the audit trail, and sealing it so that a later change shows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ikusei.accounts.models import User
from ikusei.audit.models import Entry, Seal

NO_SEAL = "0" * 64

SETTLING = timedelta(hours=1)
"""How old an entry must be to be sealed: by then no open transaction can still add one with a lower number."""


def record(
    *,
    actor: User | None,
    verb: str,
    subject_kind: str = "",
    subject_id: object = "",
    count: int = 1,
    purpose: str = "",
    before: Any = None,
    after: Any = None,
) -> Entry:
    """The new entry for one change, written in the transaction of the change itself. Without an actor: the system."""
    return Entry.objects.create(
        kind=Entry.Kind.CHANGE,
        actor=actor,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        count=count,
        purpose=purpose,
        before=before,
        after=after,
    )


def record_looks(entries: Iterable[Entry]) -> None:
    """Write the looks of one request in one statement. `org.access` is the only caller."""
    Entry.objects.bulk_create(list(entries))


def _digest(previous: str, entries: Iterable[Entry]) -> tuple[str, int]:
    hashed = hashlib.sha256(previous.encode())
    count = 0
    for entry in entries:
        row = [
            entry.pk,
            entry.recorded_at.isoformat(),
            entry.kind,
            entry.actor_id,
            entry.verb,
            entry.subject_kind,
            entry.subject_id,
            entry.purpose,
            entry.count,
            entry.before,
            entry.after,
        ]
        hashed.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode())
        count += 1
    return hashed.hexdigest(), count


def seal(*, settling: timedelta = SETTLING) -> Seal | None:
    """The new seal over all settled entries since the last one, or None where there are none."""
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("-last_id").first()
        entries = Entry.objects.filter(
            pk__gt=last.last_id if last else 0, recorded_at__lte=timezone.now() - settling
        ).order_by("pk")
        bounds = list(entries.values_list("pk", flat=True))
        if not bounds:
            return None
        digest, count = _digest(last.digest if last else NO_SEAL, entries.iterator())
        return Seal.objects.create(first_id=bounds[0], last_id=bounds[-1], count=count, digest=digest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole: how much of it was read, and the first seal that does not fit."""

    seals: int
    entries: int
    broken: Seal | None


def verify() -> Verdict:
    """The verdict over every seal, recomputed from the entries."""
    previous, last_id, entries, seals = NO_SEAL, 0, 0, 0
    for link in Seal.objects.order_by("last_id"):
        run = Entry.objects.filter(pk__gt=last_id, pk__lte=link.last_id).order_by("pk")
        digest, count = _digest(previous, run.iterator())
        if digest != link.digest or count != link.count:
            return Verdict(seals=seals, entries=entries, broken=link)
        previous, last_id, entries, seals = digest, link.last_id, entries + count, seals + 1
    return Verdict(seals=seals, entries=entries, broken=None)
