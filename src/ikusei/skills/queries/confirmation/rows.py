"""What was handed in and what was decided on it, as plain rows: for one person or a whole team in two queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
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


def handed_in(participant_ids: Collection[int]) -> list[Handed]:
    """Every answer with a statement, of some people in cycles. One query."""
    before = (
        HeldLevel.objects.filter(
            person=OuterRef("participant__person"), skill=OuterRef("skill"), confirmed=True
        )
        .exclude(assessment__cycle=OuterRef("participant__cycle"))
        .order_by("-from_date")
    )
    rows: QuerySet[Any, Any] = Answer.objects.filter(
        participant_id__in=participant_ids, level__isnull=False, statement__isnull=False
    )
    return [
        Handed(*row)
        for row in rows.order_by("participant_id", "skill_id").values_list(
            "participant_id", "skill_id", "statement__level", "statement_id", "note", "statement__stated_on",
            "statement__entered_by__label", "statement__spoken_by",
            Subquery(before.values("level")[:1]), Subquery(before.values("assessment__stated_on")[:1]),
        )
    ]  # fmt: skip


def decided(participant_ids: Collection[int]) -> list[Decided]:
    """Every decision on their answers, as it stands now, by whomever. One query."""
    name = Coalesce(
        _name_of("reviewer__person__"), NullIf("reviewer__label", Value("")), "reviewer__email", Value(""),
        output_field=CharField(),
    )  # fmt: skip
    rows = Review.objects.filter(participant_id__in=participant_ids).order_by("pk")
    return [
        Decided(*row)
        for row in rows.values_list(
            "pk", "participant_id", "skill_id", "reviewer_id", name, "spoken_by", "rater", "decision", "reason",
            "answered_id", "statement__level", "statement__share", "decided_at", "reply", "reply_text",
        )
    ]  # fmt: skip


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
