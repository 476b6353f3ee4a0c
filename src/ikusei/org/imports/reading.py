"""A staff list's file -> rows. Every row ends up as a person, as skipped with its reason, or as a problem with a fix."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.lib.tabular import (
    Cell,
    Header,
    NumberedRow,
    Problem,
    Table,
    body,
    cell_text,
    find_header,
    read_with_header,
)
from ikusei.lib.text import clean_name, normalise_key, search_key
from ikusei.org.imports import places, values
from ikusei.org.imports.columns import WANTED, confident, mapped
from ikusei.org.imports.rows import SecondPlace, StaffList, StaffRow
from ikusei.org.imports.values import Unreadable

_SECOND = ("兼務", "併任", "兼任", "oncurrent")
_UNIQUE = {"number", "email"}
_NAMES = ("name", "kana", "used_name", "name_latin")


def find_columns(
    source: bytes | Path, *, overrides: Mapping[str, int | str | None] | None = None, file: str = ""
) -> tuple[Table, Header]:
    """The table of a staff list and its header, guessed and corrected. Raises TabularError (a problem for people)."""
    table, header = read_with_header(source, WANTED, file=file)
    header = confident(_with_groups(table, header))
    return table, mapped(header, overrides, table) if overrides else header


def _with_groups(table: Table, header: Header) -> Header:
    """The header with the line above it, where that line sets the columns of a second posting apart from the first's."""
    if header.row_index == 0 or "concurrent" in header.columns:
        return header
    above = " ".join(map(cell_text, table.rows[header.row_index - 1]))
    if not any(word in above for word in _SECOND):
        return header
    grouped = find_header(table, WANTED, row_number=table.row_number(header.row_index - 1))
    return grouped if "concurrent" in grouped.columns else header


def read_staff_list(table: Table, header: Header, *, as_of: date) -> StaffList:
    """What the table says of the staff as of a day. Never raises: what is wrong stands in `problems` and `stops`."""
    return _Reader(table, header, as_of).read()


