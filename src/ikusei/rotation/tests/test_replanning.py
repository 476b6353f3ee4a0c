"""A price on changing what was announced, and the curve of changes against value: asked for, checked, stopped, taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.jobs import services as jobs
from ikusei.jobs.models import JobState
from ikusei.jobs.progress import Progress, StopWanted, Why
from ikusei.lib import clock
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.rotation.announced import announced_seats, read, replanned, starting, stored
from ikusei.rotation.compiling import compile_problem, moves_of
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Draft, Order, OrderState, PlanCurve, PlanRun, RunState
from ikusei.rotation.picture import DISPATCH, PIN, MoveFacts, ReservedFacts, RestrictionFacts
from ikusei.rotation.queries import curves as queries
from ikusei.rotation.services import curving, planning, plans
from ikusei.rotation.services.planning import start_of
from ikusei.rotation.solver import curve as solver_curve
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.curve import RefusedPoint, curve
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import Pin, Problem, parse
from ikusei.rotation.solver.solve import Found, solve
from ikusei.rotation.solver.verified import changed_seats, disagrees
from ikusei.rotation.tests import approved, ground
from ikusei.rotation.tests.formats.problems import person, post, problem
from ikusei.rotation.tests.ground import Ground
from ikusei.rotation.tests.scenes import person as somebody
from ikusei.rotation.tests.scenes import picture
from ikusei.rotation.tests.scenes import post as place
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

# --- Pure: what is announced, what is fixed, what a plan makes of it --------------------------------------------------


def swap() -> Problem:
    """Two people and two posts: each values the other's post more by 100 points over two years."""
    people = [person("p1", {"A": 10, "B": 60}, until=2028), person("p2", {"A": 60, "B": 10}, until=2028)]
    return parse(problem([post("A"), post("B")], people, years=[2026, 2027]))


def test_announced_are_the_seats_from_the_first_announced_move_on() -> None:
    round_ = picture([place(1), place(2)], [somebody("p1", 1), somebody("p2", 2)])
    seats = announced_seats(round_, [MoveFacts("p1", 2028, 2, from_post=1)], until=2030)
    assert seats == {("p1", 2028): "2", ("p1", 2029): "2"}
    assert read(stored(seats)) == seats
    short = picture([place(1), place(2, tenure_min=1, tenure_max=2)], [somebody("p1", 1)])
    assert set(announced_seats(short, [MoveFacts("p1", 2026, 2)])) == {("p1", 2026), ("p1", 2027)}


def test_a_move_to_a_post_for_one_year_becomes_a_dispatch_with_its_end_and_the_post_of_the_return() -> None:
    host = place(2, is_host=True, tenure_min=1, tenure_max=1)
    round_ = picture([place(1, tenure_max=9), host, place(3, is_host=True)], [somebody("p1", 1)])
    asked = compile_problem(round_)
    (away,) = moves_of(asked, Plan({"p1": ("1", "2", "1", "1", "1")}), round_)
    assert (away.year, away.post, away.kind, away.until_year, away.return_post) == (
        2027,
        2,
        DISPATCH,
        2028,
        1,
    )
    (last,) = moves_of(asked, Plan({"p1": ("1", "1", "1", "1", "2")}), round_)
    assert (last.until_year, last.return_post) == (None, None), "the years after the plan are not the plan's"
    (stays,) = moves_of(asked, Plan({"p1": ("3", "3", "3", "3", "3")}), round_)
    assert (stays.kind, stays.until_year) == (DISPATCH, None)


def test_who_comes_back_sits_in_the_post_kept_for_them_unless_it_was_decided_otherwise() -> None:
    host = place(2, is_host=True, tenure_min=1, tenure_max=1)
    round_ = replace(
        picture([place(1, grades=frozenset({"課長"})), host, place(3)], [somebody("p1", 2)]),
        reserved=(ReservedFacts("p1", 1, 2026),),
    )
    assert compile_problem(round_).pins == (Pin("p1", "1", 2026),)
    otherwise = RestrictionFacts("p1", PIN, frozenset({3}), 2026, 2027)
    assert compile_problem(replace(round_, restrictions=(otherwise,))).pins == (Pin("p1", "3", 2026),)


