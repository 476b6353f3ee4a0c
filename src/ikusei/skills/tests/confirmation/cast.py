"""What the tests of confirming have in common: the owner's answers, handed in, as the page would show them."""

from __future__ import annotations

from ikusei.skills.models import Answer, Cycle, Participant, Review
from tests.office import Office


def participant(cycle: Cycle, office: Office, key: str = "owner") -> Participant:
    """One of the cast in the cycle."""
    return Participant.objects.select_related("cycle", "person").get(cycle=cycle, person=office.person(key))


def answers(row: Participant) -> list[Answer]:
    """The answers that were handed in, by the order of their skills: 0 as last confirmed, 1 and 2 not."""
    return list(row.answers.select_related("skill", "statement").order_by("skill__order"))


def seen(row: Participant) -> dict[int, list[int]]:
    """What a page of everything handed in posts along."""
    return {row.pk: [one.statement_id for one in answers(row) if one.statement_id is not None]}


def reviews(row: Participant) -> list[Review]:
    """The decisions as they stand, by the order of their skills."""
    return list(row.reviews.select_related("statement", "skill").order_by("skill__order", "pk"))
