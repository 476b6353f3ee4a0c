"""Which unit a row names: by code, by level columns, or by one text with the whole way down to it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from ikusei.lib.tabular import Cell, Header, cell_text
from ikusei.lib.text import clean_name
from ikusei.org.imports import values
from ikusei.org.imports.columns import LEVELS
from ikusei.org.imports.rows import Place
from ikusei.org.imports.values import Unreadable

_DITTO = {"〃", "々", "同上", "ditto", '"', "″"}
_NOBODY = {"", "-", "－", "ー", "―", "なし", "無", "無し", "×", "none"}
# A column that says only that there is a concurrent post, not where.
_MARKS = {"有", "あり", "有り", "○", "◯", "〇", "●", "yes", "y"}
_STEPS = re.compile(r"\s*[/／>＞→›｜|]\s*|\u3000+")
_SEVERAL = re.compile(r"\s*[;；\n]\s*")
_UNIT_WORD = re.compile(
    r".+[局部課室係班所署場館院校園庁区組隊]|.+(?:担当|センター|グループ|事務局|支所|出張所|チーム)"
)


class PlaceProblem(Unreadable):
    """A cell about a unit that cannot be read; `key` says of which column."""

    def __init__(self, key: str, problem: Unreadable) -> None:
        super().__init__(problem.reason, problem.fix)
        self.key = key


class PlaceReader:
    """Reads the unit columns of a list, row after row: a ditto mark means what the row above says."""

    def __init__(self, header: Header) -> None:
        self.levels = [key for key in LEVELS if key in header.columns]
        self.speaks_of_concurrent = any(key in header.columns for key in ("concurrent", "concurrent_code"))
        self.last: dict[str, str] = {}

    def home(self, record: Mapping[str, Cell]) -> Place | None:
        """The unit of the home post, None where the row names none."""
        code = self._text("unit_code", record)
        whole = self._text("unit", record)
        named = [(key, name) for key in self.levels if (name := self._text(key, record)) not in _NOBODY]
        names = tuple(name for _key, name in named)
        kinds = tuple(key for key, _name in named)
        path, given = _joined(way(whole), names, kinds)
        if not path and not code:
            return None
        self._check("unit_code", code)
        for name in path:
            self._check("unit", name)
        return _place(code, path, given)

    def concurrent(self, record: Mapping[str, Cell]) -> list[tuple[Place, str, Decimal]] | None:
        """The concurrent postings (unit, post name, share); None where the list has no column for them."""
        if not self.speaks_of_concurrent:
            return None
        codes = _split(record.get("concurrent_code", ""))
        names = _split(record.get("concurrent", ""))
        posts = _split(record.get("concurrent_post", ""))
        shares = _split(record.get("concurrent_share", ""))
        found = []
        for index in range(max(len(codes), len(names))):
            code, name = _at(codes, index), _at(names, index)
            if code in _NOBODY and name in _NOBODY:
                continue
            if code in _NOBODY and name.casefold() in _MARKS:
                return None
            try:
                share = values.read_share(_at(shares, index)) or Decimal(0)
                post = values.fitted("post", clean_name(_at(posts, index)))
            except Unreadable as problem:
                raise PlaceProblem("concurrent_share", problem) from None
            self._check("concurrent_code", code, "unit_code")
            path = way(name) if name not in _NOBODY else ()
            for step in path:
                self._check("concurrent", step, "unit")
            found.append((_place(code if code not in _NOBODY else "", path, ()), post, share))
        return found

    def _text(self, key: str, record: Mapping[str, Cell]) -> str:
        cell = record.get(key, "")
        text = cell_text(cell)
        if text in _DITTO:
            return self.last.get(key, "")
        if key != "unit":
            text = values.folded_number(cell) if key == "unit_code" else clean_name(text)
        self.last[key] = text
        return text

    def _check(self, key: str, text: str, limit: str = "") -> None:
        try:
            values.fitted(limit or key, text)
        except Unreadable as problem:
            raise PlaceProblem(key, problem) from None


@lru_cache(maxsize=8192)
def _place(code: str, path: tuple[str, ...], kinds: tuple[str, ...]) -> Place:
    """One object per place: a list names a few hundred units forty thousand times."""
    return Place(code, path, kinds)


@lru_cache(maxsize=8192)
def way(text: str) -> tuple[str, ...]:
    """The names from the top down that one text holds: デジタル局　企画課, デジタル局/企画課, デジタル局 企画課."""
    if text in _NOBODY:
        return ()
    steps = [clean_name(step) for step in _STEPS.split(text)]
    if len(steps) == 1:
        words = steps[0].split()
        if len(words) > 1 and all(map(_UNIT_WORD.fullmatch, words[:-1])):
            steps = words
    return tuple(filter(None, steps))


def _joined(
    whole: tuple[str, ...], names: tuple[str, ...], kinds: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The way that the one text and the level columns give together; the levels lead where they say more."""
    if not names:
        return whole, ()
    if not whole or whole[-1] in names or "".join(whole) == "".join(names):
        return names, kinds
    if set(names) <= set(whole):
        return whole, ()
    return (*names, *(name for name in whole if name not in names)), kinds


def _split(cell: Cell) -> list[str]:
    return _SEVERAL.split(cell_text(cell))


def _at(texts: list[str], index: int) -> str:
    return texts[index].strip() if index < len(texts) else ""
