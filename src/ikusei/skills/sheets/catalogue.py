"""The skills of a version, found by what an office's heading calls them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ikusei.lib.fields import BilingualName
from ikusei.lib.tabular.header import CERTAIN, heading_key
from ikusei.skills.sheets.scale import Scale

EXACT, NUMBERED, GUESS = 1.0, 0.9, 0.5
"""How sure a match is: the name or key itself; the same below a number or a remark; the beginning of one name."""

_REMARK = re.compile(r"[(\[【〔<].*?[)\]】〕>]|[※*].*$", re.DOTALL)
_NUMBERING = re.compile(
    r"[(\[【〔]?(?:no\.?|第|項目|スキル|skill)?\s*(?:[a-zア-ン]{0,3}[-_. ]?[0-9]+(?:[-._][0-9]+)*|[a-zア-ン](?=[).:]))[)\]】〕]?[\s.:、,。・)_-]*",
    re.IGNORECASE,
)
_SHORTEST_GUESS, _SHORTEST_LATIN_GUESS = 2, 4


@dataclass(frozen=True, slots=True)
class CatalogueSkill(BilingualName):
    """A skill as a sheet may call it; `index` is its place in the catalogue."""

    index: int
    pk: int
    key: str
    name_ja: str
    name_en: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A skill that a heading may mean, and how sure that is."""

    skill: CatalogueSkill
    score: float

    @property
    def is_certain(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.score >= CERTAIN


class Catalogue:
    """The skills and the scale of one framework version."""

    def __init__(self, skills: Sequence[CatalogueSkill], scale: Scale) -> None:
        self.skills = list(skills)
        self.scale = scale
        self.by_key = {skill.key: skill for skill in skills}
        self._exact = self._index(heading_key)
        self._bare = self._index(bare)

    def names(self, skill: CatalogueSkill) -> list[str]:
        """What the skill is called."""
        return [name for name in (skill.name_ja, skill.name_en, skill.key) if name]

    def plain_name(self, text: str) -> CatalogueSkill | None:
        """The skill that a heading names exactly, below a number or a remark."""
        return self._numbered(text, (text,))

    def match(self, path: Sequence[str]) -> Match | None:
        """The skill that a heading means, the group's line first; None where it means none, or several."""
        spellings = ["".join(path), *reversed(path)] if len(path) > 1 else list(path)
        for text in spellings:
            if found := self._named(heading_key(text), path):
                return Match(found, EXACT)
        for text in spellings:
            if found := self._numbered(text, path):
                return Match(found, NUMBERED)
        for text in reversed(path):
            if found := self._beginning(bare(text)):
                return Match(found, GUESS)
        return None

    def _index(self, folded: Callable[[str], str]) -> dict[str, list[CatalogueSkill]]:
        """Folded name -> the skills that are called so."""
        index: dict[str, list[CatalogueSkill]] = defaultdict(list)
        for skill in self.skills:
            for name in dict.fromkeys(map(folded, self.names(skill))):
                if name:
                    index[name].append(skill)
        return index

    def _numbered(self, text: str, path: Sequence[str]) -> CatalogueSkill | None:
        """The skill named below a number, its remark being part of its name or not."""
        whole = heading_key(without_number(text))
        return (
            self._one(self._exact.get(whole, []), path)
            or self._one(self._exact.get(bare(text), []), path)
            or self._one(self._bare.get(bare(text), []), path)
        )

    def _named(self, key: str, path: Sequence[str]) -> CatalogueSkill | None:
        return self._one(self._exact.get(key, []), path)

    def _one(self, found: list[CatalogueSkill], path: Sequence[str]) -> CatalogueSkill | None:
        """The only skill, or the only one of the group that the heading names as well."""
        if len(found) > 1:
            above = {bare(text) for text in path} | {heading_key(text) for text in path}
            found = [skill for skill in found if above & set(map(heading_key, filter(None, skill.groups)))]
        return found[0] if len(found) == 1 else None

    def _beginning(self, key: str) -> CatalogueSkill | None:
        """The one skill whose name begins like the heading, or with whose name the heading begins."""
        if not _is_long_enough(key):
            return None
        found = {
            skill.index
            for name, skills in self._exact.items()
            if name.startswith(key) or (key.startswith(name) and _is_long_enough(name))
            for skill in skills
        }
        return self.skills[found.pop()] if len(found) == 1 else None


def without_number(text: str) -> str:
    """The heading without its numbering: "A-3 業務改革（BPR）" -> 業務改革(BPR)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    numbered = _NUMBERING.match(folded)
    return folded[numbered.end() :] if numbered and numbered.end() < len(folded) else folded


def bare(text: str) -> str:
    """The heading as `heading_key` gives it, without numbering and remarks: "A-3 業務改革（必須）" -> 業務改革."""
    return heading_key(_REMARK.sub("", without_number(text)))


def _is_long_enough(key: str) -> bool:
    return len(key) >= (_SHORTEST_LATIN_GUESS if key.isascii() else _SHORTEST_GUESS)
