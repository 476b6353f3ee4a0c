"""What was handed in, and what whoever saw the work said to it: side by side, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import FETCH_RAISE
from django.utils.functional import Promise

from ikusei.lib import clock
from ikusei.skills.models import Answer, Decision, Participant, Rater, Reply, Review
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_of
from ikusei.skills.queries.second_ratings import Called, second_ratings_of

_RATERS = dict(Rater.choices)


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody else said to one answer. `words` is the behaviour they see, empty where they ask for evidence."""

    review_id: int
    name: str
    role: Promise | str
    decision: str
    level: int | None
    words: str
    reason: str
    reply: str
    reply_words: Promise | str
    reply_text: str
    may_reply: bool

    @property
    def asks(self) -> bool:
        return self.decision == Decision.ASK

    @property
    def differs(self) -> bool:
        return self.decision == Decision.DIFFER


@dataclass(slots=True)
class Line:
    """One answer with what was said to it."""

    skill: SkillItem
    level: int
    words: str
    note: str
    voices: list[Voice] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether somebody agreed, and nobody says anything else."""
        return bool(self.voices) and all(voice.decision == Decision.AGREE for voice in self.voices)

    @property
    def is_open(self) -> bool:
        """Whether something was said to it that the person can read and reply to."""
        return any(voice.decision != Decision.AGREE for voice in self.voices)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A person's part in a cycle after handing in, or in one that is over. `called`: second raters who are asked."""

    participant: Participant
    catalogue: Catalogue
    called: tuple[Called, ...]
    lines: tuple[Line, ...]

    @property
    def spoken(self) -> tuple[Line, ...]:
        """The answers to which somebody said something else, or asked for evidence."""
        return tuple(line for line in self.lines if line.is_open)

    @property
    def quiet(self) -> tuple[Line, ...]:
        """The others."""
        return tuple(line for line in self.lines if not line.is_open)

    @property
    def agreed(self) -> int:
        return sum(line.is_settled for line in self.lines)

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has said anything yet."""
        return not any(line.voices for line in self.lines)


def outcome(participant: Participant) -> Outcome:
    """The answers of one of the viewer's own participations, and every voice to them. Three queries."""
    version = participant.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    answers = Answer.objects.filter(participant_id=participant.pk, level__isnull=False).values_list(
        "skill_id", "level", "note"
    )
    lines = {
        skill_id: Line(
            skill=catalogue.skills[skill_id],
            level=level,
            words=_words(catalogue, skill_id, level),
            note=note,
        )
        for skill_id, level, note in answers
        if level is not None
    }
    reviews = (
        Review.objects.filter(participant_id=participant.pk)
        .select_related("reviewer", "statement")
        .order_by("skill_id", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    for review in reviews:
        if review.skill_id in lines:
            lines[review.skill_id].voices.append(_voice(catalogue, review, participant))
    called = second_ratings_of([participant.pk], today=clock.today())
    for skill_id, voice in _second(catalogue, called).items():
        if skill_id in lines:
            lines[skill_id].voices.append(voice)
    order = list(catalogue.skills)
    return Outcome(
        participant=participant,
        catalogue=catalogue,
        called=tuple(one for one in called if one.is_open),
        lines=tuple(sorted(lines.values(), key=lambda line: order.index(line.skill.id))),
    )


def _voice(catalogue: Catalogue, review: Review, participant: Participant) -> Voice:
    level = review.statement.level if review.statement is not None else None
    return Voice(
        review_id=review.pk,
        name=review.spoken_by or (str(review.reviewer) if review.reviewer is not None else ""),
        role=_RATERS.get(review.rater, ""),
        decision=review.decision,
        level=level,
        words="" if level is None else _words(catalogue, review.skill_id, level),
        reason=review.reason,
        reply=review.reply,
        reply_words=_REPLIES.get(review.reply, ""),
        reply_text=review.reply_text,
        may_reply=participant.cycle.is_open and not review.reply and review.decision != Decision.AGREE,
    )


_REPLIES = dict(Reply.choices)


def _second(catalogue: Catalogue, called: Iterable[Called]) -> Mapping[int, Voice]:
    """What second raters said in this cycle, by skill: read, not replied to."""
    return {
        one.skill_id: Voice(
            review_id=0,
            name=one.rater,
            role=_RATERS[Rater.SECOND],
            decision=Decision.DIFFER,
            level=one.level,
            words=_words(catalogue, one.skill_id, one.level),
            reason=one.said,
            reply="",
            reply_words="",
            reply_text="",
            may_reply=False,
        )
        for one in called
        if one.level is not None and one.skill_id in catalogue.skills
    }


def _words(catalogue: Catalogue, skill_id: int, level: int) -> str:
    skill = catalogue.skills[skill_id]
    return skill.behaviour.get(level, "") or catalogue.levels.get(level, "")
