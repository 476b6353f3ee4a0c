"""Japan's fiscal year: FY2026 is [1 April 2026, 1 April 2027)."""

from datetime import date

from ikusei.lib.eras import era_of, era_year_ja
from ikusei.lib.fields import language


def fiscal_year(day: date) -> int:
    """The fiscal year the day belongs to: 2026-03-31 -> 2025, 2026-04-01 -> 2026."""
    return day.year if day.month >= 4 else day.year - 1


def start_of(year: int) -> date:
    """The first day of the fiscal year."""
    return date(year, 4, 1)


def end_of(year: int) -> date:
    """The first day after the fiscal year: periods are half-open."""
    return date(year + 1, 4, 1)


def label(year: int, era: bool = False) -> str:
    """The fiscal year as people write it: FY2026, 2026年度; with era 令和8年度, FY2026 (Reiwa 8).

    The era is the one in force on 1 May, so FY2019 is 令和元年度 throughout, as the ministries agreed on
    1 April 2019 (改元に伴う元号による年表示の取扱いについて).
    """
    in_force = era_of(date(year, 5, 1)) if era else None
    if language() == "ja":
        return f"{era_year_ja(in_force, in_force.year_of(year))}年度" if in_force else f"{year}年度"
    return f"FY{year} ({in_force.name_en} {in_force.year_of(year)})" if in_force else f"FY{year}"
