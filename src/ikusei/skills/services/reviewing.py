"""Writing decisions on answers: what confirming, proxy entry and sheets have in common. They have checked the right.

Both statements stay: a rater's level is a statement of its own, a later one is added, and only the `Review` that says how
things stand is brought up to date, with what it said before in the audit trail.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import (
    Answer,
    Assessment,
    Channel,
    Decision,
    EvidenceGrade,
    Participant,
    Progress,
    Rater,
    Reply,
    Review,
)
from ikusei.skills.queries.confirmation.rows import SETTLING
from ikusei.skills.queries.evidence import EvidenceItem, usable_for_people
from ikusei.skills.services.cycles.locking import hold_participants
from ikusei.skills.services.levels import add_statements


class NotOpenForConfirmation(RuleBroken):
    """The cycle is closed, or nothing has been handed in."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: as whom, for which share of the person's time; by name and way where somebody else types it in."""

    rater: Rater
    share: Decimal | None
    person_id: int | None
    spoken_by: str = ""
    spoken_how: Channel | str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What is said to one answer: agreed, a level of one's own with a reason, or a question for evidence."""

    answer: Answer
    decision: Decision
    level: int | None = None
    reason: str = ""

    @property
    def says(self) -> int | None:
        """The level that the rater states, None where they ask for evidence."""
        match self.decision:
            case Decision.AGREE:
                return self.answer.statement.level if self.answer.statement else None
            case Decision.DIFFER:
                return self.level
        return None


@dataclass(frozen=True, slots=True)
class Spoken:
    """Everything that one voice says to one person's answers. `participant` is locked by the caller."""

    participant: Participant
    voice: Voice
    words: Sequence[Word]


def require_open(participant: Participant) -> None:
    """Raise NotOpenForConfirmation unless something was handed in and the cycle is open."""
    if not participant.cycle.is_open:
        raise NotOpenForConfirmation(
            _(
                "The cycle has been closed meanwhile. What you wrote stands below; the steward can open it again."
            )
        )
    if not participant.may_be_confirmed:
        raise NotOpenForConfirmation(
            _("%(name)s has not handed in, or has taken it back.") % {"name": participant.person.display_name}
        )


def lock(rows: QuerySet[Participant]) -> list[Participant]:
    """The participants of a queryset, each with person and cycle, locked until the transaction ends, in a fixed order."""
    return hold_participants(rows.select_related("person"))


def answers_of(participants: Collection[Participant]) -> dict[int, dict[int, Answer]]:
    """Participant -> skill -> the answer with its statement and skill, for those that were handed in."""
    rows = Answer.objects.filter(
        participant__in=participants, level__isnull=False, statement__isnull=False
    ).select_related("statement", "skill")
    found: dict[int, dict[int, Answer]] = {}
    for row in rows:
        found.setdefault(row.participant_id, {})[row.skill_id] = row
    return found


def speak(*, actor: Viewer, spoken: Sequence[Spoken], verb: str) -> int:
    """How many decisions were written; what stands already in the same words is left as it is.

    To be called within a transaction that holds the participants locked (`lock`).
    """
    before = _standing_reviews(actor, spoken)
    fresh = [
        (one, word) for one in spoken for word in one.words if not _is_said(before.get(_key(one, word)), word)
    ]
    if not fresh:
        return 0
    entries = _entries(actor, fresh, before, verb)
    statements = _state(actor, fresh)
    _write_reviews(actor, fresh, before, statements)
    finish([one.participant for one in spoken])
    audit.record_all(entries)
    return len(fresh)


def finish(participants: Collection[Participant]) -> None:
    """Mark as confirmed whoever has a decision with a level on every answer; nobody is ever set back."""
    settled = Review.objects.filter(
        participant=OuterRef("participant"),
        skill=OuterRef("skill"),
        answered=OuterRef("statement"),
        decision__in=SETTLING,
    )
    waiting = set(
        Answer.objects.filter(participant__in=participants, level__isnull=False, statement__isnull=False)
        .exclude(Exists(settled))
        .values_list("participant_id", flat=True)
    )
    done = [row.pk for row in participants if row.pk not in waiting]
    Participant.objects.filter(pk__in=done, progress=Progress.HANDED_IN).update(
        progress=Progress.CONFIRMED, confirmed_at=clock.now()
    )


type _Key = tuple[int, int, str]


def _key(one: Spoken, word: Word) -> _Key:
    return one.participant.pk, word.answer.skill_id, one.voice.spoken_by


def _standing_reviews(actor: Viewer, spoken: Sequence[Spoken]) -> dict[_Key, Review]:
    """What the same voices have decided before."""
    rows = Review.objects.filter(
        participant__in=[one.participant for one in spoken],
        reviewer=actor.user,
        spoken_by__in={one.voice.spoken_by for one in spoken},
    ).select_related("statement")
    return {(row.participant_id, row.skill_id, row.spoken_by): row for row in rows}


def _is_said(review: Review | None, word: Word) -> bool:
    """Whether it stands already: a double submit, the back button, a second tab."""
    return (
        review is not None
        and review.decision == word.decision
        and review.answered_id == word.answer.statement_id
        and review.reason == word.reason
        and (review.statement.level if review.statement else None) == word.says
    )


