"""Rows held until the transaction ends, in the one order that the package describes."""

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
    """The participant, locked, with the cycle as it stands now: for everybody who saves something of theirs.

    The cycle is read after the lock was got, in a statement of its own: a phase that ended while this waited is seen.
    """
    participant = Participant.objects.select_for_update(of=("self",)).get(pk=participant_id)
    participant.cycle = Cycle.objects.select_related("version").get(pk=participant.cycle_id)
    return participant
