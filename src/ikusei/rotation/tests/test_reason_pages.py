"""The pages of why, why not and what if: who reads them, what they offer, what a search of one seat comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.jobs import services as jobs
from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose
from ikusei.rotation.compiling import compile_problem
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import (
    Draft,
    Intent,
    Move,
    Order,
    PlanRun,
    RankedPost,
    Restriction,
    RunState,
    Sheet,
    WishAnswer,
)
from ikusei.rotation.queries import reasons as queries
from ikusei.rotation.queries.trials import trial
from ikusei.rotation.queries.unmet import unmet_wishes
from ikusei.rotation.services import answers, planning, plans
from ikusei.rotation.services.reasons import FORBID, PIN, try_otherwise
from ikusei.rotation.services.wish_reasons import ReasonedWords
from ikusei.rotation.solver.problem import to_document
from ikusei.rotation.tests import approved, ground
from tests.office import Office
from tests.page_client import PageClient

pytestmark = pytest.mark.django_db

YEAR = 2026
TO = "host_supervisor"
"""Whose post the colleague may sit in, and which is free."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(ground.TODAY):
        yield


@pytest.fixture
def laid(office: Office) -> ground.Ground:
    return ground.lay(office)


@pytest.fixture
def draft(laid: ground.Ground) -> Draft:
    return ground.make_draft(laid, name="桜の案")


@pytest.fixture
def run(laid: ground.Ground, draft: Draft) -> PlanRun:
    """A plan as a worker leaves it: everybody stays, and the seats of one post cost 37 points."""
    problem = compile_problem(laid.picture(draft=draft))
    seats = {one.id: [one.current.post if one.current else None] * 5 for one in problem.people}
    return PlanRun.objects.create(
        draft=draft,
        draft_revision=draft.revision,
        asked_by=laid.office.user("planner"),
        state=RunState.FOUND,
        problem=to_document(problem),
        assignments=seats,
        prices={str(laid.posts[TO].pk): [37.0] * 5},
        objective=-100.0,
        bound=-100.0,
        gap=0.0,
        verdict={"broken": []},
    )


def key_of(office: Office, who: str) -> str:
    return person_key(office.person(who).pk)


def address(draft: Draft, key: str, page: str) -> str:
    return f"/rotation/drafts/{draft.public_id}/people/{key}/{page}/"


# --- Why ----------------------------------------------------------------------------------------------------------


def test_why_tells_reasons_prices_and_alternatives_of_the_plan(
    office: Office, draft: Draft, run: PlanRun
) -> None:
    page = queries.why(office.viewer("planner"), draft, key_of(office, "colleague"))
    assert page.ground.run == run
    (stint,) = page.stints
    assert stint.post == office.posts["colleague"].pk
    assert stint.lines
    assert "costs nothing" in stint.price or "代価はかかりません" in stint.price
    assert office.posts[TO].pk in {one.post for one in stint.others}
    assert page.drafted == ()


def test_where_the_draft_differs_from_the_plan_it_is_said(
    office: Office, laid: ground.Ground, run: PlanRun
) -> None:
    approved.move(run.draft, "colleague", laid, to=TO)
    page = queries.why(office.viewer("planner"), run.draft, key_of(office, "colleague"))
    assert len(page.drafted) == 5


def test_without_a_plan_the_seats_of_the_draft_are_explained(office: Office, draft: Draft) -> None:
    page = queries.why(office.viewer("planner"), draft, key_of(office, "colleague"))
    assert page.ground.run is None
    (stint,) = page.stints
    assert stint.lines
    assert (stint.price, stint.others) == ("", ())


def test_the_latest_plan_is_told_and_never_one_that_tries_a_seat(
    office: Office, draft: Draft, run: PlanRun
) -> None:
    run.pk, tried = None, run.pk
    run.public_id = "00000000-0000-0000-0000-00000000000a"
    run.trial_of_id, run.trial = tried, {"kind": "pin"}
    run.save(force_insert=True)
    page = queries.why(office.viewer("planner"), draft, key_of(office, "colleague"))
    assert page.ground.run is not None
    assert page.ground.run.pk == tried


