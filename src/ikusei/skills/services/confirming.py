"""Confirming what people said of themselves: agree, differ with a reason, ask for evidence; the unchanged in one action."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import Answer, Decision, Level, Participant
from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.confirmation.rows import Decided, Handed, by_answer, decided, handed_in, in_one_go
from ikusei.skills.queries.confirmation.scope import confirmable
from ikusei.skills.queries.confirmation.standing import Standing, standings
from ikusei.skills.services.reviewing import Spoken, Voice, Word, answers_of, lock, require_open, speak

VERB = "skills.confirmation.decide"


class DecisionsRefused(RuleBroken):
    """Something is wrong with one decision or more, and none was written; `problems` says what by skill."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(_("Nothing was saved yet: please look at the marked skills."))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose for one skill. `seen`: the statement that their page showed; `mark`: their own earlier
    decision as the page showed it (`rows.Decided.mark`), "" for none, None where no page was shown.
    """

    skill_id: int
    seen: int
    decision: Decision
    level: int | None = None
    reason: str = ""
    mark: str | None = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What the one action for the unchanged ones did. `left` names those of whom something was left, and why."""

    people: int
    answers: int
    left: list[str] = field(default_factory=list)


def confirm_unchanged(*, actor: Viewer, seen: Mapping[int, Collection[int]]) -> Unchanged:
    """How many people and answers were confirmed: those that say what was confirmed last, as the page showed them.

    `seen`: participant -> the statements that stood on the page. What was said anew since is left for a look at it, and
    so is whoever has moved out of the viewer's reach; what is confirmed already stays as it is.
    """
    access.require(actor, Right.LEVELS_CONFIRM)
    with transaction.atomic():
        people = lock(confirmable(actor).filter(pk__in=seen))
        if len(people) < len(seen):
            missing = _(
                "Somebody on the page is no longer confirmed by you; their levels were left as they are."
            )
        left = [missing] if len(people) < len(seen) else []
        ready = [row for row in people if row.may_be_confirmed]
        if people and not ready:
            require_open(people[0])
        left += [
            _("%(name)s: not open for confirmation any more.") % {"name": row.person.display_name}
            for row in people
            if row not in ready
        ]
        spoken, changed = _agreements(actor, ready, seen)
        left += changed
        answers = speak(actor=actor, spoken=spoken, verb=VERB)
    return Unchanged(people=sum(bool(one.words) for one in spoken), answers=answers, left=left)


def _agreements(
    actor: Viewer, people: Sequence[Participant], seen: Mapping[int, Collection[int]]
) -> tuple[list[Spoken], list[str]]:
    """What there is to agree to, and the names of those who said something anew since the page was opened."""
    ids = [row.pk for row in people]
    decisions = by_answer(decided(ids))
    models = answers_of(people)
    standing = standings(actor, people)
    user_id = actor.user.pk if actor.user else 0
    mine: dict[int, list[Handed]] = {}
    for answer in handed_in(ids):
        mine.setdefault(answer.participant_id, []).append(answer)
    spoken, left = [], []
    for row in people:
        shown, handed = set(seen[row.pk]), mine.get(row.pk, [])
        if shown - {one.statement_id for one in handed}:
            left.append(
                _("%(name)s has said something anew since you opened the page; please look at it.")
                % {"name": row.person.display_name}
            )
        share = standing[row.pk].share
        words = [
            Word(models[row.pk][one.skill_id], Decision.AGREE)
            for one in handed
            if one.statement_id in shown
            and in_one_go(one, decisions.get((row.pk, one.skill_id), ()), user_id=user_id, share=share)
        ]
        spoken.append(Spoken(row, voice_of(actor, standing[row.pk]), words))
    return spoken, left


def voice_of(actor: Viewer, standing: Standing) -> Voice:
    """The actor speaking for themselves."""
    return Voice(standing.rater, standing.share, actor.person.pk if actor.person else None)


def decide_many(*, actor: Viewer, participant_id: int, choices: Sequence[Choice]) -> int:
    """How many decisions on one person's answers were written: all of them, or none.

    Raises PermissionDenied (somebody else confirms them, or it is oneself), NotOpenForConfirmation, and DecisionsRefused
    with a sentence for each skill where a reason or a level is missing, or where the page was out of date.
    """
    access.require(actor, Right.LEVELS_CONFIRM)
    with transaction.atomic():
        rows = lock(confirmable(actor).filter(pk=participant_id))
        if not rows:
            raise PermissionDenied(Right.LEVELS_CONFIRM.value)
        (participant,) = rows
        require_open(participant)
        answers = answers_of(rows).get(participant.pk, {})
        words = checked(participant, choices, answers, own_decisions(actor, participant.pk))
        standing = standings(actor, rows)[participant.pk]
        spoken = Spoken(participant, voice_of(actor, standing), words)
        return speak(actor=actor, spoken=[spoken], verb=VERB)


