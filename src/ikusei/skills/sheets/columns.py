"""Which column of a sheet says what: about the person, about the statement, or the level of a skill."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib.fields import BilingualName
from ikusei.lib.tabular import (
    Header,
    Problem,
    Table,
    TabularError,
    cell_text,
    column_letters,
    find_header,
    list_sheets,
    read_table,
)
from ikusei.lib.tabular.header import CERTAIN, heading_key
from ikusei.org.imports.columns import BY_KEY as STAFF_COLUMNS
from ikusei.org.imports.columns import WANTED as STAFF_HEADINGS
from ikusei.skills.sheets.catalogue import Catalogue

SEARCHED_ROWS = 40
READ_FROM = 0.6
"""From this score on a heading that only resembles a field's name is read."""

_STAFF_FIELDS = (
    *("number", "name", "family_name", "given_name", "kana", "unit", "bureau", "division", "section", "team"),
)
SKILL = "skill:"
NOT_READ = ""


@dataclass(frozen=True, slots=True)
class Field(BilingualName):
    """Something a column may say that is not a level."""

    key: str
    name_ja: str
    name_en: str
    headings: tuple[str, ...]


FIELDS: Mapping[str, Field] = {
    **{
        key: Field(key, STAFF_COLUMNS[key].name_ja, STAFF_COLUMNS[key].name_en, STAFF_HEADINGS[key])
        for key in _STAFF_FIELDS
    },
    "rater": Field(
        "rater", "評価者", "Rater", ("評価者", "評価者名", "評価者氏名", "評定者", "確認者", "rater", "rated by", "assessor", "assessed by", "said by")
    ),
    "date": Field(
        "date", "評価日", "Rated on",
        ("評価日", "評価年月日", "評定日", "確認日", "記入日", "rated on", "date rated", "rating date", "assessed on", "assessment date", "stated on"),
    ),
    "standing": Field("standing", "出力時点", "Levels as of", ("出力時点", "levels as of")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: what it is read as ("" not at all, a field, or skill:<key>) and how sure that is."""

    index: int
    heading: str
    reads: str
    words: str
    score: float = 1.0
    is_chosen: bool = False

    @property
    def letters(self) -> str:
        """The letters that Excel shows above it."""
        return column_letters(self.index)

    @property
    def title(self) -> str:
        """What people call it: its heading, its letters where it has none."""
        return self.heading or self.letters

    @property
    def is_guess(self) -> bool:
        """Whether a person should confirm what it is read as."""
        return bool(self.reads) and not self.is_chosen and self.score < CERTAIN


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a sheet, left to right."""

    header: Header
    all: tuple[Column, ...]

    @property
    def fields(self) -> dict[str, Column]:
        """The columns about person and statement by field."""
        return {column.reads: column for column in self.all if column.reads in FIELDS}

    @property
    def skills(self) -> list[Column]:
        """The columns that hold levels."""
        return [column for column in self.all if column.reads.startswith(SKILL)]

    @property
    def not_read(self) -> list[Column]:
        """The columns with a heading that are not read."""
        return [column for column in self.all if column.heading and not column.reads]


def open_table(
    source: bytes | Path,
    catalogue: Catalogue,
    *,
    file: str = "",
    sheet: str | None = None,
) -> tuple[Table, Header]:
    """The table of the sheet whose heading answers best, with where that stands. Raises TabularError."""
    best: tuple[Table, Header] | None = None
    names: list[str | None] = [sheet] if sheet else [*list_sheets(source, file=file)] or [None]
    for name in names:
        try:
            table = read_table(source, file=file, sheet=name)
        except TabularError:
            if len(names) == 1:
                raise
            continue  # an empty sheet among others
        if not table.rows:
            continue
        header = find_header(table, _wanted(table, catalogue))
        if best is None or header.score > best[1].score:
            best = table, header
    if best is None:
        raise TabularError(
            _("The workbook is empty."), fix=_("Choose the file that holds the table."), file=file
        )
    return best


def read_columns(header: Header, catalogue: Catalogue, corrections: Mapping[str, str]) -> Columns:
    """What each column is read as: guessed, then corrected (column index as text -> what it is read as)."""
    guessed = [_guess(header, index, catalogue) for index in range(len(header.headings))]
    guessed = _each_once(guessed)
    taken = {reads for index, reads in corrections.items() if reads and index.isdecimal()}
    columns = []
    for column in guessed:
        chosen = corrections.get(str(column.index))
        if chosen is not None:
            columns.append(
                Column(column.index, column.heading, chosen, words_of(chosen, catalogue), 1.0, is_chosen=True)
            )
        elif column.reads in taken:
            columns.append(Column(column.index, column.heading, NOT_READ, ""))
        else:
            columns.append(column)
    return Columns(header, tuple(columns))


def column_faults(columns: Columns) -> list[Problem]:
    """What hinders the sheet as a whole: nobody named, no level, or two columns for one thing."""
    faults = []
    headings = ", ".join(column.heading for column in columns.all if column.heading)[:200]
    if not columns.fields.keys() & {"number", "name", "family_name"}:
        faults.append(
            Problem(
                None,
                "",
                headings,
                _("No column with the staff number or the name was found."),
                _("Say which column it is."),
            )
        )
    if not columns.skills:
        faults.append(
            Problem(
                None,
                "",
                headings,
                _("No column with a skill of this framework was found."),
                _("Say which column is which skill, or choose another framework."),
            )
        )
    by_reads: dict[str, list[Column]] = {}
    for column in columns.all:
        if column.reads:
            by_reads.setdefault(column.reads, []).append(column)
    faults += [
        Problem(
            None,
            ", ".join(column.letters for column in same),
            ", ".join(column.title for column in same)[:200],
            _("Several columns are read as %(name)s.") % {"name": same[0].words},
            _("Choose one of them and leave the others unread."),
        )
        for same in by_reads.values()
        if len(same) > 1
    ]
    return faults


class UnknownColumn(ValueError):
    """A correction names a column, a field or a skill that does not exist; the text is for people."""


def reads_of(text: str, catalogue: Catalogue) -> str:
    """What a person means by the name of a field or skill; "" for none. Raises UnknownColumn."""
    if not text.strip() or text.strip() in {"-", str(NOTHING)}:
        return NOT_READ
    key = heading_key(text)
    for field in FIELDS.values():
        if key in {heading_key(field.key), heading_key(field.name_ja), heading_key(field.name_en)}:
            return field.key
    match = catalogue.match((text.removeprefix(SKILL),))
    if match is None or not match.is_certain:
        raise UnknownColumn(_("There is no field and no skill called %(name)s.") % {"name": text})
    return SKILL + match.skill.key


def column_of(text: str, header: Header) -> int:
    """The column that a person calls by its heading or its letters. Raises UnknownColumn."""
    keys = [heading_key(heading) for heading in header.headings]
    if heading_key(text) in keys:
        return keys.index(heading_key(text))
    letters = [column_letters(index) for index in range(len(header.headings))]
    if text.strip().upper() in letters:
        return letters.index(text.strip().upper())
    raise UnknownColumn(_("There is no column %(name)s.") % {"name": text})


NOTHING = gettext_lazy("not read")


def words_of(reads: str, catalogue: Catalogue) -> str:
    """What a column is read as, in words."""
    if reads in FIELDS:
        return FIELDS[reads].name
    skill = catalogue.by_key.get(reads.removeprefix(SKILL))
    return skill.name if skill else ""


def _wanted(table: Table, catalogue: Catalogue) -> dict[str, list[str]]:
    """The headings looked for: the fields', the skills', and the skills' as this very table numbers them."""
    wanted = {field.key: list(field.headings) for field in FIELDS.values()}
    wanted |= {SKILL + skill.key: catalogue.names(skill) for skill in catalogue.skills}
    for row in table.rows[:SEARCHED_ROWS]:
        for cell in row:
            skill = catalogue.plain_name(cell) if isinstance(cell, str) and cell else None
            if skill is not None:
                wanted[SKILL + skill.key].append(cell_text(cell))
    return wanted


def _guess(header: Header, index: int, catalogue: Catalogue) -> Column:
    heading = header.headings[index]
    if not heading:
        return Column(index, heading, NOT_READ, "")
    field, score = next(
        (
            (key, header.scores[key])
            for key, column in header.columns.items()
            if column == index and key in FIELDS
        ),
        ("", 0.0),
    )
    match = catalogue.match(tuple(heading.split(" / ")))
    if match is not None and match.score > score:
        return Column(index, heading, SKILL + match.skill.key, match.skill.name, match.score)
    if field and score >= READ_FROM:
        return Column(index, heading, field, FIELDS[field].name, score)
    return Column(index, heading, NOT_READ, "")


def _each_once(columns: list[Column]) -> list[Column]:
    """The columns, a guess given up where another column is surer of the same skill."""
    best: dict[str, float] = {}
    for column in columns:
        if column.reads:
            best[column.reads] = max(column.score, best.get(column.reads, 0.0))
    return [
        Column(column.index, column.heading, NOT_READ, "")
        if column.is_guess and column.score < best[column.reads]
        else column
        for column in columns
    ]
