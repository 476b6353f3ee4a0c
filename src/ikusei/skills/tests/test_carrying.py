"""The rule of what goes over, without a database; and that taking a migration back leaves no trace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.org.models import Person
from ikusei.skills.carrying import Plan, Said, carried
from ikusei.skills.deriving import Statement, Terms
from ikusei.skills.models import Assessment, EvidenceGrade, Rater, Skill
from ikusei.skills.queries.maps.trend import trend
from ikusei.skills.services import migration_plans as plans
from ikusei.skills.services import migrations as services
from ikusei.skills.services.levels import add_statements
from ikusei.skills.tests import crowds, versions
from ikusei.skills.tests.versions import OPERATOR
from tests.office import Office
from tests.settings import TODAY

A, B, NEW, OTHER = 1, 2, 11, 12
SAME = {level: level for level in range(5)}
TERMS = Terms()


def said(number: int, level: int, day: int, rater: str = "supervisor", who: int = 0) -> Said:
    stated = Statement(number, level, date(2025, 1, 1) + timedelta(days=day), rater, 1, None, None, None)
    return Said(stated, (rater, who, ""))


def over(plan: Plan, spoken: dict[int, list[Said]]) -> set[tuple[int, int, int]]:
    return {(one.statement_id, one.skill_id, one.level) for one in carried(plan, spoken, TERMS)}


def test_each_target_reads_the_level_by_its_own_map() -> None:
    plan = Plan({A: {NEW: SAME, OTHER: {3: 2}}})
    assert over(plan, {A: [said(1, 3, 0)]}) == {(1, NEW, 3), (1, OTHER, 2)}


def test_a_level_left_out_takes_everything_before_it_along() -> None:
    plan = Plan({A: {NEW: {1: 1, 2: 2, 3: 3}}})
    assert over(plan, {A: [said(1, 2, 0), said(2, 4, 5), said(3, 3, 9)]}) == {(3, NEW, 3)}
    assert over(plan, {A: [said(1, 2, 0), said(2, 4, 5)]}) == set()


def test_merged_the_same_rater_is_held_against_themselves() -> None:
    plan = Plan({A: {NEW: SAME}, B: {NEW: SAME}})
    spoken = {A: [said(1, 4, 0, "self"), said(2, 2, 0)], B: [said(3, 3, 0, "self"), said(4, 1, 0)]}
    assert over(plan, spoken) == {(1, NEW, 3), (3, NEW, 3), (2, NEW, 1), (4, NEW, 1)}


def test_merged_a_rater_who_spoke_of_one_only_is_held_against_what_stood() -> None:
    plan = Plan({A: {NEW: SAME}, B: {NEW: SAME}})
    spoken = {A: [said(1, 4, 9)], B: [said(2, 1, 0, "self")]}
    assert over(plan, spoken) == {(1, NEW, 1), (2, NEW, 1)}


def test_merged_nothing_said_later_counts_for_an_earlier_day() -> None:
    plan = Plan({A: {NEW: SAME}, B: {NEW: SAME}})
    assert over(plan, {A: [said(1, 4, 0)], B: [said(2, 1, 9)]}) == {(1, NEW, 4), (2, NEW, 1)}


LEVELS = st.dictionaries(st.integers(0, 4), st.integers(0, 4))
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from([*crowds.SKILLS]),
        st.integers(0, 4),
        st.integers(0, 500),
        st.sampled_from([Rater.SELF, Rater.SUPERVISOR, Rater.EXAMINER]),
    ),
    max_size=12,
)
CARRIES = st.sampled_from(
    [
        ("keep", ["KEY"]),
        ("map", ["law"]),
        ("split", ["law", "data"]),
        ("merge", ["data"]),
        ("ask", ["data"]),
        ("end", []),
    ]
)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spoken=st.lists(STATEMENTS, min_size=1, max_size=3),
    parts=st.fixed_dictionaries(dict.fromkeys(crowds.SKILLS, st.tuples(CARRIES, LEVELS))),
)
def test_applying_and_undoing_leave_statements_levels_and_trends_as_they_were(
    office: Office,
    spoken: list[list[tuple[str, int, int, str]]],
    parts: dict[str, tuple[tuple[str, list[str]], dict[int, int]]],
) -> None:
    with transaction.atomic():
        language = crowds.language()
        skills = {skill.key: skill for skill in language.skills.all()}
        for statements in spoken:
            (person,) = crowds.hire(office, "services")
            add_statements([_statement(person, skills, *one) for one in statements])
        migration = versions.plan(language, use_from=TODAY)
        for key, ((carry, targets), levels) in parts.items():
            chosen = [key if target == "KEY" else target for target in targets]
            plans.change_part(
                actor=OPERATOR,
                migration=migration,
                skill_key=key,
                carry=carry,
                targets=chosen,
                levels={target: dict(levels) for target in chosen},
            )
        before, trends = versions.everything(), _trends()
        applied = services.apply_migration(actor=OPERATOR, migration=migration)
        assert services.apply_migration(actor=OPERATOR, migration=migration).result == applied.result
        services.undo_migration(actor=OPERATOR, migration=applied)
        assert versions.everything() == before
        assert _trends() == trends
        transaction.set_rollback(True)


def _statement(
    person: Person, skills: dict[str, Skill], skill: str, level: int, day: int, rater: str
) -> Assessment:
    return Assessment(
        person=person,
        skill=skills[skill],
        level=level,
        stated_on=date(2024, 6, 1) + timedelta(days=day),
        rater=rater,
        evidence=EvidenceGrade.SEEN,
    )


def _trends() -> list[object]:
    return [
        trend(OPERATOR, on=TODAY, skill=key, level=level).points for key in crowds.SKILLS for level in (1, 3)
    ]
