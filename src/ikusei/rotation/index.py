"""The index 0 to 100 of GQ and DQ: where somebody starts, and how years in posts close what is missing. Pure.

    100 - I(T) = min(100, (100 - I(0)) x product over the years of rho)
    DQ(0) = 100 x sum of w_k level_k / 4 / sum of w_k                 over the skills of the framework
    GQ(0) = 100 x sum of v_j (1 - exp(-y_j / tau_j))                   over the kinds of administrative service

rho below 1 closes that share of what is left; above 1 what is not used decays. In logs it adds up, whatever the order.
`Terms` are the weights and targets, as JSON with a date and an author (`rotation.models.IndexTerms`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FULL = 100.0
TOP = 4
"""The highest level of a framework's scale, where its own is not given."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a year in a post of a growth class leaves of the headroom: rho on either axis."""

    gq: float
    dq: float


STILL = Rate(1.0, 1.0)
"""A post without a growth class changes nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of administrative service: its weight v, its tau in years, its names.

    Where a post does not say its kind itself it counts here by its growth class (`classes`), else by the kind of its
    employer (`employers`).
    """

    weight: float
    tau: float
    name_ja: str
    name_en: str
    employers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """The index aimed at."""

    gq: float = 65.0
    dq: float = 65.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How GQ and DQ are counted. `weights` holds only skills whose weight is not 1."""

    category: str = "ict"
    goal: float = 0.5
    targets: Targets = field(default_factory=Targets)
    services: Mapping[str, Service] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def weight(self, skill: str) -> float:
        """The weight of a skill, 1 where nothing else is said."""
        return self.weights.get(skill, 1.0)

    def service_of(self, employer_kind: str, growth: str = "") -> str:
        """The kind of service of a post that names none: by its growth class, else by the kind of its employer; "" none."""
        by_class = (key for key, one in self.services.items() if growth and growth in one.classes)
        by_employer = (key for key, one in self.services.items() if employer_kind in one.employers)
        return next(by_class, "") or next(by_employer, "")


@dataclass(frozen=True, slots=True)
class SkillTerm:
    """One skill in DQ(0): `points` is what it adds to the index."""

    skill: str
    weight: float
    level: int
    points: float


@dataclass(frozen=True, slots=True)
class ServiceTerm:
    """One kind of service in GQ(0): `points` is what it adds to the index."""

    service: str
    weight: float
    tau: float
    years: float
    points: float


def dq_terms(
    levels: Mapping[str, int], skills: Iterable[str], terms: Terms, top: int = TOP
) -> tuple[SkillTerm, ...]:
    """DQ(0) term by term over the skills of a framework; a skill without a level counts 0."""
    keys = tuple(skills)
    total = sum(terms.weight(key) for key in keys)
    found = []
    for key in keys:
        weight, level = terms.weight(key), levels.get(key, 0)
        points = FULL * weight * min(level, top) / top / total if total and top else 0.0
        found.append(SkillTerm(key, weight, level, points))
    return tuple(found)


def dq_start(levels: Mapping[str, int], skills: Sequence[str], terms: Terms, top: int = TOP) -> float:
    """DQ(0): 0 to 100; 0 for a framework without skills or weights. The sum of `dq_terms`, without their names."""
    weights = [(key, terms.weight(key)) for key in skills]
    total = sum(weight for _key, weight in weights)
    if not (total and top):
        return 0.0
    return sum(FULL * weight * min(levels.get(key, 0), top) / top / total for key, weight in weights)


def gq_terms(years: Mapping[str, float], terms: Terms) -> tuple[ServiceTerm, ...]:
    """GQ(0) term by term over the kinds of service, from the years served in each."""
    return tuple(
        ServiceTerm(
            key,
            one.weight,
            one.tau,
            years.get(key, 0.0),
            FULL * one.weight * (1 - math.exp(-years.get(key, 0.0) / one.tau)),
        )
        for key, one in terms.services.items()
    )


def gq_start(years: Mapping[str, float], terms: Terms) -> float:
    """GQ(0): 0 to 100."""
    return sum(term.points for term in gq_terms(years, terms))


def after(start: float, rhos: Iterable[float]) -> float:
    """The index after years with these rates, in any order: 0 to 100."""
    return FULL - min(FULL, (FULL - start) * math.prod(rhos))


def path(start: float, rhos: Sequence[float]) -> tuple[float, ...]:
    """The index after each of the years."""
    return tuple(after(start, rhos[: year + 1]) for year in range(len(rhos)))


def project(gq: float, dq: float, years: Sequence[Rate]) -> tuple[tuple[float, float], ...]:
    """(GQ, DQ) after each of the years, one rate a year."""
    return tuple(zip(path(gq, [one.gq for one in years]), path(dq, [one.dq for one in years]), strict=True))


def mixed(parts: Iterable[tuple[Rate, float]]) -> Rate:
    """The rate of a year shared among posts: rates to the power of the share of time, since logs add up.

    A share of time that is 0 changes nothing; neither does time without a post.
    """
    gq = dq = 0.0
    for rate, share in parts:
        gq += share * math.log(rate.gq)
        dq += share * math.log(rate.dq)
    return Rate(math.exp(gq), math.exp(dq))


def half_life(rho: float) -> float | None:
    """The years after which half of the headroom is closed: ln 2 / -ln rho. Negative: it doubles; None: it stays."""
    return None if rho == 1 else math.log(2) / -math.log(rho)


def varied(rho: float, by: float) -> float:
    """A rate whose effect (1 - rho) is stronger by a share `by` (0.2) or weaker (-0.2). Never 0 or below."""
    return max(1 - (1 - rho) * (1 + by), 0.0001)


def varied_rate(rate: Rate, by: float) -> Rate:
    """`varied` on both axes."""
    return Rate(varied(rate.gq, by), varied(rate.dq, by))


def shortfall(index: tuple[float, float], targets: Targets) -> float:
    """What is missing to the targets on the worse axis, as the planner counts it: 0 and above."""
    return max(0.0, targets.gq - index[0], targets.dq - index[1])


def points_opposite(gq_share: float, dq_share: float, rate: Rate) -> bool:
    """Whether a post's shares lead one way and its growth class the other: more GQ by the ledger, more DQ by the index.

    The lead of a class is the axis of which a year closes more of the headroom. Equal shares or rates lead nowhere.
    """
    by_shares, by_growth = gq_share - dq_share, rate.dq - rate.gq
    return by_shares * by_growth < 0
