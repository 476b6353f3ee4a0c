"""Where a table's heading is and which column means what: a guess with a score, which people can correct."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext as _

from ikusei.lib.tabular import faults
from ikusei.lib.tabular.cells import Cell, Table, TabularError, cell_text, column_letters

CERTAIN = 0.8
"""From this score on a guess needs no second look: the heading is the name, give or take a remark or a group."""

_SEARCHED_ROWS = 40
_MOST_LINES = 3
_EXACT, _WITHOUT_REMARK, _UNDER_GROUP, _PART = 1.0, 0.9, 0.85, 0.4
# A heading of more lines must explain this much more than one of fewer: data below may look like a heading once.
_PER_LINE = 0.5

_SEPARATORS = re.compile(r"[\s・･:/\\_\-.,、。*※＊#|'\"“”「」\[\]【】<>〈〉]+")
_REMARK = re.compile(r"[(（〔\[【].*?[)）〕\]】]|[※＊*].*$", re.DOTALL)
_BRACKETS = re.compile(r"[()〔〕]")


@dataclass(frozen=True, slots=True)
class Header:
    """The heading found: `columns` maps each field to its 0-based column, `scores` says how sure that is (0 to 1).

    `row_index` is its first line in Table.rows, `lines` how many rows it takes; `headings` are all columns'
    headings as people read them (a group and its parts joined by " / ").
    """

    row_index: int
    lines: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    scores: Mapping[str, float]

    @property
    def score(self) -> float:
        """How well the whole heading answers to what was wanted: the sum of the fields' scores."""
        return sum(self.scores.values())

    @property
    def unknown(self) -> list[str]:
        """The headings that no field uses, in order."""
        used = set(self.columns.values())
        return [text for column, text in enumerate(self.headings) if text and column not in used]

    @property
    def uncertain(self) -> dict[str, float]:
        """The fields whose guess a person should confirm, with their scores."""
        return {field: score for field, score in self.scores.items() if score < CERTAIN}

    @property
    def first_row_index(self) -> int:
        """The index of the first row below the heading."""
        return self.row_index + self.lines

    def missing(self, fields: Iterable[str]) -> list[str]:
        """Those of the fields that have no column."""
        return [field for field in fields if field not in self.columns]

    def column_name(self, field: str) -> str:
        """What people call the field's column: its heading, else its letter, else nothing."""
        column = self.columns.get(field)
        if column is None:
            return ""
        return (self.headings[column] if column < len(self.headings) else "") or column_letters(column)

    def record(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """One row's cells by field; "" where the row is too short."""
        width = len(cells)
        return {field: cells[i] if i < width else "" for field, i in self.columns.items()}

    def apply_mapping(self, overrides: Mapping[str, int | str | None]) -> "Header":
        """The header as a person corrected it: field -> column index or heading, None for "not in this file".

        A column given to one field is taken from the field it was guessed for. Raises TabularError where a
        heading or index does not exist, or one column is given to two fields.
        """
        chosen = {field: self._column_of(column) for field, column in overrides.items() if column is not None}
        if len(set(chosen.values())) < len(chosen):
            raise TabularError(
                _("One column was given to two fields."), fix=_("Choose a column of its own for each field.")
            )
        kept = {
            field: column
            for field, column in self.columns.items()
            if field not in overrides and column not in chosen.values()
        }
        scores = {field: self.scores[field] for field in kept} | dict.fromkeys(chosen, 1.0)
        return replace(self, columns=kept | chosen, scores=scores)

    def _column_of(self, column: int | str) -> int:
        if isinstance(column, int):
            if 0 <= column < len(self.headings):
                return column
            raise self._no_column(str(column))
        keys = [heading_key(text) for text in self.headings]
        if heading_key(column) not in keys:
            raise self._no_column(column)
        return keys.index(heading_key(column))

    def _no_column(self, name: str) -> TabularError:
        return TabularError(
            _("There is no column %(name)s.") % {"name": name},
            fix=_("The columns are: %(names)s.") % {"names": ", ".join(filter(None, self.headings))},
            value=name,
        )


def find_header(
    table: Table, wanted: Mapping[str, Sequence[str]], *, row_number: int | None = None
) -> Header:
    """The heading of the table: the rows among the first forty that name most of the wanted fields.

    `wanted` gives each field's accepted headings, in any language, width, case or spacing. Title rows above are
    passed over; two or three lines (a merged group heading over its parts) are joined. `row_number`, as the office
    sees it, fixes the first line. Where nothing matches, the first row with several filled cells is taken and
    `columns` is empty: never an error, unless the table has no rows.
    """
    if not table.rows:
        raise faults.empty(table.file)
    aliases = {heading_key(text): field for field, texts in wanted.items() for text in texts}
    starts = (
        range(min(len(table.rows), _SEARCHED_ROWS)) if row_number is None else [_index_of(table, row_number)]
    )
    best_score, best = 0.0, (starts[0] if row_number else _first_full_row(table), 1)
    for start in starts:
        for lines in range(1, _MOST_LINES + 1):
            if start + lines > len(table.rows):
                break
            paths = _paths(table.rows[start : start + lines])
            if paths is None:
                break
            score = sum(score for _column, score in _assign(paths, aliases, loose=False).values())
            score -= (lines - 1) * _PER_LINE
            if score > best_score:
                best_score, best = score, (start, lines)
    start, lines = best
    paths = _paths(table.rows[start : start + lines]) or []
    found = _assign(paths, aliases, loose=True)
    return Header(
        row_index=start,
        lines=lines,
        headings=tuple(" / ".join(path) for path in paths),
        columns={field: found[field][0] for field in wanted if field in found},
        scores={field: round(found[field][1], 2) for field in wanted if field in found},
    )


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """The heading reduced to what it says: no width, case, space, line break, punctuation or bracket."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _BRACKETS.sub("", _SEPARATORS.sub("", folded))


@lru_cache(maxsize=4096)
def _bare_key(text: str) -> str:
    """The same without remarks: 氏名（漢字）※ -> 氏名, 在職年数(年) -> 在職年数."""
    return heading_key(_REMARK.sub("", unicodedata.normalize("NFKC", text)))


def _index_of(table: Table, row_number: int) -> int:
    index = row_number - table.first_row_number
    if not 0 <= index < len(table.rows):
        raise TabularError(
            _("The file has no row %(row)s.") % {"row": row_number},
            fix=_("Choose a row from %(first)s to %(last)s.")
            % {"first": table.first_row_number, "last": table.row_number(len(table.rows) - 1)},
            row=row_number,
            file=table.file,
        )
    return index


def _first_full_row(table: Table) -> int:
    """The first row with at least half as many filled cells as the fullest of the first rows has."""
    filled = [sum(bool(cell_text(cell)) for cell in row) for row in table.rows[:_SEARCHED_ROWS]]
    return next(index for index, count in enumerate(filled) if count * 2 >= max(filled))


def _paths(lines: Sequence[Sequence[Cell]]) -> list[tuple[str, ...]] | None:
    """Each column's heading from the group down to the part; None where a line is blank or the last has no text.

    A group is written once, over its first column: it reaches right as long as the line is blank and there is
    something below.
    """
    width = max(len(line) for line in lines)
    texts = [[_plain(line[i]) if i < len(line) else "" for i in range(width)] for line in lines]
    if not all(any(line) for line in texts):
        return None
    for upper, lower in pairwise(texts):
        group = ""
        for column in range(width):
            if upper[column]:
                group = upper[column] if lower[column] else ""
            elif lower[column]:
                upper[column] = group
            else:
                group = ""
    return [tuple(dict.fromkeys(filter(None, column))) for column in zip(*texts, strict=True)]


def _plain(cell: Cell) -> str:
    """The heading on one line."""
    return " ".join(cell_text(cell).split())


def _assign(
    paths: Sequence[tuple[str, ...]], aliases: Mapping[str, str], *, loose: bool
) -> dict[str, tuple[int, float]]:
    """field -> (column, score), the best pairs first, each column and each field once."""
    pairs = [
        (-score, column, field)
        for column, path in enumerate(paths)
        if path
        for field, score in _scores(path, aliases, loose=loose).items()
    ]
    found: dict[str, tuple[int, float]] = {}
    taken: set[int] = set()
    for negative, column, field in sorted(pairs):
        if field not in found and column not in taken:
            found[field] = column, -negative
            taken.add(column)
    return found


def _scores(path: tuple[str, ...], aliases: Mapping[str, str], *, loose: bool) -> dict[str, float]:
    """How well one heading answers to each field; only fields it answers to at all."""
    whole = heading_key("".join(path))
    spellings = [(whole, _EXACT), (_bare_key("".join(path)), _WITHOUT_REMARK)]
    for inner in ("".join(path[start:]) for start in range(1, len(path))):
        spellings += [(heading_key(inner), _UNDER_GROUP), (_bare_key(inner), _UNDER_GROUP)]
    scores: dict[str, float] = {}
    for key, score in spellings:
        field = aliases.get(key)
        if field is not None:
            scores[field] = max(score, scores.get(field, 0))
    if loose and not scores:
        for alias, field in aliases.items():
            if len(alias) > 1 and alias in whole:
                part = _PART + (CERTAIN - 0.01 - _PART) * len(alias) / len(whole)
                scores[field] = max(part, scores.get(field, 0))
    return scores
