"""Words to people about wishes that were not met: proposed, edited, and released by hand, after the notice only.

A proposal comes from whoever finds reasons (`Words`); what is kept and told is what a human of the personnel section has
read and edited. No text names a colleague or anybody's wish but the reader's own.
"""

from collections.abc import Callable, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.lib import clock, fiscal
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose
from ikusei.rotation.access import require_section
from ikusei.rotation.models import Round, WishAnswer
from ikusei.rotation.models.wishes import TEXT_LENGTH
from ikusei.rotation.queries.unmet import Unmet, unmet_wishes

type Words = Callable[[Round, Unmet], str]
"""A round and a wish that was not met -> the words proposed to the person."""

MOST = 100
"""So many answers are released in one act."""


def default_words(round: Round, unmet: Unmet) -> str:
    """Words that are true of every wish that was not met, in the person's language. They give no reason."""
    with translation.override(unmet.language):
        values = {"name": unmet.name, "post": unmet.post, "year": fiscal.label(round.fiscal_year)}
        return (
            _(
                "Dear %(name)s, thank you for telling us your wishes. For %(year)s the move to %(post)s that you wished for "
                "could not be made. Your wish stays with us as a basis for what comes next; please tell us in the next "
                "preference sheet whether it still holds. Your supervisor and the personnel section are glad to talk it over."
            )
            % values
        )


def propose(*, actor: Viewer, round: Round, words: Words = default_words) -> int:
    """How many answers were drafted now: one for each first wish that no order of the round meets and that has none yet.

    Nobody is told anything by it. Raises PermissionDenied outside the personnel section.
    """
    require_section(actor, round.employer)
    user = _account(actor)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round.pk)
        answers = []
        for unmet in unmet_wishes(round):
            text = words(round, unmet)[:TEXT_LENGTH]
            answers.append(
                WishAnswer(
                    round=round,
                    person_id=unmet.person_id,
                    post_id=unmet.post_id,
                    proposed=text,
                    text=text,
                    edited_by=user,
                )
            )
        WishAnswer.objects.bulk_create(answers)
        if answers:
            _record(actor, "rotation.answer.propose", round.public_id, count=len(answers))
    return len(answers)


def edit_answer(*, actor: Viewer, answer: WishAnswer, text: str) -> WishAnswer:
    """The answer with another text. Raises RuleBroken where it was released, or nothing is left of the text."""
    require_section(actor, answer.round.employer)
    user = _account(actor)
    if not text.strip():
        raise RuleBroken(_("Say something, or release nothing."))
    with transaction.atomic():
        row = _locked(answer)
        if row.released_at is not None:
            raise RuleBroken(_("These words were released; the person may have read them."))
        row.text, row.edited_by = text.strip()[:TEXT_LENGTH], user
        row.save(update_fields=["text", "edited_by", "edited_at"])
        _record(actor, "rotation.answer.edit", row.public_id)
    return row


def release_answers(*, actor: Viewer, round: Round, answers: Iterable[WishAnswer]) -> int:
    """How many answers the persons may read from now on. Raises RuleBroken before the day of the notice."""
    require_section(actor, round.employer)
    user = _account(actor)
    if not round.is_noticed(clock.today()):
        raise RuleBroken(_("Nobody is told anything before the notice."))
    keys = [answer.pk for answer in answers]
    with transaction.atomic():
        rows = WishAnswer.objects.select_for_update().filter(
            pk__in=keys[:MOST], round=round, released_at=None
        )
        waiting = [row.pk for row in rows]
        WishAnswer.objects.filter(pk__in=waiting).update(released_by=user, released_at=clock.now())
        if waiting:
            _record(actor, "rotation.answer.release", round.public_id, count=len(waiting))
    return len(waiting)


def _locked(answer: WishAnswer) -> WishAnswer:
    return WishAnswer.objects.select_for_update().get(pk=answer.pk)


def _account(actor: Viewer) -> User:
    if actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return actor.user


def _record(actor: Viewer, verb: str, subject: object, *, count: int = 1) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="wish-answer",
        subject_id=subject,
        purpose=Purpose.PLACEMENT,
        count=count,
    )
