"""An office's map: skills down, units across, and how many people hold each skill at the level that matters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ikusei.org.access import NotVisible, Viewer
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.maps.cells import OTHERS, Row, RowMaker
from ikusei.skills.queries.maps.counting import Crowd, Who, crowd, seated
from ikusei.skills.queries.maps.facts import Facts, gather_within, levels_counted
from ikusei.skills.queries.maps.lineage import read_as, sources_between, versions_used
from ikusei.skills.queries.maps.suppression import STEP, Shown
from ikusei.skills.queries.maps.units import NOWHERE, UnitName, unit_names

COLUMNS = 12
"""So many units stand side by side; the rest are summed and open on the next pages."""

ROWS = 30
"""So many skills stand on a page."""

NO_STAFF = Shown(0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a map is asked for, all of it from the address.

    `level` None counts each skill at the level that matters. `order` is "gaps" (what is missing first) or
    "framework". `only` "nobody" or "single" keeps the skills with such cells. `columns` and `rows` are page numbers.
    """

    on: date
    unit_id: int | None = None
    who: Who = Who.ICT
    level: int | None = None
    order: str = "gaps"
    only: str = ""
    compare: date | None = None
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A unit of the map, or all others together (`id` OTHERS): its people, and whether units stand below it."""

    id: int
    name: str
    staff: Shown
    divides: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """How many cells have nobody, one person, too few people; what the viewer is not told is in none of them."""

    nobody: int = 0
    single: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class OurMap:
    """The map of a day. `catalogue` None: no framework was in use. `unit` None: everyone who is counted.

    `folded` units are summed in the last column; `limited` where the viewer may not see everyone by name.
    """

    asked: Asked
    catalogue: Catalogue | None
    unit: UnitName | None = None
    above: tuple[UnitName, ...] = ()
    staff: Shown = NO_STAFF
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    summary: Summary = Summary()
    folded: int = 0
    column_pages: int = 1
    row_pages: int = 1
    limited: bool = False
    facts: Facts | None = None
    other_version: str = ""
    """The label of the version in use on the day of comparison, where it was another one."""


def our_map(viewer: Viewer, asked: Asked) -> OurMap:
    """The map as asked for. Numbers outside the viewer's scope are told as `suppression` says.

    Raises NotVisible for a unit that does not exist on the day.
    """
    counted = count_rows(viewer, asked, named=asked.unit_id is not None)
    if counted is None:
        return OurMap(asked, None, unit=_unit(asked, unit_names([asked.unit_id or NOWHERE], asked.on)))
    facts, columns, rows, draw = counted.facts, counted.columns, counted.rows, counted.draw
    summary = _summary(rows)
    if asked.only:
        state = "zero" if asked.only == "nobody" else "single"
        rows = [row for row in rows if any(cell.state == state for cell in row.cells)]
    if asked.order != "framework":
        rows.sort(key=_gaps_first)
    page = slice_of(rows, asked.rows, ROWS)
    side_by_side = slice_of(columns, asked.columns, COLUMNS)
    folded = [column for column in columns if column not in side_by_side]
    above = units_above(facts.crowd, asked.unit_id)
    names = unit_names([*side_by_side, *above, asked.unit_id or NOWHERE], asked.on)
    return OurMap(
        asked=asked,
        catalogue=counted.catalogue,
        unit=_unit(asked, names),
        above=tuple(names[pk] for pk in above if pk in names),
        staff=_staff(facts, columns, asked.unit_id),
        columns=_columns(facts, side_by_side, folded, names, asked.unit_id),
        rows=tuple(draw.folded(row, side_by_side, folded) for row in page),
        summary=summary,
        folded=len(folded),
        column_pages=_pages(columns, COLUMNS),
        row_pages=_pages(rows, ROWS),
        limited=facts.hidden_staff(columns) > 0,
        facts=facts,
        other_version=counted.other_version,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Every row of a map with every unit, in the framework's order, and what they were made of."""

    catalogue: Catalogue
    facts: Facts
    columns: list[int]
    rows: list[Row]
    draw: RowMaker
    other_version: str


def count_rows(viewer: Viewer, asked: Asked, *, named: bool) -> Counted | None:
    """Every row of the map asked for, None where no framework was in use; `named` reads the names that may be seen."""
    read = _read_day(viewer, asked, asked.on, named=named)
    if read is None:
        return None
    catalogue, facts = read
    earlier, other_version = _earlier(viewer, asked, catalogue)
    columns = sorted(facts.staff, key=lambda column: (column == NOWHERE, -sum(facts.staff[column]), column))
    draw = RowMaker(catalogue, facts, earlier, asked.unit_id, columns)
    rows = [draw.row(skill) for skill in catalogue.skills.values()]
    return Counted(catalogue, facts, columns, rows, draw, other_version)


