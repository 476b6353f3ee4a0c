"""How far moves rest on the rates of the growth classes: every effect once stronger and once weaker by a fifth. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ikusei.rotation import index
from ikusei.rotation.consequences import accounts
from ikusei.rotation.index import Targets
from ikusei.rotation.picture import MoveFacts, Picture, seating
from ikusei.rotation.rules.scene import Scene

BY = 0.2
"""A fifth: the effect |1 - rho| of a rate becomes 1.2 or 0.8 times as large."""

TOLERANCE = 1e-9

type Growth = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One change of the rates: `key` "" for all classes and axes together; `by` is 0.2 or -0.2."""

    key: str
    axis: str
    by: float
    growth: Growth


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A move of a draft: what is missing to the targets on the worse axis after the horizon, with it and without it.

    `worst` is the case in which the move looks worst, with its two values. `verdict`: "survives" (in no case is more
    missing with the move than without it), "turns" (by the rates in force not, in some case it is), "worsens" (by the rates
    in force already).
    """

    move: MoveFacts
    without: float
    with_it: float
    worst: Case | None
    worst_without: float
    worst_with: float

    @property
    def verdict(self) -> str:
        """The word above."""
        if self.with_it > self.without + TOLERANCE:
            return "worsens"
        return "turns" if self.worst_with > self.worst_without + TOLERANCE else "survives"


def cases(growth: Growth) -> list[Case]:
    """Each class and axis alone, stronger and weaker, then all together."""
    found = []
    for by in (BY, -BY):
        for key, (gq, dq) in growth.items():
            found.append(Case(key, "gq", by, {**growth, key: (index.varied(gq, by), dq)}))
            found.append(Case(key, "dq", by, {**growth, key: (gq, index.varied(dq, by))}))
        every = {key: (index.varied(gq, by), index.varied(dq, by)) for key, (gq, dq) in growth.items()}
        found.append(Case("", "", by, every))
    return found


def sensitivities(
    picture: Picture, moves: Iterable[MoveFacts], chosen: Iterable[MoveFacts]
) -> list[Sensitivity]:
    """Each of the chosen moves of a draft, held against the same draft without it."""
    theirs: dict[str, list[MoveFacts]] = {}
    for move in moves:
        theirs.setdefault(move.person, []).append(move)
    varied = cases(picture.growth)
    return [_of(picture, move, theirs[move.person], varied) for move in chosen]


def _of(picture: Picture, move: MoveFacts, moves: Sequence[MoveFacts], varied: Sequence[Case]) -> Sensitivity:
    others = [one for one in moves if one != move]

    def missing(growth: Growth) -> tuple[float, float]:
        return (
            end_shortfall(picture, move.person, others, growth),
            end_shortfall(picture, move.person, moves, growth),
        )

    without, with_it = missing(picture.growth)
    worst, pair = None, (without, with_it)
    for case in varied:
        found = missing(case.growth)
        if found[1] - found[0] > pair[1] - pair[0] + TOLERANCE:
            worst, pair = case, found
    return Sensitivity(move, without, with_it, worst, *pair)


def end_index(
    picture: Picture, person: str, moves: Sequence[MoveFacts], growth: Growth
) -> tuple[float, float]:
    """(GQ, DQ) of somebody after the last year of the horizon for which they are employed; today's where there is none."""
    facts = picture.people[person]
    alone = replace(picture, people={person: facts}, growth=growth)
    years = accounts(Scene(seating(alone, moves)), person)
    return (years[-1].gq, years[-1].dq) if years else (facts.gq, facts.dq)


def end_shortfall(picture: Picture, person: str, moves: Sequence[MoveFacts], growth: Growth) -> float:
    """What is missing to the targets on the worse axis after the horizon."""
    return index.shortfall(end_index(picture, person, moves, growth), Targets(*picture.targets))


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean index of a group after the horizon without moves: weaker effects, the rates in force, stronger ones."""

    axis: str
    weaker: float
    now: float
    stronger: float


def staying(picture: Picture) -> tuple[Spread, ...]:
    """How the mean index of everybody in the round after the horizon rests on the rates, if nobody moved."""
    varied = {case.by: case.growth for case in cases(picture.growth) if not case.key}
    people = [key for key, facts in picture.people.items() if not facts.is_planned]
    ends = {
        by: [end_index(picture, key, (), growth) for key in people]
        for by, growth in {**varied, 0.0: picture.growth}.items()
    }

    def mean(by: float, axis: int) -> float:
        return sum(point[axis] for point in ends[by]) / len(people) if people else 0.0

    return tuple(
        Spread(name, mean(-BY, axis), mean(0.0, axis), mean(BY, axis))
        for axis, name in enumerate(("GQ", "DQ"))
    )
