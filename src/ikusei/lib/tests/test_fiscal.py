from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ikusei.lib import fiscal


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_the_fiscal_year_turns_on_1_april(day: date, year: int) -> None:
    assert fiscal.fiscal_year(day) == year


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_every_day_lies_in_the_half_open_period_of_its_fiscal_year(day: date) -> None:
    year = fiscal.fiscal_year(day)
    assert fiscal.start_of(year) <= day < fiscal.end_of(year)
    assert fiscal.end_of(year) == fiscal.start_of(year + 1)
    assert fiscal.fiscal_year(fiscal.end_of(year) - timedelta(days=1)) == year


@pytest.mark.parametrize(
    ("year", "language", "era", "label"),
    [
        (2026, "en", False, "FY2026"),
        (2026, "en", True, "FY2026 (Reiwa 8)"),
        (2026, "ja", False, "2026年度"),
        (2026, "ja", True, "令和8年度"),
        (2019, "ja", True, "令和元年度"),
        (2018, "ja", True, "平成30年度"),
        (1988, "ja", True, "昭和63年度"),
        (1989, "ja", True, "平成元年度"),
        (1870, "ja", True, "1870年度"),
    ],
)
def test_a_fiscal_year_is_labelled_in_the_readers_language(
    year: int, language: str, era: bool, label: str
) -> None:
    with override(language):
        assert fiscal.label(year, era=era) == label