class _Reader:
    """Reads one list; remembers what it has told already."""

    def __init__(self, table: Table, header: Header, as_of: date) -> None:
        self.header = header
        self.as_of = as_of
        self.body = body(table, header)
        self.list = StaffList(
            rows=[],
            problems=list(self.body.problems),
            warnings=[],
            skipped=[*_above(table, header), *(skipped.as_dict() for skipped in self.body.skipped)],
            columns={key: header.column_name(key) for key in header.columns},
            uncertain=dict(header.uncertain),
            not_read=header.unknown,
            headings=header.headings,
            cells={row.number: row.cells for row in self.body.rows},
            held=set(),
            held_names=set(),
            stops=_missing_columns(header),
        )
        for problem in self.body.problems:
            if problem.row is not None:
                self.list.cells[problem.row] = table.rows[problem.row - table.first_row_number]
        self.places = places.PlaceReader(header)
        self.unknown_categories: Counter[str] = Counter()
        self.faults: list[Problem] = []
        self.row_number = 0
        # A list says the same few thousand things again and again; what was read once is not read a second time.
        self.known: dict[str, dict[Cell, Any]] = defaultdict(dict)

    def read(self) -> StaffList:
        """The list."""
        if self.list.stops:
            return self.list
        for problem in self.body.problems:
            self._hold(self.list.cells[problem.row or 0])
        for row in self.body.rows:
            self._read_row(row)
        self._refuse_twins()
        self._warn()
        if not self.list.rows and not self.list.problems:
            self.list.stops.append(
                Problem(
                    None,
                    "",
                    "",
                    _("The list holds no people."),
                    _("Choose the file or sheet that holds the staff list."),
                )
            )
        return self.list

    def _read_row(self, row: NumberedRow) -> None:
        self.row_number, self.faults = row.number, []
        record = self.header.record(row.cells)
        number = self._value("number", record, values.read_number) or ""
        name = self._name(record)
        if not number and "number" in record and not self._faulty("number"):
            self._fault("number", "", _("The staff number is missing."), _("Write the staff number."))
        if not name and not self.faults:
            self._fault("name", "", _("The name is missing."), _("Write the name."))
        staff = StaffRow(row=row.number, number=number, name=name)
        self._read_person(staff, record)
        self._read_employment(staff, record)
        self._read_postings(staff, record)
        if self.faults:
            self.list.problems += self.faults
            self._hold(row.cells)
        else:
            self.list.rows.append(staff)

    def _read_person(self, staff: StaffRow, record: Mapping[str, Cell]) -> None:
        staff.kana = self._kana(record) or None
        if "used_name" in record:
            staff.used_name = self._value("used_name", record, _used_name)
        staff.name_latin = self._value("name_latin", record, _latin_name) or None
        staff.email = self._value("email", record, values.read_email) or None
        staff.birth_date = self._value(
            "birth_date", record, lambda cell: values.read_birth_date(cell, self.as_of)
        )
        staff.sex = self._value("sex", record, values.read_sex)

    def _read_employment(self, staff: StaffRow, record: Mapping[str, Cell]) -> None:
        if "category" in record:
            word = cell_text(record["category"])
            staff.category, is_known = values.read_category(word)
            if not is_known:
                self.unknown_categories[word] += 1
        staff.grade = self._value("grade", record, lambda cell: values.read_grade(cell_text(cell))) or None
        staff.kind = self._value("kind", record, lambda cell: values.read_kind(cell_text(cell)))
        staff.hired_on = self._past_day("hired_on", record)
        last_day = self._value("last_day", record, values.read_day)
        if last_day is not None:
            staff.until = last_day + timedelta(days=1)
            if staff.hired_on is not None and last_day < staff.hired_on:
                self._fault(
                    "last_day",
                    record["last_day"],
                    _("The last day lies before the day of hiring."),
                    _("Correct one of the two dates."),
                )

    def _read_postings(self, staff: StaffRow, record: Mapping[str, Cell]) -> None:
        staff.posted_since = self._past_day("posted_since", record)
        try:
            staff.place = self.places.home(record)
            seconds = self.places.concurrent(record)
        except places.PlaceProblem as problem:
            self._fault(problem.key, record.get(problem.key, ""), problem.reason, problem.fix)
            return
        staff.post = self._value("post", record, _post_name) or None
        staff.share = self._value("share", record, values.read_share)
        if seconds is not None:
            staff.concurrent = tuple(
                SecondPlace(place=place, post=post, share=share) for place, post, share in seconds
            )

    def _past_day(self, key: str, record: Mapping[str, Cell]) -> date | None:
        day = self._value(key, record, values.read_day)
        if day is not None and day > self.as_of:
            self._fault(
                key,
                record[key],
                _("The date lies after %(day)s, the day of the list.") % {"day": self.as_of.isoformat()},
                _("Correct the date, or import the list as of that day."),
            )
        return day

    def _value[Value](
        self, key: str, record: Mapping[str, Cell], read: Callable[[Cell], Value]
    ) -> Value | None:
        """What a cell says; None where there is no such column or the cell is faulty."""
        cell = record.get(key)
        if cell is None:
            return None
        known: dict[Cell, Value] = self.known[key]
        try:
            return known[cell]
        except KeyError:
            pass
        try:
            value = read(cell)
        except Unreadable as problem:
            self._fault(key, cell, problem.reason, problem.fix)
            return None
        if key not in _UNIQUE:
            known[cell] = value
        return value

    def _name(self, record: Mapping[str, Cell]) -> str:
        return self._value("name", record, values.read_name) or self._two_parts(
            ("family_name", "given_name"), record, values.read_name
        )

    def _kana(self, record: Mapping[str, Cell]) -> str:
        return self._value("kana", record, values.read_kana) or self._two_parts(
            ("family_kana", "given_kana"), record, values.read_kana
        )

    def _two_parts(
        self, keys: tuple[str, str], record: Mapping[str, Cell], read: Callable[[Cell], str]
    ) -> str:
        """A name that stands in two columns."""
        parts = (
            self._value(key, record, lambda cell: values.fitted("family_name", read(cell))) for key in keys
        )
        return " ".join(filter(None, parts))

    def _faulty(self, key: str) -> bool:
        return any(fault.column == self.header.column_name(key) for fault in self.faults)

    def _fault(self, key: str, cell: Cell, reason: str, fix: str) -> None:
        column = self.header.column_name(key)
        self.faults.append(Problem(self.row_number, column, cell_text(cell)[:200], reason, fix))

    def _hold(self, cells: list[Cell]) -> None:
        """Remember who stands in a row that cannot be used, by number, or by name where there is none."""
        record = self.header.record(cells)
        number = "".join(cell_text(record.get("number", "")).split())
        if number:
            self.list.held.add(normalise_key(number))
        names = [record.get("name", ""), f"{record.get('family_name', '')}{record.get('given_name', '')}"]
        self.list.held_names |= {key for name in names if (key := search_key(cell_text(name)))}

    def _refuse_twins(self) -> None:
        """Take out the rows whose staff number stands more than once."""
        by_number: dict[str, list[StaffRow]] = defaultdict(list)
        for staff in self.list.rows:
            by_number[normalise_key(staff.number)].append(staff)
        twins = {key: rows for key, rows in by_number.items() if len(rows) > 1}
        if not twins:
            return
        column = self.header.column_name("number")
        for key, rows in twins.items():
            self.list.held.add(key)
            numbers = ", ".join(str(staff.row) for staff in rows)
            for staff in rows:
                self.list.problems.append(
                    Problem(
                        staff.row,
                        column,
                        staff.number,
                        _("The staff number stands in the rows %(rows)s.") % {"rows": numbers},
                        _("Keep one row per person; write a second posting into the column 兼務所属."),
                    )
                )
        self.list.rows = [staff for staff in self.list.rows if normalise_key(staff.number) not in twins]
        self.list.problems.sort(key=lambda problem: problem.row or 0)

    def _warn(self) -> None:
        self._warn_of_categories()
        self._warn_of_characters()
        self._warn_of_same_people()

    def _warn_of_categories(self) -> None:
        for word, count in self.unknown_categories.items():
            self.list.warnings.append(
                Problem(
                    None,
                    self.header.column_name("category"),
                    word,
                    ngettext(
                        "The category is not known; %(count)s person is recorded under another category.",
                        "The category is not known; %(count)s people are recorded under another category.",
                        count,
                    )
                    % {"count": count},
                    _("Write 事務, ICT, 技術, 福祉 or 技能 where one of them fits."),
                )
            )

    def _warn_of_characters(self) -> None:
        for staff in self.list.rows:
            for key in _NAMES:
                text = getattr(staff, key)
                for sign in values.private_characters(text) if text else ():
                    self.list.warnings.append(
                        Problem(
                            staff.row,
                            self.header.column_name(key),
                            text,
                            _(
                                "The character U+%(code)s is one of the office's own (gaiji); it is kept as it is."
                            )
                            % {"code": f"{ord(sign):04X}"},
                            _("Replace it by a character of Unicode where there is one."),
                        )
                    )

    def _warn_of_same_people(self) -> None:
        seen: dict[tuple[str, date], StaffRow] = {}
        for staff in self.list.rows:
            if staff.birth_date is None:
                continue
            first = seen.setdefault((staff.name.replace(" ", ""), staff.birth_date), staff)
            if first is not staff:
                self.list.warnings.append(
                    Problem(
                        staff.row,
                        self.header.column_name("number"),
                        staff.number,
                        _("The same name and date of birth stand in row %(row)s under the number %(number)s.")
                        % {"row": first.row, "number": first.number},
                        _("Check whether this is one person with two numbers."),
                    )
                )


