"""Writing to the people of a cycle: once, to exactly the list that was shown."""

from itertools import batched

from django.db import transaction

from ikusei.jobs.progress import Progress as Handle
from ikusei.lib import clock
from ikusei.notices import services as notices
from ikusei.notices.models import Letter, LetterState, Mailing
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Unit
from ikusei.skills.models import Cycle, Participant
from ikusei.skills.queries.cycles.reminding import Letters, Whom, letters
from ikusei.skills.services.cycles.recording import record
from ikusei.skills.services.cycles.refreshing import CHUNK

MANY = 1000
"""More letters than this are queued in the background."""


def remind(
    *,
    actor: Viewer,
    cycle: Cycle,
    whom: Whom,
    once_key: str,
    unit: Unit | None = None,
    expect: str = "",
    quiet_days: int | None = None,
    progress: Handle | None = None,
) -> Mailing:
    """The mailing, its letters waiting to be sent; the first one where the form was sent twice (`once_key`).

    Nobody is written to whom a letter of the kind reached within `quiet_days`. Raises notices.services.ListChanged where
    the list is not the one that was shown (`expect`, its digest).
    """
    access.require(actor, Right.CYCLE_RUN)
    handle = progress or Handle()
    found = letters(actor, cycle, whom, unit_id=unit.pk if unit else None)
    handle.start(len(found.recipients))
    with transaction.atomic():
        if first := Mailing.objects.filter(once_key=once_key).first():
            return first
        mailing = notices.send(
            actor=actor.user,
            kind=found.kind,
            recipients=found.recipients,
            common=found.common,
            subject_ref=f"cycle:{cycle.public_id}",
            once_key=once_key,
            quiet_days=quiet_days,
            expect=expect,
        )
        _note(found, mailing)
        record(
            actor,
            "remind",
            cycle,
            count=max(mailing.size, 1),
            after={"whom": str(whom), "unit": unit.pk if unit else None, "mailing": str(mailing.public_id)},
        )
    return mailing


def _note(found: Letters, mailing: Mailing) -> None:
    """Write when they were reminded on the rows of those who get a letter."""
    sent = Letter.objects.filter(mailing=mailing).exclude(state=LetterState.SKIPPED)
    rows = (pk for ref in sent.values_list("ref", flat=True) for pk in found.rows.get(ref, ()))
    now = clock.now()
    for chunk in batched(rows, CHUNK):
        Participant.objects.filter(pk__in=chunk).update(reminded_at=now)
