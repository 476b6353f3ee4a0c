"""What the components are fed with: small frozen records that queries and views make and templates render."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number with what it counts, how it was counted, and the page with the people behind it.

    `number` None is shown as "not enough data"; `rule` is the counting rule in one sentence; `tone` as of badges.
    """

    label: Text
    number: int | float | str | None
    rule: Text = ""
    url: str = ""
    unit: Text = ""
    tone: str = ""

    @property
    def text(self) -> Text:
        """The number as it is printed, thousands apart."""
        return self.number if isinstance(self.number, str) else f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a set of pages about the same thing."""

    label: Text
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way down to a page; the last one, the page itself, has no url."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, why, and what to do. Anything with these attributes will do in its place."""

    reason: Text
    fix: Text = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go: a menu entry as it is drawn (`current` is the value of aria-current), or a download."""

    label: Text
    url: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Places under one heading of the menu; `current` where one of them is read."""

    label: Text
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


def links(pairs: Iterable[tuple[Text, str]]) -> list[Link]:
    """The links for (label, address) pairs, those without an address left out."""
    return [Link(label, url) for label, url in pairs if url]
