"""The employer's units on the day of a list, found by what the list calls them, and the new ones it needs."""

import re
from collections import defaultdict
from datetime import date
from difflib import get_close_matches

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Problem
from ikusei.lib.text import normalise_key
from ikusei.org.imports.records import UnitNode
from ikusei.org.imports.rows import Place
from ikusei.org.models import UnitKind

_KINDS = {
    "bureau": UnitKind.BUREAU,
    "division": UnitKind.DIVISION,
    "section": UnitKind.SECTION,
    "team": UnitKind.TEAM,
}
_ENDINGS = (
    (UnitKind.BUREAU, re.compile(r"(?<!事務)(?<!支)(局|庁|本部|委員会)$|bureau", re.IGNORECASE)),
    (UnitKind.DIVISION, re.compile(r"(?<!支)(部)$|division", re.IGNORECASE)),
    (UnitKind.TEAM, re.compile(r"(担当|係|班|グループ|チーム)$|team", re.IGNORECASE)),
    (
        UnitKind.SECTION,
        re.compile(r"(課|室|所|センター|事務局|館|場|校|院|園)$|section|office", re.IGNORECASE),
    ),
)
_ALIKE = 0.6  # 企画科 and 企画課: two signs of three
_NUMBERS = re.compile("[0-9０-９一二三四五六七八九十東西南北上下]")  # 第一課 and 第二課 are no mistakes
_BELOW = {
    UnitKind.BUREAU: UnitKind.DIVISION,
    UnitKind.DIVISION: UnitKind.SECTION,
    UnitKind.SECTION: UnitKind.TEAM,
    UnitKind.TEAM: UnitKind.TEAM,
}


