from datetime import UTC, date, datetime, time

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ikusei.lib.dates import DateProblem, era_date, format_date, parse_date

APRIL_2025 = date(2025, 4, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2025-04-01", "2025/4/1", "2025.4.1", "20250401", "2025年4月1日", "西暦2025年4月1日", "２０２５／４／１",
        "2025年 4月 1日",
        "2025-04-01 00:00:00", "2025-04-01T09:30", "2025/4/1 0:00", "2025年4月1日(火)",
        "2025年4月1日（火曜日）", "2025年4月1日火曜日", "2025−4−1",
        "二〇二五年四月一日", "二千二十五年四月一日",
        "令和7年4月1日", "令和７年４月１日", "令和 7 年 4 月 1 日", "令和7.4.1", "令7.4.1",
        "R7.4.1", "r7.4.1", "Ｒ７．４．１",
        "R07/04/01", "R7-4-1", "R.7.4.1", "R070401",
        "㋿7年4月1日", "㋿七年四月一日", "令和七年四月一日", "Reiwa 7.4.1",
        "2025(令和7)年4月1日", "令和7(2025)年4月1日", "2025（令和7年）年4月1日",
        "1 April 2025", "1 Apr 2025", "01-Apr-2025", "April 1, 2025", "1st April 2025",
        "1 April 2025 (Reiwa 7)",
        45748, 45748.0, 45748.75, 20250401, 20250401.0, date(2025, 4, 1), datetime.fromisoformat("2025-04-01T13:05:00"),
        datetime(2025, 3, 31, 15, 0, tzinfo=UTC),
    ],
)  # fmt: skip
def test_one_day_is_read_in_every_form_offices_use(written: object) -> None:
    assert parse_date(written) == APRIL_2025


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("H31.4.1", date(2019, 4, 1)),
        ("㍻31.4.30", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S63.12.1", date(1988, 12, 1)),
        ("昭和六十三年十二月二十一日", date(1988, 12, 21)),
        ("昭和廿三年十月卅日", date(1948, 10, 30)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("M45.7.30", date(1912, 7, 30)),
        ("平成十二年二月二十九日", date(2000, 2, 29)),
        ("9999-12-31", date(9999, 12, 31)),
        (10_000, date(1927, 5, 18)),
        (2_958_465, date(9999, 12, 31)),
    ],
)
def test_the_edges_of_eras_and_of_excels_numbers_are_read(written: object, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    ("written", "reason", "fix"),
    [
        ("H32.4.1", "Heisei ended on 30 April 2019 (Heisei 31).", "R2.4.1"),
        ("平成32年4月1日", "Heisei ended on 30 April 2019 (Heisei 31).", "令和2年4月1日"),
        ("平成31年5月1日", "Heisei ended on 30 April 2019 (Heisei 31).", "令和元年5月1日"),
        ("H31/5/1", "Heisei ended on 30 April 2019 (Heisei 31).", "R1.5.1"),
        ("令和元年4月1日", "Reiwa began on 1 May 2019 (Reiwa 1) only.", "平成31年4月1日"),
        ("R1.4.30", "Reiwa began on 1 May 2019 (Reiwa 1) only.", "H31.4.30"),
        ("S64.1.8", "Showa ended on 7 January 1989 (Showa 64).", "H1.1.8"),
        ("2025-02-29", "There is no day 29 in 2025-02.", "2025-02-28"),
        ("2025年4月31日", "There is no day 31 in 2025-04.", "2025年4月30日"),
        ("令和7年2月30日", "There is no day 30 in 2025-02.", "令和7年2月28日"),
        ("R7.4", "The day is missing.", "R7.4.1"),
        ("令和7年4月", "The day is missing.", "令和7年4月1日"),
        ("2025/4", "The day is missing.", "2025-04-01"),
        ("13/4/2025", "The year must come first.", "2025-04-13"),
        ("45748", "This is Excel's number of a day: the cell lost its date format.", "2025-04-01"),
        ("令和7年4月1日付け", "There is more than a date in the cell.", "令和7年4月1日"),
        ("採用 2025/4/1 から", "There is more than a date in the cell.", "2025/4/1"),
    ],
)
def test_a_wrong_date_comes_with_its_reason_and_a_fix_that_can_be_read(
    written: str, reason: str, fix: str
) -> None:
    with override("en"), pytest.raises(DateProblem) as caught:
        parse_date(written)
    assert (caught.value.reason, caught.value.fix) == (reason, fix)
    assert caught.value.proposal == parse_date(fix)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2025-13-01", "There is no such month."),
        ("1 Foo 2025", "There is no such month."),
        ("R0.4.1", "An era has no year 0; its first year is 元年 or 1."),
        ("1025-04-01", "The year 1025 is too early."),
        ("2025(令和6)年4月1日", "2025 and 令和6年 are different years."),
        ("令和7年", "Month and day are missing."),
        ("令和元年", "Month and day are missing."),
        ("2025年度", "Month and day are missing."),
        (2025, "Month and day are missing."),
        ("4/1/2025", "Which number is the month and which the day is unclear."),
        ("7.4.1", "The year is too short: it may be western or of an era."),
        ("99/99/2025", "This is not a date."),
        ("未定", "This is not a date."),
        ("", "This is not a date."),
        ("1" * 500, "This is not a date."),
        (7, "This is not a date."),
        (-45748.5, "This is not a date."),
        (float("nan"), "This is not a date."),
        (float("inf"), "This is not a date."),
        (True, "This is not a date."),
        (None, "This is not a date."),
        (time(9, 0), "This is not a date."),
    ],
)
def test_what_cannot_be_mended_by_a_guess_gets_no_proposal(written: object, reason: str) -> None:
    with override("en"), pytest.raises(DateProblem) as caught:
        parse_date(written)
    assert caught.value.reason == reason
    assert caught.value.proposal is None
    assert caught.value.fix


