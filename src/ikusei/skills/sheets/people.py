"""Rows -> the recorded people they speak of. Who is outside the roster is told in one sentence, whatever the cause."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Problem
from ikusei.lib.tabular.header import heading_key
from ikusei.lib.text import search_key
from ikusei.org.imports.records import number_key
from ikusei.skills.sheets.rows import Sheet, SheetRow

CANDIDATES_NAMED = 5


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom the actor may rate, as their employer knows them."""

    pk: int
    number: str
    name: str
    used_name: str
    kana: str
    name_latin: str

    @property
    def keys(self) -> set[str]:
        """Their names for comparing."""
        return {search_key(name) for name in (self.name, self.used_name, self.name_latin) if name}

    @property
    def label(self) -> str:
        """Name and staff number, as people read them."""
        return f"{self.used_name or self.name} ({self.number})"


class Roster:
    """The people of one employer whom the actor may rate.

    `units` gives each person's ways: the names of their units from the top down. It may be empty where every row of the
    sheet has a staff number. `unit_names` are those of all units on that day.
    """

    def __init__(
        self,
        people: Iterable[KnownPerson],
        *,
        units: Mapping[int, list[tuple[str, ...]]],
        unit_names: Iterable[str],
    ) -> None:
        self.units = units
        self.unit_keys = set(map(heading_key, unit_names))
        self.by_pk: dict[int, KnownPerson] = {}
        self.by_number: dict[str, KnownPerson] = {}
        for person in people:
            self.by_number[number_key(person.number)] = person
            self.by_pk[person.pk] = person

    @cached_property
    def by_name(self) -> dict[str, list[KnownPerson]]:
        """Folded name -> the people who are called so; made when the first name is looked for."""
        found: dict[str, list[KnownPerson]] = defaultdict(list)
        for person in self.by_pk.values():
            for key in person.keys:
                found[key].append(person)
        return found

    def numbered(self, number: str) -> KnownPerson | None:
        """The person with a staff number."""
        return self.by_number.get(number_key(number))

    def named(self, name: str, kana: str, unit: tuple[str, ...]) -> list[KnownPerson]:
        """The people whom a name may mean, narrowed down by reading and unit as far as these tell them apart."""
        found = self.by_name.get(search_key(name), [])
        if kana and len(found) > 1:
            found = [one for one in found if search_key(one.kana) == search_key(kana)] or found
        if unit and (len(found) > 1 or heading_key(unit[-1]) in self.unit_keys):
            found = [one for one in found if self.is_in(one, unit)] or (found if len(found) > 1 else [])
        return found

    def is_in(self, person: KnownPerson, unit: tuple[str, ...]) -> bool:
        """Whether somebody works in a unit as an office writes it: デジタル局 企画課, 企画課, デジタル局企画課."""
        written = heading_key("".join(unit))
        last = heading_key(unit[-1])
        return any(
            heading_key("".join(way)).endswith(written) or last in set(map(heading_key, way))
            for way in self.units.get(person.pk, ())
        )

    def described(self, person: KnownPerson) -> str:
        """The person with number and unit, to be told from a namesake."""
        ways = self.units.get(person.pk, [])
        return f"{person.label} {ways[0][-1]}" if ways else person.label


def needs_names(sheet: Sheet) -> bool:
    """Whether some row names its person or its rater by name only."""
    return any(not row.number or row.rater_name for row in sheet.rows)


def match_people(sheet: Sheet, roster: Roster) -> None:
    """Give each row its person and its rater; note every row that has none, and people who stand there twice."""
    matcher = _Matcher(sheet, roster)
    for row in sheet.rows:
        matcher.match(row)
    matcher.refuse_twins()


