"""What a notice would do, ready to be shown: exactly who gets it, who does not and why, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib.fields import pick_text
from ikusei.notices.recipients import Recipient, Sorted, both, values_for
from ikusei.notices.registry import CODES, Kind
from ikusei.notices.wording import Value, Words, compose
from ikusei.ui.components import Tab

PAGE_SIZE = 50

NAMES: dict[str, Promise] = {
    "ja": gettext_lazy("The letter in Japanese"),
    "en": gettext_lazy("The letter in English"),
    "": gettext_lazy("The letter in both languages"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """The letter as one of those who get it would read it; `to` is empty where nobody does."""

    language: str
    to: str
    words: Words

    @property
    def label(self) -> str:
        """Which letter it is."""
        return str(NAMES[self.language])


@dataclass(frozen=True, slots=True)
class Part:
    """Recipients with one fate: `code` "gets", or that of a reason; `sentence` says it."""

    code: str
    sentences: Mapping[str, str]
    recipients: list[Recipient]

    @property
    def sentence(self) -> str:
        """The reason; what is true of those who get it."""
        return pick_text(self.sentences)

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.recipients)


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of one part, with the ways to the others: what `notices/preview.html` draws."""

    label: str
    """Whom the page lists."""
    tabs: list[Tab]
    part: Part
    page: Page[Recipient]


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get a notice, who would not and why (most first), and how it reads. `digest` names the list."""

    kind: Kind
    gets: Part
    refused: list[Part]
    repeated: int
    examples: list[Example]
    digest: str

    @property
    def count(self) -> int:
        """How many get it."""
        return self.gets.count

    @property
    def refused_count(self) -> int:
        """How many do not."""
        return sum(part.count for part in self.refused)

    def _label(self, part: Part) -> str:
        return _("Gets the letter") if part is self.gets else part.sentence

    def shown(self, query: Mapping[str, str]) -> Shown:
        """The part and the page that a query string asks for: `?who=gets|<code>&page=2`."""
        parts = [self.gets, *self.refused]
        part = next((part for part in parts if part.code == query.get("who")), self.gets)
        kept = {name: value for name, value in query.items() if name not in {"who", "page"}}
        return Shown(
            label=self._label(part),
            tabs=[
                Tab(self._label(each), f"?{urlencode({**kept, 'who': each.code})}", each is part, each.count)
                for each in parts
            ],
            part=part,
            page=Paginator(part.recipients, PAGE_SIZE).get_page(query.get("page", "1")),
        )


def make_preview(
    kind: Kind, texts: Mapping[str, Words], common: Mapping[str, Value], found: Sorted
) -> Preview:
    """The preview of recipients that were sorted."""
    refused = [
        Part(code, found.reasons[code], [recipient for recipient, _code in rows])
        for code, rows in groupby(
            sorted((row for row in found.rows if row[1]), key=lambda row: row[1]), key=lambda row: row[1]
        )
    ]
    receiving = found.receiving
    return Preview(
        kind=kind,
        gets=Part("gets", {}, receiving),
        refused=sorted(refused, key=lambda part: -part.count),
        repeated=found.repeated,
        examples=_examples(kind, texts, common, receiving),
        digest=found.digest,
    )


def _examples(
    kind: Kind, texts: Mapping[str, Words], common: Mapping[str, Value], receiving: list[Recipient]
) -> list[Example]:
    """One letter for each language in which somebody gets one; where nobody does, both with names of what is missing."""
    first: dict[str, Recipient] = {}
    for recipient in receiving:
        first.setdefault(recipient.language if recipient.language in CODES else "", recipient)
    if first:
        return [
            Example(code, first[code].name, compose(texts, values_for(first[code], common), code))
            for code in (*CODES, "")
            if code in first
        ]
    return [Example(code, "", compose(texts, {**samples(kind), **common}, code)) for code in CODES]


def samples(kind: Kind) -> dict[str, Value]:
    """A value for every placeholder that shows what will stand there."""
    return {
        name: {code: f"[{text}]" for code, text in both(meaning).items()}
        for name, meaning in kind.placeholders.items()
    }