def test_unclear_dates_name_both_readings() -> None:
    with override("en"):
        with pytest.raises(DateProblem) as swapped:
            parse_date("4/1/2025")
        with pytest.raises(DateProblem) as short:
            parse_date("25.4.1")
    assert swapped.value.fix == "Write 2025-04-01 or 2025-01-04."
    assert short.value.fix == "Write 2025-04-01 or H25.4.1."


@pytest.mark.parametrize(
    ("language", "era", "written"),
    [
        ("ja", False, "2026年4月1日"),
        ("ja", True, "令和8年4月1日"),
        ("en", False, "1 April 2026"),
        ("en", True, "1 April 2026 (Reiwa 8)"),
    ],
)
def test_a_date_is_written_in_the_readers_language(language: str, era: bool, written: str) -> None:
    with override(language):
        assert format_date(date(2026, 4, 1), era=era) == written


def test_the_first_year_of_an_era_is_gannen() -> None:
    assert era_date(date(2019, 5, 1)) == "令和元年5月1日"
    assert era_date(date(2019, 4, 30)) == "平成31年4月30日"
    assert era_date(date(2019, 5, 1), short=True) == "R1.5.1"
    assert era_date(date(1870, 1, 1)) == "1870年1月1日"


days = st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31))


@given(days)
def test_every_day_survives_the_way_through_its_written_forms(day: date) -> None:
    for language in ("ja", "en"):
        with override(language):
            assert parse_date(format_date(day)) == day
            assert parse_date(format_date(day, era=True)) == day
    assert parse_date(era_date(day)) == day
    assert parse_date(era_date(day, short=True)) == day
    assert parse_date(day.isoformat()) == day


@given(
    st.text(alphabet="0123456789年月日元令和平成RHS./- 一十四(", max_size=14) | st.floats() | st.integers()
)
def test_whatever_stands_in_a_cell_is_a_date_or_a_date_problem(value: object) -> None:
    try:
        read = parse_date(value)
    except DateProblem as problem:
        read = problem.proposal or date.max
    assert type(read) is date
