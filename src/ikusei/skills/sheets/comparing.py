"""Rows with their people, set beside what was said before: what is new, what differs, what is there already."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ikusei.skills.sheets.catalogue import CatalogueSkill
from ikusei.skills.sheets.rows import SheetRow

SAMPLES = 10


class Outcome(StrEnum):
    """What a level in a sheet is beside what is recorded."""

    NEW = "new"
    """A statement that no level held on its day contradicts: the first, or the same level said again."""
    DIFFERING = "differing"
    """A statement of another level than the one held on its day; both stay."""
    UNCHANGED = "unchanged"
    """Said already: by the same rater of the same day, or written into the sheet by us and left as it was."""


class Statement(NamedTuple):
    """One level said of one person."""

    row: int
    person: int
    skill: int
    level: int
    stated_on: date
    rater: str
    rater_person: int | None


class Held(NamedTuple):
    """A level held in [from_date, until)."""

    from_date: date
    until: date | None
    level: int


@dataclass(slots=True)
class Known:
    """What is recorded of some people in the sheet's skills.

    `said`: (person, skill, day, rater) -> the last level said by each rater's person (None: nobody is named), the last
    of all under the key -1. `held`: (person, skill) -> periods.
    """

    said: Mapping[tuple[int, int, date, str], Mapping[int | None, int]]
    held: Mapping[tuple[int, int], Sequence[Held]]

    def level_on(self, person: int, skill: int, day: date) -> int | None:
        """The level held on a day."""
        for period in self.held.get((person, skill), ()):
            if period.from_date <= day and (period.until is None or day < period.until):
                return period.level
        return None


ANYBODY = -1


@dataclass(frozen=True, slots=True)
class Sample:
    """One compared level, to be shown: `before` None where none was held."""

    row: int
    person: int
    skill: int
    level: int
    before: int | None


@dataclass(slots=True)
class Tally:
    """What a comparison found, without the statements themselves.

    `signature` is another as soon as a statement is another: what was shown is what is carried out.
    """

    counts: Counter[Outcome] = field(default_factory=Counter)
    by_skill: Counter[tuple[int, Outcome]] = field(default_factory=Counter)
    samples: dict[Outcome, list[Sample]] = field(
        default_factory=lambda: {Outcome.DIFFERING: [], Outcome.NEW: []}
    )
    people: set[int] = field(default_factory=set)
    signature: int = 0


def compare(
    rows: Sequence[SheetRow], skills: Sequence[CatalogueSkill], known: Known, tally: Tally
) -> Iterator[Statement]:
    """The statements to be recorded, one after the other, counted into `tally` with those that are there already."""
    for row in rows:
        for skill, level in zip(skills, row.levels, strict=True):
            if level is None:
                continue
            outcome, before = _outcome(row, skill.pk, level, known)
            tally.counts[outcome] += 1
            tally.by_skill[skill.index, outcome] += 1
            if outcome is Outcome.UNCHANGED:
                continue
            tally.people.add(row.person)
            mark = f"{row.person} {skill.pk} {level} {row.stated_on} {row.rater} {row.rater_person} {outcome}"
            tally.signature = zlib.crc32(mark.encode(), tally.signature)
            if len(tally.samples[outcome]) < SAMPLES:
                tally.samples[outcome].append(Sample(row.row, row.person, skill.index, level, before))
            yield Statement(row.row, row.person, skill.pk, level, row.stated_on, row.rater, row.rater_person)


def _outcome(row: SheetRow, skill: int, level: int, known: Known) -> tuple[Outcome, int | None]:
    if (
        row.standing_on is not None
        and not row.has_own_day
        and known.level_on(row.person, skill, row.standing_on) == level
    ):
        return Outcome.UNCHANGED, level
    said = known.said.get((row.person, skill, row.stated_on, row.rater))
    if said is not None:
        by = ANYBODY if row.rater_person is None else row.rater_person
        if said.get(by) == level:
            return Outcome.UNCHANGED, level
    before = known.level_on(row.person, skill, row.stated_on)
    return (Outcome.NEW if before in {None, level} else Outcome.DIFFERING), before
