"""What was handed in and what was decided on it, as plain rows: for one person or a whole team in two queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from ikusei.lib.fields import language
from ikusei.skills.models import Answer, Decision, HeldLevel, Review

SETTLING = (Decision.AGREE, Decision.DIFFER)
"""Decisions that say a level; a question for evidence says none."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What one rater decided on one answer, as it stands."""

    id: int
    participant_id: int
    skill_id: int
    reviewer_id: int | None
    reviewer: str
    spoken_by: str
    rater: str
    decision: str
    reason: str
    answered_id: int | None
    level: int | None
    share: Decimal | None
    decided_at: datetime
    reply: str
    reply_text: str

    @property
    def mark(self) -> str:
        """What tells this state of the decision from an earlier or later one: a page posts it along."""
        return f"{self.id}.{int(self.decided_at.timestamp() * 1_000_000)}"

    @property
    def settles(self) -> bool:
        """Whether it says a level."""
        return self.decision in SETTLING


@dataclass(frozen=True, slots=True)
class Handed:
    """One answer that was handed in: the level said now, and the level last confirmed before this cycle (None: never)."""

    participant_id: int
    skill_id: int
    level: int
    statement_id: int
    note: str
    stated_on: date
    entered_by: str
    spoken_by: str
    last: int | None
    last_on: date | None

    @property
    def unchanged(self) -> bool:
        """Whether the person says what was confirmed last."""
        return self.last is not None and self.level == self.last


def _name_of(path: str) -> Coalesce:
    """`Person.display_name` as a column; empty ones are left out, so that another name can stand in."""
    names = ["name_latin", "used_name", "name"] if language() == "en" else ["used_name", "name"]
    return Coalesce(*(NullIf(f"{path}{name}", Value("")) for name in names))


def _answers(rows: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers that have a statement, with the columns of `Handed` that are not their own."""
    before = (
        HeldLevel.objects.filter(
            person=OuterRef("participant__person"), skill=OuterRef("skill"), confirmed=True
        )
        .exclude(assessment__cycle=OuterRef("participant__cycle"))
        .order_by("-from_date")
    )
    return (
        rows.filter(level__isnull=False, statement__isnull=False)
        .order_by("participant_id", "skill_id")
        .annotate(
            said=F("statement__level"),
            said_on=F("statement__stated_on"),
            clerk=F("statement__entered_by__label"),
            spoken=F("statement__spoken_by"),
            last=Subquery(before.values("level")[:1]),
            last_on=Subquery(before.values("assessment__stated_on")[:1]),
        )
    )


_HANDED = (
    "participant_id", "skill_id", "said", "statement_id", "note", "said_on", "clerk", "spoken", "last", "last_on",
)  # fmt: skip
_DECIDED = (
    "pk", "participant_id", "skill_id", "reviewer_id", "called", "spoken_by", "rater", "decision", "reason",
    "answered_id", "statement__level", "statement__share", "decided_at", "reply", "reply_text",
)  # fmt: skip


def _called(path: str) -> Coalesce:
    """What people call the reviewer of a review: the person's name, that of the account where there is no person."""
    return Coalesce(
        _name_of(f"{path}reviewer__person__"),
        NullIf(f"{path}reviewer__label", Value("")),
        f"{path}reviewer__email",
        Value(""),
        output_field=CharField(),
    )


def handed_in(participant_ids: Collection[int]) -> list[Handed]:
    """Every answer with a statement, of some people in cycles. One query."""
    rows: QuerySet[Any, Any] = _answers(Answer.objects.filter(participant_id__in=participant_ids))
    return [Handed(*row) for row in rows.values_list(*_HANDED)]


def decided(participant_ids: Collection[int]) -> list[Decided]:
    """Every decision on their answers, as it stands now, by whomever. One query."""
    rows: QuerySet[Any, Any] = Review.objects.filter(participant_id__in=participant_ids).order_by("pk")
    return [Decided(*row) for row in rows.annotate(called=_called("")).values_list(*_DECIDED)]


type Decisions = dict[tuple[int, int], list[Decided]]
"""(participant, skill) -> the decisions on that answer."""


def with_decisions(rows: QuerySet[Answer]) -> QuerySet[Answer]:
    """Answers to be read with `handed_of` and `decisions_of`: each once for every decision, once where there is none."""
    review = FilteredRelation("participant__reviews", condition=Q(participant__reviews__skill=F("skill")))
    columns = {
        f"review_{name.removesuffix('_id')}": F(f"review__{name}")
        for name in _DECIDED
        if name not in _SPELLED
    }
    return (
        _answers(rows)
        .annotate(review=review)
        .annotate(review_called=_called("review__"), **columns)
        .order_by("participant_id", "skill_id", F("review_pk"))
    )


_SPELLED = ("participant_id", "skill_id", "called")
_WITH = tuple(
    f"review_{name.removesuffix('_id')}" for name in _DECIDED if name not in ("participant_id", "skill_id")
)


def handed_and_decided(rows: QuerySet[Answer]) -> tuple[list[Handed], Decisions]:
    """The answers with a statement, and the decisions on them. One query."""
    lines: QuerySet[Any, Any] = with_decisions(rows)
    return unfold(lines.values_list(*_HANDED, *_WITH))


def unfold(lines: Iterable[Sequence[Any]]) -> tuple[list[Handed], Decisions]:
    """The answers and the decisions of lines that hold both."""
    width = len(_HANDED)
    answers: dict[int, Handed] = {}
    decisions: Decisions = {}
    for line in lines:
        answer = answers.setdefault(line[3], Handed(*line[:width]))
        pk, *rest = line[width:]
        if pk is not None:
            place = answer.participant_id, answer.skill_id
            decisions.setdefault(place, []).append(Decided(pk, *place, *rest))
    return list(answers.values()), decisions


def line_of(row: Answer) -> list[Any]:
    """A row of `with_decisions` as a line of `unfold`."""
    return [getattr(row, name) for name in (*_HANDED, *_WITH)]


def by_answer(decisions: Iterable[Decided]) -> dict[tuple[int, int], list[Decided]]:
    """(participant, skill) -> the decisions on that answer."""
    found: dict[tuple[int, int], list[Decided]] = {}
    for one in decisions:
        found.setdefault((one.participant_id, one.skill_id), []).append(one)
    return found


def is_open(answer: Handed, decisions: Collection[Decided], *, user_id: int, share: Decimal) -> bool:
    """Whether a rater with a share of the time has still to speak on an answer.

    Not where they have decided on this very statement (a question that was answered is open again), nor where somebody
    who leads at least as much of the person's time has.
    """
    for one in decisions:
        if one.answered_id != answer.statement_id:
            continue
        mine = one.reviewer_id == user_id and not one.spoken_by
        if mine and (one.settles or not one.reply):
            return False
        if not mine and one.settles and (one.share if one.share is not None else Decimal(1)) >= share:
            return False
    return True


def in_one_go(answer: Handed, decisions: Collection[Decided], *, user_id: int, share: Decimal) -> bool:
    """Whether an answer belongs to the one action for all unchanged ones: open, as confirmed last, nothing said yet."""
    mine = any(one.reviewer_id == user_id and not one.spoken_by for one in decisions)
    return answer.unchanged and not mine and is_open(answer, decisions, user_id=user_id, share=share)
