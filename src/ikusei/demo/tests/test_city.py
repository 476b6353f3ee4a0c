"""What stands in the demonstration city: read by all tests of this file, changed by none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from ikusei.demo.build import Size, build_city
from ikusei.demo.models import Persona
from ikusei.demo.personas import PERSONAS
from ikusei.growth.models import Step
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import (
    Category,
    Employment,
    ExperienceCredit,
    Leave,
    Posting,
    PostingKind,
    Role,
    RoleGrant,
    Scope,
)
from ikusei.org.services.posts import people_over_whole
from ikusei.rotation.models import Decision as MoveDecision
from ikusei.rotation.models import Draft, Move, Order, PlanRun, Round, RunState, Sheet, WishAnswer
from ikusei.rotation.queries.standings import standings
from ikusei.skills.models import (
    Assessment,
    Cycle,
    Decision,
    Evidence,
    EvidenceGrade,
    EvidenceKind,
    HeldLevel,
    Interest,
    MigrationState,
    Participant,
    Phase,
    Progress,
    Review,
    VersionMigration,
)

pytestmark = pytest.mark.django_db  # so that the file can be run alone

TODAY = date(2026, 2, 2)
SMALL = Size(people=700, ict=40, seed=3)


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A small city, built once for the file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.fixed(TODAY):
        build_city(size=SMALL, today=TODAY, report=lambda step, done, total: None)
        yield
        transaction.set_rollback(True)


def test_the_city_has_as_many_people_and_ict_staff_as_asked_for() -> None:
    employed = Employment.objects.on(TODAY)
    assert employed.values("person").distinct().count() == SMALL.people
    assert employed.filter(category=Category.ICT).count() == SMALL.ict


def test_the_ict_staff_grows_in_every_year() -> None:
    counts = [
        Employment.objects.on(date(year, 4, 1)).filter(category=Category.ICT).count()
        for year in range(2021, 2026)
    ]
    assert counts == sorted(set(counts))


def test_the_history_keeps_the_rules_of_the_organisation() -> None:
    assert people_over_whole() == []
    kinds = set(Posting.objects.values_list("kind", flat=True))
    assert kinds == set(PostingKind.values)
    assert Leave.objects.on(TODAY).exists()
    for posting in Posting.objects.filter(kind=PostingKind.DISPATCH).select_related("person"):
        home = Posting.objects.on(posting.from_date).filter(person=posting.person, kind=PostingKind.HOME)
        assert [row.share for row in home] == [0]


def test_the_rounds_bring_growth_disagreement_and_expiry() -> None:
    years = sorted(
        set(
            Assessment.objects.exclude(rater__in=("self", "examiner")).values_list(
                "stated_on__year", flat=True
            )
        )
    )
    assert years == [2022, 2023, 2024, 2026]
    assert Assessment.objects.filter(evidence=EvidenceGrade.EXAMINED, expires_on__lt=TODAY).exists()
    raised = HeldLevel.objects.filter(until=None).count()
    assert raised < HeldLevel.objects.count()


def test_every_persona_has_an_account() -> None:
    assert list(Persona.objects.values_list("key", flat=True)) == list(PERSONAS)


def test_last_years_cycle_is_closed_and_this_years_is_open_and_half_done() -> None:
    this, *before = Cycle.objects.order_by("-opens_on")
    assert this.phase == Phase.SELF
    assert {cycle.phase for cycle in before} == {Phase.CLOSED}
    progress = set(Participant.objects.filter(cycle=this).values_list("progress", flat=True))
    assert progress == set(Progress.values)
    assert Review.objects.filter(participant__cycle=this, decision=Decision.DIFFER).exists()
    assert Review.objects.filter(participant__cycle=before[0]).exclude(reply="").exists()


def test_the_professional_of_the_first_page_is_in_the_middle_of_the_cycle() -> None:
    person = Persona.objects.get(key="professional").user.person
    row = Participant.objects.get(person=person, cycle__phase=Phase.SELF)
    assert row.progress == Progress.ANSWERING
    assert row.answers.exists()


def test_a_version_migration_waits_with_a_split() -> None:
    waiting = VersionMigration.objects.get()
    assert waiting.state == MigrationState.DRAFT
    split = waiting.parts.get(skill_key="cloud-platform")
    assert split.targets == ["cloud-architecture", "cloud-operations"]


def test_some_may_be_asked_and_some_have_agreed_steps() -> None:
    assert Interest.objects.filter(may_be_asked=True).exists()
    assert Step.objects.exists()


def test_supervisors_at_companies_are_invited_for_one_dispatched_person_each() -> None:
    grants = RoleGrant.objects.on(TODAY).filter(scope=Scope.PERSON).select_related("user", "posting")
    assert len(grants) == 2
    for grant in grants:
        assert grant.user.code_only
        assert grant.posting is not None
        assert grant.posting.kind == PostingKind.DISPATCH
        assert not hasattr(grant.user, "person")
    assert Persona.objects.get(key="host-company").user in {grant.user for grant in grants}


def test_certificates_are_valid_run_out_and_expired_and_most_were_checked() -> None:
    certificates = Evidence.objects.filter(kind=EvidenceKind.CERTIFICATE)
    assert certificates.filter(expires_on__lte=TODAY).exists()
    assert certificates.filter(checked_at=None).exists()
    assert Assessment.objects.filter(rater="examiner").exists()


def test_the_manager_of_the_first_page_has_people_to_confirm() -> None:
    viewer = access.viewer_of(Persona.objects.get(key="manager").user)
    waiting = Participant.objects.filter(
        cycle__phase=Phase.SELF, person__in=access.people(viewer, access.Right.LEVELS_CONFIRM)
    )
    assert waiting.filter(progress=Progress.HANDED_IN).exists()


def test_the_year_before_has_wishes_some_met_and_words_about_others_most_of_them_released() -> None:
    past, now = Round.objects.order_by("fiscal_year")
    assert past.sheets.count() > SMALL.ict / 2
    assert now.sheets.count() > SMALL.ict / 2
    first = set(past.sheets.filter(ranked__rank=1).values_list("person_id", "ranked__post_id"))
    assert first & set(past.orders.values_list("person_id", "to_post_id"))
    answers = WishAnswer.objects.filter(round=past)
    assert answers.filter(released_at=None).exists()
    assert answers.filter(released_at__isnull=False).count() > answers.count() / 2
    assert not WishAnswer.objects.filter(round=now).exists()


def test_protected_reasons_are_not_kept_longer_than_their_round() -> None:
    assert not Sheet.objects.filter(round__fiscal_year=2025, protected__isnull=False).exists()


def test_the_professional_reads_what_became_of_a_wish_and_years_for_a_course() -> None:
    person = Persona.objects.get(key="professional").user.person
    assert WishAnswer.objects.filter(person=person, released_at__isnull=False).exists()
    assert person.experience_credits.exists()


def test_years_are_recorded_by_the_personnel_section_and_never_for_themselves() -> None:
    section = RoleGrant.objects.filter(role=Role.PLANNER, scope="employer").first()
    assert section is not None
    rows = ExperienceCredit.objects.all()
    assert {row.recorded_by for row in rows} == {section.user}
    assert all(row.recorded_at.astimezone(clock.TOKYO).date() == row.on for row in rows)
    assert not rows.filter(person__user=section.user).exists()


def test_what_was_drafted_and_decided_bears_the_days_of_the_city() -> None:
    days = [
        *Draft.objects.values_list("changed_at", flat=True),
        *Move.objects.values_list("changed_at", flat=True),
        *MoveDecision.objects.values_list("at", flat=True),
        *Sheet.objects.values_list("changed_at", flat=True),
        *Order.objects.values_list("issued_at", flat=True),
        *WishAnswer.objects.values_list("edited_at", flat=True),
    ]
    assert max(days).astimezone(clock.TOKYO).date() <= TODAY
    half = next(
        draft for draft in Draft.objects.all() if MoveDecision.objects.filter(move__draft=draft).exists()
    )
    assert any(row.said for row in standings(half)), "no decision counts that was made before the last change"


def test_a_plan_waits_for_a_worker_on_a_draft_of_the_planner() -> None:
    run = PlanRun.objects.select_related("job").get()
    assert run.job is not None
    assert run.state == RunState.WAITING
    assert run.problem["people"]


def test_last_years_draft_announces_moves_for_the_years_of_this_round() -> None:
    announced = Draft.objects.get(round__fiscal_year=2025)
    assert announced.state == "ordered"
    years = set(announced.moves.values_list("year", flat=True))
    assert years
    assert min(years) >= 2026, "moves of the year before are its orders"
