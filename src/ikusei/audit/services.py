"""Writing the audit trail, and sealing it so that a later change shows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from ikusei.audit.models import Entry, Seal

NO_SEAL = "0" * 64

SETTLING = timedelta(hours=1)
"""How old an entry must be to be sealed: by then no open transaction can still add one with a lower number."""

RUN = 50_000
"""Entries under one seal at most, so that sealing never holds the database for long."""


def record(
    *,
    actor: AbstractBaseUser | None,
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
        actor_id=None if actor is None else actor.pk,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        count=count,
        purpose=purpose,
        before=before,
        after=after,
    )


def record_all(entries: Iterable[Entry]) -> None:
    """Write the changes that one service makes to many things, unsaved `Entry` rows, in few statements."""
    Entry.objects.bulk_create(entries, batch_size=2000)


def record_looks(entries: Iterable[Entry]) -> None:
    """Write the looks of one request in one statement. `org.access` is the only caller."""
    Entry.objects.bulk_create(list(entries))


def _digest(previous: str, entries: Iterable[Entry]) -> tuple[str, int]:
    """The digest over the seal before and these entries, and how many they are."""
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


def seal(*, settling: timedelta = SETTLING) -> list[Seal]:
    """The new seals over all settled entries since the last one: none where there are none, one per RUN entries."""
    made: list[Seal] = []
    until = timezone.now() - settling
    while (link := _seal_run(until)) is not None:
        made.append(link)
    return made


def _seal_run(until: datetime) -> Seal | None:
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("-last_id").first()
        waiting = Entry.objects.filter(pk__gt=last.last_id if last else 0, recorded_at__lte=until).order_by(
            "pk"
        )
        numbers = list(waiting.values_list("pk", flat=True)[:RUN])
        if not numbers:
            return None
        # Every entry up to the last number, whatever its time: verification reads by number alone.
        run = Entry.objects.filter(pk__gte=numbers[0], pk__lte=numbers[-1]).order_by("pk")
        digest, count = _digest(last.digest if last else NO_SEAL, run.iterator())
        return Seal.objects.create(first_id=numbers[0], last_id=numbers[-1], count=count, digest=digest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole: how much of it was read, and the first seal that does not fit.

    `head` is the last digest that fits: whoever notes it outside the system can later ask whether the chain still
    holds it (`noted_found`), which shows a chain that was cut off at its end or made anew. `unsealed_since` is the time
    of the oldest entry that should have been sealed a day ago and is not: the worker does not run, or seals are gone.
    """

    seals: int
    entries: int
    head: str
    broken: Seal | None
    unsealed_since: datetime | None
    noted_found: bool | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing speaks against the chain."""
        return self.broken is None and self.noted_found is not False


def verify(*, noted: str = "") -> Verdict:
    """The verdict over every seal, recomputed from the entries; `noted` is a digest that was once written down."""
    previous, last_id, entries, seals = NO_SEAL, 0, 0, 0
    found = False if noted else None
    broken = None
    for link in Seal.objects.order_by("last_id"):
        run = Entry.objects.filter(pk__gt=last_id, pk__lte=link.last_id).order_by("pk")
        digest, count = _digest(previous, run.iterator())
        if digest != link.digest or count != link.count:
            broken = link
            break
        previous, last_id, entries, seals = digest, link.last_id, entries + count, seals + 1
        found = found or (digest == noted if noted else None)
    return Verdict(
        seals=seals,
        entries=entries,
        head=previous if seals else "",
        broken=broken,
        unsealed_since=None if broken else _forgotten_since(last_id),
        noted_found=found,
    )


def _forgotten_since(last_id: int) -> datetime | None:
    """The time of the oldest unsealed entry, where a seal has been due for a day."""
    due = timezone.now() - SETTLING - timedelta(days=1)
    return (
        Entry.objects.filter(pk__gt=last_id, recorded_at__lt=due)
        .order_by("pk")
        .values_list("recorded_at", flat=True)
        .first()
    )
