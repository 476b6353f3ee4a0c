"""The rule by which a level follows from statements."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ikusei.skills.deriving import Statement, Terms, standing_on, standings
from ikusei.skills.models import EvidenceGrade, Rater

TERMS = Terms()
SPRING, AUTUMN = date(2025, 4, 1), date(2025, 10, 1)


def said(
    number: int,
    level: int,
    day: date,
    rater: Rater = Rater.SELF,
    evidence: EvidenceGrade = EvidenceGrade.SEEN,
    expires_on: date | None = None,
    cycle: int | None = None,
    share: str | None = None,
) -> Statement:
    return Statement(
        number, level, day, rater, evidence, expires_on, cycle, None if share is None else Decimal(share)
    )


def test_what_another_said_counts_before_the_persons_own_newer_word() -> None:
    rows = [said(1, 2, SPRING, Rater.SUPERVISOR), said(2, 4, AUTUMN)]
    (only,) = standings(rows, TERMS)
    assert (only.level, only.statement.by_other) == (2, True)


def test_the_persons_own_word_counts_until_somebody_else_speaks() -> None:
    first, second = standings([said(1, 3, SPRING), said(2, 2, AUTUMN, Rater.HOST)], TERMS)
    assert (first.level, first.statement.by_other, first.from_date) == (3, False, SPRING)
    assert (second.level, second.statement.by_other, second.from_date) == (2, True, AUTUMN)


def test_of_one_day_the_better_proved_counts() -> None:
    rows = [
        said(1, 3, SPRING, Rater.SUPERVISOR, EvidenceGrade.DONE),
        said(2, 2, SPRING, Rater.SUPERVISOR, EvidenceGrade.SEEN),
    ]
    assert [one.level for one in standings(rows, TERMS)] == [3]


def test_in_one_cycle_the_supervisor_of_the_larger_share_counts() -> None:
    rows = [
        said(1, 3, SPRING, Rater.SUPERVISOR, cycle=1, share="0.7"),
        said(2, 2, AUTUMN, Rater.HOST, cycle=1, share="0.3"),
    ]
    assert standings(rows, TERMS)[-1].level == 3
    assert standings(rows, Terms(shares=False))[-1].level == 2


def test_in_the_next_cycle_the_newer_word_counts_whatever_the_share() -> None:
    rows = [
        said(1, 3, SPRING, Rater.SUPERVISOR, cycle=1, share="0.7"),
        said(2, 2, AUTUMN, Rater.HOST, cycle=2, share="0.3"),
    ]
    assert standings(rows, TERMS)[-1].level == 2


def test_a_second_rater_settles_the_cycle() -> None:
    rows = [
        said(1, 3, SPRING, Rater.SECOND, cycle=1),
        said(2, 1, AUTUMN, Rater.SUPERVISOR, cycle=1, share="1"),
    ]
    assert standings(rows, TERMS)[-1].level == 3


def test_a_valid_certificate_lifts_the_level_and_only_while_it_is_valid() -> None:
    rows = [
        said(1, 3, SPRING, Rater.EXAMINER, EvidenceGrade.EXAMINED, expires_on=date(2026, 4, 1)),
        said(2, 2, AUTUMN, Rater.SUPERVISOR),
    ]
    lifted, after = standings(rows, TERMS)
    assert (lifted.level, lifted.from_date) == (3, SPRING)
    assert (after.level, after.from_date) == (2, date(2026, 4, 1))
    on_the_day = standing_on(rows, date(2026, 1, 1), TERMS)
    assert on_the_day is not None
    assert on_the_day.lifted
    assert [one.level for one in standings(rows, Terms(certificates=False))] == [3, 2]


def test_an_expired_certificate_stays_visible_where_nobody_said_anything_newer() -> None:
    rows = [said(1, 3, SPRING, Rater.EXAMINER, EvidenceGrade.EXAMINED, expires_on=AUTUMN)]
    (only,) = standings(rows, TERMS)
    assert (only.level, only.statement.expires_on) == (3, AUTUMN)


def test_a_certificate_below_what_was_seen_changes_nothing() -> None:
    rows = [
        said(1, 4, SPRING, Rater.SUPERVISOR),
        said(2, 2, SPRING, Rater.EXAMINER, EvidenceGrade.SAID, expires_on=date(2030, 1, 1)),
    ]
    assert [one.level for one in standings(rows, TERMS)] == [4]


def test_a_level_goes_stale_after_the_months_of_its_grade() -> None:
    (only,) = standings([said(1, 2, date(2025, 8, 31), Rater.SUPERVISOR)], Terms(stale_months={2: 6}))
    assert only.stale_on == date(2026, 2, 28)


def test_terms_survive_being_stored() -> None:
    terms = Terms(certificates=False, shares=True, stale_months={1: 12})
    assert Terms.from_json(terms.as_json()) == terms


@given(
    st.lists(
        st.builds(
            Statement,
            id=st.integers(1, 10_000),
            level=st.integers(0, 4),
            stated_on=st.dates(date(2022, 1, 1), date(2026, 1, 1)),
            rater=st.sampled_from(Rater.values),
            evidence=st.sampled_from(EvidenceGrade.values),
            expires_on=st.none() | st.dates(date(2022, 1, 1), date(2028, 1, 1)),
            cycle_id=st.none() | st.integers(1, 3),
            share=st.none() | st.sampled_from([Decimal("0.3"), Decimal("0.5"), Decimal(1)]),
        ),
        unique_by=lambda one: one.id,
        max_size=8,
    )
)
def test_nothing_said_is_dropped_and_the_periods_follow_each_other(statements: list[Statement]) -> None:
    found = standings(statements, TERMS)
    assert bool(found) == bool(statements)
    days = [one.from_date for one in found]
    assert days == sorted(set(days))
    if found:
        assert found[0].from_date == min(one.stated_on for one in statements)
        # Once somebody else has spoken the level is confirmed and stays so.
        flags = [one.statement.by_other for one in found]
        assert flags == sorted(flags)
    # The order in which rows come from the database does not matter.
    assert standings(statements[::-1], TERMS) == found
