"""A cell of a skill sheet -> a level of the version's scale. Nothing is guessed: 〇, △ and × are refused."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.tabular import Cell, cell_text
from ikusei.org.imports.values import Unreadable

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー"), "-")
_NOTHING_SAID = {"", "-", "--", "未評価", "対象外", "n/a", "na"}
_MARKS = set("〇○◯◎●△▲▽×✕✖xo✓✔レ◇☆★□■有無")
_NUMBER = re.compile(
    r"(?:level|lvl|lv|l|レベル|水準|段階)?[.:\s]*([0-9]{1,4})(?:\.0+)?(?:段階|レベル)?"
    r"(?:[\s.:、,()\[\]/|=-]+(.*?)[)\]]?)?"
)
_FILLED_DIGITS = {
    ord(sign): str(value) for first in "❶➀➊" for value in range(1, 11) for sign in chr(ord(first) + value - 1)
}


@dataclass(frozen=True, slots=True)
class Step(BilingualName):
    """A level of the scale: its number and its names."""

    number: int
    name_ja: str
    name_en: str

    @property
    def words(self) -> str:
        """The number and the name, as people read them."""
        return f"{self.number} {self.name}".rstrip()


class Scale:
    """Reads cells against one version's levels; each different cell is thought about once."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = sorted(steps, key=lambda step: step.number)
        self.numbers = {step.number for step in steps}
        self.by_name = {
            _folded(name): step.number for step in steps for name in (step.name_ja, step.name_en) if name
        }
        self._known: dict[str | int | float, int | Unreadable | None] = {}

    @property
    def words(self) -> str:
        """The whole scale in words: 0 Not yet, 1 Knows, ..."""
        return ", ".join(step.words for step in self.steps)

    def read(self, cell: Cell) -> int | None:
        """The level that a cell states, None where it says nothing. Raises Unreadable."""
        if isinstance(cell, bool | date | datetime | time | timedelta):
            raise self._unreadable()
        try:
            found = self._known[cell]
        except KeyError:
            found = self._known[cell] = self._thought(cell)
        if isinstance(found, Unreadable):
            raise Unreadable(found.reason, found.fix)
        return found

    def _thought(self, cell: str | int | float) -> int | Unreadable | None:
        try:
            return self._read_number(cell) if isinstance(cell, int | float) else self._read_text(cell)
        except Unreadable as problem:
            return problem

    def _read_number(self, value: int | float) -> int:
        if isinstance(value, float) and not value.is_integer():
            raise Unreadable(_("A level is a whole number."), self._choose())
        return self._on_scale(int(value))

    def _read_text(self, cell: str) -> int | None:
        if cell.strip() in _MARKS:
            raise Unreadable(_("A mark such as 〇, △ or × is not read as a level."), self._choose())
        text = _folded(cell)
        if text.translate(_DASHES) in _NOTHING_SAID:
            return None
        if text in self.by_name:
            return self.by_name[text]
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise self._unreadable()
        level = self._on_scale(int(match[1]))
        if match[2] and self.by_name.get(match[2].strip()) != level:
            raise Unreadable(_("The number and the words are not the same level."), self._choose())
        return level

    def _on_scale(self, number: int) -> int:
        if number not in self.numbers:
            raise Unreadable(
                _("The scale has no level %(number)s.") % {"number": number},
                self._choose(),
            )
        return number

    def _unreadable(self) -> Unreadable:
        return Unreadable(_("This is not a level."), self._choose())

    def _choose(self) -> str:
        return _("Write one of: %(levels)s.") % {"levels": self.words}


def _folded(text: str) -> str:
    """The text for comparing: widths, circled digits and case folded, single spaces."""
    plain = cell_text(text).translate(_FILLED_DIGITS)
    return " ".join(unicodedata.normalize("NFKC", plain).split()).casefold()
