"""What is asked first: a reason for each, the surest first, never more than eight."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ikusei.org import access
from ikusei.org.services import posts
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    Evidence,
    EvidenceFor,
    EvidenceGrade,
    EvidenceKind,
    Participant,
    Rater,
)
from ikusei.skills.queries.self_assessment.changes import MOST_FIRST, Kind
from ikusei.skills.queries.self_assessment.page import SelfAssessment, self_assessment
from ikusei.skills.services.levels import add_statements
from tests.office import Office

TODAY = date(2026, 4, 15)


@pytest.fixture
def part(office: Office, cycle: Cycle) -> Participant:
    """The owner's part, nothing answered: said last on 1 October 2025, a software engineer since 2024."""
    Assessment.objects.filter(cycle=cycle).update(cycle=None, stated_on=date(2025, 3, 1))
    found = cycle.participants.select_related("cycle__version__framework", "person").get(
        person=office.person("owner")
    )
    Answer.objects.filter(participant=found).delete()
    return found


def kinds(page: SelfAssessment) -> dict[int, tuple[Kind, ...]]:
    """Place of a skill -> why it is asked first."""
    return {one.skill.place: tuple(reason.kind for reason in one.reasons) for one in page.first}


def place(part: Participant, order: int) -> int:
    page = self_assessment(part, TODAY)
    pk = part.cycle.version.skills.get(order=order).pk
    return next(one.skill.place for one in page.questions if one.skill.id == pk)


def test_where_the_supervisor_saw_it_differently_last_time_it_is_asked_first(part: Participant) -> None:
    # tests/skill_map.py: own 3, supervisor's 2 for skill 1; own 2, supervisor's 3 for skill 3; own 4 and 3 for 14.
    found = kinds(self_assessment(part, TODAY))
    for order in (1, 3, 14):
        assert Kind.DIFFERED in found[place(part, order)]
    assert place(part, 0) not in {key for key, why in found.items() if Kind.DIFFERED in why}


def test_a_job_types_skill_of_which_nothing_was_said_is_asked(part: Participant) -> None:
    page = self_assessment(part, TODAY)
    job_type = page.catalogue.job_types["software-engineer"]
    never = {one.skill.id for one in page.first if any(why.kind == Kind.NEVER for why in one.reasons)}
    assert never
    assert never <= set(job_type.required)
    assert all(one.before.last is None for one in page.first if one.skill.id in never)


def test_evidence_that_came_since_is_a_reason_and_older_one_is_not(part: Participant) -> None:
    for order, day in ((0, date(2026, 2, 1)), (17, date(2025, 2, 1))):
        proof = Evidence.objects.create(
            person=part.person, kind=EvidenceKind.COMPLETION, title="クラウド基礎", issued_on=day
        )
        EvidenceFor.objects.create(
            evidence=proof,
            framework=part.cycle.version.framework,
            skill_key=part.cycle.version.skills.get(order=order).key,
        )
    page = self_assessment(part, TODAY)
    (first, *_others) = page.first
    assert first.skill.place == place(part, 0)
    assert first.reasons[0].kind == Kind.PROVED
    assert "クラウド基礎" in first.reasons[0].sentence
    assert Kind.PROVED not in kinds(page).get(place(part, 17), ())


def test_a_proof_that_ran_out_is_a_reason(part: Participant) -> None:
    add_statements(
        [
            Assessment(
                person=part.person,
                skill=part.cycle.version.skills.get(order=17),
                level=2,
                stated_on=date(2025, 11, 2),
                rater=Rater.EXAMINER,
                evidence=EvidenceGrade.EXAMINED,
                expires_on=date(2026, 4, 1),
            )
        ]
    )
    assert Kind.EXPIRED in kinds(self_assessment(part, TODAY))[place(part, 17)]


def test_a_new_post_asks_for_what_is_not_held_yet(office: Office, part: Participant) -> None:
    operator = access.operator()
    home = part.person.postings.get(post=office.posts["owner"])
    posts.end_posting(actor=operator, posting=home, on=date(2026, 4, 1))
    posts.assign(
        actor=operator,
        person=part.person,
        post=office.posts["colleague"],
        from_date=date(2026, 4, 1),
        share=Decimal("0.5"),
    )
    page = self_assessment(part, TODAY)
    assert page.seat is not None
    # Concurrent posts with the same share: the one that began first is the main one until it ends.
    at_affiliate = part.person.postings.get(post=office.posts["owner-platform"])
    posts.end_posting(actor=operator, posting=at_affiliate, on=date(2026, 4, 1))
    page = self_assessment(part, TODAY)
    required = page.catalogue.job_types["service-designer"].required
    new = {one.skill.id for one in page.first if any(why.kind == Kind.NEW_POST for why in one.reasons)}
    assert new
    assert all(pk in required and (page_level(page, pk) or 0) < required[pk] for pk in new)


def page_level(page: SelfAssessment, pk: int) -> int | None:
    return next(one.before.last for one in page.questions if one.skill.id == pk)


def test_never_more_than_eight_are_asked_first_and_every_skill_is_asked_once(part: Participant) -> None:
    Assessment.objects.filter(person=part.person).update(expires_on=date(2026, 4, 1))
    page = self_assessment(part, TODAY)
    assert 1 <= len(page.first) <= MOST_FIRST
    ids = [one.skill.id for one in page.questions]
    assert len(ids) == len(set(ids)) == page.total == 22


def test_gaps_only_fill_up_where_little_else_has_changed(part: Participant) -> None:
    Assessment.objects.filter(person=part.person).exclude(rater=Rater.SELF).delete()
    page = self_assessment(part, TODAY)
    sure = [one for one in page.first if one.reasons[0].kind < Kind.STALE]
    assert len(page.first) == max(len(sure), min(5, len(page.first)))


def test_what_was_said_in_this_cycle_is_not_last_time(office: Office, cycle: Cycle) -> None:
    part = cycle.participants.select_related("cycle__version__framework", "person").get(
        person=office.person("owner")
    )
    page = self_assessment(part, TODAY)
    skill = cycle.version.skills.get(order=2)
    one = next(question for question in page.questions if question.skill.id == skill.pk)
    assert (one.before.last, one.saved.level) == (1, 2)


def test_a_statement_of_an_older_version_counts_by_the_skills_key(part: Participant) -> None:
    before = {one.skill.key: one.before.last for one in self_assessment(part, TODAY).questions}
    assert before[part.cycle.version.skills.get(order=10).key] == 3
