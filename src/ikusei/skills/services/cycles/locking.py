"""Rows held until the transaction ends, in the one order that the package describes."""

from django.db.models import QuerySet

from ikusei.skills.models import Cycle, Participant


def lock_cycle(cycle_id: int) -> Cycle:
    """The cycle as it stands now, locked; call it first, within a transaction."""
    return (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("version__framework")
        .get(pk=cycle_id)
    )


def wait_for_saves(cycle: Cycle) -> int:
    """How many people are in the cycle, all their rows locked: every save that was under way has ended."""
    held = Participant.objects.select_for_update().filter(cycle=cycle).order_by("pk")
    return len(held.values_list("pk", flat=True))


def hold_participant(participant_id: int) -> Participant:
    """The participant, locked, with the cycle as it stands now: for everybody who saves something of theirs."""
    (participant,) = hold_participants(Participant.objects.filter(pk=participant_id))
    return participant


def hold_participants(rows: QuerySet[Participant]) -> list[Participant]:
    """Participants, locked by primary key, with their cycles and versions as they stand now.

    The cycles are read after the locks were got, in a statement of their own: a phase that ended while this waited is
    seen. Read in one statement with the lock, PostgreSQL would tell the phase of the moment before the wait.
    """
    held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    cycles = Cycle.objects.select_related("version").in_bulk({row.cycle_id for row in held})
    for row in held:
        row.cycle = cycles[row.cycle_id]
    return held
