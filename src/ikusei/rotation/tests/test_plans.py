"""The planner on a draft: asked for, watched, stopped, run again, refused, and taken into the draft."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.jobs import services as jobs
from ikusei.jobs.models import JobState
from ikusei.jobs.progress import Progress, StopWanted, Why
from ikusei.lib import clock
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Draft, Move, PlanRun, Restriction, RunState
from ikusei.rotation.queries import plans as queries
from ikusei.rotation.rules.catalogue import ENTRIES, by_planner
from ikusei.rotation.services import planning, plans
from ikusei.rotation.solver.check import Verdict, check
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.verified import disagrees
from ikusei.rotation.tests import ground
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def draft(office: Office) -> Draft:
    return ground.make_draft(ground.lay(office), name="桜の案")


def ask(office: Office, draft: Draft, seconds: int = 1) -> PlanRun:
    return plans.ask_for_plan(actor=office.viewer("planner"), draft=draft, seconds=seconds)


def run(found: PlanRun, progress: Progress | None = None) -> PlanRun:
    planning.run_plan(progress or Progress(), found.public_id)
    return PlanRun.objects.select_related("job", "draft").get(pk=found.pk)


def test_a_plan_is_found_proven_and_checked(office: Office, draft: Draft) -> None:
    found = run(ask(office, draft))
    assert found.state == RunState.FOUND
    assert found.verdict["broken"] == []
    assert found.bound is not None
    assert found.objective is not None
    assert found.bound <= found.objective + 1e-6
    assert set(found.assignments) == {one["id"] for one in found.problem["people"]}
    assert found.ended_at is not None


def test_the_worker_runs_it_as_a_job_that_says_nothing_of_the_draft(office: Office, draft: Draft) -> None:
    asked = ask(office, draft)
    jobs.run_waiting()
    asked.refresh_from_db()
    assert asked.job is not None
    asked.job.refresh_from_db()
    assert asked.job.state == JobState.DONE
    assert asked.state == RunState.FOUND
    assert draft.name not in asked.job.label
    assert asked.job.result_path == f"/rotation/drafts/{draft.public_id}/plan/{asked.public_id}/"


def test_run_again_after_its_end_it_writes_nothing(office: Office, draft: Draft) -> None:
    found = run(ask(office, draft))
    with mock.patch.object(planning, "_search", side_effect=AssertionError):
        assert run(found).ended_at == found.ended_at


def test_run_again_after_its_worker_died_it_searches_anew_and_ends_once(office: Office, draft: Draft) -> None:
    asked = ask(office, draft)
    with (
        mock.patch.object(planning, "_search", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        planning.run_plan(Progress(), asked.public_id)
    asked.refresh_from_db()
    assert asked.state == RunState.RUNNING
    assert run(asked).state == RunState.FOUND


class Stopping(Progress):
    """A progress that hears a wish to stop at the first word."""

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why

    def _told(self) -> None:
        raise StopWanted(self.why)


def test_a_worker_that_ends_leaves_the_run_for_the_next_one(office: Office, draft: Draft) -> None:
    asked = ask(office, draft)
    with pytest.raises(StopWanted):
        planning.run_plan(Stopping(Why.WORKER_ENDS), asked.public_id)
    asked.refresh_from_db()
    assert asked.state == RunState.RUNNING


def test_stopped_it_keeps_the_best_plan(office: Office, draft: Draft) -> None:
    asked = ask(office, draft, seconds=600)
    plans.stop_plan(actor=office.viewer("planner"), run=asked)
    assert run(asked).state in {RunState.FOUND, RunState.UNKNOWN}
    again = ask(office, draft, seconds=600)
    assert run(again, Stopping(Why.ASKED)).state in {RunState.FOUND, RunState.UNKNOWN}


def test_a_plan_that_the_checker_counts_differently_is_refused_and_not_kept(
    office: Office, draft: Draft
) -> None:
    asked = ask(office, draft)

    def other(*args: object) -> Verdict:
        verdict = check(*args)  # type: ignore[arg-type]  # handed on as they came
        return replace(verdict, objective=verdict.objective + 100)

    with mock.patch.object(planning, "check", other):
        found = run(asked)
    assert found.state == RunState.REFUSED
    assert found.assignments == {}
    with pytest.raises(RuleBroken):
        plans.take_plan(actor=office.viewer("planner"), run=found)


@pytest.mark.parametrize(
    ("said", "bound", "broken"),
    [
        (10.0, 9.0, [{"rule": "pin"}]),
        (11.0, 9.0, []),
        (10.0, 10.5, []),
        (10.0, 10.000001, []),
        (math.nan, 9.0, []),
        (10.0, math.nan, []),
        (10.0, math.inf, []),
    ],
)
def test_the_checker_disagrees_about_a_rule_a_sum_or_a_bound(
    said: float, bound: float, broken: list[dict[str, object]]
) -> None:
    agrees = Verdict(10.0, [], 0, 0, 0, 0, 0)
    assert not disagrees(agrees, Plan({}, 10.0), 9.0)
    assert not disagrees(agrees, Plan({}, 10.0), -math.inf)
    assert disagrees(agrees, Plan({}, 10.0), 9.0, searched=math.nan)
    assert disagrees(replace(agrees, broken=broken), Plan({}, said), bound)


def test_an_impossible_draft_says_which_rules_of_whom_cannot_all_hold_and_leads_to_what_would_free_them(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    colleague, post = office.person("colleague"), office.posts["owner"]
    decided = [
        Restriction.objects.create(
            round=draft.round,
            draft=draft,
            person=colleague,
            kind=kind,
            from_year=2026,
            until_year=2027,
            reason="tried",
            author=office.user("planner"),
        )
        for kind in ("pin", "forbid")
    ]
    for one in decided:
        one.posts.set([post])
    found = run(ask(office, draft))
    assert found.state == RunState.IMPOSSIBLE
    (conflict,) = queries.result(office.viewer("planner"), found).conflicts
    assert (conflict.name, conflict.key) == (colleague.display_name, person_key(colleague.pk))
    assert [(rule.post, rule.year) for rule in conflict.rules] == [(post.pk, 2026), (None, None)]
    page = client_as("planner").open(f"/rotation/drafts/{draft.public_id}/plan/{found.public_id}/")
    asked = f"/rotation/drafts/{draft.public_id}/people/{conflict.key}/why-not/?to={post.pk}&amp;y=2026"
    assert page.html.count(asked) == 1


def test_two_runs_of_a_draft_do_not_work_at_once(office: Office, draft: Draft) -> None:
    asked = ask(office, draft)
    with pytest.raises(RuleBroken):
        ask(office, draft)
    assert asked.job is not None
    jobs.request_stop(actor=office.user("planner"), job=asked.job)
    assert ask(office, draft).pk != asked.pk, "a run whose job was stopped stands in nobody's way"


def test_the_moves_of_a_plan_go_into_the_draft_once(office: Office, draft: Draft) -> None:
    found = run(ask(office, draft))
    key, (there, here) = (
        person_key(office.person("colleague").pk),
        (
            office.posts["owner"].pk,
            office.posts["colleague"].pk,
        ),
    )
    PlanRun.objects.filter(pk=found.pk).update(
        assignments=found.assignments | {key: [str(here), *[str(there)] * 4]}
    )
    found.refresh_from_db()
    result = queries.result(office.viewer("planner"), found)
    assert result.page is not None
    assert key in {row.key for row in result.page}
    plans.take_plan(actor=office.viewer("planner"), run=found, people=[key])
    rows = list(Move.objects.filter(draft=draft).values_list("person_id", "year", "to_post_id", "origin"))
    assert rows == [(office.person("colleague").pk, 2027, there, "planner")]
    found.refresh_from_db()
    assert found.taken_at is not None
    plans.take_plan(actor=office.viewer("planner"), run=found, people=[key])
    assert Move.objects.filter(draft=draft).count() == 1


def test_nobody_but_the_personnel_section_asks_or_looks(office: Office, draft: Draft) -> None:
    found = ask(office, draft)
    for stranger in ("manager", "administrator", "auditor", "owner"):
        with pytest.raises((PermissionDenied, NotVisible)):
            plans.ask_for_plan(actor=office.viewer(stranger), draft=draft, seconds=1)
        with pytest.raises((PermissionDenied, NotVisible)):
            queries.open_run(office.viewer(stranger), draft.public_id, found.public_id)


def test_the_course_is_thinned_and_drawn_between_bound_and_plan(office: Office, draft: Draft) -> None:
    watch = planning.Watch(ask(office, draft), Progress())
    for second in range(1000):
        watch.note(second, -2000.0 + second, None if second < 2 else -500.0 - second)
    assert len(watch.course) <= planning.POINTS
    drawn = queries.chart([[0, -2000.0, None], [1, -1500.0, -500.0], [2, -1000.0, -800.0]])
    assert drawn is not None
    assert drawn.bound == "0.0,160.0 600.0,80.0"
    assert drawn.plan == "0.0,0.0 600.0,48.0"


def test_the_pages_show_a_run_from_waiting_to_its_plan(
    draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    client = client_as("planner")
    address = f"/rotation/drafts/{draft.public_id}/plan/"
    posted = client.post(address, {"seconds": 1, "seed": 0})
    assert posted.status_code == 302
    where = posted["Location"]
    assert "hx-get" in client.open(where).html
    client.post(where + "stop/")
    run(PlanRun.objects.get())
    assert client.get(where, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "hx-get" not in client.open(where).html
    client.open(where + "rules/")
    client.open(address)
    client.open("/rotation/rules/")


def test_every_rule_stands_once_under_what_the_planner_does_with_it() -> None:
    named = [str(name) for _says, names in by_planner() for name in names]
    assert sorted(named) == sorted(str(entry.name) for entry in ENTRIES)


def test_the_web_process_never_loads_the_search() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; "
        "import django; django.setup(); "
        "from django.urls import get_resolver; get_resolver().url_patterns; "
        "from ikusei.jobs import registry; registry.nightly_tasks(); "
        "import ikusei.rotation.services.planning, ikusei.rotation.views.plans; "
        "print(sorted({'numba', 'highspy', 'scipy', 'llvmlite'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_pages_of_the_planner_cost_what_is_recorded(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    found = run(ask(office, draft))
    address = f"/rotation/drafts/{draft.public_id}/plan/"
    client = client_as("planner")
    assert_query_count("plans", client, address)
    assert_query_count("plan", client, f"{address}{found.public_id}/")
