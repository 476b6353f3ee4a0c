"""Handing in a self-assessment, taking it back, and the one reply to what somebody else said."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.audit import services as audit
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import (
    Answer,
    Assessment,
    Decision,
    Participant,
    Progress,
    Rater,
    Reply,
    Review,
)
from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.evidence import proof_ids
from ikusei.skills.queries.self_assessment.participation import is_own
from ikusei.skills.services.answers import AnsweringOver, require_answering
from ikusei.skills.services.cycles.locking import hold_participants
from ikusei.skills.services.levels import add_statements


class NotAllAnswered(RuleBroken):
    """`missing` skills have no answer: they can be left as they are, if the person says so."""

    def __init__(self, missing: int) -> None:
        super().__init__(
            ngettext(
                "%(count)s skill has no answer yet. You can answer it, or hand in without it: it then stays as it is on your map.",
                "%(count)s skills have no answer yet. You can answer them, or hand in without them: they then stay as they are on your map.",
                missing,
            )
            % {"count": missing}
        )
        self.missing = missing


class NothingAnswered(RuleBroken):
    """There is nothing to hand in."""


class AlreadyConfirmed(RuleBroken):
    """Somebody has already looked at what was handed in."""


class ReplyRefused(RuleBroken):
    """A reply was given before, or this one cannot be kept."""


def hand_in(
    *,
    actor: Viewer,
    participant_id: int,
    asked: int,
    leave_out: bool = False,
    spoken_by: str = "",
    spoken_how: str = "",
) -> int:
    """How many statements were made of the answers; handed in, they wait for whoever saw the work.

    `asked` is the number of skills the person was asked for; `leave_out` says that those without an answer may stay as
    they are. `spoken_by` and `spoken_how` name who said it, and how, where somebody else types it in.
    Raises NotAllAnswered, NothingAnswered, AnsweringOver, PermissionDenied.
    """
    with transaction.atomic():
        participant = _locked(participant_id)
        require_answering(actor, participant)
        answers = list(
            Answer.objects.filter(participant=participant, level__isnull=False)
            .select_related("skill", "statement")
            .order_by("skill__order")
        )
        if not answers:
            raise NothingAnswered(_("Nothing has been answered yet, so there is nothing to hand in."))
        if len(answers) < asked and not leave_out:
            raise NotAllAnswered(asked - len(answers))
        new = [answer for answer in answers if not _is_said(answer)]
        _state(actor, participant, new, spoken_by=spoken_by, spoken_how=spoken_how)
        before = participant.progress
        participant.progress = Progress.HANDED_IN
        participant.handed_in_at = clock.now()
        participant.started_at = participant.started_at or participant.handed_in_at
        participant.save(update_fields=["progress", "handed_in_at", "started_at"])
        audit.record(
            actor=actor.user,
            verb="skills.answer.hand-in",
            subject_kind="person",
            subject_id=participant.person.public_id,
            count=len(answers),
            before={"progress": before},
            after={"progress": participant.progress, "levels": {one.skill.key: one.level for one in answers}},
        )
    return len(new)


def take_back(*, actor: Viewer, participant_id: int) -> None:
    """Let the person change the answers again; what was stated stays in the record.

    Possible while the cycle asks and nobody has decided on anything. Raises AlreadyConfirmed, AnsweringOver,
    PermissionDenied.
    """
    with transaction.atomic():
        participant = _locked(participant_id)
        if participant.progress == Progress.ANSWERING:
            return  # taken back already: a second click, another tab
        if participant.progress == Progress.HANDED_IN:
            participant.progress = Progress.ANSWERING  # what it would be, to ask the same rule
        require_answering(actor, participant)
        if Review.objects.filter(participant=participant).exists():
            raise AlreadyConfirmed(
                _(
                    "Somebody has already looked at your answers, so they cannot be taken back. You can reply to them."
                )
            )
        participant.handed_in_at = None
        participant.save(update_fields=["progress", "handed_in_at"])
        audit.record(
            actor=actor.user,
            verb="skills.answer.take-back",
            subject_kind="person",
            subject_id=participant.person.public_id,
            before={"progress": Progress.HANDED_IN},
            after={"progress": participant.progress},
        )


def reply_to_review(*, actor: Viewer, review_id: int, reply: str, text: str) -> Review:
    """The decision with the person's one reply to it. Raises ReplyRefused, AnsweringOver once the cycle is closed.

    Somebody else's decision is not there for the actor: NotVisible.
    """
    with transaction.atomic():
        review = _held_review(review_id)
        if review is None or not is_own(actor, review.participant.person):
            raise access.NotVisible(str(review_id))
        if review.reply and (review.reply, review.reply_text) == (reply, text):
            return review  # sent twice
        _require_reply(review, reply, text)
        review.reply, review.reply_text, review.replied_at = reply, text, clock.now()
        # Not save(): the day of the decision is the rater's, not that of the reply.
        Review.objects.filter(pk=review.pk).update(
            reply=review.reply, reply_text=review.reply_text, replied_at=review.replied_at
        )
        audit.record(
            actor=actor.user,
            verb="skills.review.reply",
            subject_kind="person",
            subject_id=review.participant.person.public_id,
            after={"skill": review.skill.key, "reply": reply, "text": text},
        )
    return review


def _held_review(review_id: int) -> Review | None:
    """The decision, read once its participant is held, as whoever decides holds them: neither overwrites the other, and
    a cycle closes before or after.
    """
    about = Review.objects.filter(pk=review_id).values("participant_id")
    held = hold_participants(Participant.objects.filter(pk__in=about).select_related("person"))
    review = Review.objects.select_related("skill").filter(pk=review_id).first()
    if review is not None and held:
        review.participant = held[0]
    return review


def _require_reply(review: Review, reply: str, text: str) -> None:
    if review.reply:
        raise ReplyRefused(_("You have replied to this already; there is one reply."))
    if reply not in Reply.values:
        raise ReplyRefused(_("Please choose one of the replies."))
    if review.decision == Decision.AGREE:
        raise ReplyRefused(_("This was confirmed as you said it; there is nothing to reply to."))
    if len(text) > REASON_LENGTH:
        raise ReplyRefused(
            _("A reply has at most %(count)s characters; this one has %(length)s.")
            % {"count": REASON_LENGTH, "length": len(text)}
        )
    if not review.participant.cycle.is_open:
        raise AnsweringOver("closed", _("The cycle was closed. Nothing can be answered in it any more."))


def _locked(participant_id: int) -> Participant:
    """The participant with cycle and person, held until the transaction ends."""
    held = hold_participants(Participant.objects.filter(pk=participant_id).select_related("person"))
    if not held:
        raise access.NotVisible(str(participant_id))
    return held[0]


def _is_said(answer: Answer) -> bool:
    """Whether the answer stands in the record as it is."""
    said = answer.statement
    return said is not None and (said.level, said.reason) == (answer.level, answer.note)


def _state(
    actor: Viewer, participant: Participant, answers: list[Answer], *, spoken_by: str, spoken_how: str
) -> None:
    """Make statements of answers, each with the proofs that the person has for its skill."""
    proofs = proof_ids(
        participant.person_id,
        [answer.skill.key for answer in answers],
        framework_id=participant.cycle.version.framework_id,
    )
    rows = [
        Assessment(
            person_id=participant.person_id,
            skill_id=answer.skill_id,
            level=answer.level or 0,
            stated_on=clock.today(),
            rater=Rater.SELF,
            rater_person_id=participant.person_id,
            reason=answer.note,
            cycle_id=participant.cycle_id,
            entered_by_id=None if actor.user is None else actor.user.pk,
            spoken_by=spoken_by,
            spoken_how=spoken_how,
        )
        for answer in answers
    ]
    said = add_statements(rows)
    for answer, statement in zip(answers, said, strict=True):
        answer.statement = statement
    Answer.objects.bulk_update(answers, ["statement"])
    _attach(answers, proofs)


def _attach(answers: Iterable[Answer], proofs: dict[str, list[int]]) -> None:
    link = Assessment.proofs.through
    link._default_manager.bulk_create(
        link(assessment_id=answer.statement_id, evidence_id=proof)
        for answer in answers
        for proof in proofs.get(answer.skill.key, ())
    )
