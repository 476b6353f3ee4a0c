"""The two accounts: every sum can be repeated by hand from what the ledger shows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ikusei.rotation import served
from ikusei.rotation.ledger import Credit, Kinds, Posted, Shares, balance, ledger

ENTERED = date(2022, 4, 1)
D = Decimal


def posted(
    begins: date, ends: date | None, post: int = 1, share: str = "1", kind: str = "home", pk: int = 1
) -> Posted:
    return Posted(pk, post, begins, ends, kind, D(share))


def shares(gq: str, dq: str, begins: date = date(2000, 4, 1), ends: date | None = None) -> Shares:
    return Shares(begins, ends, D(gq), D(dq))


def test_whole_fiscal_years_are_whole_whether_or_not_february_is_longer() -> None:
    assert served.years(date(2022, 4, 1), date(2025, 4, 1)) == 3
    assert served.years(date(2023, 4, 1), date(2024, 4, 1)) == 1  # 366 days


def test_a_part_of_a_fiscal_year_is_its_days_over_the_days_of_that_year() -> None:
    assert served.years(date(2026, 4, 1), date(2026, 10, 1)) == D("0.501")  # 183 / 365 = 0.50137
    assert served.years(date(2023, 4, 1), date(2023, 10, 1)) == D("0.500")  # 183 / 366


def test_the_parts_say_how_the_years_come_about() -> None:
    found = served.parts(date(2021, 10, 1), date(2025, 7, 1))
    assert [(one.year, one.whole, one.days, one.length) for one in found] == [
        (2021, 0, 182, 365),
        (2022, 3, 0, 0),
        (2025, 0, 91, 365),
    ]


@given(some.dates(date(2000, 1, 1), date(2050, 1, 1)), some.integers(0, 3000), some.integers(0, 3000))
def test_years_add_up_however_a_stretch_is_cut(begins: date, first: int, second: int) -> None:
    middle, ends = begins + timedelta(first), begins + timedelta(first + second)
    assert served.position(ends) - served.position(begins) == (
        served.position(middle) - served.position(begins) + served.position(ends) - served.position(middle)
    )
    whole = sum(one.whole or one.days / one.length for one in served.parts(begins, ends))
    assert whole == pytest.approx(float(served.position(ends) - served.position(begins)))


def test_years_times_share_of_time_times_share_of_the_post() -> None:
    found = ledger(
        [
            posted(ENTERED, None, share="0.8"),
            posted(ENTERED, None, post=2, share="0.2", kind="concurrent", pk=2),
        ],
        {1: [shares("0.7", "0.3")], 2: [shares("0.1", "0.9")]},
        {},
        since=ENTERED,
        on=date(2025, 4, 1),
    )
    assert found.gq_years == D("1.680") + D("0.060")  # 3 x 0.8 x 0.7, 3 x 0.2 x 0.1
    assert found.dq_years == D("0.720") + D("0.540")
    assert found.balance == pytest.approx(1.74 / 3)
    assert found.distance == pytest.approx(0.08)


def test_each_part_counts_by_the_terms_the_post_had_then() -> None:
    terms = [shares("1", "0", ends=date(2023, 4, 1)), shares("0.2", "0.8", date(2023, 4, 1))]
    found = ledger([posted(ENTERED, None)], {1: terms}, {}, since=ENTERED, on=date(2025, 4, 1))
    assert [(one.years, one.gq, one.dq) for one in found.entries] == [
        (D(1), D("1.000"), D(0)),
        (D(2), D("0.400"), D("1.600")),
    ]


def test_what_lies_before_the_entry_stands_beside_as_gq_years() -> None:
    found = ledger(
        [posted(date(2020, 4, 1), date(2023, 4, 1)), posted(date(2023, 4, 1), None, post=2, pk=2)],
        {1: [shares("1", "0")], 2: [shares("0.1", "0.9")]},
        {},
        since=ENTERED,
        on=date(2024, 4, 1),
    )
    assert found.earlier_years == 2
    assert (found.gq_years, found.dq_years) == (D("1.1"), D("0.9"))
    assert [one.is_inside for one in found.entries] == [False, True, True]


def test_the_home_posting_of_somebody_dispatched_counts_nothing() -> None:
    found = ledger(
        [posted(ENTERED, None, share="0"), posted(ENTERED, None, post=2, kind="dispatch", pk=2)],
        {1: [shares("1", "0")], 2: [shares("0", "1")]},
        {},
        since=ENTERED,
        on=date(2023, 4, 1),
    )
    assert (found.gq_years, found.dq_years) == (D(0), D(1))


def test_credits_count_from_their_day_and_the_day_itself_of_a_posting_does_not() -> None:
    credit = Credit(1, date(2024, 6, 1), "course", "研修", "Course", D("0.1"), D("0.25"))
    before = ledger([], {}, {}, [credit], since=ENTERED, on=date(2024, 5, 31))
    after = ledger([], {}, {}, [credit], since=ENTERED, on=date(2024, 6, 1))
    assert (before.balance, after.dq_years) == (None, D("0.25"))
    assert ledger([posted(ENTERED, None)], {}, {}, since=ENTERED, on=ENTERED).entries == ()


def test_without_a_record_there_is_no_balance() -> None:
    found = ledger([], {}, {}, since=None, on=ENTERED)
    assert (found.balance, found.distance, found.since) == (None, None, None)
    assert balance(D(0), D(0)) is None


def test_a_post_without_terms_is_shown_and_counts_nothing() -> None:
    found = ledger([posted(ENTERED, None)], {}, {}, since=ENTERED, on=date(2023, 4, 1))
    assert [(one.gq_share, one.gq, one.years) for one in found.entries] == [(None, D(0), D(1))]


def test_years_of_service_count_the_time_by_kind_earlier_years_too() -> None:
    kinds = [Kinds(date.min, date(2022, 4, 1), "", "line"), Kinds(date(2022, 4, 1), None, "govtech", "law")]
    found = ledger(
        [posted(date(2020, 4, 1), None, share="0.5")], {}, {1: kinds}, since=ENTERED, on=date(2023, 4, 1)
    )
    assert found.services() == {"line": D("1.000"), "law": D("0.500")}
    assert [one.growth for one in found.entries] == ["", "govtech"]
