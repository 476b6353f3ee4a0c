"""How far a seating meets what coverage rules want: people at a level in each unit, year by year. Pure.

Counted are the levels that people hold today: in these years nobody learns and nobody forgets. Everybody is counted once a
year, in the unit of their main post. A unit's own rule comes before the one for every unit; that one applies where the job
type of a post of the unit asks for the skill, whether or not anybody sits there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ikusei.rotation.picture import Picture, PostFacts, Seating

type Levels = Mapping[str, Mapping[str, int]]
"""Person -> skill key -> level held."""

type Sitting = Mapping[int, Sequence[str]]
"""Post -> the people whose main post it is."""


@dataclass(frozen=True, slots=True)
class Want:
    """A coverage rule: at least `people` at `level` in one unit, or (unit None) in each that has a use for the skill."""

    skill: str
    unit_id: int | None
    level: int
    people: int


@dataclass(frozen=True, slots=True)
class Framework:
    """The wants, the skills that each job type asks for, and the level counted where no rule wants a skill."""

    wants: tuple[Want, ...]
    asked: Mapping[str, Collection[str]]
    counted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Need:
    """What a rule wants of a unit in a year, and the posts whose people meet it."""

    unit_id: int
    skill: str
    level: int
    people: int
    posts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Met:
    """The people who meet a need: as drafted, and without the draft."""

    need: Need
    people: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def state(self) -> str:
        """What is wrong: "zero" nobody, "single" one person only, "short" fewer than wanted, else ""."""
        if not self.people:
            return "zero"
        if len(self.people) == 1:
            return "single"
        return "short" if len(self.people) < self.need.people else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A skill in a year: who is counted and how many are needed in all units together (None: no rule wants it).

    `nobody`, `single` and `short` are the numbers of units with nobody, with one person only, and with more than one but
    too few.
    """

    people: tuple[str, ...]
    before: tuple[str, ...]
    need: int | None = None
    nobody: int = 0
    single: int = 0
    short: int = 0

    @property
    def change(self) -> int:
        """How many more people than without the draft."""
        return len(self.people) - len(self.before)

    @property
    def fewer(self) -> int:
        """How many fewer people than without the draft."""
        return -self.change

    @property
    def state(self) -> str:
        """The worst of the units."""
        return "zero" if self.nobody else "short" if self.short else "single" if self.single else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A skill: today, then each year of the round."""

    skill: str
    level: int
    cells: tuple[Cell, ...]

    @property
    def order(self) -> tuple[int, ...]:
        """Nobody first, then too few, one person only, no need."""
        return (
            -max(cell.nobody for cell in self.cells),
            -max(cell.short for cell in self.cells),
            -max(cell.single for cell in self.cells),
            all(cell.need is None for cell in self.cells),
        )


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit: for today and each year how many skills nobody, one person only, and too few people have."""

    unit_id: int
    cells: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Skills, those that somebody has to look at first; units, likewise."""

    lines: tuple[Line, ...]
    units: tuple[UnitLine, ...]


def count(
    now: Seating, live: Seating, levels: Levels, framework: Framework, units: Collection[int]
) -> Counted:
    """The coverage of some units (by primary key) as drafted, for today and each year, beside live data alone."""
    picture = now.picture
    today = _today(picture)
    pairs = [(today, today)]
    pairs += [(_year(now, place), _year(live, place)) for place in range(len(picture.years))]
    columns = [
        [
            Met(need, _holders(drafted, need, levels), _holders(without, need, levels))
            for need in needs(picture, framework, units, year)
        ]
        for year, (drafted, without) in zip((picture.years[0] - 1, *picture.years), pairs, strict=True)
    ]
    here = frozenset(post.id for post in picture.posts.values() if post.unit_id in units)
    lines = [
        Line(
            skill=skill,
            level=level,
            cells=tuple(
                _cell([met for met in found if met.need.skill == skill])
                if any(met.need.skill == skill for met in found)
                else _unasked(pair, Need(0, skill, level, 0, here), levels)
                for found, pair in zip(columns, pairs, strict=True)
            ),
        )
        for skill, level in framework.counted.items()
    ]
    return Counted(tuple(sorted(lines, key=lambda line: line.order)), _unit_lines(columns))


def needs(picture: Picture, framework: Framework, units: Collection[int], year: int) -> Iterable[Need]:
    """What the rules want in a year of some units; of a unit with others below only where all of them are among those."""
    posts = [post for post in picture.posts.values() if post.is_there(year)]
    own = {(want.skill, want.unit_id) for want in framework.wants if want.unit_id is not None}
    teams: dict[int, list[PostFacts]] = {}
    for post in posts:
        if post.unit_id in units:
            teams.setdefault(post.unit_id, []).append(post)
    asked = {
        unit_id: {skill for post in team for skill in framework.asked.get(post.job_type, ())}
        for unit_id, team in teams.items()
    }
    for want in framework.wants:
        if want.unit_id is None:
            for unit_id, team in teams.items():
                if want.skill in asked[unit_id] and (want.skill, unit_id) not in own:
                    yield _need(want, unit_id, team)
            continue
        below = [post for post in posts if f"/{want.unit_id}/" in post.path]
        if below and all(post.unit_id in units for post in below):
            yield _need(want, want.unit_id, below)


def _need(want: Want, unit_id: int, posts: Iterable[PostFacts]) -> Need:
    return Need(unit_id, want.skill, want.level, want.people, frozenset(post.id for post in posts))


def _today(picture: Picture) -> Sitting:
    found: dict[int, list[str]] = {}
    for key, person in picture.people.items():
        if person.main is not None:
            found.setdefault(person.main.post, []).append(key)
    return found


def _year(seats: Seating, place: int) -> Sitting:
    year = seats.picture.years[place]
    return {post: seats.sitting(post, year) for post in seats.picture.posts}


def _holders(sitting: Sitting, need: Need, levels: Levels) -> tuple[str, ...]:
    return tuple(
        key
        for post in need.posts
        for key in sitting.get(post, ())
        if levels.get(key, {}).get(need.skill, 0) >= need.level
    )


def _cell(found: Sequence[Met]) -> Cell:
    states = [met.state for met in found]
    return Cell(
        people=_once(met.people for met in found),
        before=_once(met.before for met in found),
        need=sum(met.need.people for met in found),
        nobody=states.count("zero"),
        single=states.count("single"),
        short=states.count("short"),
    )


def _once(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for group in groups for key in group))


def _unasked(pair: tuple[Sitting, Sitting], need: Need, levels: Levels) -> Cell:
    drafted, without = pair
    return Cell(people=_holders(drafted, need, levels), before=_holders(without, need, levels))


def _unit_lines(columns: Sequence[Sequence[Met]]) -> tuple[UnitLine, ...]:
    """The units where something is wanting in a column, those with most skills that nobody has first."""
    units = dict.fromkeys(met.need.unit_id for found in columns for met in found)
    lines = []
    for unit_id in units:
        states = [[met.state for met in found if met.need.unit_id == unit_id] for found in columns]
        cells = tuple((one.count("zero"), one.count("single"), one.count("short")) for one in states)
        if any(any(cell) for cell in cells):
            lines.append(UnitLine(unit_id, cells))
    worst = {
        line.unit_id: tuple(-max(numbers) for numbers in zip(*line.cells, strict=True)) for line in lines
    }
    return tuple(
        sorted(
            lines, key=lambda line: (worst[line.unit_id][0], worst[line.unit_id][2], worst[line.unit_id][1])
        )
    )
