"""Typing in what somebody else said, for people who cannot reach the system: on paper, by telephone, in a conversation.

Whoever types it is named beside whoever said it, on every page that shows it. One's own levels are nobody's to enter as
somebody else's word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment
from ikusei.org.queries.workplace import places
from ikusei.skills.models import Answer, Channel, Participant, Rater
from ikusei.skills.queries.confirmation.sheet import enterable
from ikusei.skills.services.answers import Change, save_answers
from ikusei.skills.services.confirming import Choice, checked
from ikusei.skills.services.handing_in import hand_in
from ikusei.skills.services.reviewing import Spoken, Voice, answers_of, lock, require_open, speak

VERB = "skills.confirmation.enter"
NAME_LENGTH = 150


class SpokesmanMissing(RuleBroken):
    """It was not said who said it, or how."""


@dataclass(frozen=True, slots=True)
class Spokesman:
    """Who said what somebody else types in: a name, the way it came, and (for supervisors) the unit they speak for."""

    name: str
    channel: str
    unit_id: int | None = None

    def require(self) -> None:
        """Raise SpokesmanMissing unless name and way are said."""
        if not self.name.strip():
            raise SpokesmanMissing(_("Please say who said it."))
        if len(self.name.strip()) > NAME_LENGTH:
            raise SpokesmanMissing(
                _("The name is longer than %(limit)s characters.") % {"limit": NAME_LENGTH}
            )
        if self.channel not in Channel.values:
            raise SpokesmanMissing(_("Please say how it came: on paper, by telephone …"))


def enter_answers(
    *, actor: Viewer, participant_id: int, answers: Mapping[int, tuple[int | None, str]], channel: str
) -> int:
    """How many statements were made: the answers (skill -> level and note) of a person, typed in and handed in.

    Raises PermissionDenied, SpokesmanMissing, AnsweringOver, AnswerRefused.
    """
    with transaction.atomic():
        participant = _theirs(actor, participant_id)
        name = participant.person.display_name
        Spokesman(name, channel).require()
        seen = dict(Answer.objects.filter(participant=participant).values_list("skill_id", "revision"))
        changes = [
            Change(skill_id, level, note.strip(), seen.get(skill_id, 0))
            for skill_id, (level, note) in answers.items()
            if level is not None
        ]
        save_answers(actor=actor, participant_id=participant.pk, changes=changes)
        return hand_in(
            actor=actor,
            participant_id=participant.pk,
            asked=len(changes),
            leave_out=True,
            spoken_by=name,
            spoken_how=channel,
        )


def enter_decisions(
    *, actor: Viewer, participant_id: int, choices: Sequence[Choice], spokesman: Spokesman
) -> int:
    """How many decisions of a supervisor were typed in: all of them, or none. Raises as `confirming.decide_many`."""
    spokesman.require()
    with transaction.atomic():
        participant = _theirs(actor, participant_id)
        require_open(participant)
        answers = answers_of([participant]).get(participant.pk, {})
        words = checked(participant, choices, answers, {})
        voice = proxy_voice(actor, participant, spokesman)
        return speak(actor=actor, spoken=[Spoken(participant, voice, words)], verb=VERB)


def proxy_voice(actor: Viewer, participant: Participant, spokesman: Spokesman) -> Voice:
    """The voice of a supervisor who leads a unit of the person's: as whom, and for which share of the time.

    Without a unit, or with one in which the person has no posting today, it is the posting with the largest share.
    """
    spokesman.require()
    work = places([participant.person_id], actor.today).get(participant.person_id, [])
    led = next((place for place in work if place.unit_id == spokesman.unit_id), work[0] if work else None)
    share = led.share if led is not None else Decimal(1)
    employed = Employment.objects.on(actor.today).filter(person_id=participant.person_id)
    inside = led is None or employed.filter(employer_id=led.employer_id).exists()
    return Voice(
        Rater.SUPERVISOR if inside else Rater.HOST,
        share,
        None,
        spoken_by=spokesman.name.strip(),
        spoken_how=spokesman.channel,
    )


def _theirs(actor: Viewer, participant_id: int) -> Participant:
    """The participant, locked, for whom the actor may enter. Raises PermissionDenied."""
    rows = lock(enterable(actor).filter(pk=participant_id))
    if not rows:
        raise PermissionDenied(Right.PROXY_ENTRY.value)
    return rows[0]
