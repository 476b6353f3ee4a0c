"""The questions of a self-assessment: first what is likely to have changed, then the rest as last time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zlib import crc32

from django.db.models import BooleanField, CharField, DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from ikusei.skills.models import Answer, EvidenceFor, Interest, Participant
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_of
from ikusei.skills.queries.maps.my_map import SHORT_FRAMEWORK
from ikusei.skills.queries.self_assessment.before import Before, before
from ikusei.skills.queries.self_assessment.changes import Proof, Reason, Seat, reasons, seat

SECONDS_A_QUESTION = 30
SECONDS_A_LOOK = 4
"""What somebody takes to answer a question, and to look over a line of the rest."""

CARDS_AT_ONCE = 20
"""So many questions are fetched at a time for the script, to be there when the connection is not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A level to choose, as behaviour; `name` is the level's own name. `last`, `confirmed`: it was said so last time."""

    level: int
    name: str
    behaviour: str
    chosen: bool
    last: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in an answer, or what somebody typed: level, note and the two wishes."""

    level: int | None = None
    note: str = ""
    interested: bool = False
    may_be_asked: bool = False


def mark_of(revision: int, saved: Given) -> str:
    """What a page showed, short: the revision, the answer and the wishes, parted by points."""
    level = "" if saved.level is None else str(saved.level)
    answer = crc32(f"{level} {saved.note}".encode())
    return f"{revision}.{answer:x}.{int(saved.interested)}{int(saved.may_be_asked)}"


@dataclass(frozen=True, slots=True)
class Question:
    """One skill to be answered. `revision` 0: no answer yet. `typed` is what was typed and is not saved yet;
    `is_conflict`: `saved` was saved meanwhile from another page, and the person says which one counts.
    """

    skill: SkillItem
    levels: Mapping[int, str]
    before: Before
    saved: Given
    revision: int
    reasons: tuple[Reason, ...]
    proofs: tuple[Proof, ...]
    typed: Given | None = None
    is_conflict: bool = False

    @property
    def mark(self) -> str:
        """What the page shows as saved, to tell what the person changes."""
        return mark_of(self.revision, self.saved)

    @property
    def shown(self) -> Given:
        """What stands in the fields."""
        return self.saved if self.typed is None else self.typed

    @property
    def is_answered(self) -> bool:
        return self.saved.level is not None

    @property
    def is_unchanged(self) -> bool:
        """Whether it was answered as last time."""
        return self.is_answered and self.saved.level == self.before.last

    @property
    def can_stay(self) -> bool:
        """Whether it waits to be answered as last time."""
        return not self.is_answered and self.before.last is not None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The levels, lowest first."""
        confirmed = self.before.other.level if self.before.other is not None else None
        last = self.before.own.level if self.before.own is not None else None
        return tuple(
            Choice(
                level=number,
                name=name,
                behaviour=self.skill.behaviour.get(number, ""),
                chosen=number == self.shown.level,
                last=number == last,
                confirmed=number == confirmed,
            )
            for number, name in self.levels.items()
        )

    def behaviour(self, level: int | None) -> str:
        """A level as behaviour, by its name where the framework does not define one; empty for none."""
        if level is None:
            return ""
        return self.skill.behaviour.get(level, "") or self.levels.get(level, "")

    @property
    def words(self) -> str:
        """The answer, or what was said last time, as behaviour."""
        return self.behaviour(self.saved.level if self.is_answered else self.before.last)

    @property
    def saved_words(self) -> str:
        return self.behaviour(self.saved.level)


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """What a person is asked in a cycle. `first` are asked first, `rest` may stay as last time, `fresh` were never said."""

    participant: Participant
    catalogue: Catalogue
    seat: Seat | None
    first: tuple[Question, ...]
    fresh: tuple[Question, ...]
    rest: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order in which they are asked."""
        return (*self.first, *self.fresh, *self.rest)

    @property
    def total(self) -> int:
        return len(self.questions)

    @property
    def answered(self) -> int:
        return sum(question.is_answered for question in self.questions)

    @property
    def may_stay(self) -> tuple[Question, ...]:
        """The rest that waits to be answered as last time."""
        return tuple(question for question in self.rest if question.can_stay)

    @property
    def minutes(self) -> int:
        """About how many minutes what is left takes."""
        asked = sum(not one.is_answered for one in (*self.first, *self.fresh))
        seconds = asked * SECONDS_A_QUESTION + len(self.may_stay) * SECONDS_A_LOOK
        return max(1, -(-seconds // 60))

    def question(self, key: str) -> Question | None:
        """The question about the skill with a key."""
        return next((one for one in self.questions if one.skill.key == key), None)


@dataclass(slots=True)
class _Facts:
    """What hangs from skills: answers with their revision, wishes, proofs; by key."""

    answers: dict[str, tuple[int, int | None, str]] = field(default_factory=dict)
    wishes: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    proofs: dict[str, list[Proof]] = field(default_factory=dict)


def self_assessment(participant: Participant, on: date) -> SelfAssessment:
    """The questions for one of the viewer's own participations, as they stand on a day. Three queries."""
    version = participant.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    known = before(participant, catalogue, on)
    facts = _facts(participant)
    here = seat(participant.person, on)
    asked = _asked(catalogue, here, {*known, *facts.answers})
    why = reasons(catalogue, here, known, facts.proofs, on)
    questions = [
        _question(skill, catalogue, known, facts, why.get(skill.id, ()))
        for skill in catalogue.skills.values()
        if skill.id in asked
    ]
    order = {skill_id: place for place, skill_id in enumerate(why)}
    first = sorted((one for one in questions if one.reasons), key=lambda one: order[one.skill.id])
    others = [one for one in questions if not one.reasons]
    return SelfAssessment(
        participant=participant,
        catalogue=catalogue,
        seat=here,
        first=tuple(first),
        fresh=tuple(one for one in others if one.before.last is None),
        rest=tuple(one for one in others if one.before.last is not None),
    )


