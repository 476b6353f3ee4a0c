"""A second rater: called by a steward for one skill of one person, where two statements stand against each other."""

import uuid
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employment
from ikusei.skills.models import (
    Answer,
    Assessment,
    EvidenceGrade,
    Level,
    Participant,
    Rater,
    Review,
    SecondRating,
)
from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.evidence import usable_for
from ikusei.skills.services.levels import add_statements
from ikusei.skills.services.reviewing import lock


class RaterRefused(RuleBroken):
    """This account cannot be the second rater."""


class RatingRefused(RuleBroken):
    """The second rating cannot be called, or cannot be given, as asked; the text says why."""


def find_rater(text: str) -> User:
    """The active account with a mail address or a staff number of today. Raises RaterRefused where there is not one."""
    wanted = text.strip()
    people = Employment.objects.on(clock.today()).filter(staff_number=wanted).values("person_id")
    users = User.objects.filter(is_active=True)
    found = list((users.filter(email__iexact=wanted) | users.filter(person__in=people)).distinct()[:2])
    if not wanted or len(found) != 1:
        raise RaterRefused(
            _("There is no account, or more than one, with this mail address or staff number.")
        )
    return found[0]


def call_second_rater(
    *, actor: Viewer, participant_id: int, skill_id: int, rater: User, reason: str, due_on: date
) -> SecondRating:
    """The new second rating; the standing one where the same rater was called before and has not spoken.

    Raises PermissionDenied, RaterRefused, RatingRefused.
    """
    access.require(actor, Right.CYCLE_RUN)
    with transaction.atomic():
        participant = _participant(participant_id)
        access.require_person(actor, Right.CYCLE_RUN, participant.person)
        _require_callable(participant, skill_id, reason, due_on)
        _require_rater(participant, skill_id, rater)
        known = SecondRating.objects.filter(participant=participant, skill_id=skill_id, rater=rater).first()
        if known is not None and known.ended_at is None:
            return known
        if known is not None:
            raise RaterRefused(_("This rater has been called for this skill already."))
        rating = SecondRating.objects.create(
            participant=participant,
            skill_id=skill_id,
            rater=rater,
            reason=reason.strip(),
            called_by=actor.user,
            due_on=due_on,
        )
        _record(actor, rating, "skills.second-rating.call", {"rater": rater.pk, "reason": rating.reason})
    return rating


def give_second_rating(
    *, actor: Viewer, public_id: uuid.UUID, level: int | None, reason: str
) -> SecondRating:
    """The second rating with its statement; it ends with it. Only the called rater gives it: NotVisible for others.

    Raises RatingRefused.
    """
    with transaction.atomic():
        # The participant first, as for everything that is said in a cycle: closing it waits for this, or this sees it.
        held = lock(Participant.objects.filter(second_ratings__public_id=public_id))
        rating = _own(actor, public_id)
        rating.participant.cycle = held[0].cycle
        if rating.statement is not None and (rating.statement.level, rating.statement.reason) == (
            level,
            reason.strip(),
        ):
            return rating  # sent twice
        if rating.ended_at is not None:
            raise RatingRefused(_("This second rating has ended."))
        if not rating.participant.cycle.is_open:
            raise RatingRefused(_("The cycle has been closed meanwhile; your text is kept below."))
        numbers = Level.objects.filter(version_id=rating.participant.cycle.version_id)
        if level is None or not numbers.filter(number=level).exists():
            raise RatingRefused(_("Please choose the level that you see."))
        _require_reason(reason)
        rating.statement = _state(actor, rating, level, reason.strip())
        rating.ended_at = clock.now()
        rating.save(update_fields=["statement", "ended_at"])
        _record(actor, rating, "skills.second-rating.give", {"level": level, "reason": reason.strip()})
    return rating


def withdraw_second_rating(*, actor: Viewer, public_id: uuid.UUID) -> SecondRating:
    """The second rating, ended where it had not been given. Raises PermissionDenied; NotVisible where there is none."""
    access.require(actor, Right.CYCLE_RUN)
    with transaction.atomic():
        rating = _locked(public_id)
        access.require_person(actor, Right.CYCLE_RUN, rating.participant.person)
        if rating.ended_at is None:
            rating.ended_at = clock.now()
            rating.save(update_fields=["ended_at"])
            _record(actor, rating, "skills.second-rating.withdraw", {})
    return rating


def _participant(participant_id: int) -> Participant:
    rows = lock(Participant.objects.filter(pk=participant_id))
    if not rows:
        raise NotVisible(str(participant_id))
    return rows[0]


def _require_callable(participant: Participant, skill_id: int, reason: str, due_on: date) -> None:
    if not participant.cycle.is_open:
        raise RatingRefused(_("The cycle is closed: open it again before you call a second rater."))
    said = Answer.objects.filter(participant=participant, skill_id=skill_id, statement__isnull=False)
    if not said.exists():
        raise RatingRefused(_("Nothing has been handed in for this skill."))
    if due_on < clock.today():
        raise RatingRefused(_("The last day lies in the past."))
    _require_reason(reason)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RatingRefused(_("Please give a reason: the person reads it."))
    if len(reason.strip()) > REASON_LENGTH:
        raise RatingRefused(_("The text is longer than %(limit)s characters.") % {"limit": REASON_LENGTH})


def _require_rater(participant: Participant, skill_id: int, rater: User) -> None:
    person = getattr(rater, "person", None)
    if not rater.is_active or rater.code_only or person is None:
        raise RaterRefused(_("A second rater has an account of their own that belongs to a person."))
    if person.pk == participant.person_id:
        raise RaterRefused(_("Nobody is their own second rater."))
    first = Review.objects.filter(participant=participant, skill_id=skill_id, reviewer=rater)
    if first.exists():
        raise RaterRefused(_("This person has rated the skill already; a second rater is somebody else."))


def _own(actor: Viewer, public_id: uuid.UUID) -> SecondRating:
    rating = _locked(public_id)
    if actor.user is None or rating.rater_id != actor.user.pk:
        raise NotVisible(str(public_id))
    if actor.person is not None and actor.person.pk == rating.participant.person_id:
        raise PermissionDenied
    return rating


def _locked(public_id: uuid.UUID) -> SecondRating:
    rows = SecondRating.objects.select_for_update(of=("self",)).filter(public_id=public_id)
    found = rows.select_related("participant__person", "participant__cycle__version", "skill").first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def _state(actor: Viewer, rating: SecondRating, level: int, reason: str) -> Assessment:
    """The second rater's statement, with the proofs that hold today."""
    participant = rating.participant
    key = rating.skill.key
    proofs = usable_for(
        participant.person_id, [key], framework_id=participant.cycle.version.framework_id
    ).get(key, [])
    (said,) = add_statements(
        [
            Assessment(
                person_id=participant.person_id,
                skill_id=rating.skill_id,
                level=level,
                stated_on=actor.today,
                rater=Rater.SECOND,
                rater_person=actor.person,
                evidence=EvidenceGrade.SEEN,
                reason=reason,
                cycle_id=participant.cycle_id,
            )
        ]
    )
    said.proofs.add(*[item.id for item in proofs])
    return said


def _record(actor: Viewer, rating: SecondRating, verb: str, after: dict[str, object]) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=rating.participant.person.public_id,
        after={"skill": rating.skill.key, **after},
    )
