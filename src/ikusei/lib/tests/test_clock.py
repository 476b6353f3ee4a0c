from datetime import UTC, date, datetime, timedelta

import pytest

from ikusei.lib import clock


@pytest.fixture(autouse=True)
def _real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.VARIABLE, raising=False)


def test_the_setting_holds_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2026-04-01")
    assert clock.today() == date(2026, 4, 1)


def test_an_empty_setting_means_the_real_day_of_tokyo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, " ")
    before = datetime.now(clock.TOKYO).date()
    assert before <= clock.today() <= before + timedelta(days=1)


@pytest.mark.parametrize("setting", ["tomorrow", "2026-02-30", "2026/04/01", "20260401"])
def test_a_setting_that_is_no_iso_date_is_named_in_the_error(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv(clock.VARIABLE, setting)
    with pytest.raises(clock.ClockSettingError, match=f"IKUSEI_TODAY.*{setting}"):
        clock.today()


def test_a_fixed_block_is_stronger_than_the_setting_and_ends_with_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2026-04-01")
    with clock.fixed(date(2024, 2, 29)) as day:
        assert clock.today() == day == date(2024, 2, 29)
        with clock.fixed(date(2020, 1, 1)):
            assert clock.today() == date(2020, 1, 1)
        assert clock.today() == date(2024, 2, 29)
    assert clock.today() == date(2026, 4, 1)


def test_now_is_the_real_moment_in_utc_where_nothing_is_fixed() -> None:
    before = datetime.now(UTC)
    moment = clock.now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.utcoffset() == timedelta(0)


def test_now_falls_on_the_fixed_day_in_tokyo_whatever_the_hour() -> None:
    with clock.fixed(date(2024, 2, 29)):
        assert clock.now().astimezone(clock.TOKYO).date() == date(2024, 2, 29)