def with_typed(
    page: SelfAssessment, typed: Mapping[int, Given], conflicts: Collection[int] = ()
) -> SelfAssessment:
    """The same questions with what somebody typed and is not saved, by skill; those are asked before all others."""
    if not typed:
        return page
    marked = tuple(
        replace(one, typed=typed[one.skill.id], is_conflict=one.skill.id in conflicts)
        if one.skill.id in typed
        else one
        for one in page.questions
    )
    ahead = tuple(one for one in marked if one.typed is not None)
    first = tuple(one for one in page.first if one.skill.id not in typed)
    return replace(
        page,
        first=(*ahead, *first),
        fresh=tuple(one for one in page.fresh if one.skill.id not in typed),
        rest=tuple(one for one in page.rest if one.skill.id not in typed),
    )


@dataclass(frozen=True, slots=True)
class TypedLine:
    """Something that somebody typed and that is not saved: the skill, the level as behaviour, the note."""

    name: str
    words: str
    note: str


def typed_lines(participant_id: int, typed: Mapping[int, Given]) -> list[TypedLine]:
    """What was typed, in words that are everybody's: it tells nothing of the person the participation belongs to."""
    edition = (
        Participant.objects.filter(pk=participant_id)
        .values_list("cycle__version_id", "cycle__version__created_at")
        .first()
    )
    if edition is None:
        return []
    catalogue = catalogue_of(edition)
    lines = []
    for skill_id, given in typed.items():
        skill = catalogue.skills.get(skill_id)
        if skill is not None:
            level = given.level if given.level is not None else -1
            words = skill.behaviour.get(level, "") or catalogue.levels.get(level, "")
            lines.append(TypedLine(name=skill.name, words=words, note=given.note))
    return lines


def _question(
    skill: SkillItem,
    catalogue: Catalogue,
    known: Mapping[str, Before],
    facts: _Facts,
    why: tuple[Reason, ...],
) -> Question:
    revision, level, note = facts.answers.get(skill.key, (0, None, ""))
    interested, may_be_asked = facts.wishes.get(skill.key, (False, False))
    return Question(
        skill=skill,
        levels=catalogue.levels,
        before=known.get(skill.key, Before()),
        saved=Given(level=level, note=note, interested=interested, may_be_asked=may_be_asked),
        revision=revision,
        reasons=why,
        proofs=tuple(facts.proofs.get(skill.key, ())),
    )


def _asked(catalogue: Catalogue, here: Seat | None, spoken_of: Collection[str]) -> set[int]:
    """The skills that are asked: all of a short framework; of a long one what the post asks for or was spoken of."""
    if len(catalogue.skills) <= SHORT_FRAMEWORK:
        return set(catalogue.skills)
    job_type = catalogue.job_types.get(here.job_type) if here is not None else None
    required = set(job_type.required) if job_type is not None else set()
    asked = {
        skill.id for skill in catalogue.skills.values() if skill.id in required or skill.key in spoken_of
    }
    return asked or set(catalogue.skills)


COLUMNS = ("kind", "key", "one", "two", "words", "day", "ends", "first", "second")


def _facts(participant: Participant) -> _Facts:
    """Answers, wishes and proofs in one query."""
    found = _Facts()
    for kind, key, one, two, words, day, ends, first, second in _rows(participant):
        match kind:
            case "answer":
                found.answers[key] = (one, two, words)
            case "wish":
                found.wishes[key] = (first, second)
            case "proof":
                found.proofs.setdefault(key, []).append(Proof(title=words, day=day, expires_on=ends))
    return found


def _rows(participant: Participant) -> QuerySet[Any, Any]:
    no_day = Cast(Value(None), output_field=DateField())
    no_number = Cast(Value(None), output_field=IntegerField())
    no_words = Value("", output_field=CharField())
    no = Value(False, output_field=BooleanField())
    framework = participant.cycle.version.framework_id
    answers: QuerySet[Any, Any] = Answer.objects.filter(participant_id=participant.pk).annotate(
        kind=Value("answer"), key=F("skill__key"), one=Cast("revision", IntegerField()),
        two=Cast("level", IntegerField()), words=F("note"), day=no_day, ends=no_day, first=no, second=no,
    )  # fmt: skip
    wishes: QuerySet[Any, Any] = Interest.objects.filter(
        person_id=participant.person_id, framework_id=framework
    ).annotate(
        kind=Value("wish"), key=F("skill_key"), one=no_number, two=no_number, words=no_words, day=no_day,
        ends=no_day, first=F("interested"), second=F("may_be_asked"),
    )  # fmt: skip
    proofs: QuerySet[Any, Any] = EvidenceFor.objects.filter(
        evidence__person_id=participant.person_id, evidence__withdrawn_at=None, framework_id=framework
    ).annotate(
        kind=Value("proof"), key=F("skill_key"), one=no_number, two=no_number, words=F("evidence__title"),
        day=F("evidence__issued_on"), ends=F("evidence__expires_on"), first=no, second=no,
    )  # fmt: skip
    return (
        answers.order_by()
        .values_list(*COLUMNS)
        .union(wishes.order_by().values_list(*COLUMNS), proofs.order_by().values_list(*COLUMNS), all=True)
        .order_by("day", "key")
    )