def _state(actor: Viewer, fresh: Sequence[tuple[Spoken, Word]]) -> dict[_Key, Assessment]:
    """The statements of level that follow from decisions, saved, with the proofs that they rest on."""
    proofs = _proofs(fresh)
    rows: dict[_Key, Assessment] = {}
    for one, word in fresh:
        if word.says is None:
            continue
        rests_on = proofs.get((one.participant.person_id, word.answer.skill.key), [])
        rows[_key(one, word)] = Assessment(
            person_id=one.participant.person_id,
            skill_id=word.answer.skill_id,
            level=word.says,
            stated_on=actor.today,
            rater=one.voice.rater,
            rater_person_id=one.voice.person_id,
            evidence=_grade(rests_on, word),
            reason=word.reason,
            cycle_id=one.participant.cycle_id,
            share=one.voice.share,
            entered_by=actor.user if one.voice.spoken_by else None,
            spoken_by=one.voice.spoken_by,
            spoken_how=one.voice.spoken_how,
        )
    add_statements(list(rows.values()))
    through = Assessment.proofs.through
    through.objects.bulk_create(
        through(assessment_id=rows[_key(one, word)].pk, evidence_id=item.id)
        for one, word in fresh
        if _key(one, word) in rows
        for item in proofs.get((one.participant.person_id, word.answer.skill.key), [])
    )
    return rows


def _proofs(fresh: Sequence[tuple[Spoken, Word]]) -> dict[tuple[int, str], list[EvidenceItem]]:
    """(person, skill key) -> the proofs that hold today."""
    people = {one.participant.person_id for one, _word in fresh}
    framework_id = fresh[0][0].participant.cycle.version.framework_id
    keys = {word.answer.skill.key for _one, word in fresh}
    return usable_for_people(people, keys, framework_id=framework_id)


def _grade(proofs: Sequence[EvidenceItem], word: Word) -> EvidenceGrade:
    """The weight of the statement: seen at the least; more where a checked proof speaks for this level or a higher one."""
    reaching = [
        item.grade_for(key)
        for item in proofs
        for (_framework, key), level in item.skills.items()
        if key == word.answer.skill.key and (level is None or level >= (word.says or 0))
    ]
    return max([EvidenceGrade.SEEN, *reaching])


def _write_reviews(
    actor: Viewer,
    fresh: Sequence[tuple[Spoken, Word]],
    before: Mapping[_Key, Review],
    statements: Mapping[_Key, Assessment],
) -> None:
    new: list[Review] = []
    old: list[Review] = []
    for one, word in fresh:
        key = _key(one, word)
        review = before.get(key) or Review(
            participant=one.participant,
            skill_id=word.answer.skill_id,
            reviewer=actor.user,
            spoken_by=one.voice.spoken_by,
        )
        if review.pk is not None and review.reply == Reply.SHOWN and word.decision == Decision.DIFFER:
            # The reply answered the question; to this decision the person has not answered yet.
            review.reply, review.reply_text, review.replied_at = "", "", None
        review.rater = one.voice.rater
        review.spoken_how = one.voice.spoken_how
        review.decision, review.reason = word.decision, word.reason
        review.answered_id, review.statement = word.answer.statement_id, statements.get(key)
        review.decided_at = clock.now()
        (new if review.pk is None else old).append(review)
    made = Review.objects.bulk_create(new)
    # `auto_now` takes the machine's clock; what people read is the city's.
    Review.objects.filter(pk__in=[row.pk for row in made]).update(decided_at=clock.now())
    Review.objects.bulk_update(
        old,
        ("rater", "spoken_how", "decision", "reason", "answered", "statement", "decided_at", "reply",
         "reply_text", "replied_at"),
    )  # fmt: skip


def _entries(
    actor: Viewer, fresh: Sequence[tuple[Spoken, Word]], before: Mapping[_Key, Review], verb: str
) -> list[Entry]:
    """One entry of the audit trail a person and voice, with what was decided before and after by the skill's key."""
    people: dict[tuple[int, str], Spoken] = {}
    befores: dict[tuple[int, str], dict[str, Any]] = {}
    afters: dict[tuple[int, str], dict[str, Any]] = {}
    for one, word in fresh:
        place = one.participant.pk, one.voice.spoken_by
        people[place] = one
        key = word.answer.skill.key
        known = befores.setdefault(place, {})
        if (review := before.get(_key(one, word))) is not None:
            known[key] = _said(
                review.decision, review.statement.level if review.statement else None, review.reason
            ) | ({"reply": review.reply, "reply_text": review.reply_text} if review.reply else {})
        afters.setdefault(place, {})[key] = _said(word.decision, word.says, word.reason)
    return [
        Entry(
            kind=Entry.Kind.CHANGE,
            actor=actor.user,
            verb=verb,
            subject_kind="person",
            subject_id=str(one.participant.person.public_id),
            count=len(afters[place]),
            before=befores[place] or None,
            after=afters[place] | ({"said by": one.voice.spoken_by} if one.voice.spoken_by else {}),
        )
        for place, one in people.items()
    ]


def _said(decision: str, level: int | None, reason: str) -> dict[str, Any]:
    return {"decision": str(decision), "level": level} | ({"reason": reason} if reason else {})
