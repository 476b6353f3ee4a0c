"""Years served, counted so that anybody can repeat it: a day is one day of its fiscal year. Pure.

A whole fiscal year is 1 year, whether it has 365 days or 366; a part of one is its days divided by the days of that
fiscal year. Years of stretches that follow one another therefore add up exactly, and 1 April 2022 to 1 April 2025 is 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from ikusei.lib import fiscal

PLACES = Decimal("0.001")
"""Years are kept to three decimals; a product is rounded, half up, before it is added."""

NOTHING = Decimal("0.000")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of days within one fiscal year, or (`whole` > 0) so many whole fiscal years from `year` on."""

    year: int
    whole: int
    days: int
    length: int


@lru_cache(maxsize=4096)
def position(day: date) -> Fraction:
    """Where a day begins on the scale of fiscal years: 1 April 2026 is 2026, 1 October 2026 is 2026 and 183/365."""
    year = fiscal.fiscal_year(day)
    begins = fiscal.start_of(year)
    return year + Fraction((day - begins).days, (fiscal.end_of(year) - begins).days)


def years(from_date: date, until: date) -> Decimal:
    """The years of [from_date, until) to three decimals; 0 where the period has no day."""
    return rounded(max(Fraction(0), position(until) - position(from_date)))


def rounded(value: Fraction) -> Decimal:
    """A number of years to three decimals, half up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES, ROUND_HALF_UP)


def product(*factors: Decimal) -> Decimal:
    """The product of years and shares, rounded to three decimals, half up."""
    total = Decimal(1)
    for factor in factors:
        total *= factor
    return total.quantize(PLACES, ROUND_HALF_UP)


def parts(from_date: date, until: date) -> tuple[Part, ...]:
    """How the years of [from_date, until) come about: a part of a fiscal year, whole ones, a part of the last."""
    found: list[Part] = []
    day = from_date
    while day < until:
        year = fiscal.fiscal_year(day)
        begins, ends = fiscal.start_of(year), fiscal.end_of(year)
        if day == begins and ends <= until:
            last = fiscal.fiscal_year(until)
            found.append(Part(year, last - year, 0, 0))
            day = fiscal.start_of(last)
            continue
        stop = min(ends, until)
        found.append(Part(year, 0, (stop - day).days, (ends - begins).days))
        day = stop
    return tuple(found)


type Period = tuple[date, date | None]
"""Half-open days; None where no end is known."""


def cuts(period: tuple[date, date], others: Iterable[Period]) -> list[tuple[date, date]]:
    """A period cut wherever one of the others begins or ends within it."""
    begins, ends = period
    days = {begins, ends}
    for start, stop in others:
        days |= {day for day in (start, stop) if day is not None and begins < day < ends}
    ordered = sorted(days)
    return list(pairwise(ordered))