def _read_day(
    viewer: Viewer, asked: Asked, day: date, *, named: bool = False
) -> tuple[Catalogue, Facts] | None:
    """The framework of a day and the counts in the parts of the unit asked for."""
    found = seated(viewer, who=asked.who, on=day, within=asked.unit_id, named=named)
    catalogue = found.catalogue
    if catalogue is None:
        return None
    levels = levels_counted(catalogue, asked.level)
    people = crowd(
        viewer,
        found,
        who=asked.who,
        on=day,
        skill_ids=catalogue.skills,
        lowest=levels.lowest,
        unit=asked.unit_id is not None,
    )
    return catalogue, gather_within(people, levels, asked.unit_id, units_above(people, asked.unit_id))


def units_above(found: Crowd, unit_id: int | None) -> tuple[int, ...]:
    """The primary keys of the units above a unit, the root first, as the path of somebody who works there says."""
    if unit_id is None:
        return ()
    mark = f"/{unit_id}/"
    path = next((seat.path for seat in found.seats.values() if mark in seat.path), mark)
    return tuple(int(step) for step in path.partition(mark)[0].split("/") if step)


def _staff(facts: Facts, columns: Sequence[int], unit_id: int | None) -> Shown:
    """How many people are counted: of everything the number itself, which is no secret; of a unit as it is told."""
    if unit_id is None and facts.hidden_staff(columns) >= STEP:
        number = sum(sum(pair) for pair in facts.staff.values())
        return Shown(number, number)
    return facts.staff_told(columns)


def _unit(asked: Asked, names: Mapping[int, UnitName]) -> UnitName | None:
    if asked.unit_id is None:
        return None
    if asked.unit_id not in names:
        raise NotVisible(str(asked.unit_id))
    return names[asked.unit_id]


def _earlier(viewer: Viewer, asked: Asked, catalogue: Catalogue) -> tuple[Facts | None, str]:
    """The counts of the day of comparison under today's skills, and the version of that day where it was another one."""
    if asked.compare is None:
        return None, ""
    found = seated(viewer, who=asked.who, on=asked.compare, within=asked.unit_id)
    then = found.catalogue
    if then is None:
        return None, ""
    levels = levels_counted(catalogue, asked.level)
    same = then.version_id == catalogue.version_id
    people = crowd(
        viewer,
        found,
        who=asked.who,
        on=asked.compare,
        skill_ids=then.skills,
        lowest=levels.lowest if same else 0,
        unit=asked.unit_id is not None,
    )
    if not same:
        carried = sources_between(versions_used(), then, catalogue)
        people = replace(people, held=read_as(people.held, carried))
    facts = gather_within(people, levels, asked.unit_id, units_above(people, asked.unit_id))
    return facts, "" if same else then.label


def _columns(
    facts: Facts,
    side_by_side: Sequence[int],
    folded: Sequence[int],
    names: Mapping[int, UnitName],
    unit_id: int | None,
) -> tuple[Column, ...]:
    """The units side by side; the last stands for those folded away."""
    columns = [
        Column(
            id=column,
            name=names[column].name if column in names else "",
            staff=facts.staff_told([column]),
            divides=column in facts.divides and column != unit_id,
        )
        for column in side_by_side
    ]
    if folded:
        columns.append(Column(OTHERS, "", facts.staff_told(folded), divides=False))
    return tuple(columns)


def _summary(rows: Sequence[Row]) -> Summary:
    states = Counter(cell.state for row in rows for cell in row.cells)
    short = sum(
        cell.need is not None and cell.count.high is not None and cell.count.high < cell.need
        for row in rows
        for cell in row.cells
    )
    return Summary(nobody=states["zero"], single=states["single"], short=short)


def _gaps_first(row: Row) -> tuple[bool, int, int, int, int]:
    """The order of what is missing: nobody at all, cells with nobody, with one person, missing people, the framework."""
    states = Counter(cell.state for cell in row.cells)
    missing = sum(
        max(0, (cell.need or 0) - (cell.count.high or 0)) for cell in row.cells if cell.count.high is not None
    )
    return (not row.total.count.nobody, -states["zero"], -states["single"], -missing, row.skill.place)


def slice_of[T](rows: Sequence[T], page: int, size: int) -> Sequence[T]:
    """One page of some rows: the nearest one there is."""
    start = max(0, min(page - 1, (len(rows) - 1) // size)) * size
    return rows[start : start + size]


def _pages(rows: Sequence[object], size: int) -> int:
    return max(1, -(-len(rows) // size))
