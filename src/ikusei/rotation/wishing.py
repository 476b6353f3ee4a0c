"""What a preference sheet says, as plain values: what was typed, what is saved and what a file says are compared as these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ikusei.lib.fields import BilingualName


@dataclass(frozen=True, slots=True)
class Protected:
    """A reason that the personnel section alone may read: its kind, what it asks for, the words, the last day."""

    kind: str
    ask: str
    text: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody says in a sheet. `ranked`: posts with the reason for each, the first wish first."""

    intent: str = ""
    ranked: tuple[tuple[int, str], ...] = ()
    growth_classes: tuple[str, ...] = ()
    places: str = ""
    concerns: str = ""
    may_dispatch: bool = False
    protected: Protected | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == Wishes()

    def masked(self) -> Wishes:
        """The same without the protected reason: what everybody but the person and the personnel section gets."""
        return replace(self, protected=None)


@dataclass(frozen=True, slots=True)
class OfferedPost(BilingualName):
    """A post that can be wished for, with the names of its unit and employer; `is_offered` False: not any more."""

    id: int
    name_ja: str
    name_en: str
    code: str
    unit: str
    employer: str
    is_offered: bool = True

    @property
    def label(self) -> str:
        """The post as a list names it: its unit, its name, its code."""
        return f"{self.unit} {self.short}"

    @property
    def short(self) -> str:
        """The same below the name of its unit."""
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be wished for: posts by number, kinds of work by key."""

    posts: Mapping[int, OfferedPost]
    kinds: Mapping[str, str]

    @property
    def by_unit(self) -> list[tuple[str, list[OfferedPost]]]:
        """The posts in rotation below the names of employer and unit, in the order of the units."""
        found: dict[str, list[OfferedPost]] = {}
        for post in self.offered:
            found.setdefault(f"{post.employer} {post.unit}", []).append(post)
        return list(found.items())

    @property
    def offered(self) -> list[OfferedPost]:
        """The posts in rotation, in the order of the units."""
        return [post for post in self.posts.values() if post.is_offered]

    @property
    def labels(self) -> dict[int, str]:
        """Post -> what it is called."""
        return {post.id: post.label for post in self.posts.values()}


def plain_text(text: str) -> str:
    """A text as it is kept: lines end in one way, nothing that a database cannot hold."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return plain.encode("utf-8", "ignore").decode().strip()


def moved(ranked: Iterable[tuple[int, str]], step: str, post_id: int) -> tuple[tuple[int, str], ...]:
    """The ranked posts after one step ("up", "down", "remove", "add") with one of them."""
    rows = list(ranked)
    place = next((index for index, (one, _reason) in enumerate(rows) if one == post_id), None)
    if place is None:
        return (*rows, (post_id, "")) if step == "add" else tuple(rows)
    if step == "remove":
        del rows[place]
    other = {"up": place - 1, "down": place + 1}.get(step, place)
    if step in ("up", "down") and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return tuple(rows)
