"""The level that follows from everything said of one person and one skill: the rule, in one place, without a database.

The rule in words (`docs/level-rule.md` says it for officials):

1.  Of what others than the person have said, the newest counts; of one day, the better proved, then the last recorded.
2.  Within one cycle a second rater counts before the supervisors, and of several supervisors the one who leads the
    larger share of the person's time.
3.  A certificate that is valid on the day counts for at least its level.
4.  Where nobody else has said anything, the newest of the person's own statements counts, as not confirmed.
5.  A level whose proof has run out is marked as expired; one that was last said too long ago is marked as stale. Both
    stay visible; an expired one covers nothing.

The terms that a city sets (`Terms`): whether 2 and 3 hold, and after how many months what grade of evidence is stale.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from ikusei.lib.dates import add_months
from ikusei.skills.models import EvidenceGrade, Rater

STALE_MONTHS: Mapping[int, int] = {
    EvidenceGrade.SAID: 18,
    EvidenceGrade.SEEN: 24,
    EvidenceGrade.TESTED: 36,
    EvidenceGrade.EXAMINED: 60,
    EvidenceGrade.DONE: 36,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a city sets in the rule. `stale_months`: grade of evidence -> months until a statement is stale."""

    certificates: bool = True
    shares: bool = True
    stale_months: Mapping[int, int] = field(default_factory=lambda: dict(STALE_MONTHS))

    def as_json(self) -> dict[str, Any]:
        """The terms as they are stored."""
        return {
            "certificates": self.certificates,
            "shares": self.shares,
            "stale_months": {str(grade): months for grade, months in self.stale_months.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The terms that were stored by `as_json`."""
        return cls(
            certificates=stored["certificates"],
            shares=stored["shares"],
            stale_months={int(grade): months for grade, months in stored["stale_months"].items()},
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One `Assessment` as the rule reads it."""

    id: int
    level: int
    stated_on: date
    rater: str
    evidence: int
    expires_on: date | None
    cycle_id: int | None
    share: Decimal | None

    @property
    def by_other(self) -> bool:
        return self.rater != Rater.SELF


FIELDS = ("id", "level", "stated_on", "rater", "evidence", "expires_on", "cycle_id", "share")
"""The columns of `Assessment` that make a `Statement`, in its order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The statement that counts from a day on, and the days from which its level is marked as stale or expired."""

    from_date: date
    statement: Statement
    stale_on: date | None
    lifted: bool = False
    """Whether it counts because a certificate is valid (3), although something newer was said."""

    @property
    def level(self) -> int:
        return self.statement.level


def standings(statements: Sequence[Statement], terms: Terms) -> list[Standing]:
    """What counts, from which day on, oldest first. `statements`: all of one person and skill, in any order."""
    if len(statements) == 1:  # most officials have said one thing once: 40,000 of them at a time
        (only,) = statements
        return [Standing(only.stated_on, only, _stale_on(only, terms))]
    ordered = sorted(statements, key=lambda one: (one.stated_on, one.id))
    found: list[Standing] = []
    for day in _turning_days(ordered, terms):
        known = [one for one in ordered if one.stated_on <= day]
        now = standing_on(known, day, terms)
        if now is not None and (not found or found[-1].statement is not now.statement):
            found.append(now)
    return found


def standing_on(statements: Sequence[Statement], day: date, terms: Terms) -> Standing | None:
    """What counts on a day of statements made up to that day; None where there are none."""
    others = [one for one in statements if one.by_other]
    newest = _newest(others or statements, terms)
    if newest is None:
        return None
    counts = newest
    if terms.certificates:
        valid = [one for one in others if _is_certificate(one) and _holds(one, day)]
        best = max(valid, key=lambda one: (one.level, one.stated_on, one.id), default=None)
        if best is not None and best.level > newest.level:
            counts = best
    return Standing(
        from_date=day,
        statement=counts,
        stale_on=_stale_on(counts, terms),
        lifted=counts is not newest,
    )


def _turning_days(ordered: Sequence[Statement], terms: Terms) -> Iterator[date]:
    """The days on which what counts can change: something is said, or a certificate runs out."""
    days = {one.stated_on for one in ordered}
    if terms.certificates:
        days |= {
            one.expires_on
            for one in ordered
            if one.expires_on is not None and one.expires_on > one.stated_on and _is_certificate(one)
        }
    yield from sorted(days)


def _newest(statements: Iterable[Statement], terms: Terms) -> Statement | None:
    """The statement that counts of several of the same kind of rater (1, 2), None of none."""
    standing: Statement | None = None
    for one in sorted(statements, key=lambda one: (one.stated_on, one.evidence, one.id)):
        if standing is None or not _outranked(one, standing, terms):
            standing = one
    return standing


def _outranked(newer: Statement, standing: Statement, terms: Terms) -> bool:
    """Whether the standing statement of the same cycle counts before the newer one (2)."""
    if not terms.shares or newer.cycle_id is None or newer.cycle_id != standing.cycle_id:
        return False
    return _weight(newer) < _weight(standing)


def _weight(one: Statement) -> tuple[bool, Decimal]:
    return one.rater == Rater.SECOND, one.share if one.share is not None else Decimal(1)


def _is_certificate(one: Statement) -> bool:
    return one.rater == Rater.EXAMINER


def _holds(one: Statement, day: date) -> bool:
    return one.expires_on is None or day < one.expires_on


def _stale_on(one: Statement, terms: Terms) -> date | None:
    months = terms.stale_months.get(one.evidence)
    return None if months is None else add_months(one.stated_on, months)