def test_a_look_at_somebodys_reasons_is_noted_for_placement(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    client_as("planner").open(address(draft, key_of(office, "colleague"), "why"))
    look = Entry.objects.get(verb="rotation.reason.open")
    assert look.subject_id == str(office.person("colleague").public_id)
    assert look.purpose == Purpose.PLACEMENT


# --- Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["manager", "administrator", "auditor", "owner", "academy", "executive"])
@pytest.mark.parametrize("page", ["why", "why-not"])
def test_nobody_but_planners_reads_reasons(
    office: Office, run: PlanRun, client_as: Callable[[str], PageClient], stranger: str, page: str
) -> None:
    where = address(run.draft, key_of(office, "colleague"), page)
    assert client_as(stranger).get(where).status_code == 403


def test_a_planner_of_a_bureau_reads_rules_and_no_prices(laid: ground.Ground, run: PlanRun) -> None:
    Draft.objects.filter(pk=run.draft.pk).update(sharing="bureau", bureau=laid.office.units["digital"])
    draft = Draft.objects.select_related("round__employer").get(pk=run.draft.pk)
    viewer, key = approved.bureau_planner(laid), key_of(laid.office, "colleague")
    page = queries.why_not(viewer, draft, key, post=laid.posts[TO].pk, year=YEAR)
    assert page.wish is not None
    assert (page.ground.run, page.estimate, page.seat_price) == (None, None, "")
    with pytest.raises(NotVisible):
        queries.why(viewer, draft, key, run.public_id)
    with pytest.raises(PermissionDenied):
        try_pin(viewer, run, key, laid.posts[TO].pk)


# --- Why not ------------------------------------------------------------------------------------------------------


def test_a_forbid_is_told_and_lifted_together_with_the_move(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    decided = Restriction.objects.create(
        round=draft.round,
        draft=draft,
        person=office.person("colleague"),
        kind="forbid",
        from_year=YEAR,
        until_year=2031,
        reason="tried",
        author=office.user("planner"),
    )
    decided.posts.set([office.posts[TO]])
    key, to = key_of(office, "colleague"), office.posts[TO].pk
    page = queries.why_not(office.viewer("planner"), draft, key, post=to, year=YEAR)
    (binding,) = [one for one in page.binding if one.told.breach.rule == "forbid"]
    (way,) = binding.ways
    client = client_as("planner")
    assert way.text in client.open(f"{address(draft, key, 'why-not')}?to={to}&y={YEAR}").html
    Move.objects.filter(draft=draft).delete()
    asked = {"to": to, "y": YEAR, "breach": way.code, "choice": way.number, "seen": draft.revision}
    client.post(f"{address(draft, key, 'why-not')}take/", asked)
    assert not Restriction.objects.filter(pk=decided.pk).exists()
    assert Move.objects.get(draft=draft).to_post_id == to


def test_where_nothing_binds_the_move_is_drafted_by_one_button(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    key, to = key_of(office, "colleague"), office.posts[TO].pk
    where = address(draft, key, "why-not")
    assert f"{where}take/" in client_as("planner").open(f"{where}?to={to}&y={YEAR}").html
    client_as("planner").post(f"{where}take/", {"to": to, "y": YEAR, "seen": draft.revision})
    assert Move.objects.get(draft=draft).to_post_id == to


def test_what_is_proposed_no_more_changes_nothing(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    key, to = key_of(office, "colleague"), office.posts[TO].pk
    asked = {"to": to, "y": YEAR, "breach": "forbid|x|1|2026|9", "choice": 0, "seen": draft.revision}
    client_as("planner").post(f"{address(draft, key, 'why-not')}take/", asked)
    assert not Move.objects.filter(draft=draft).exists()


def test_numbers_of_any_length_in_forms_and_addresses_are_answered(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient]
) -> None:
    key, long = key_of(office, "colleague"), "9" * 5000
    asked = {"to": office.posts[TO].pk, "y": YEAR, "breach": "forbid", "choice": long}
    assert client_as("planner").post(f"{address(draft, key, 'why-not')}take/", asked).status_code == 302
    assert client_as("planner").get(address(draft, f"p{long}", "why-not")).status_code == 404


@pytest.mark.parametrize("query", ["?to=999999&y=2026", "?to={post}&y=1999", "?run=nothing"])
def test_a_seat_or_a_plan_that_is_not_there_is_not_found(
    office: Office, draft: Draft, client_as: Callable[[str], PageClient], query: str
) -> None:
    where = address(draft, key_of(office, "colleague"), "why-not")
    asked = where + query.format(post=office.posts[TO].pk)
    assert client_as("planner").get(asked).status_code == 404


def test_the_estimate_of_a_pin_and_of_a_forbid_is_there_at_once(office: Office, run: PlanRun) -> None:
    viewer, key = office.viewer("planner"), key_of(office, "colleague")
    pin = queries.why_not(viewer, run.draft, key, post=office.posts[TO].pk, year=2028)
    assert pin.estimate is not None
    assert (pin.estimate.kind, pin.estimate.is_possible, len(pin.estimate.path)) == (PIN, True, 5)
    assert "37" in pin.seat_price
    forbid = queries.why_not(viewer, run.draft, key, post=office.posts["colleague"].pk, year=2028)
    assert forbid.estimate is not None
    assert forbid.estimate.kind == FORBID


# --- What if, confirmed -------------------------------------------------------------------------------------------


def try_pin(viewer: object, run: PlanRun, key: str, post: int, kind: str = PIN) -> PlanRun:
    return try_otherwise(
        actor=viewer,  # type: ignore[arg-type]  # a viewer of the office
        run=run,
        kind=kind,
        person=key,
        post=post,
        year=2028,
        seconds=1,
    )


def ended(tried: PlanRun) -> PlanRun:
    planning.run_plan(Progress(), tried.public_id)
    return PlanRun.objects.select_related("draft__round__employer", "job").get(pk=tried.pk)


def test_a_search_confirms_a_pin_from_the_plan_and_leaves_the_draft_alone(
    office: Office, run: PlanRun
) -> None:
    viewer, key, to = office.viewer("planner"), key_of(office, "colleague"), office.posts[TO].pk
    revision = run.draft.revision
    tried = ended(try_pin(viewer, run, key, to))
    assert tried.state == RunState.FOUND
    assert tried.assignments[key][2] == str(to)
    shown = trial(viewer, tried)
    assert shown.base == run
    assert shown.difference == pytest.approx((tried.objective or 0) + 100.0)
    assert shown.people[0].key == key
    run.draft.refresh_from_db()
    assert run.draft.revision == revision
    assert not Move.objects.filter(draft=run.draft).exists()
    run.refresh_from_db()
    assert run.problem["pins"] == []


def test_a_search_begins_with_the_plan(office: Office, run: PlanRun) -> None:
    tried = try_pin(office.viewer("planner"), run, key_of(office, "colleague"), office.posts[TO].pk)
    begun: list[object] = []

    def solve(*_problem: object, **asked: object) -> object:
        begun.append(asked["start"])
        raise InterruptedError

    with mock.patch("ikusei.rotation.solver.solve.solve", solve), pytest.raises(InterruptedError):
        ended(tried)
    (start,) = begun
    assert {key: list(row) for key, row in start.assignments.items()} == run.assignments  # type: ignore[attr-defined]


def test_a_search_confirms_that_a_seat_is_forbidden(office: Office, run: PlanRun) -> None:
    viewer, key, here = office.viewer("planner"), key_of(office, "colleague"), office.posts["colleague"].pk
    tried = ended(try_pin(viewer, run, key, here, FORBID))
    assert tried.state == RunState.FOUND
    assert tried.assignments[key][2] != str(here)


def test_a_pin_against_the_rules_ends_with_the_rules_that_cannot_all_hold(
    office: Office, run: PlanRun
) -> None:
    key, to = key_of(office, "colleague"), office.posts[TO].pk
    for person in run.problem["people"]:
        for option in person["options"]:
            if person["id"] == key and option["post"] == str(to):
                option["forbidden_years"] = [2028]
    run.save()
    tried = ended(try_pin(office.viewer("planner"), run, key, to))
    assert tried.state == RunState.IMPOSSIBLE
    assert trial(office.viewer("planner"), tried).difference is None


def test_the_work_is_a_job_that_says_nothing_and_one_at_a_time(office: Office, run: PlanRun) -> None:
    viewer, key, to = office.viewer("planner"), key_of(office, "colleague"), office.posts[TO].pk
    tried = try_pin(viewer, run, key, to)
    assert tried.job is not None
    assert office.person("colleague").name not in tried.job.label
    assert run.draft.name not in tried.job.label
    entry = Entry.objects.get(verb="rotation.plan.try")
    assert entry.purpose == Purpose.PLACEMENT
    assert (entry.subject_kind, entry.subject_id) == ("draft", str(run.draft.public_id))
    assert not entry.after
    with pytest.raises(RuleBroken):
        try_pin(viewer, run, key, to)
    plans.stop_plan(actor=viewer, run=tried)
    jobs.run_waiting()
    tried.refresh_from_db()
    assert tried.ended_at is not None


def test_what_cannot_be_tried_is_refused(office: Office, run: PlanRun) -> None:
    viewer, key, to = office.viewer("planner"), key_of(office, "colleague"), office.posts[TO].pk
    with pytest.raises(NotVisible):
        try_pin(viewer, run, "p0", to)
    with pytest.raises(NotVisible):
        try_pin(viewer, run, key, 999999)
    for stranger in ("manager", "administrator", "owner"):
        with pytest.raises((PermissionDenied, NotVisible)):
            try_pin(office.viewer(stranger), run, key, to)
    run.state = RunState.UNKNOWN
    with pytest.raises(RuleBroken):
        try_pin(viewer, run, key, to)
    assert PlanRun.objects.count() == 1


def test_the_pages_lead_from_the_question_to_the_search_and_back(
    office: Office, run: PlanRun, client_as: Callable[[str], PageClient]
) -> None:
    client, key, to = client_as("planner"), key_of(office, "colleague"), office.posts[TO].pk
    assert "why-not" in client.open(address(run.draft, key, "why")).html
    client.open(f"{address(run.draft, key, 'why-not')}?to={to}&y=2028")
    asked = {"kind": PIN, "person": key, "post": to, "year": 2028, "seconds": 1}
    plan = f"/rotation/drafts/{run.draft.public_id}/plan/"
    live = client.post(f"{plan}{run.public_id}/try/", asked)["Location"]
    assert "hx-get" in client.open(live).html
    assert f"{live}trial/" in client.open(live).html
    client.open(f"{live}trial/")
    ended(PlanRun.objects.get(trial_of=run))
    assert office.person("colleague").name in client.open(f"{live}trial/").html
    assert f"{live}trial/" in client.open(f"{address(run.draft, key, 'why-not')}?to={to}&y=2028").html
    assert client.post(f"{plan}{run.public_id}/try/", {"kind": "else"}).status_code == 302
    assert client.get(f"{plan}{run.public_id}/trial/").status_code == 404


# --- Words to the person ------------------------------------------------------------------------------------------


@pytest.fixture
def wish(laid: ground.Ground) -> RankedPost:
    """The colleague's first wish, in a sheet handed in."""
    sheet = Sheet.objects.create(
        round=laid.round,
        person=laid.office.person("colleague"),
        intent=Intent.MOVE,
        handed_in_at=clock.now(),
    )
    return RankedPost.objects.create(sheet=sheet, rank=1, post=laid.posts[TO])


def test_words_to_the_person_give_the_rule_and_name_nobody(laid: ground.Ground, wish: RankedPost) -> None:
    viewer = laid.office.viewer("planner")
    rule = laid.posts[TO].rotation_rules.get()
    rule.grades = ["課長"]
    rule.save()
    answers.propose(actor=viewer, round=laid.round, words=ReasonedWords(viewer, laid.round))
    answer = WishAnswer.objects.get(person=laid.office.person("colleague"))
    assert "課長" in answer.proposed
    assert answer.released_at is None
    for who in ("owner", "planner", "manager", "stranger"):
        assert laid.office.person(who).name not in answer.proposed
    with pytest.raises(RuleBroken):
        answers.release_answers(actor=viewer, round=laid.round, answers=[answer])


def test_words_to_the_person_leave_decisions_to_a_human(laid: ground.Ground, wish: RankedPost) -> None:
    viewer = laid.office.viewer("planner")
    decided = Restriction.objects.create(
        round=laid.round,
        person=laid.office.person("colleague"),
        kind="forbid",
        from_year=YEAR,
        until_year=2031,
        reason="秘密の理由",
        author=laid.office.user("planner"),
    )
    decided.posts.set([laid.posts[TO]])
    (unmet,) = unmet_wishes(laid.round)
    said = ReasonedWords(viewer, laid.round)(laid.round, unmet)
    assert said == answers.default_words(laid.round, unmet)
    assert "秘密" not in said


def test_a_seat_that_was_ordered_to_somebody_else_is_not_free(laid: ground.Ground, wish: RankedPost) -> None:
    viewer = laid.office.viewer("planner")
    (unmet,) = unmet_wishes(laid.round)
    assert "空席がありません" not in ReasonedWords(viewer, laid.round)(laid.round, unmet)
    Order.objects.create(
        round=laid.round,
        number="1",
        decided_on=ground.TODAY,
        effective_on=laid.round.effective_on,
        notice_on=laid.round.notice_on,
        person=laid.office.person("steward"),
        to_post=laid.posts[TO],
        issued_by=laid.office.user("planner"),
    )
    assert "空席がありません" in ReasonedWords(viewer, laid.round)(laid.round, unmet)
