"""The pages of a migration: proposed, looked at with real people, changed, applied by a worker, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from ikusei.audit.models import Entry
from ikusei.jobs import services as jobs
from ikusei.org.models import Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.skills.formats import CoverageData
from ikusei.skills.models import Assessment, FrameworkVersion, VersionMigration
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.skills.queries.maps.my_map import my_map
from ikusei.skills.queries.maps.our_map import Asked, our_map
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.queries.migration_gaps import gaps
from ikusei.skills.queries.migration_preview import preview
from ikusei.skills.queries.migrations import plan_of
from ikusei.skills.services import migration_plans as plans
from ikusei.skills.services import migrations as services
from ikusei.skills.tests import crowds, versions
from ikusei.skills.tests.versions import OPERATOR, merge_law_and_design, split_cloud
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.settings import TODAY

type ClientAs = Callable[[str | None], PageClient]

pytestmark = pytest.mark.django_db

PLAN = "/frameworks/words/2/migration/"


@pytest.fixture
def language(office: Office) -> FrameworkVersion:
    return crowds.language(CoverageData("cloud", 3, 1))


def test_a_split_is_applied_and_undone_in_the_browser(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    (person,) = crowds.hire(office, "services", 1, {"cloud": 3, "data": 2})
    before = versions.everything()
    versions.published(language, split_cloud)
    client = client_as("steward")
    client.send(PLAN, {"old": "1", "use_from": TODAY.isoformat()})
    assert "A migration is waiting" in client.open("/frameworks/", language="en")
    page = client.open(PLAN, language="en")
    for words in ("split", "Building, Running", "Statements carried over", person.name, "same level 1"):
        assert words in page
    page = client.open(f"{PLAN}parts/cloud/", language="en")
    levels = {"level_0_3": "3", "level_1_3": "2"}
    client.send(
        f"{PLAN}parts/cloud/", {"carry": "split", "targets": ["build", "run"], **levels}, language="en"
    )
    page = client.open(f"{PLAN}parts/cloud/", language="en")
    assert "lower 1" in page
    assert "Building 3, Running 2" in page
    page = client.open(f"{PLAN}apply/", language="en")
    assert "New statements under the new version: 3" in page
    assert not Assessment.objects.exclude(migration=None).exists()
    answer = client.send(f"{PLAN}apply/")
    job = answer.response.headers["Location"]
    assert "A job works on it" in client.open(PLAN, language="en")
    jobs.run_waiting()
    assert "The work is done" in client.open(job, language="en")
    assert "Statements carried over: 3; people: 1" in client.open(PLAN, language="en")
    in_use = version_in_use(TODAY)
    assert in_use is not None
    assert in_use.label == "2"
    page = client.open("/our-map/trend/?skill=run&level=2", language="en")
    assert "from here version 2" in page
    behind = [link for link in page.links() if "/our-map/people/" in link]
    assert ["skill=cloud&level=2" in behind[0], "skill=run&level=2" in behind[1]] == [True, True]
    for link in behind:
        assert person.name in client.open(link, language="en")
    assert "this skill was split off Cloud (beside it: Building)" in page
    client.send(f"{PLAN}undo/")
    jobs.run_waiting()
    after = versions.everything()
    assert (after["statements"], after["held"]) == (before["statements"], before["held"])
    assert "was taken back" in client.open(PLAN, language="en")


def test_comparing_over_the_change_reads_the_old_levels_as_they_were_carried(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    (person,) = crowds.hire(office, "services", 1, {"cloud": 3, "law": 3, "design": 1})
    migration = versions.plan(language, split_cloud, merge_law_and_design, use_from=TODAY)
    plans.change_part(
        actor=OPERATOR,
        migration=migration,
        skill_key="cloud",
        carry="split",
        targets=["build", "run"],
        levels={"run": {3: 2}},
    )
    services.apply_migration(actor=OPERATOR, migration=migration)
    then = date(2025, 12, 1)
    mine = my_map(person, on=TODAY, compare=then)
    assert {tile.skill.key: (tile.before, tile.level) for tile in mine.tiles if tile.held} == {
        "build": (3, 3),
        "run": (2, 2),
        "rules": (1, 1),
    }
    ours = our_map(office.viewer("steward"), Asked(on=TODAY, compare=then, level=2))
    counts = {row.skill.key: (row.total.before, row.total.count) for row in ours.rows}
    one, none = Shown(1, 1), Shown(0, 0)
    assert counts == {"build": (one, one), "run": (one, one), "data": (none, none), "rules": (none, none)}
    assert (mine.other_version, ours.other_version) == ("1", "1")
    page = client_as("steward").open(f"/our-map/?compare={then.isoformat()}", language="en")
    assert "version 1 was in use" in page


def test_after_a_new_rating_the_page_says_who_stands_against_undoing(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    (person,) = crowds.hire(office, "services", 1, {"cloud": 3})
    migration = services.apply_migration(actor=OPERATOR, migration=versions.plan(language, split_cloud))
    crowds.say(person, "build", 4, on=TODAY, version="2")
    client = client_as("steward")
    assert "can no longer be taken back" in client.open(f"{PLAN}undo/", language="en")
    page = client.send(f"{PLAN}undo/", status=200, language="en")
    assert "the supervisor, in Building" in page
    migration.refresh_from_db()
    assert migration.state == "applied"


def test_the_preview_counts_what_applying_writes(office: Office, language: FrameworkVersion) -> None:
    crowds.hire(office, "services", 3, {"cloud": 3, "law": 2, "design": 1})
    (person,) = crowds.hire(office, "services", 1, {"cloud": 2, "data": 4})
    crowds.say(person, "cloud", 4, on=date(2025, 8, 1))
    crowds.say(person, "data", 3, on=date(2025, 8, 1))
    migration = versions.plan(language, split_cloud, merge_law_and_design)
    plans.change_part(
        actor=OPERATOR,
        migration=migration,
        skill_key="cloud",
        carry="split",
        targets=["build", "run"],
        levels={"build": {2: 2, 3: 3, 4: None}, "run": {2: 1, 3: 2, 4: 3}},
    )
    plans.change_part(actor=OPERATOR, migration=migration, skill_key="data", carry="end")
    shown = preview(office.viewer("steward"), plan_of(migration))
    part = next(one for one in shown.parts if one.part.skill_key == "cloud")
    build, run = part.outcomes
    assert [one.words() for one in (build.same, build.up, build.down, build.asked)] == ["3", "0", "0", "1"]
    assert [one.words() for one in (run.same, run.up, run.down, run.asked)] == ["0", "0", "4", "0"]
    assert (shown.people.words(), shown.ended.words(), shown.asked.words()) == ("4", "1", "0")
    migration = services.apply_migration(actor=OPERATOR, migration=migration)
    assert migration.result["statements"] == shown.carried == 3 + 5 + 6


def test_gaps_and_coverage_say_what_arises_and_vanishes(office: Office, language: FrameworkVersion) -> None:
    crowds.hire(office, "services", 2, {"cloud": 3, "data": 2}, job_type="engineer")
    migration = versions.plan(language, split_cloud)
    viewer = office.viewer("steward")
    plans.change_part(
        actor=OPERATOR,
        migration=migration,
        skill_key="cloud",
        carry="split",
        targets=["build", "run"],
        levels={"run": {3: 2}},
    )
    found = gaps(viewer, plan_of(migration))
    (row,) = [one for one in found.job_types if one.people.low == 2]
    assert (row.now.words(), row.then.words(), row.asked_now, row.asked_then) == ("0", "2", 2, 3)
    with override("en"):
        found = gaps(viewer, plan_of(migration))
    assert [(one.unit, one.skill, one.have.low, one.need, one.arises) for one in found.coverage] == [
        ("Services Section", "Running", 0, 1, True)
    ]


def test_a_steward_of_one_employer_sees_steps_and_applies_nothing(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    crowds.hire(office, "platform", 3, {"cloud": 3})
    versions.plan(language, split_cloud)
    grants.give_role(
        actor=OPERATOR,
        user=office.user("stranger"),
        role=Role.STEWARD,
        scope=Scope.EMPLOYER,
        purpose=Purpose.DEVELOPMENT,
        employer=office.employers["city"],
        from_date=SINCE,
    )
    client = client_as("stranger")
    page = client.open(PLAN, language="en")
    assert "under 5" in page
    assert "職員" not in page
    assert "Apply the plan" not in page
    client.send(f"{PLAN}apply/", status=403)
    assert VersionMigration.objects.get().job is None


def test_looking_at_examples_is_noted(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    crowds.hire(office, "services", 2, {"cloud": 3})
    versions.plan(language, split_cloud)
    client_as("steward").open(PLAN)
    entry = Entry.objects.get(verb="skills.migration.preview")
    assert (entry.kind, entry.count) == (Entry.Kind.LOOK, 2)


def test_a_plan_is_changed_proposed_again_and_dropped(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    versions.plan(language, split_cloud)
    client = client_as("steward")
    client.send(f"{PLAN}day/", {"use_from": "2026-05-01"})
    assert VersionMigration.objects.get().use_from == date(2026, 5, 1)
    page = client.send(f"{PLAN}parts/law/", {"carry": "split", "targets": ["law"]}, status=200, language="en")
    assert "two new skills or more" in page
    client.send(f"{PLAN}parts/law/", {"carry": "end"})
    client.send(f"{PLAN}propose-again/")
    assert VersionMigration.objects.get().parts.get(skill_key="law").carry == "end"
    client.send(f"{PLAN}drop/")
    assert not VersionMigration.objects.exists()


def test_the_page_of_a_plan_costs_the_same_for_ten_people_and_for_hundreds(
    office: Office, client_as: ClientAs, language: FrameworkVersion
) -> None:
    versions.plan(language, split_cloud)
    client = client_as("steward")
    counts = []
    for number in (10, 300):
        crowds.hire(office, "services", number, {"cloud": 3, "data": 2})
        client.open(PLAN)
        with CaptureQueriesContext(connection) as captured:
            page = client.open(PLAN)
        counts.append(len(captured))
        assert len(page.html.encode()) < 60 * 1024
    assert counts[0] == counts[1]
    assert counts[0] <= 30