def test_ordered_moves_are_fixed_whatever_the_draft_says() -> None:
    round_ = picture([place(1), place(2), place(3)], [somebody("p1", 1)])
    drafted = MoveFacts("p1", 2026, 3, is_pinned=True)
    ordered = MoveFacts("p1", 2026, 2, is_pinned=True)
    assert compile_problem(round_, [drafted], ordered=[ordered]).pins == (Pin("p1", "2", 2026),)


def test_what_keeping_it_alone_would_cost_is_what_the_checker_counts() -> None:
    asked = swap()
    announced = {("p1", 2026): "A", ("p1", 2027): "A"}
    plan = Plan({"p1": ("B", "B"), "p2": ("A", "A")})
    verdict = check(asked, plan)
    made = replanned(asked, announced, plan, verdict, [[[0.0] * 2] * 2] * 3)
    (kept,) = made.people
    alone = check(asked, Plan({"p1": ("A", "A"), "p2": ("A", "A")}))
    assert kept.costs is not None
    assert kept.costs["whole"] == alone.objective - verdict.objective
    assert sum(amount for name, amount in kept.costs.items() if name != "whole") == kept.costs["whole"]
    assert (made.seats, made.changed, made.closed) == (2, 2, 0)
    assert made.kept_all == alone.objective
    assert changed_seats(asked, plan, announced) == [("p1", 2026), ("p1", 2027)]


def test_the_search_begins_with_everything_kept_where_somebody_can() -> None:
    asked = swap()
    begun = starting(
        asked, {("p1", 2027): "A", ("p2", 2027): "C"}, Plan({"p1": ("B", "B"), "p2": ("A", "A")})
    )
    assert begun.assignments["p1"][1] == "A"
    assert begun.assignments["p2"] == ("A", "A")


# --- Pure: the curve refuses what the checker contradicts -------------------------------------------------------------

ANNOUNCED = {("p1", 2026): "A", ("p1", 2027): "A"}


def told(change: Callable[[Found], Found]) -> Callable[..., object]:
    """The search, with what it found changed."""

    def search(*args: object, **asked: object) -> object:
        found = solve(*args, **asked)  # type: ignore[arg-type]  # handed on as they came
        assert isinstance(found, Found)
        return change(found)

    return search


@pytest.mark.parametrize(
    "change",
    [
        lambda found: replace(found, bound=found.searched + 5),
        lambda found: replace(found, searched=found.searched - 7),
        lambda found: replace(found, plan=replace(found.plan, objective=-1e6)),
        lambda found: replace(
            found, plan=replace(found.plan, assignments={"p1": ("A", None), "p2": ("A", "A")})
        ),
    ],
    ids=["bound above the plan", "another sum", "another objective", "a broken plan"],
)
def test_a_curve_refuses_what_the_checker_contradicts(change: Callable[[Found], Found]) -> None:
    with mock.patch.object(solver_curve, "solve", told(change)), pytest.raises(RefusedPoint):
        curve(swap(), ANNOUNCED, [0, 30], iterations=3, threads=1)


def test_a_dearer_change_changes_less_and_the_price_is_in_the_bound() -> None:
    points = curve(swap(), ANNOUNCED, [1000, 0], iterations=5, threads=1)
    assert [(point.change_price, point.changes) for point in points] == [(0, 2), (1000, 0)]
    for point in points:
        assert not disagrees(point.verdict, point.plan, point.bound, paid=point.change_price * point.changes)
        assert point.bound <= point.objective + point.change_price * point.changes


# --- Asked for on pages -----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def ground_(office: Office) -> Ground:
    return ground.lay(office)


@pytest.fixture
def source(ground_: Ground) -> Draft:
    """A draft of the round that the section has approved: colleague and steward go to each other's posts."""
    return approved.approved_draft(ground_, colleague="steward", steward="colleague")


@pytest.fixture
def draft(ground_: Ground, source: Draft) -> Draft:
    return ground.make_draft(ground_, name="B")


def ask(draft: Draft, source: Draft, office: Office, prices: tuple[float, ...] = (5000, 0)) -> PlanCurve:
    return plans.ask_for_curve(
        actor=office.viewer("planner"), draft=draft, announced=source.public_id, prices=prices, seconds=2
    )