class NoPlace(Exception):
    """The unit a row names cannot be told: why, and what to write instead."""

    def __init__(self, place: Place, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason
        self.fix = fix


class Tree:
    """Finds units; `open` adds those that are missing. Renames and moves are told, never guessed."""

    def __init__(
        self, units: list[UnitNode], *, closed_codes: set[str], list_codes: set[str], as_of: date
    ) -> None:
        self.as_of = as_of
        self.closed_codes = closed_codes
        self.list_codes = list_codes
        self.new: list[UnitNode] = []
        self.warnings: list[Problem] = []
        self._told: set[int] = set()
        self._found: dict[Place, UnitNode] = {}
        self._by_code: dict[str, UnitNode] = {}
        self._by_way: dict[tuple[str, ...], list[UnitNode]] = defaultdict(list)
        self._by_joined: dict[str, list[UnitNode]] = defaultdict(list)
        self._by_name: dict[str, list[UnitNode]] = defaultdict(list)
        self._next_code = 1
        self._recorded: dict[int, list[UnitNode]] = defaultdict(list)
        for unit in units:
            self._add(unit)
            self._recorded[id(unit.parent)].append(unit)

    def find(self, place: Place) -> UnitNode | None:
        """The unit a place names, None where it has to be opened. Raises NoPlace where it cannot be told."""
        unit = self._found.get(place)
        if unit is None:
            unit = self._by_its_code(place) if place.code else self._by_its_names(place)
            if unit is not None:
                self._found[place] = unit
        return unit

    def open(self, place: Place) -> UnitNode:
        """The unit a place names, opened on paper where it is missing, with the units above it."""
        unit = self.find(place)
        if unit is None:
            unit = self._found[place] = self._open(place)
        return unit

    def _add(self, unit: UnitNode) -> None:
        self._by_code[normalise_key(unit.code)] = unit
        way = tuple(map(_key, unit.way))
        self._by_way[way].append(unit)
        self._by_joined["".join(way)].append(unit)
        self._by_name[way[-1]].append(unit)
        english = _key(unit.name_en)
        if english and english != way[-1]:
            self._by_name[english].append(unit)

    def _by_its_code(self, place: Place) -> UnitNode | None:
        unit = self._by_code.get(normalise_key(place.code))
        if unit is not None:
            self._tell_difference(unit, place)
            return unit
        if normalise_key(place.code) in self.closed_codes:
            raise NoPlace(
                place,
                _("The unit with the code %(code)s is not open on that day.") % {"code": place.code},
                _("Write the code of a unit that is open, or leave the code blank."),
            )
        same = [unit for unit in self._by_way.get(tuple(map(_key, place.path)), ()) if self._is_free(unit)]
        if place.path and len(same) == 1:
            return self._with_code(same[0], place)
        return None

    def _is_free(self, unit: UnitNode) -> bool:
        """Whether no other row of the list may mean this unit by its own code."""
        return normalise_key(unit.code) not in self.list_codes

    def _with_code(self, unit: UnitNode, place: Place) -> UnitNode:
        if unit.pk is None and unit.has_made_up_code:
            del self._by_code[normalise_key(unit.code)]
            unit.code, unit.has_made_up_code = place.code, False
            self._by_code[normalise_key(unit.code)] = unit
        else:
            self._tell(
                unit, place.code, _("%(unit)s is recorded under the code %(code)s; the code is not changed.")
            )
        return unit

    def _by_its_names(self, place: Place) -> UnitNode | None:
        way = tuple(map(_key, place.path))
        candidates = self._by_way.get(way) or self._known(self._by_joined.get("".join(way)))
        if not candidates:
            below = self._known(self._by_name.get(way[-1]))
            candidates = (
                [unit for unit in below if tuple(map(_key, unit.way))[-len(way) :] == way]
                if len(way) > 1
                else below
            )
        if len(candidates) > 1:
            raise NoPlace(
                place,
                _("There are %(count)s units of this name: %(names)s.")
                % {
                    "count": len(candidates),
                    "names": ", ".join(f"{unit.words} ({unit.code})" for unit in candidates[:4]),
                },
                _("Add the unit's code, or write the names of the units above it: %(name)s.")
                % {"name": candidates[0].words.replace(" ", "/")},
            )
        return candidates[0] if candidates else None

    @staticmethod
    def _known(units: list[UnitNode] | None) -> list[UnitNode]:
        """Recorded units only: one that this list opens is meant by its whole way alone."""
        return [unit for unit in units or () if unit.pk is not None]

    def _open(self, place: Place) -> UnitNode:
        parent = self.open(Place("", place.path[:-1], place.kinds[:-1])) if len(place.path) > 1 else None
        name = place.path[-1] if place.path else place.code
        unit = UnitNode(
            code=place.code or self._made_up_code(),
            kind=_kind(name, place.kinds[-1] if place.kinds else "", parent),
            name=name,
            parent=parent,
            since=self.as_of,
            has_made_up_code=not place.code,
        )
        self._tell_alike(unit)
        self.new.append(unit)
        self._add(unit)
        if not place.path:
            self._tell(unit, place.code, _("The unit has no name in the list; it is opened as %(unit)s."))
        return unit

    def _made_up_code(self) -> str:
        while True:
            code = f"U{self._next_code:04}"
            self._next_code += 1
            key = normalise_key(code)
            if key not in self._by_code and key not in self.closed_codes and key not in self.list_codes:
                return code

    def _tell_difference(self, unit: UnitNode, place: Place) -> None:
        if place.path and _key(place.path[-1]) not in {_key(unit.name), _key(unit.name_en)}:
            self._tell(
                unit,
                place.words,
                _("The code %(code)s is recorded for %(unit)s; the name is not changed."),
            )

    def _tell_alike(self, unit: UnitNode) -> None:
        """Tell of a recorded unit beside a new one whose name differs by a sign: it may be a typing mistake."""
        numbers = _NUMBERS.findall(unit.name)
        beside = [
            one.name for one in self._recorded[id(unit.parent)] if _NUMBERS.findall(one.name) == numbers
        ]
        alike = get_close_matches(unit.name, beside, n=1, cutoff=_ALIKE)
        if alike:
            self.warnings.append(
                Problem(
                    None,
                    "",
                    unit.words,
                    _("There is a unit %(name)s in the same place; this one would be opened beside it.")
                    % {"name": alike[0]},
                    _("Correct the name in the list where that unit is meant."),
                )
            )

    def _tell(self, unit: UnitNode, value: str, reason: str) -> None:
        if id(unit) not in self._told:
            self._told.add(id(unit))
            self.warnings.append(
                Problem(
                    None,
                    "",
                    value,
                    reason % {"unit": unit.words, "code": unit.code},
                    _("Change the unit by hand if that is meant."),
                )
            )


def _key(name: str) -> str:
    return normalise_key(name).replace(" ", "")


def _kind(name: str, level: str, parent: UnitNode | None) -> str:
    """The kind: what the level column says, else what the name ends in, else one below the unit above."""
    if level in _KINDS:
        return _KINDS[level]
    for kind, ending in _ENDINGS:
        if ending.search(name):
            return kind
    return _BELOW[UnitKind(parent.kind)] if parent is not None else UnitKind.SECTION
