"""A plan: what a staff list would change, in the order in which it is shown and carried out."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ikusei.lib.tabular import Problem
from ikusei.org.imports.records import KnownEmployment, KnownPerson, KnownPosting, PostNode, UnitNode
from ikusei.org.imports.rows import StaffRow


@dataclass(slots=True)
class PostingPlan:
    """A posting to be opened. `from_date` is settled once the days of new units and posts are known."""

    post: PostNode
    kind: str
    share: Decimal
    from_date: date
    until: date | None


@dataclass(slots=True)
class Move:
    """A posting that ends (`new` None), begins (`old` None) or gives way to another on `new.from_date`."""

    old: KnownPosting | None
    new: PostingPlan | None
    on: date


@dataclass(slots=True)
class NewPerson:
    """Somebody not employed on the day of the list: unknown until now, or (`person`) employed again."""

    row: StaffRow
    person: KnownPerson | None
    from_date: date
    until: date | None
    category: str
    grade: str
    kind: str
    reason: str
    postings: list[PostingPlan]


@dataclass(slots=True)
class ChangedPerson:
    """Somebody of whom the list says something else than the record.

    `person_fields` overwrite; `employment` (category, grade, kind) begins a new row; `until` moves the end of the
    present one, and of the postings in `bounded` with it.
    """

    row: StaffRow
    person: KnownPerson
    present: KnownEmployment
    person_fields: dict[str, Any] = field(default_factory=dict)
    employment: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    until: date | None = None
    bounded: list[KnownPosting] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.person_fields or self.employment or self.until or self.moves)

    def differences(self) -> list[tuple[str, str, str]]:
        """What changes, as (column key, before, after), in the words of the record."""
        found = [
            (key, _text(getattr(self.person, key)), _text(value)) for key, value in self.person_fields.items()
        ]
        found += [(key, _text(getattr(self.present, key)), value) for key, value in self.employment.items()]
        if self.until is not None:
            found.append(("until", _text(self.present.until), _text(self.until)))
        for move in self.moves:
            one = move.old or move.new
            key = "posting" if one is not None and one.kind == "home" else "concurrent"
            before, after = _seat(move.old), _seat(move.new)
            if before == after:  # a promotion moves somebody on to the post of the new grade
                before, after = _seat(move.old, with_grade=True), _seat(move.new, with_grade=True)
            found.append((key, before, after))
        return found


@dataclass(slots=True)
class EndedPerson:
    """Somebody who is not in the list any more, or (`row`) whose last day in it has passed."""

    person: KnownPerson
    present: KnownEmployment
    on: date
    row: int | None = None


@dataclass(slots=True)
class Plan:
    """Everything a list would do. `stops` hinder it whole, `problems` are those of single rows or people."""

    new: list[NewPerson] = field(default_factory=list)
    changed: list[ChangedPerson] = field(default_factory=list)
    unchanged: int = 0
    ended: list[EndedPerson] = field(default_factory=list)
    units: list[UnitNode] = field(default_factory=list)
    posts: list[PostNode] = field(default_factory=list)
    fuller: list[PostNode] = field(default_factory=list)
    stops: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    passed_over: list[dict[str, Any]] = field(default_factory=list)
    too_many_end: Problem | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many people are new, changed, unchanged and ended."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "ended": len(self.ended),
        }

    def signature(self) -> int:
        """A number that is another as soon as the plan is another: what was shown is what is carried out."""
        digest = 0
        for line in self._lines():
            digest = zlib.crc32(line.encode(), digest)
        return digest

    def _lines(self) -> Iterator[str]:
        yield str(self.counts)
        for new in self.new:
            postings = [(post.post.words, post.share, post.from_date) for post in new.postings]
            yield f"+{new.row.number} {new.row.name} {new.category} {new.grade} {new.from_date} {postings}"
        for changed in self.changed:
            yield f"*{changed.person.number} {changed.differences()}"
        for ended in self.ended:
            yield f"-{ended.person.number} {ended.on}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _seat(posting: KnownPosting | PostingPlan | None, *, with_grade: bool = False) -> str:
    """The post in words, with its share where it is not the whole."""
    if posting is None:
        return ""
    grade = f" {posting.post.grade}" if with_grade else ""
    share = f" ({posting.share.normalize():f})" if posting.share != 1 else ""
    return f"{posting.post.words}{grade}{share}"
