"""What is drafted, decided and planned for a round, in one query: moves, restrictions, people not yet hired."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    Field,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractMonth, ExtractYear

from ikusei.lib import fiscal
from ikusei.org.models import PlannedPerson
from ikusei.rotation.keys import ids_of, person_key, planned_ids_of, planned_key
from ikusei.rotation.models import Draft, DraftState, Move, Restriction, Round
from ikusei.rotation.picture import (
    OF_DRAFT,
    OF_REJECTION,
    OF_ROUND,
    MoveFacts,
    PersonFacts,
    RestrictionFacts,
)

MOVE, RESTRICTION, PLANNED = 1, 2, 3
FIRST_MONTH = 4
"""The month in which a fiscal year begins."""

BY_REJECTION = Q(decision__isnull=False, decision__at__gte=F("decision__move__changed_at")) & ~Q(
    decision__move__draft__state=DraftState.DROPPED
)
"""Restrictions by a rejection that still stands. Once its move was changed or its draft was dropped, nobody could take the
rejection back: the restriction is the round's then, and the personnel section lifts it.
"""

_KINDS: Mapping[str, type[Field[Any, Any]]] = {
    "what": IntegerField,
    "number": IntegerField,
    "whose": IntegerField,
    "hire": IntegerField,
    "start": IntegerField,
    "post": IntegerField,
    "end": IntegerField,
    "back": IntegerField,
    "origin_post": IntegerField,
    "pinned": BooleanField,
    "part": FloatField,
    "word": CharField,
    "text": CharField,
    "more": CharField,
    "named": CharField,
}
"""Column -> its type: those of a union have to be of one type in all of its parts."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The moves of a draft in the order of their years, the restrictions that hold in it, people not yet hired."""

    moves: tuple[MoveFacts, ...]
    restrictions: tuple[RestrictionFacts, ...]
    planned: Mapping[str, PersonFacts]


def decided(round_: Round, draft: Draft | None, person_keys: Collection[str] | None = None) -> Decided:
    """All that was decided about everybody, or about some people. One query."""
    moves, restrictions, planned = _moves(draft), _restrictions(round_, draft), _planned(round_)
    if person_keys is not None:
        hired, hires = ids_of(person_keys), planned_ids_of(person_keys)
        moves = moves.filter(Q(person_id__in=hired) | Q(planned_id__in=hires))
        restrictions = restrictions.filter(person_id__in=hired)
        planned = planned.filter(pk__in=hires)
    parts = moves.values(*_KINDS), restrictions.values(*_KINDS), planned.values(*_KINDS)
    rows = list(parts[0].union(*parts[1:], all=True).order_by())
    return Decided(
        moves=tuple(_move(row) for row in _sorted(rows, MOVE, "start", "number")),
        restrictions=tuple(_joined(_sorted(rows, RESTRICTION, "number"))),
        planned={
            planned_key(row["number"]): _hire(row, round_)
            for row in _sorted(rows, PLANNED, "start", "post", "text", "number")
        },
    )


def _columns(**given: Any) -> dict[str, Any]:
    """Every column of the union, those that are not given as nothing."""
    return {name: Cast(given.get(name, Value(None)), kind()) for name, kind in _KINDS.items()}


def _moves(draft: Draft | None) -> QuerySet[Move]:
    return (
        Move.objects.filter(draft=draft)
        .order_by()
        .annotate(
            **_columns(
                what=Value(MOVE),
                number=F("pk"),
                whose=F("person_id"),
                hire=F("planned_id"),
                start=F("year"),
                post=F("to_post_id"),
                end=F("until_year"),
                back=F("return_post_id"),
                origin_post=F("from_post_id"),
                pinned=F("is_pinned"),
                part=F("share"),
                word=F("kind"),
            )
        )
    )


def _restrictions(round_: Round, draft: Draft | None) -> QuerySet[Restriction]:
    held = Case(
        When(BY_REJECTION, then=Value(OF_REJECTION)),
        When(draft=None, then=Value(OF_ROUND)),
        default=Value(OF_DRAFT),
    )
    return (
        Restriction.objects.filter(Q(draft=None) | Q(draft=draft), round=round_)
        .order_by()
        .annotate(
            **_columns(
                what=Value(RESTRICTION),
                number=F("pk"),
                whose=F("person_id"),
                start=F("from_year"),
                post=F("posts"),
                end=F("until_year"),
                word=F("kind"),
                text=F("reason"),
                more=held,
            )
        )
    )


def _planned(round_: Round) -> QuerySet[PlannedPerson]:
    """Of a day its year and month: a union has no column for days."""
    return (
        PlannedPerson.objects.filter(
            employer_id=round_.employer_id,
            category=round_.category,
            hired_as=None,
            from_date__lt=fiscal.end_of(round_.years[-1]),
        )
        .order_by()
        .annotate(
            **_columns(
                what=Value(PLANNED),
                number=F("pk"),
                start=ExtractYear("from_date"),
                post=ExtractMonth("from_date"),
                end=ExtractYear("until"),
                back=ExtractMonth("until"),
                word=F("grade"),
                text=F("label"),
                more=F("job_type"),
                named=F("public_id"),
            )
        )
    )


def _sorted(rows: Iterable[Mapping[str, Any]], what: int, *by: str) -> list[Mapping[str, Any]]:
    return sorted(
        (row for row in rows if row["what"] == what), key=lambda row: tuple(row[name] for name in by)
    )


def _move(row: Mapping[str, Any]) -> MoveFacts:
    return MoveFacts(
        person=person_key(row["whose"]) if row["whose"] is not None else planned_key(row["hire"]),
        year=row["start"],
        post=row["post"],
        kind=row["word"],
        share=float(row["part"]),
        until_year=row["end"],
        return_post=row["back"],
        from_post=row["origin_post"],
        is_pinned=bool(row["pinned"]),
        id=row["number"],
    )


def _joined(rows: Iterable[Mapping[str, Any]]) -> Iterable[RestrictionFacts]:
    """Restrictions of which every post was a row of its own."""
    posts: dict[int, set[int]] = {}
    first: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["number"], row)
        posts.setdefault(row["number"], set()).update([] if row["post"] is None else [row["post"]])
    for number, row in first.items():
        yield RestrictionFacts(
            person=person_key(row["whose"]),
            kind=row["word"],
            posts=frozenset(posts[number]),
            from_year=row["start"],
            until_year=row["end"],
            reason=row["text"],
            id=number,
            held=row["more"],
        )


def _fiscal(year: int, month: int) -> int:
    return int(year) - (int(month) < FIRST_MONTH)


def _hire(row: Mapping[str, Any], round_: Round) -> PersonFacts:
    nothing: tuple[tuple[tuple[int, float], ...], ...] = ((),) * len(round_.years)
    return PersonFacts(
        key=planned_key(row["number"]),
        id=row["number"],
        public_id=str(UUID(row["named"])),
        name=row["text"],
        grade=row["word"],
        job_type=row["more"],
        levels={},
        gq=0.0,
        dq=0.0,
        gq_years=0.0,
        dq_years=0.0,
        from_year=_fiscal(row["start"], row["post"]),
        until_year=None if row["end"] is None else _fiscal(row["end"], row["back"]),
        main=None,
        concurrent=(),
        base=(None,) * len(round_.years),
        base_concurrent=nothing,
        is_planned=True,
    )
