"""A year rolled over: orders carried out, the next round begun with the outlook, its plan, and the return from a dispatch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.jobs.progress import Progress
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, PlannedPerson, Posting, PostingKind, ReservedPost
from ikusei.org.services import people
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import (
    Decision,
    Draft,
    Move,
    Order,
    OrderState,
    PostRule,
    Restriction,
    Round,
    RunState,
)
from ikusei.rotation.outlook import Fate, carry
from ikusei.rotation.picture import DISPATCH, MoveFacts
from ikusei.rotation.queries import outlooks
from ikusei.rotation.services import planning, plans
from ikusei.rotation.services.applying import apply_due
from ikusei.rotation.services.drafts import begin_with_outlook, undo
from ikusei.rotation.services.drafts.hiring import hire_planned
from ikusei.rotation.services.orders import Numbered, issue_orders
from ikusei.rotation.services.returning import come_back
from ikusei.rotation.tests import approved, ground
from ikusei.rotation.tests.ground import Ground
from ikusei.rotation.tests.scenes import person, picture, post
from tests.office import Office
from tests.page_client import PageClient

NEXT = date(2027, 1, 20)
"""A day on which the round of FY2027 is drafted."""


# --- What becomes of an announced move ------------------------------------------------------------------------------


def fates(*moves: MoveFacts, **asked: object) -> dict[int, Fate]:
    """Number of the move -> what becomes of it, in a round of FY2026 with posts 1 to 3 and people 1 and 2."""
    round_ = picture([post(1), post(2), post(3, until_year=2028)], [person("p1", 1), person("p2", 2)])
    return {one.was.id: one.fate for one in carry(round_, moves, **asked)}  # type: ignore[arg-type]


def test_moves_of_later_years_go_on_and_the_year_that_has_passed_does_not() -> None:
    assert fates(MoveFacts("p1", 2025, 1, id=1), MoveFacts("p1", 2027, 2, from_post=1, id=2)) == {
        2: Fate.CARRIED
    }


def test_each_reason_why_a_move_does_not_go_on_as_it_was() -> None:
    found = fates(
        MoveFacts("p1", 2026, 1, id=1),
        MoveFacts("p1", 2027, 2, from_post=3, id=2),
        MoveFacts("p9", 2027, 2, id=3),
        MoveFacts("n4", 2027, 2, id=4),
        MoveFacts("p2", 2028, 3, from_post=2, id=5),
        MoveFacts("p2", 2029, 1, from_post=2, id=6),
        rejected=[("p2", 1)],
    )
    assert found == {
        1: Fate.THERE,
        2: Fate.ELSEWHERE,
        3: Fate.LEFT,
        4: Fate.NOT_HIRED,
        5: Fate.POST_GONE,
        6: Fate.REJECTED,
    }


def test_who_left_by_the_year_of_the_move_has_left() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1, until_year=2028)])
    (one,) = carry(round_, [MoveFacts("p1", 2028, 2, from_post=1)])
    assert one.fate == Fate.LEFT


def test_a_placeholder_that_was_hired_is_the_person() -> None:
    round_ = picture([post(1), post(2)], [person("p1", 1)])
    (one,) = carry(round_, [MoveFacts("n7", 2027, 2, from_post=1)], hired={"n7": "p1"})
    assert (one.now.person, one.fate) == ("p1", Fate.CARRIED)


def test_concurrent_posts_go_on_as_long_as_they_leave_time() -> None:
    beside = MoveFacts("p1", 2027, 2, kind="concurrent", share=0.4, id=1)
    more = MoveFacts("p1", 2027, 3, kind="concurrent", share=0.6, id=2)
    assert fates(beside, more) == {1: Fate.CARRIED, 2: Fate.NO_TIME}


def test_a_dispatch_comes_back_by_the_records_or_by_a_move() -> None:
    away = MoveFacts("p1", 2025, 3, kind=DISPATCH, until_year=2026, return_post=1, id=1)
    there, other = carry(picture([post(1), post(2), post(3)], [person("p1", 1)]), [away]), away
    assert [(one.fate, one.is_return) for one in there] == [(Fate.THERE, True)]
    base = (3, 3, 3, 3, 3)
    still = picture([post(1), post(2), post(3)], [person("p1", 3, base=base)])
    (one,) = carry(still, [other])
    assert (one.fate, one.now.year, one.now.post) == (Fate.CARRIED, 2026, 1)


def test_who_was_to_stay_where_the_records_end_the_posting_stays() -> None:
    home = (1, 1, 1, 1, 1)
    round_ = picture([post(1), post(2)], [person("p1", 2, base=home)])
    (one,) = carry(round_, [MoveFacts("p1", 2025, 2, kind=DISPATCH, from_post=1)])
    assert one.is_stay
    assert (one.now.year, one.now.post, one.fate) == (2026, 2, Fate.CARRIED)


# --- The year, walked through ---------------------------------------------------------------------------------------


@pytest.fixture
def ground_(office: Office) -> Ground:
    return ground.lay(office)


@pytest.fixture
def rolled(ground_: Ground) -> Iterator[tuple[Ground, Draft, Round]]:
    """FY2026 ordered and carried out: the colleague away for a year, later moves of owner, steward and a placeholder."""
    office, posts = ground_.office, ground_.posts
    PostRule.objects.filter(post=posts["owner-platform"]).update(tenure_min=1, tenure_max=1)
    with clock.fixed(ground.TODAY):
        draft = ground.make_draft(ground_, name="二〇二六")
        away = approved.move(
            draft, "colleague", ground_, to="owner-platform", kind="dispatch", return_post=posts["colleague"]
        )
        Move.objects.filter(pk=away.pk).update(until_year=2027)
        approved.move(draft, "owner", ground_, to="steward", year=2027)
        approved.move(draft, "steward", ground_, to="owner", year=2027)
        approved.move(draft, None, ground_, to="colleague", year=2028)
        decide(draft, "owner", posts["colleague"].pk, 2026, 2029)
        approved.approve(ground_, draft)
        draft.refresh_from_db()
        issue_orders(actor=office.viewer("planner"), draft=draft, numbered=approved.NUMBERED)
    with clock.fixed(date(2026, 4, 1)):
        assert apply_due().applied == 1
    with clock.fixed(NEXT):
        yield ground_, draft, ground.open_round(office, 2027)


def decide(draft: Draft, who: str, post_id: int, first: int, last: int) -> Restriction:
    """A forbid of the draft."""
    restriction = Restriction.objects.create(
        round=draft.round,
        draft=draft,
        person=Person.objects.get(email=f"{who}@example.test"),
        kind="forbid",
        from_year=first,
        until_year=last,
        reason="理由",
        author=draft.owner,
    )
    restriction.posts.set([post_id])
    return restriction


def begin(found: Ground, source: Draft, round_: Round) -> Draft:
    return begin_with_outlook(
        actor=found.office.viewer("planner"), round_=round_, source=source, name="二〇二七"
    )


def test_the_next_round_begins_with_the_outlook(rolled: tuple[Ground, Draft, Round]) -> None:
    found, source, round_ = rolled
    office, posts = found.office, found.posts
    draft = begin(found, source, round_)
    moves = {
        (move.person_id, move.planned_id): (move.year, move.to_post_id, move.from_post_id)
        for move in draft.moves.all()
    }
    planned = PlannedPerson.objects.get()
    assert moves == {
        (office.person("owner").pk, None): (2027, posts["steward"].pk, posts["owner"].pk),
        (office.person("steward").pk, None): (2027, posts["owner"].pk, posts["steward"].pk),
        (None, planned.pk): (2028, posts["colleague"].pk, None),
    }
    told = outlooks.outlook(office.viewer("planner"), draft)
    assert told is not None
    (back,) = [row for row in told.rows if row.is_return]
    assert back.fate == Fate.THERE
    assert told.carried == 3
    undo(actor=office.viewer("planner"), draft=draft)
    assert not draft.moves.exists()


def test_who_left_meanwhile_is_listed_and_left_out(rolled: tuple[Ground, Draft, Round]) -> None:
    found, source, round_ = rolled
    steward = found.office.person("steward")
    steward.employments.update(until=date(2026, 12, 31))
    draft = begin(found, source, round_)
    assert not draft.moves.filter(person=steward).exists()
    told = outlooks.outlook(found.office.viewer("planner"), draft)
    assert told is not None
    assert [(row.name, row.fate) for row in told.open] == [(steward.display_name, Fate.LEFT)]


def test_decisions_by_hand_go_on_and_those_of_rejections_end(rolled: tuple[Ground, Draft, Round]) -> None:
    found, source, round_ = rolled
    rejected = decide(source, "owner", found.posts["steward"].pk, 2026, 2031)
    rejected.decision = Decision.objects.create(
        move=source.moves.all()[0], stage="bureau", verdict="reject", reason="x", by=source.owner
    )
    rejected.save()
    draft = begin(found, source, round_)
    (kept,) = Restriction.objects.filter(round=round_)
    assert kept.draft == draft
    assert (kept.from_year, kept.until_year, kept.reason) == (2027, 2029, "理由")
    told = outlooks.outlook(found.office.viewer("planner"), draft)
    assert told is not None
    assert sorted(one.goes_on for one in told.rulings) == [False, True]
    assert not draft.moves.filter(person=found.office.person("owner")).exists(), (
        "the rejected seat comes not back"
    )


def test_who_was_hired_for_a_placeholder_takes_its_moves(rolled: tuple[Ground, Draft, Round]) -> None:
    found, source, round_ = rolled
    office, planner = found.office, found.office.viewer("planner")
    draft, planned = begin(found, source, round_), PlannedPerson.objects.get()
    with pytest.raises(RuleBroken):
        hire_planned(actor=planner, draft=draft, planned=planned, staff_number="nobody")
    hired = people.add_person(
        actor=access.operator(),
        name="採用 一郎",
        kana="サイヨウ イチロウ",
        employment={
            "employer": office.employers["city"],
            "staff_number": "N-1",
            "category": "ict",
            "grade": "主事",
            "from_date": date(2026, 10, 1),
        },
    )
    hire_planned(actor=planner, draft=draft, planned=planned, staff_number="N-1")
    assert draft.moves.get(year=2028).person == hired
    assert source.moves.get(year=2028).planned == planned, "what was ordered stays as it was"
    again = begin(found, source, round_)
    assert again.moves.get(year=2028).person == hired
    with pytest.raises(RuleBroken):
        hire_planned(actor=planner, draft=draft, planned=planned, staff_number="S-owner")


def test_a_plan_of_the_next_round_keeps_what_was_announced_and_the_return(
    rolled: tuple[Ground, Draft, Round],
) -> None:
    found, source, round_ = rolled
    planner, posts = found.office.viewer("planner"), found.posts
    draft = begin(found, source, round_)
    run = plans.ask_for_plan(
        actor=planner, draft=draft, seconds=1, keep=plans.Keep(source.public_id, 10_000.0)
    )
    owner, colleague = (person_key(found.office.person(key).pk) for key in ("owner", "colleague"))
    assert [owner, 2027, str(posts["steward"].pk)] in run.announced
    assert {"person": colleague, "post": str(posts["colleague"].pk), "year": 2027} in run.problem["pins"]
    planning.run_plan(Progress(), run.public_id)
    run.refresh_from_db()
    assert run.state == RunState.FOUND
    # The steward was never of the grade that the owner's post takes: no plan could keep that.
    assert (run.replan["changed"], run.replan["closed"]) == (4, 4)
    assert [one["person"] for one in run.replan["people"]] == [person_key(found.office.person("steward").pk)]
    assert run.assignments[owner][0] == str(posts["steward"].pk)
    assert run.assignments[colleague][0] == str(posts["colleague"].pk)


def test_they_come_back_from_the_dispatch_on_its_last_day_and_once(
    rolled: tuple[Ground, Draft, Round],
) -> None:
    found = rolled[0]
    colleague = found.office.person("colleague")
    assert ReservedPost.objects.get().from_date == date(2027, 4, 1)
    assert come_back() == 0, "the dispatch has not ended"
    with clock.fixed(date(2027, 4, 3)):
        assert come_back() == 1
        (home,) = Posting.objects.on(clock.today()).filter(person=colleague)
        assert (home.post, home.share, home.from_date) == (
            found.posts["colleague"],
            Decimal(1),
            date(2027, 4, 1),
        )
        assert come_back() == 0


def test_an_order_of_that_day_goes_before_the_return(rolled: tuple[Ground, Draft, Round]) -> None:
    found, _source, round_ = rolled
    colleague = found.office.person("colleague")
    Order.objects.create(
        round=round_,
        number="8",
        decided_on=NEXT,
        effective_on=date(2027, 4, 1),
        notice_on=date(2027, 3, 24),
        person=colleague,
        to_post=found.posts["steward"],
        issued_by=found.office.user("planner"),
    )
    with clock.fixed(date(2027, 4, 1)):
        assert come_back() == 0
        apply_due()
        assert come_back() == 0
    assert Order.objects.get(number="8").state == OrderState.APPLIED


def test_a_dispatch_without_an_end_ends_after_the_years_of_its_post(ground_: Ground) -> None:
    with clock.fixed(ground.TODAY):
        draft = ground.make_draft(ground_)
        approved.move(draft, "colleague", ground_, to="owner-platform", kind="dispatch")
        approved.move(draft, "owner", ground_, to="host_supervisor", kind="dispatch")
        approved.move(draft, "owner", ground_, to="steward", year=2028)
        approved.approve(ground_, draft)
        draft.refresh_from_db()
        orders = issue_orders(
            actor=ground_.office.viewer("planner"),
            draft=draft,
            numbered=Numbered(number="7", decided_on=ground.TODAY),
        ).orders
    ends = {order.person_id: order.until for order in orders if order.kind == PostingKind.DISPATCH}
    assert ends == {
        ground_.office.person("colleague").pk: date(2030, 4, 1),
        ground_.office.person("owner").pk: date(2028, 4, 1),
    }


def test_only_the_section_begins_with_an_outlook_and_only_with_one_that_reaches_into_the_round(
    rolled: tuple[Ground, Draft, Round],
) -> None:
    found, source, round_ = rolled
    with pytest.raises(PermissionDenied):
        begin_with_outlook(actor=approved.bureau_planner(found), round_=round_, source=source, name="x")
    with pytest.raises(NotVisible):
        begin(found, source, source.round)


def test_the_pages_of_the_outlook_show_what_becomes_of_it(
    rolled: tuple[Ground, Draft, Round], client_as: Callable[[str], PageClient]
) -> None:
    found, source, _round = rolled
    client = client_as("planner")
    shown = client.open("/rotation/drafts/outlook/2027/").html
    assert source.name in shown
    posted = client.post("/rotation/drafts/outlook/2027/", {"name": "二〇二七", "note": ""})
    assert posted.status_code == 302
    assert found.office.person("owner").display_name in client.open(posted["Location"]).html
