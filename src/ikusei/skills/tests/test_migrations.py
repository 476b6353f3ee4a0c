"""Carrying ratings to a new framework version: what goes over, what is asked again, and taking it all back."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from ikusei.jobs.progress import Progress, StopWanted, Why
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.skills.models import (
    Assessment,
    CertificateKind,
    CertificateLevel,
    Cycle,
    Evidence,
    EvidenceFor,
    EvidenceKind,
    FrameworkVersion,
    HeldLevel,
    Interest,
    MigrationState,
    Participant,
    Phase,
    Rater,
    Retraction,
    VersionMigration,
)
from ikusei.skills.queries.maps.catalogue import catalogue_on
from ikusei.skills.queries.maps.history import levels_ever
from ikusei.skills.queries.maps.trend import trend
from ikusei.skills.queries.migrations import ask_again_keys, asked_again
from ikusei.skills.queries.self_assessment.before import before
from ikusei.skills.queries.self_assessment.changes import reasons
from ikusei.skills.services import migration_plans as plans
from ikusei.skills.services import migrations as services
from ikusei.skills.services.levels import rebuild_levels
from ikusei.skills.tests import crowds, versions
from ikusei.skills.tests.versions import OPERATOR, USE_FROM, merge_law_and_design, split_cloud
from tests.office import Office
from tests.settings import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def language(office: Office) -> FrameworkVersion:
    return crowds.language()


def someone(office: Office, **levels: int) -> Person:
    return crowds.hire(office, "services", 1, levels)[0]


def held(person: Person, label: str = "2", on: date = TODAY) -> dict[str, int]:
    rows = HeldLevel.objects.on(on).filter(person=person, skill__version__label=label)
    return dict(rows.values_list("skill__key", "level"))


def said_of(person: Person, skill: str, label: str = "2") -> list[tuple[date, str, int]]:
    rows = Assessment.objects.filter(person=person, skill__key=skill, skill__version__label=label)
    return list(rows.order_by("stated_on", "pk").values_list("stated_on", "rater", "level"))


def change(
    migration: VersionMigration, skill: str, carry: str, *targets: str, **levels: dict[int, int | None]
) -> None:
    plans.change_part(
        actor=OPERATOR, migration=migration, skill_key=skill, carry=carry, targets=targets, levels=levels
    )


def applied(migration: VersionMigration) -> VersionMigration:
    return services.apply_migration(actor=OPERATOR, migration=migration)


def undone(migration: VersionMigration) -> VersionMigration:
    return services.undo_migration(actor=OPERATOR, migration=migration)


def test_a_kept_skill_keeps_every_statement_and_the_new_version_is_in_use_from_its_day(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    crowds.say(person, "cloud", 4, on=date(2025, 9, 1), rater=Rater.SELF)
    migration = applied(versions.plan(language))
    assert said_of(person, "cloud") == said_of(person, "cloud", "1")
    assert held(person) == {"cloud": 3}
    assert FrameworkVersion.objects.get(label="2").in_use_from == USE_FROM
    assert (migration.state, migration.result["people"], migration.result["statements"]) == ("applied", 1, 2)


def test_a_split_carries_to_each_part_by_its_own_map_of_levels(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    migration = versions.plan(language, split_cloud)
    change(migration, "cloud", "split", "build", "run", build={2: 2, 3: 3, 4: 4}, run={2: 1, 3: 2, 4: 3})
    applied(migration)
    assert held(person) == {"build": 3, "run": 2}
    assert HeldLevel.objects.get(person=person, skill__key="run").confirmed


def test_a_merger_takes_the_lowest_that_the_same_rater_said(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, law=3, design=1)
    crowds.say(person, "law", 4, on=date(2025, 9, 1), rater=Rater.SELF)
    crowds.say(person, "design", 2, on=date(2025, 9, 1), rater=Rater.SELF)
    applied(versions.plan(language, merge_law_and_design))
    assert held(person) == {"rules": 1}
    assert said_of(person, "rules") == [
        (crowds.RATED_ON, "supervisor", 1),
        (crowds.RATED_ON, "supervisor", 1),
        (date(2025, 9, 1), "self", 2),
        (date(2025, 9, 1), "self", 2),
    ]


def test_in_a_merger_what_a_rater_said_later_is_held_against_what_they_had_said(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, law=3, design=1)
    crowds.say(person, "law", 4, on=date(2025, 11, 1))
    applied(versions.plan(language, merge_law_and_design))
    assert held(person) == {"rules": 1}


def test_in_a_merger_of_which_one_part_was_never_rated_the_other_counts(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, law=3)
    applied(versions.plan(language, merge_law_and_design))
    assert held(person) == {"rules": 3}


def test_a_level_left_out_of_the_map_is_asked_again_and_brings_nothing_older_back(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=2)
    crowds.say(person, "cloud", 4, on=date(2025, 9, 1))
    migration = versions.plan(language, lambda new: None)
    change(migration, "cloud", "map", "cloud", cloud={1: 1, 2: 2, 3: 3, 4: None})
    applied(migration)
    assert held(person) == {}
    assert asked_again(person.pk, migration.new) == {"cloud"}


def test_a_skill_asked_again_carries_nothing_and_is_named_for_the_next_cycle(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3, data=2)
    migration = versions.plan(language, split_cloud)
    change(migration, "cloud", "ask", "build", "run")
    applied(migration)
    assert held(person) == {"data": 2}
    assert ask_again_keys(migration.new) == {"build", "run"}
    assert ask_again_keys(language) == frozenset()


def test_the_next_cycle_asks_first_what_was_not_carried_and_knows_the_rest_by_its_new_level(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office)
    for skill in ("cloud", "data", "law"):
        crowds.say(person, skill, 3, rater=Rater.SELF)
    migration = versions.plan(language, split_cloud, use_from=TODAY)
    change(migration, "cloud", "ask", "build", "run")
    change(migration, "data", "ask", "data")
    change(migration, "law", "map", "law", law={3: 2})
    new = applied(migration).new
    cycle = Cycle.objects.create(
        name_ja="次",
        fiscal_year=2026,
        version=new,
        opens_on=TODAY,
        self_until=TODAY,
        confirm_until=TODAY,
        phase=Phase.SELF,
    )
    participant = Participant.objects.create(cycle=cycle, person=person)
    catalogue = catalogue_on(TODAY)
    assert catalogue is not None
    known = before(participant, catalogue, TODAY)
    assert {key for key, said in known.items() if said.again} == {"build", "run", "data"}
    assert (known["law"].last, known["data"].last) == (2, None)
    first = reasons(catalogue, None, known, {}, TODAY)
    assert {catalogue.skills[pk].key for pk in first} == {"build", "run", "data"}


def test_what_was_taken_back_does_not_come_to_life_again(office: Office, language: FrameworkVersion) -> None:
    person = someone(office, cloud=3)
    Retraction.objects.create(assessment=Assessment.objects.get(person=person), reason="誤り")
    rebuild_levels([person.pk])
    applied(versions.plan(language))
    assert held(person) == {}


def test_a_carried_statement_keeps_proofs_expiry_and_words(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office)
    crowds.say(person, "cloud", 3, expires_on=date(2027, 1, 1), note="業務で確認")
    proof = Evidence.objects.create(
        person=person, kind=EvidenceKind.WORK, title="設計書", issued_on=date(2025, 1, 1)
    )
    old = Assessment.objects.get(person=person)
    old.proofs.add(proof)
    migration = applied(versions.plan(language, split_cloud))
    for key in ("build", "run"):
        new = Assessment.objects.get(person=person, skill__key=key)
        assert (new.expires_on, new.evidence_note, new.evidence) == (
            old.expires_on,
            "業務で確認",
            old.evidence,
        )
        assert (new.carried_from_id, new.migration_id, list(new.proofs.all())) == (
            old.pk,
            migration.pk,
            [proof],
        )


def test_a_second_run_doubles_nothing(office: Office, language: FrameworkVersion) -> None:
    someone(office, cloud=3)
    migration = applied(versions.plan(language, split_cloud))
    before = versions.everything()
    applied(migration)
    assert versions.everything() == before


class Dying(Progress):
    """Progress of a worker that ends after some steps."""

    def advance(self, steps: int = 1, *, message: str = "") -> None:
        raise StopWanted(Why.ASKED)


def test_an_end_in_the_middle_leaves_nothing_and_the_next_run_does_it_all(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    migration = versions.plan(language, split_cloud)
    before = versions.everything()
    with pytest.raises(StopWanted):
        services.apply_migration(actor=OPERATOR, migration=migration, progress=Dying())
    assert versions.everything() == before
    migration.refresh_from_db()
    assert migration.state == MigrationState.DRAFT
    applied(migration)
    assert held(person) == {"build": 3, "run": 3}


def test_undoing_leaves_everything_as_it_was(office: Office, language: FrameworkVersion) -> None:
    someone(office, cloud=3, data=2, law=1, design=4)
    before = versions.everything()
    migration = versions.plan(language, split_cloud, merge_law_and_design)
    with_plan = versions.everything()
    undone(applied(migration))
    after = versions.everything()
    assert after == with_plan
    assert (after["statements"], after["held"]) == (before["statements"], before["held"])
    migration.refresh_from_db()
    assert migration.state == MigrationState.UNDONE


def test_after_the_first_new_rating_it_cannot_be_undone_and_says_who_came_when(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    migration = applied(versions.plan(language, split_cloud))
    crowds.say(person, "build", 4, on=TODAY, version="2")
    with (
        override("en"),
        pytest.raises(services.RatedAnew, match=r"came on .* from the supervisor, in Building"),
    ):
        undone(migration)
    assert Assessment.objects.filter(migration=migration).exists()


def test_what_is_said_under_the_old_version_later_is_carried_at_once_and_undone_with_the_rest(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    migration = applied(versions.plan(language, split_cloud))
    crowds.say(person, "cloud", 4, on=TODAY, version="1")
    assert held(person) == {"build": 4, "run": 4}
    undone(migration)
    assert held(person) == {}
    assert held(person, "1") == {"cloud": 4}


def test_the_nightly_run_carries_what_was_missed(office: Office, language: FrameworkVersion) -> None:
    person = someone(office)
    migration = applied(versions.plan(language))
    Assessment.objects.create(
        person=person,
        skill=language.skills.get(key="cloud"),
        level=2,
        stated_on=TODAY,
        rater=Rater.SUPERVISOR,
    )
    assert services.catch_up(migration) == 1
    assert services.catch_up(migration) == 0
    assert held(person) == {"cloud": 2}


def test_interest_evidence_and_the_table_of_certificates_follow_their_skill_and_come_back(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    framework = language.framework
    Interest.objects.create(person=person, framework=framework, skill_key="cloud", may_be_asked=True)
    kind = CertificateKind.objects.create(key="exam", name_ja="試験", issuer="国")
    CertificateLevel.objects.create(certificate=kind, framework=framework, skill_key="cloud", level=3)
    proof = Evidence.objects.create(
        person=person, kind=EvidenceKind.CERTIFICATE, certificate=kind, title="試験", issued_on=TODAY
    )
    EvidenceFor.objects.create(evidence=proof, framework=framework, skill_key="cloud", level=3)

    def keyed() -> list[object]:
        return [
            list(Interest.objects.order_by("pk").values_list("skill_key", "may_be_asked")),
            list(CertificateLevel.objects.order_by("pk").values_list("skill_key", "level")),
            list(EvidenceFor.objects.order_by("pk").values_list("skill_key", "level")),
        ]

    before = keyed()
    migration = versions.plan(language, split_cloud)
    change(migration, "cloud", "split", "build", "run", build={3: 3}, run={3: 2})
    applied(migration)
    assert keyed() == [
        [("cloud", True), ("build", True), ("run", True)],
        [("cloud", 3), ("build", 3), ("run", 2)],
        [("cloud", 3), ("build", 3), ("run", 2)],
    ]
    undone(migration)
    assert keyed() == before


def test_a_certificate_counts_under_the_new_version_as_the_rule_says(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=1)
    crowds.say(person, "cloud", 3, on=date(2025, 1, 1), rater=Rater.EXAMINER, expires_on=date(2027, 1, 1))
    assert held(person, "1") == {"cloud": 3}
    migration = versions.plan(language, split_cloud)
    change(migration, "cloud", "split", "build", "run", build={1: 1, 3: 3}, run={1: 0, 3: 2})
    applied(migration)
    assert held(person) == {"build": 3, "run": 2}
    assert held(person, on=date(2027, 1, 1)) == {"build": 1, "run": 0}


@pytest.mark.parametrize("skill", ["data", "cloud"])
def test_the_trend_before_the_change_is_the_same_before_and_after_and_after_undoing(
    office: Office, language: FrameworkVersion, skill: str
) -> None:
    for level in (1, 3, 4):
        crowds.say(someone(office, data=level), "cloud", level, on=date(2024, 10, 1))
    migration = versions.plan(language, split_cloud, use_from=TODAY)
    before = [(point.day, point.count) for point in trend(OPERATOR, on=TODAY, skill=skill).points]
    applied(migration)
    now = "build" if skill == "cloud" else skill
    after = trend(OPERATOR, on=TODAY, skill=now)
    assert [(point.day, point.count) for point in after.points] == before
    (mark,) = [point.change for point in after.points if point.change]
    assert (mark.day, mark.label) == (TODAY, "2")
    assert (mark.how, mark.before) == (("split", ("クラウド",)) if skill == "cloud" else ("", ("データ",)))
    undone(migration)
    assert [(point.day, point.count) for point in trend(OPERATOR, on=TODAY, skill=skill).points] == before


def test_the_trend_of_a_merged_skill_counts_the_lowest_on_the_days_before(
    office: Office, language: FrameworkVersion
) -> None:
    someone(office, law=3, design=3)
    someone(office, law=3, design=1)
    applied(versions.plan(language, merge_law_and_design, use_from=TODAY))
    found = trend(OPERATOR, on=TODAY, skill="rules", level=3)
    assert {point.count.low for point in found.points if point.count and point.year >= 2025} == {1}
    assert [point.change.how for point in found.points if point.change] == ["merge"]


def test_what_somebody_ever_held_is_one_line_a_skill_through_the_change(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3, data=2)
    migration = versions.plan(language, split_cloud, use_from=TODAY)
    change(migration, "cloud", "split", "build", "run", build={3: 3}, run={3: 2})
    change(migration, "data", "ask", "data")
    migration = applied(migration)
    catalogue = catalogue_on(TODAY)
    assert catalogue is not None
    rated = crowds.RATED_ON
    assert {row[:4] for row in levels_ever(person, catalogue)} == {
        ("build", 3, rated, None),
        ("run", 2, rated, None),
        ("data", 2, rated, TODAY),
    }
    crowds.say(person, "data", 1, on=TODAY, version="2")
    assert [row[1:4] for row in levels_ever(person, catalogue) if row[0] == "data"] == [
        (2, rated, TODAY),
        (1, TODAY, None),
    ]


def test_a_plan_to_a_draft_or_to_a_past_day_is_not_applied(
    office: Office, language: FrameworkVersion
) -> None:
    new = versions.draft(language)
    migration = plans.propose_migration(actor=OPERATOR, old=language, new=new, use_from=date(2026, 4, 1))
    with pytest.raises(services.PlanStopped) as stopped:
        applied(migration)
    assert len(stopped.value.problems) == 2
    assert not Assessment.objects.filter(migration=migration).exists()


def test_a_migration_that_another_builds_on_is_undone_after_it(
    office: Office, language: FrameworkVersion
) -> None:
    person = someone(office, cloud=3)
    first = applied(versions.plan(language, split_cloud))
    second = applied(versions.plan(first.new, label="3", use_from=date(2026, 5, 1)))
    assert held(person, "3") == {"build": 3, "run": 3}
    crowds.say(person, "cloud", 4, on=TODAY, version="1")
    assert held(person, "3") == {"build": 4, "run": 4}
    with pytest.raises(RuleBroken, match="3"):
        undone(first)
    undone(second)
    undone(first)
    assert not Assessment.objects.filter(migration__isnull=False).exists()


def test_a_plan_taken_back_is_the_proposal_of_the_next(office: Office, language: FrameworkVersion) -> None:
    migration = versions.plan(language, split_cloud)
    change(migration, "cloud", "split", "build", "run", build={3: 3}, run={3: 2})
    undone(applied(migration))
    again = plans.propose_migration(actor=OPERATOR, old=language, new=migration.new, use_from=USE_FROM)
    part = again.parts.get(skill_key="cloud")
    assert (part.levels, part.proposed) == ({"build": {"3": 3}, "run": {"3": 2}}, False)


def test_only_who_looks_after_frameworks_for_everyone_may(office: Office, language: FrameworkVersion) -> None:
    migration = versions.plan(language)
    for who in ("manager", "administrator", "owner"):
        with pytest.raises(PermissionDenied):
            services.apply_migration(actor=office.viewer(who), migration=migration)
    assert services.apply_migration(actor=office.viewer("steward"), migration=migration).state == "applied"
