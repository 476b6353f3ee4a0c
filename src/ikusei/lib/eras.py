"""The Japanese eras since the Gregorian calendar came into use (1 January 1873, Meiji 6)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """One era: both its first and its last day belong to it.

    The day of a demise belongs to the old and to the new era (30 July 1912, 25 December 1926); 1989 and 2019
    changed at midnight.
    """

    letter: str
    name_ja: str
    name_en: str
    first_year: int
    first: date
    last: date

    def year_of(self, western_year: int) -> int:
        """The year number inside this era, 1 for its first."""
        return western_year - self.first_year + 1

    def western_year(self, year: int) -> int:
        """The western year of this era's year number."""
        return self.first_year + year - 1

    def holds(self, day: date) -> bool:
        """Whether the day may be written in this era."""
        return self.first <= day <= self.last


ERAS = (
    Era("R", "令和", "Reiwa", 2019, date(2019, 5, 1), date.max),
    Era("H", "平成", "Heisei", 1989, date(1989, 1, 8), date(2019, 4, 30)),
    Era("S", "昭和", "Showa", 1926, date(1926, 12, 25), date(1989, 1, 7)),
    Era("T", "大正", "Taisho", 1912, date(1912, 7, 30), date(1926, 12, 25)),
    Era("M", "明治", "Meiji", 1868, date(1873, 1, 1), date(1912, 7, 30)),
)


def era_of(day: date) -> Era | None:
    """The era in force on the day (the newer one on a day shared by two), None before 1873."""
    return next((era for era in ERAS if era.holds(day)), None)


def era_year_ja(era: Era, year: int) -> str:
    """The era's year as it is written: 令和8, and 令和元 for the first."""
    return f"{era.name_ja}{'元' if year == 1 else year}"