def agree(*, actor: Viewer, participant_id: int, skill_id: int, seen: int) -> int:
    """1, or 0 where it stood already: the level that the person said is confirmed. Raises as decide_many."""
    choice = Choice(skill_id, seen, Decision.AGREE, mark=None)
    return decide_many(actor=actor, participant_id=participant_id, choices=[choice])


def differ(*, actor: Viewer, participant_id: int, skill_id: int, seen: int, level: int, reason: str) -> int:
    """1, or 0 where it stood already: another level, with the reason. Raises as decide_many."""
    choice = Choice(skill_id, seen, Decision.DIFFER, level, reason, mark=None)
    return decide_many(actor=actor, participant_id=participant_id, choices=[choice])


def ask_evidence(*, actor: Viewer, participant_id: int, skill_id: int, seen: int, question: str) -> int:
    """1, or 0 where it stood already: a question what the level shows in. Raises as decide_many."""
    choice = Choice(skill_id, seen, Decision.ASK, None, question, mark=None)
    return decide_many(actor=actor, participant_id=participant_id, choices=[choice])


def checked(
    participant: Participant,
    choices: Sequence[Choice],
    answers: Mapping[int, Answer],
    standing: Mapping[int, Decided],
) -> list[Word]:
    """The choices as words to be spoken. Raises DecisionsRefused."""
    numbers = set(
        Level.objects.filter(version_id=participant.cycle.version_id).values_list("number", flat=True)
    )
    problems: dict[int, str] = {}
    words = []
    for choice in choices:
        answer = answers.get(choice.skill_id)
        problem = _problem(participant, choice, answer, standing.get(choice.skill_id), numbers)
        if problem:
            problems[choice.skill_id] = problem
        elif answer is not None:
            level = choice.level if choice.decision == Decision.DIFFER else None
            reason = "" if choice.decision == Decision.AGREE else choice.reason.strip()
            words.append(Word(answer, choice.decision, level, reason))
    if problems:
        raise DecisionsRefused(problems)
    return words


def _problem(
    participant: Participant,
    choice: Choice,
    answer: Answer | None,
    standing: Decided | None,
    numbers: Collection[int],
) -> str:
    """What is wrong with one choice, "" where nothing is."""
    name = participant.person.display_name
    if answer is None:
        return _("%(name)s has taken back what was said on this skill.") % {"name": name}
    if answer.statement_id != choice.seen:
        return _("%(name)s has said something anew meanwhile: level %(level)s. Please look again.") % {
            "name": name,
            "level": answer.level,
        }
    if standing is not None and _says_the_same(standing, choice, answer):
        return ""  # a double submit, or the back button
    if choice.mark is not None and choice.mark != (standing.mark if standing else ""):
        return _("You decided on this in another window meanwhile. What you decided there stands below.")
    match choice.decision:
        case Decision.DIFFER:
            return _differing_problem(choice, answer, numbers)
        case Decision.ASK if not choice.reason.strip():
            return _("Please say what you would like to see.")
    return _too_long(choice.reason)


def _differing_problem(choice: Choice, answer: Answer, numbers: Collection[int]) -> str:
    if choice.level is None or choice.level not in numbers:
        return _("Please choose the level that you see.")
    if choice.level == answer.level:
        return _("This is the level that was said: choose “confirm”, or another level.")
    if not choice.reason.strip():
        return _("Please give a reason: the person reads it and can answer.")
    return _too_long(choice.reason)


def _too_long(text: str) -> str:
    if len(text.strip()) <= REASON_LENGTH:
        return ""
    return _("The text is longer than %(limit)s characters.") % {"limit": REASON_LENGTH}


def _says_the_same(standing: Decided, choice: Choice, answer: Answer) -> bool:
    return (standing.decision, standing.answered_id, standing.level, standing.reason) == (
        choice.decision,
        answer.statement_id,
        {Decision.AGREE: answer.level, Decision.DIFFER: choice.level}.get(choice.decision),
        "" if choice.decision == Decision.AGREE else choice.reason.strip(),
    )


def own_decisions(actor: Viewer, participant_id: int) -> dict[int, Decided]:
    """Skill -> the actor's own decision as it stands."""
    user_id = actor.user.pk if actor.user else None
    return {
        one.skill_id: one
        for one in decided([participant_id])
        if one.reviewer_id == user_id and not one.spoken_by
    }
