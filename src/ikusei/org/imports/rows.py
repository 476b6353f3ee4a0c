"""One person of a staff list, as read. None means that the list says nothing of it; the record keeps what it has."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ikusei.lib.tabular import Cell, Problem


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a list names it: a code, or the names from the top down with the kind each level column gives."""

    code: str
    path: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The place as people read it."""
        return " ".join(self.path) or self.code


@dataclass(frozen=True, slots=True)
class SecondPlace:
    """A concurrent posting; share 0 where the list names none."""

    place: Place
    post: str
    share: Decimal


@dataclass(slots=True)
class StaffRow:
    """One row of the list. `until` is the day after the last one; `used_name` "" says that none is used."""

    row: int
    number: str
    name: str
    kana: str | None = None
    used_name: str | None = None
    name_latin: str | None = None
    email: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    category: str | None = None
    grade: str | None = None
    kind: str | None = None
    hired_on: date | None = None
    posted_since: date | None = None
    until: date | None = None
    place: Place | None = None
    post: str | None = None
    share: Decimal | None = None
    concurrent: tuple[SecondPlace, ...] | None = None


@dataclass(slots=True)
class StaffList:
    """What a file says: its rows, what is wrong or odd in it, what was left out.

    `held` are the staff numbers, and `held_names` the folded names, of people who stand in a row that cannot be used:
    they are in the list, so nobody may conclude that they have left. `cells` keeps each row's own cells, to be handed
    back where it has to be mended.
    """

    rows: list[StaffRow]
    problems: list[Problem]
    warnings: list[Problem]
    skipped: list[dict[str, Any]]
    columns: dict[str, str]
    uncertain: dict[str, float]
    not_read: list[str]
    headings: tuple[str, ...]
    cells: dict[int, list[Cell]]
    held: set[str]
    held_names: set[str]
    stops: list[Problem]
