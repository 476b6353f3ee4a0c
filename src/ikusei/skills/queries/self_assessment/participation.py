"""In which cycles somebody takes part, and which of them a page speaks of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import FETCH_RAISE, Count, Q

from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.models import Decision, Participant, Phase, Progress
from ikusei.skills.queries.maps.catalogue import catalogue_of
from ikusei.skills.queries.maps.my_map import SHORT_FRAMEWORK


def is_own(viewer: Viewer, person: Person) -> bool:
    """Whether a record is the viewer's own; told by the account, so that saving an answer asks for nothing else."""
    return viewer.user is not None and person.user_id == viewer.user.pk


def require_own(viewer: Viewer, person: Person) -> None:
    """Raise PermissionDenied (403) unless a record is the viewer's own, or the viewer the operator at the machine."""
    if not viewer.is_operator and not is_own(viewer, person):
        raise PermissionDenied(Right.OWN.value)


def participations(viewer: Viewer) -> list[Participant]:
    """The viewer's own part in every cycle, newest first, with cycle and version; none for an account without a person."""
    if viewer.person is None:
        return []
    rows = (
        Participant.objects.filter(person_id=viewer.person.pk)
        .select_related("cycle__version__framework", "person")
        .order_by("-cycle__opens_on", "-cycle_id")
    )
    return list(rows.fetch_mode(FETCH_RAISE))


def current(found: Sequence[Participant]) -> Participant | None:
    """The participation that a person is asked about: in an open cycle, else in one to come, else the last."""
    for phases in ((Phase.SELF, Phase.SUPERVISOR), (Phase.PLANNED,), (Phase.CLOSED,)):
        for participant in found:
            if participant.cycle.phase in phases:
                return participant
    return None


def in_cycle(found: Sequence[Participant], public_id: uuid.UUID) -> Participant:
    """The participation in one cycle. Raises NotVisible where the viewer has none in it."""
    for participant in found:
        if participant.cycle.public_id == public_id:
            return participant
    raise NotVisible(str(public_id))


def numbered(found: Sequence[Participant], participant_id: int) -> Participant:
    """The viewer's participation with a number. Raises NotVisible for anybody else's."""
    for participant in found:
        if participant.pk == participant_id:
            return participant
    raise NotVisible(str(participant_id))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is in the open cycle. `total` None: a long framework, of which only a part is asked."""

    participant: Participant
    answered: int
    total: int | None
    to_reply: int
    may_answer: bool

    @property
    def until(self) -> date:
        """The last day to answer."""
        return self.participant.extended_until or self.participant.cycle.self_until


def open_standing(person: Person, on: date) -> Standing | None:
    """How far the person is in the cycle that is open, for the first page; None for nobody in one. One query."""
    participant = (
        Participant.objects.filter(person=person, cycle__phase__in=(Phase.SELF, Phase.SUPERVISOR))
        .select_related("cycle__version")
        .annotate(
            answered=Count("answers", filter=Q(answers__level__isnull=False), distinct=True),
            to_reply=Count(
                "reviews", filter=~Q(reviews__decision=Decision.AGREE) & Q(reviews__reply=""), distinct=True
            ),
        )
        .order_by("-cycle__opens_on", "-cycle_id")
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if participant is None:
        return None
    version = participant.cycle.version
    skills = len(catalogue_of((version.pk, version.created_at)).skills)
    return Standing(
        participant=participant,
        answered=participant.answered,
        total=skills if skills <= SHORT_FRAMEWORK else None,
        to_reply=participant.to_reply,
        may_answer=participant.may_answer(on) and participant.progress != Progress.HANDED_IN,
    )