class _Matcher:
    def __init__(self, sheet: Sheet, roster: Roster) -> None:
        self.sheet = sheet
        self.roster = roster
        self.titles = {key: column.title for key, column in sheet.columns.fields.items()}

    def match(self, row: SheetRow) -> None:
        """Find the row's person and rater."""
        person = self._by_number(row) if row.number else self._by_name(row)
        if person is None:
            return
        row.person = person.pk
        if row.rater_name:
            self._find_rater(row, person)

    def _by_number(self, row: SheetRow) -> KnownPerson | None:
        person = self.roster.numbered(row.number)
        if person is None:
            self._fault(
                row,
                "number",
                row.number,
                _("There is nobody with this staff number whom you may rate."),
                _("Check the number and the employer."),
            )
            return None
        if row.name and not _may_be_called(person, row.name):
            self._fault(
                row,
                "name",
                row.name,
                _("The staff number %(number)s is recorded for %(name)s.")
                % {"number": person.number, "name": person.used_name or person.name},
                _("Correct the number or the name; look for a shifted row."),
            )
            return None
        return person

    def _by_name(self, row: SheetRow) -> KnownPerson | None:
        found = self.roster.named(row.name, row.kana, row.unit)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(self.roster.described(one) for one in found[:CANDIDATES_NAMED])
            self._fault(
                row,
                "name",
                row.name,
                _("%(count)s people have this name: %(names)s.") % {"count": len(found), "names": names},
                _("Add the staff number, or the unit where it tells them apart."),
            )
        elif row.unit and (elsewhere := self.roster.named(row.name, row.kana, ())):
            self._fault(
                row,
                "name",
                row.name,
                _("Nobody of this name is recorded in %(unit)s; there is %(names)s.")
                % {
                    "unit": " ".join(row.unit),
                    "names": ", ".join(self.roster.described(one) for one in elsewhere[:CANDIDATES_NAMED]),
                },
                _("Add the staff number, or correct the unit."),
            )
        else:
            self._fault(
                row,
                "name",
                row.name,
                _("There is nobody of this name whom you may rate."),
                _("Check the name and the employer, or add the staff number."),
            )
        return None

    def _find_rater(self, row: SheetRow, person: KnownPerson) -> None:
        found = self.roster.named(row.rater_name, "", ()) or list(
            filter(None, [self.roster.numbered(row.rater_name)])
        )
        if len(found) != 1:
            self._fault(
                row,
                "rater",
                row.rater_name,
                _("Several people have this name.")
                if found
                else _("There is no rater of this name whom you may name."),
                _("Write 本人 or 上司, or the rater's staff number."),
            )
        elif found[0].pk == person.pk:
            row.rater = "self"
        else:
            row.rater_person = found[0].pk
            if row.rater == "self":
                row.rater = "supervisor"

    def refuse_twins(self) -> None:
        """Note the people who stand in several rows of one day by one rater."""
        rows_of: dict[tuple[int, date, str, int | None], list[SheetRow]] = defaultdict(list)
        for row in self.sheet.rows:
            if row.person:
                rows_of[row.person, row.stated_on, row.rater, row.rater_person].append(row)
        key = "number" if "number" in self.titles else "name"
        for twins in rows_of.values():
            if len(twins) > 1:
                numbers = ", ".join(str(row.row) for row in twins)
                for row in twins:
                    self._fault(
                        row,
                        key,
                        row.number or row.name,
                        _("The same person stands in the rows %(rows)s.") % {"rows": numbers},
                        _("Keep one row per person, day and rater."),
                    )

    def _fault(self, row: SheetRow, key: str, value: str, reason: str, fix: str) -> None:
        self.sheet.faults.add(Problem(row.row, self.titles.get(key, ""), value[:200], reason, fix))


def _may_be_called(person: KnownPerson, name: str) -> bool:
    """Whether the name may be the person's: the whole, or one half of it, as after a marriage."""
    key = search_key(name)
    if key in person.keys or key == search_key(person.kana):
        return True
    halves = {
        search_key(half)
        for whole in (person.name, person.used_name, person.name_latin)
        for half in whole.split()
        if len(search_key(half)) > 1 or not half.isascii()
    }
    if any(half and (key.startswith(half) or key.endswith(half)) for half in halves):
        return True
    return any(key and (whole.startswith(key) or whole.endswith(key)) for whole in person.keys)
