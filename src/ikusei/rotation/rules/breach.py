"""What a broken rule is, and the smallest change that would satisfy it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture

type Severity = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to a draft: put a move, drop one, or lift a restriction (by its id).

    A main move that is put replaces the person's main move of that year, a concurrent one theirs to that post.
    """

    do: Literal["put", "drop", "lift"]
    move: MoveFacts | None = None
    restriction: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to satisfy the rule: who sits in which post from when on, and the steps of a draft that bring it about."""

    steps: tuple[Step, ...]
    kind: Literal["stay", "go", "drop", "lift", "share", "return"]
    person: str
    year: int
    post: int | None = None
    last: int | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest change: what is missing, in figures, and the moves that would do (best first; may be none).

    `needed` choices together satisfy the rule: two where two people are missing.
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: by whom, in which post, from which fiscal year on (until `facts["last"]` where it lasts).

    "must": an order cannot be given so; "should": it can, at a price. `part` tells breaches of one rule apart that have
    the same person, post and year (a skill, the number of a restriction).
    """

    rule: str
    person: str | None
    post: int | None
    year: int
    facts: Mapping[str, Any]
    severity: Severity
    fix: Fix | None = None
    part: str = ""

    @property
    def key(self) -> tuple[str, str, int, int, str]:
        """What makes two breaches the same one."""
        return (self.rule, self.person or "", self.post or 0, self.year, self.part)

    @property
    def is_must(self) -> bool:
        """Whether no order can be given as long as it stands."""
        return self.severity == "must"


def apply_steps(
    picture: Picture, moves: Iterable[MoveFacts], steps: Iterable[Step]
) -> tuple[Picture, list[MoveFacts]]:
    """The picture and the moves after the steps; neither argument is changed."""
    kept = list(moves)
    for step in steps:
        if step.do == "lift":
            left = tuple(one for one in picture.restrictions if one.id != step.restriction)
            picture = replace(picture, restrictions=left)
        elif step.move is not None:
            kept = [move for move in kept if not _is_same(move, step.move)]
            if step.do == "put":
                kept.append(step.move)
    return picture, kept


def _is_same(move: MoveFacts, other: MoveFacts) -> bool:
    """Whether a draft holds only one of the two: a main move of a person and year, a concurrent one also of a post."""
    if (move.person, move.year) != (other.person, other.year):
        return False
    if CONCURRENT in {move.kind, other.kind}:
        return move.kind == other.kind and move.post == other.post
    return True