pytestmark = pytest.mark.django_db


def test_approved_moves_count_as_announced_and_have_their_price(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    office, posts = ground_.office, ground_.posts
    run = plans.ask_for_plan(
        actor=office.viewer("planner"), draft=draft, seconds=1, keep=plans.Keep(source.public_id, 5000)
    )
    planning.run_plan(Progress(), run.public_id)
    run.refresh_from_db()
    assert run.state == RunState.FOUND
    assert run.announced_of == source
    assert run.replan["changed"] == 0
    key = person_key(office.person("colleague").pk)
    assert set(run.assignments[key][:4]) == {str(posts["steward"].pk)}
    assert run.bound is not None
    assert run.objective is not None
    assert run.bound <= run.objective + 1e-6


def test_what_was_ordered_is_fixed(ground_: Ground, draft: Draft) -> None:
    order = approved.plain_order(ground_)
    run = plans.ask_for_plan(actor=ground_.office.viewer("planner"), draft=draft, seconds=1)
    pin = {"person": person_key(order.person_id), "post": str(order.to_post_id), "year": 2026}
    assert pin in run.problem["pins"]
    Order.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    PlanRun.objects.all().delete()
    again = plans.ask_for_plan(actor=ground_.office.viewer("planner"), draft=draft, seconds=1)
    assert pin not in again.problem["pins"]


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf"), 2e6])
def test_a_price_is_a_number_that_makes_sense(
    ground_: Ground, source: Draft, draft: Draft, price: float
) -> None:
    with pytest.raises(RuleBroken):
        plans.ask_for_plan(
            actor=ground_.office.viewer("planner"),
            draft=draft,
            seconds=1,
            keep=plans.Keep(source.public_id, price),
        )
    assert not PlanRun.objects.exists()


def test_nobody_but_the_section_asks_and_only_for_what_was_announced(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    office = ground_.office
    with pytest.raises(NotVisible):
        plans.ask_for_curve(
            actor=office.viewer("planner"), draft=draft, announced=UUID(int=1), prices=[1, 2], seconds=4
        )
    for stranger in ("manager", "owner", "auditor"):
        with pytest.raises((PermissionDenied, NotVisible)):
            plans.ask_for_curve(
                actor=office.viewer(stranger),
                draft=draft,
                announced=source.public_id,
                prices=[1, 2],
                seconds=4,
            )
    with pytest.raises(RuleBroken):
        ask(draft, source, office, prices=(5, 5))


def test_a_curve_is_worked_off_price_by_price_and_each_plan_can_be_taken(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    office = ground_.office
    asked = ask(draft, source, office)
    with pytest.raises(RuleBroken):
        plans.ask_for_plan(actor=office.viewer("planner"), draft=draft, seconds=1)
    jobs.run_waiting()
    asked.refresh_from_db()
    assert asked.state == RunState.FOUND
    assert asked.job is not None
    assert asked.job.state == JobState.DONE
    shown = queries.open_curve(office.viewer("planner"), draft.public_id, asked.public_id)
    assert [point.run.change_price for point in shown.points] == [5000, 0]
    assert shown.points[0].changed == 0
    assert shown.points[1].gained >= 0
    run = shown.points[0].run
    plans.take_plan(actor=office.viewer("planner"), run=PlanRun.objects.get(pk=run.pk))
    moved = {move.person_id: move.to_post_id for move in draft.moves.filter(year=2026)}
    assert moved[office.person("colleague").pk] == ground_.posts["steward"].pk


class Ending(Progress):
    """A progress that hears a wish to stop at the first word."""

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why

    def _told(self) -> None:
        raise StopWanted(self.why)


def test_a_curve_whose_worker_died_goes_on_with_the_prices_that_are_left(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    asked = ask(draft, source, ground_.office)
    searched: list[float] = []
    work = curving._point

    def dying(curve: PlanCurve, asked: Problem, price: float, *more: object) -> object:
        searched.append(price)
        if price == 0 and searched.count(0) == 1:
            raise KeyboardInterrupt
        return work(curve, asked, price, *more)  # type: ignore[arg-type]  # handed on as they came

    with mock.patch.object(curving, "_point", dying):
        with pytest.raises(KeyboardInterrupt):
            curving.run_curve(Progress(), asked.public_id)
        asked.refresh_from_db()
        assert asked.state == RunState.RUNNING
        assert asked.points.count() == 1
        assert curving.run_curve(Progress(), asked.public_id).state == RunState.FOUND
    assert searched == [5000, 0, 0]
    assert asked.points.count() == 2
    with mock.patch.object(curving, "_search", side_effect=AssertionError):
        curving.run_curve(Progress(), asked.public_id)


def test_a_worker_that_ends_leaves_the_curve_for_the_next_one(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    asked = ask(draft, source, ground_.office)
    with pytest.raises(StopWanted):
        curving.run_curve(Ending(Why.WORKER_ENDS), asked.public_id)
    asked.refresh_from_db()
    assert asked.state == RunState.RUNNING
    assert not asked.points.exists()


def test_a_stopped_curve_keeps_the_plans_made_so_far(ground_: Ground, source: Draft, draft: Draft) -> None:
    asked = ask(draft, source, ground_.office)
    point = curving._point

    def stopping(*args: object) -> object:
        one = point(*args)  # type: ignore[arg-type]  # handed on as they came
        plans.stop_curve(actor=ground_.office.viewer("planner"), curve=asked)
        return one

    with mock.patch.object(planning, "PACE", 0.0), mock.patch.object(curving, "_point", stopping):
        ended = curving.run_curve(Progress(), asked.public_id)
    assert ended.state == RunState.FOUND
    assert ended.points.count() == 1


def test_a_curve_ends_at_a_plan_that_the_checker_contradicts(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    asked = ask(draft, source, ground_.office)
    with mock.patch.object(
        solver_curve, "solve", told(lambda found: replace(found, bound=found.searched + 1000))
    ):
        ended = curving.run_curve(Progress(), asked.public_id)
    assert ended.state == RunState.REFUSED
    (run,) = ended.points.all()
    assert (run.state, run.assignments, run.prices) == (RunState.REFUSED, {}, {})
    with pytest.raises(RuleBroken):
        plans.take_plan(actor=ground_.office.viewer("planner"), run=run)


def test_a_trial_begins_with_the_plan_that_it_tries_otherwise(
    ground_: Ground, source: Draft, draft: Draft
) -> None:
    run = plans.ask_for_plan(
        actor=ground_.office.viewer("planner"), draft=draft, seconds=1, keep=plans.Keep(source.public_id, 10)
    )
    asked = parse(run.problem)
    key = person_key(ground_.office.person("colleague").pk)
    run.start = {key: [None] * 5}
    begun = start_of(run, asked)
    assert begun is not None
    assert begun.assignments[key][0] == str(ground_.posts["steward"].pk)
    run.trial_of_id = run.pk
    tried = start_of(run, asked)
    assert tried is not None
    assert tried.assignments == {key: (None,) * 5}


def test_the_picture_of_a_curve_has_a_point_for_every_plan() -> None:
    made = [
        queries.Point(PlanRun(change_price=price), changed, 1, gained)
        for price, changed, gained in ((50, 0, 0.0), (10, 3, 20.0), (0, 6, 25.0))
    ]
    drawn = queries.draw(made)
    assert drawn is not None
    assert drawn.line == "0.0,260.0 300.0,52.0 600.0,0.0"
    assert queries.draw(made[:1]) is None


def test_the_pages_of_a_curve_from_asking_to_its_table(
    ground_: Ground, source: Draft, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    client = client_as("planner")
    address = f"/rotation/drafts/{draft.public_id}/plan/"
    assert source.name in client.open(address).html
    asked = {"announced": str(source.public_id), "prices": "５００、0", "seconds": 4, "seed": 0}
    posted = client.post(f"{address}curve/", asked)
    assert posted.status_code == 302
    where = posted["Location"]
    assert "hx-get" in client.open(where).html
    jobs.run_waiting()
    assert client.get(where, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    html = client.open(where).html
    assert "<polyline" in html
    assert html.count('name="all"') == 2
    lines = client.get(f"{where}table.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["500.0", "0.0"]
    run = PlanRun.objects.get(change_price=500)
    assert source.name in client.open(f"{address}{run.public_id}/").html
    assert_query_count("plan-curve", client, where)