def _above(table: Table, header: Header) -> list[dict[str, Any]]:
    """The rows above the heading, as rows left out."""
    texts = [" ".join(filter(None, map(cell_text, cells))) for cells in table.rows[: header.row_index]]
    reasons = {"title": _("The row stands above the heading."), "blank": _("The row is blank.")}
    return [
        {"row": table.row_number(index), "kind": kind, "text": text[:80], "reason": reasons[kind]}
        for index, text in enumerate(texts)
        for kind in ["title" if text else "blank"]
    ]


def _used_name(cell: Cell) -> str:
    text = values.read_name(cell, "used_name")
    return "" if re.fullmatch(r"[-ー―－×✕]|なし|無し?|no|none", text, re.IGNORECASE) else text


def _latin_name(cell: Cell) -> str:
    return values.read_name(cell, "name_latin")


def _post_name(cell: Cell) -> str:
    return values.fitted("post", clean_name(cell_text(cell)))


def _missing_columns(header: Header) -> list[Problem]:
    """The problems of a list in which nobody can be told apart."""
    missing = []
    if "number" not in header.columns:
        missing.append(("number", _("No column with the staff number was found.")))
    if "name" not in header.columns and "family_name" not in header.columns:
        missing.append(("name", _("No column with the name was found.")))
    headings = ", ".join(text for text in header.headings if text)
    return [
        Problem(
            None,
            key,
            headings[:200],
            reason,
            _("Say which column it is."),
        )
        for key, reason in missing
    ]
