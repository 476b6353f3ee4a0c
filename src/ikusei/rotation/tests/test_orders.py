"""Orders: issued from approved moves, carried out on their day, exactly once, corrected and cancelled by others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, Posting, PostingKind, ReservedPost, Role, RoleGrant, Scope
from ikusei.org.services import people, posts, shares
from ikusei.rotation.models import Draft, DraftState, Order, OrderState
from ikusei.rotation.services import applying, orders
from ikusei.rotation.services.orders import Numbered, Seat
from ikusei.rotation.tests.approved import NUMBERED, approve, approved_draft, move, plain_order
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from tests.office import Office

FIRST = date(2026, 4, 1)
"""The day of the round's moves."""


@pytest.fixture
def ground(office: Office) -> Ground:
    return lay(office)


def seats(person: Person, day: date) -> dict[str, tuple[str, Decimal]]:
    """Post -> kind and share of somebody's postings on a day."""
    rows = Posting.objects.on(day).filter(person=person).select_related("post")
    return {row.post.code.rpartition(":")[2]: (row.kind, row.share) for row in rows}


def issue(ground: Ground, draft: Draft, day: date = TODAY) -> list[Order]:
    with clock.fixed(day):
        viewer = ground.office.viewer("planner")
        return orders.issue_orders(actor=viewer, draft=draft, numbered=NUMBERED).orders


def apply(day: date = FIRST) -> applying.Applied:
    with clock.fixed(day):
        return applying.apply_due()


def test_an_approved_move_becomes_an_order_with_its_number_and_days(ground: Ground) -> None:
    draft = approved_draft(ground, colleague="steward")
    (order,) = issue(ground, draft)
    assert (order.number, order.decided_on) == (NUMBERED.number, NUMBERED.decided_on)
    assert (order.effective_on, order.notice_on) == (FIRST, date(2026, 3, 24))
    assert order.from_post == ground.office.posts["colleague"]
    assert order.to_post == ground.office.posts["steward"]
    draft.refresh_from_db()
    assert draft.state == DraftState.ORDERED
    with pytest.raises(RuleBroken):
        issue(ground, draft)
    assert Order.objects.count() == 1


def test_only_the_personnel_section_issues_orders_and_only_of_what_is_approved(ground: Ground) -> None:
    draft = approved_draft(ground, colleague="steward")
    with clock.fixed(TODAY), pytest.raises(PermissionDenied):
        orders.issue_orders(actor=ground.office.viewer("manager"), draft=draft, numbered=NUMBERED)
    Draft.objects.filter(pk=draft.pk).update(state=DraftState.SECTION)
    with pytest.raises(RuleBroken):
        issue(ground, draft)
    assert not Order.objects.exists()


def test_nothing_happens_before_the_day_and_everything_once_on_it(ground: Ground) -> None:
    issue(ground, approved_draft(ground, colleague="steward"))
    colleague = ground.office.person("colleague")
    before = list(Posting.objects.values_list())
    assert apply(date(2026, 3, 31)) == applying.Applied(0, 0)
    assert list(Posting.objects.values_list()) == before
    assert apply() == applying.Applied(1, 0)
    assert seats(colleague, FIRST) == {"steward": (PostingKind.HOME, Decimal(1))}
    assert seats(colleague, date(2026, 3, 31)) == {"colleague": (PostingKind.HOME, Decimal(1))}
    after = list(Posting.objects.values_list())
    assert apply() == applying.Applied(0, 0)
    assert apply(date(2026, 4, 2)) == applying.Applied(0, 0)
    assert list(Posting.objects.values_list()) == after


def test_a_dispatch_leaves_the_home_posting_with_nothing_and_keeps_a_post_for_the_return(
    ground: Ground,
) -> None:
    draft = approved_draft(ground)
    move(
        draft,
        "colleague",
        ground,
        to="owner-platform",
        kind=PostingKind.DISPATCH,
        return_post=ground.office.posts["steward"],
    )
    approve(ground, draft)
    issue(ground, draft)
    apply()
    colleague = ground.office.person("colleague")
    assert seats(colleague, FIRST) == {
        "colleague": (PostingKind.HOME, Decimal(0)),
        "owner-platform": (PostingKind.DISPATCH, Decimal(1)),
    }
    assert "owner-platform" in seats(colleague, date(2030, 3, 31)), "as long as the post allows"
    assert "owner-platform" not in seats(colleague, date(2030, 4, 1))
    kept = ReservedPost.objects.get(person=colleague)
    assert (kept.post, kept.from_date) == (ground.office.posts["steward"], date(2030, 4, 1))


def test_a_concurrent_post_takes_its_share_from_the_main_one(ground: Ground) -> None:
    draft = approved_draft(ground)
    move(draft, "colleague", ground, to="owner-platform", kind=PostingKind.CONCURRENT, share=Decimal("0.2"))
    approve(ground, draft)
    issue(ground, draft)
    assert apply() == applying.Applied(1, 0)
    assert seats(ground.office.person("colleague"), FIRST) == {
        "colleague": (PostingKind.HOME, Decimal("0.8")),
        "owner-platform": (PostingKind.CONCURRENT, Decimal("0.2")),
    }


def test_a_main_post_and_one_beside_it_on_the_same_day_share_the_whole(ground: Ground) -> None:
    draft = approved_draft(ground)
    move(draft, "colleague", ground, to="owner-platform", kind=PostingKind.CONCURRENT, share=Decimal("0.3"))
    move(draft, "colleague", ground, to="steward")
    approve(ground, draft)
    issue(ground, draft)
    assert apply() == applying.Applied(2, 0)
    assert seats(ground.office.person("colleague"), FIRST) == {
        "steward": (PostingKind.HOME, Decimal("0.7")),
        "owner-platform": (PostingKind.CONCURRENT, Decimal("0.3")),
    }


def test_a_concurrent_post_outlives_the_move_of_the_main_one(ground: Ground) -> None:
    issue(ground, approved_draft(ground, owner="steward"))
    apply()
    assert seats(ground.office.person("owner"), FIRST) == {
        "steward": (PostingKind.HOME, Decimal("0.5")),
        "owner-platform": (PostingKind.CONCURRENT, Decimal("0.5")),
    }


def test_an_order_that_cannot_be_applied_says_why_and_the_others_go_on(ground: Ground) -> None:
    issue(ground, approved_draft(ground, colleague="steward", owner="colleague"))
    gone = ground.office.person("colleague")
    gone.employments.update(until=date(2026, 3, 1))
    assert apply() == applying.Applied(1, 1)
    order = Order.objects.get(person=gone)
    assert order.state == OrderState.ISSUED
    assert gone.display_name in order.problem
    gone.employments.update(until=None)
    with clock.fixed(FIRST):
        order = applying.try_again(actor=ground.office.viewer("planner"), order=order)
    assert (order.state, order.problem) == (OrderState.APPLIED, "")


def test_a_cancellation_takes_back_exactly_what_the_order_did(ground: Ground) -> None:
    before = {row.pk: (row.until, row.share) for row in Posting.objects.all()}
    draft = approved_draft(ground)
    move(
        draft,
        "colleague",
        ground,
        to="owner-platform",
        kind=PostingKind.DISPATCH,
        return_post=ground.office.posts["steward"],
    )
    approve(ground, draft)
    (order,) = issue(ground, draft)
    apply()
    with clock.fixed(date(2026, 4, 3)):
        then = orders.cancel_order(
            actor=ground.office.viewer("planner"), order=order, numbered=NUMBERED, reason="誤り"
        )
    assert then.effective_on == order.effective_on
    assert apply(date(2026, 4, 3)) == applying.Applied(1, 0)
    assert {row.pk: (row.until, row.share) for row in Posting.objects.all()} == before
    assert not ReservedPost.objects.exists()
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_an_order_cancelled_before_its_day_is_never_applied(ground: Ground) -> None:
    (order,) = issue(ground, approved_draft(ground, colleague="steward"))
    with clock.fixed(TODAY):
        orders.cancel_order(
            actor=ground.office.viewer("planner"), order=order, numbered=NUMBERED, reason="取りやめ"
        )
    assert apply() == applying.Applied(0, 0)
    assert "steward" not in seats(ground.office.person("colleague"), FIRST)


def test_a_correction_replaces_the_order_and_what_it_did(ground: Ground) -> None:
    (order,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply()
    with clock.fixed(date(2026, 4, 6)):
        numbered = Numbered(number="訂1", decided_on=date(2026, 4, 6), effective_on=FIRST)
        seat = Seat(ground.office.posts["owner-platform"])
        viewer = ground.office.viewer("planner")
        with pytest.raises(RuleBroken):  # the day has passed: whoever issues it has to say that they know
            orders.correct_order(actor=viewer, order=order, numbered=numbered, seat=seat, reason="ポスト誤り")
        numbered = Numbered(
            number="訂1", decided_on=date(2026, 4, 6), effective_on=FIRST, is_retroactive=True
        )
        orders.correct_order(actor=viewer, order=order, numbered=numbered, seat=seat, reason="ポスト誤り")
        with pytest.raises(RuleBroken):
            orders.correct_order(actor=viewer, order=order, numbered=numbered, seat=seat, reason="ポスト誤り")
    assert apply(date(2026, 4, 6)) == applying.Applied(1, 0)
    assert seats(ground.office.person("colleague"), FIRST) == {
        "owner-platform": (PostingKind.HOME, Decimal(1))
    }
    order.refresh_from_db()
    assert order.state == OrderState.CORRECTED


def test_what_was_changed_since_is_not_taken_back_blindly(ground: Ground) -> None:
    (order,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply()
    colleague = ground.office.person("colleague")
    begun = colleague.postings.get(from_date=FIRST)
    with clock.fixed(date(2026, 5, 2)):
        posts.end_posting(actor=access.operator(), posting=begun, on=date(2026, 5, 1))
        then = orders.cancel_order(
            actor=ground.office.viewer("planner"), order=order, numbered=NUMBERED, reason="誤り"
        )
        assert applying.apply_due() == applying.Applied(0, 1)
    then.refresh_from_db()
    assert colleague.display_name in then.problem
    order.refresh_from_db()
    assert order.state == OrderState.APPLIED


def test_nobody_is_told_before_the_notice_of_the_round_whatever_is_asked(ground: Ground) -> None:
    draft = approved_draft(ground, colleague="steward")
    early = Numbered(number="1", decided_on=TODAY, notice_on=date(2026, 3, 1))
    with clock.fixed(TODAY), pytest.raises(RuleBroken):
        orders.issue_orders(actor=ground.office.viewer("planner"), draft=draft, numbered=early)


def test_somebody_not_hired_yet_waits_for_the_order_until_they_are(ground: Ground) -> None:
    draft = approved_draft(ground)
    move(draft, "colleague", ground, to="steward")
    planned = move(draft, None, ground, to="colleague").planned
    assert planned is not None
    approve(ground, draft)
    with clock.fixed(TODAY):
        viewer = ground.office.viewer("planner")
        issued = orders.issue_orders(actor=viewer, draft=draft, numbered=NUMBERED)
        assert [row.planned for row in issued.waiting] == [planned]
        planned.hired_as = people.add_person(
            actor=access.operator(),
            name="新人",
            employment={
                "employer": ground.office.employers["city"],
                "staff_number": "N-1",
                "category": "ict",
                "from_date": FIRST,
            },
        )
        planned.save()
        (order,) = orders.issue_orders(actor=viewer, draft=draft, numbered=NUMBERED).orders
    assert order.person == planned.hired_as
    assert apply() == applying.Applied(2, 0)


def test_the_trail_says_that_orders_were_issued_and_applied_and_not_whose(ground: Ground) -> None:
    issue(ground, approved_draft(ground, colleague="steward"))
    apply()
    said = Entry.objects.filter(verb__startswith="rotation.")
    colleague = ground.office.person("colleague")
    assert {entry.verb for entry in said} >= {"rotation.order.issue", "rotation.order.apply"}
    for entry in said:
        assert str(colleague.public_id) not in f"{entry.subject_id}{entry.after}{entry.before}"


def correct(ground: Ground, order: Order, to: str, day: date) -> Order:
    """The order that sends somebody to another post instead, from the round's day on, issued on a day."""
    numbered = Numbered(number="訂1", decided_on=day, effective_on=FIRST, is_retroactive=True)
    seat = Seat(ground.office.posts[to])
    with clock.fixed(day):
        viewer = ground.office.viewer("planner")
        return orders.correct_order(actor=viewer, order=order, numbered=numbered, seat=seat, reason="誤り")


def cancel(ground: Ground, order: Order, day: date) -> Order:
    with clock.fixed(day):
        viewer = ground.office.viewer("planner")
        order.refresh_from_db()
        return orders.cancel_order(actor=viewer, order=order, numbered=NUMBERED, reason="取消し")


@pytest.mark.parametrize("day", [TODAY, date(2026, 4, 6)], ids=["before-the-day", "after-it"])
def test_a_cancelled_correction_brings_the_first_order_back_by_an_order_of_its_own(
    ground: Ground, day: date
) -> None:
    (first,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply(day)
    correction = correct(ground, first, "owner-platform", day)
    apply(day)
    back = cancel(ground, correction, day)
    assert (back.restores, back.to_post, back.effective_on) == (first, first.to_post, FIRST)
    apply(max(day, FIRST))
    colleague = ground.office.person("colleague")
    assert seats(colleague, FIRST) == {"steward": (PostingKind.HOME, Decimal(1))}
    assert seats(colleague, date(2026, 3, 31)) == {"colleague": (PostingKind.HOME, Decimal(1))}
    states = dict(Order.objects.values_list("pk", "state"))
    assert states == {
        first.pk: OrderState.CORRECTED,
        correction.pk: OrderState.CANCELLED,
        back.pk: OrderState.APPLIED,
    }
    after = list(Posting.objects.values_list())
    assert apply(date(2026, 4, 7)) == applying.Applied(0, 0)
    assert list(Posting.objects.values_list()) == after


def test_what_was_brought_back_can_be_cancelled_too_and_then_nobody_moves(ground: Ground) -> None:
    before = {row.pk: (row.until, row.share) for row in Posting.objects.all()}
    day = date(2026, 4, 6)
    (first,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply(day)
    correction = correct(ground, first, "owner-platform", day)
    apply(day)
    back = cancel(ground, correction, day)
    apply(day)
    last = cancel(ground, back, day)
    assert (last.restores, last.to_post) == (None, None)
    assert apply(day) == applying.Applied(1, 0)
    assert {row.pk: (row.until, row.share) for row in Posting.objects.all()} == before


def test_a_correction_of_a_correction_is_cancelled_step_by_step(ground: Ground) -> None:
    day = date(2026, 4, 6)
    (first,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply(day)
    second = correct(ground, first, "owner-platform", day)
    apply(day)
    third = correct(ground, second, "host_supervisor", day)
    apply(day)
    back = cancel(ground, third, day)
    apply(day)
    assert back.restores == second
    assert set(seats(ground.office.person("colleague"), FIRST)) == {"owner-platform"}
    again = cancel(ground, back, day)
    apply(day)
    assert again.restores == first
    assert set(seats(ground.office.person("colleague"), FIRST)) == {"steward"}


def test_a_correction_cancelled_before_it_was_carried_out_leaves_the_first_order_in_force(
    ground: Ground,
) -> None:
    (first,) = issue(ground, approved_draft(ground, colleague="steward"))
    apply()
    correction = correct(ground, first, "owner-platform", date(2026, 4, 6))
    then = cancel(ground, correction, date(2026, 4, 6))
    assert (then.restores, then.state) == (None, OrderState.APPLIED)
    assert apply(date(2026, 4, 6)) == applying.Applied(0, 0)
    first.refresh_from_db()
    assert first.state == OrderState.APPLIED
    assert set(seats(ground.office.person("colleague"), FIRST)) == {"steward"}


ENDS = date(2026, 10, 1)
"""The day on which a concurrent post has ended."""


def beside(ground: Ground, **moves: str) -> list[Order]:
    """Orders that make the colleague serve three tenths beside until October; moves of main posts with them."""
    draft = approved_draft(ground)
    move(draft, "colleague", ground, to="owner-platform", kind=PostingKind.CONCURRENT, share=Decimal("0.3"))
    for who, to in moves.items():
        move(draft, who, ground, to=to)
    approve(ground, draft)
    made = issue(ground, draft)
    Order.objects.filter(kind=PostingKind.CONCURRENT).update(until=ENDS)
    return made


def give_back(day: date) -> int:
    with clock.fixed(day):
        return shares.give_back_all(actor=access.operator())


def test_a_concurrent_post_that_ends_gives_its_share_back_once(ground: Ground) -> None:
    beside(ground)
    apply()
    colleague = ground.office.person("colleague")
    assert give_back(date(2026, 9, 30)) == 0
    assert give_back(date(2026, 10, 3)) == 1
    assert give_back(date(2026, 10, 4)) == 0
    assert seats(colleague, date(2026, 9, 30)) == {
        "colleague": (PostingKind.HOME, Decimal("0.7")),
        "owner-platform": (PostingKind.CONCURRENT, Decimal("0.3")),
    }
    assert seats(colleague, ENDS) == {"colleague": (PostingKind.HOME, Decimal(1))}


def test_a_main_post_begun_beside_a_concurrent_one_has_the_whole_time_afterwards(ground: Ground) -> None:
    beside(ground, colleague="steward")
    apply()
    assert give_back(ENDS) == 1
    assert seats(ground.office.person("colleague"), ENDS) == {"steward": (PostingKind.HOME, Decimal(1))}


def test_a_share_that_no_concurrent_post_took_is_left_as_it_is(ground: Ground) -> None:
    colleague = ground.office.person("colleague")
    colleague.postings.update(share=Decimal("0.6"))
    beside(ground)
    apply()
    assert seats(colleague, FIRST)["colleague"] == (PostingKind.HOME, Decimal("0.6"))
    assert give_back(ENDS) == 0
    assert seats(colleague, ENDS) == {"colleague": (PostingKind.HOME, Decimal("0.6"))}


def test_an_order_of_the_day_on_which_time_came_back_is_carried_out(ground: Ground) -> None:
    beside(ground)
    apply()
    assert give_back(ENDS) == 1
    order = plain_order(ground)
    Order.objects.filter(pk=order.pk).update(effective_on=ENDS)
    assert apply(ENDS) == applying.Applied(1, 0)
    colleague = ground.office.person("colleague")
    assert seats(colleague, ENDS) == {"steward": (PostingKind.HOME, Decimal(1))}
    assert seats(colleague, date(2026, 9, 30))["colleague"] == (PostingKind.HOME, Decimal("0.7"))


def test_an_order_whose_time_came_back_can_still_be_cancelled(ground: Ground) -> None:
    before = {row.pk: (row.until, row.share, row.full_share) for row in Posting.objects.all()}
    (order,) = beside(ground)
    apply()
    give_back(ENDS)
    cancel(ground, order, date(2026, 10, 5))
    assert apply(date(2026, 10, 5)) == applying.Applied(1, 0)
    assert {row.pk: (row.until, row.share, row.full_share) for row in Posting.objects.all()} == before


def test_a_main_move_taken_back_leaves_the_time_given_back_to_the_post_before(ground: Ground) -> None:
    beside(ground)
    apply()
    order = plain_order(ground)
    Order.objects.filter(pk=order.pk).update(effective_on=date(2026, 7, 1))
    apply(date(2026, 7, 1))
    give_back(ENDS)
    colleague = ground.office.person("colleague")
    assert seats(colleague, ENDS) == {"steward": (PostingKind.HOME, Decimal(1))}
    cancel(ground, order, date(2026, 10, 5))
    assert apply(date(2026, 10, 5)) == applying.Applied(1, 0)
    assert seats(colleague, date(2026, 9, 30))["colleague"] == (PostingKind.HOME, Decimal("0.7"))
    assert seats(colleague, ENDS) == {"colleague": (PostingKind.HOME, Decimal(1))}


def test_a_supervisor_at_the_host_stays_while_the_share_of_the_dispatch_changes(ground: Ground) -> None:
    colleague = ground.office.person("colleague")
    colleague.postings.update(kind=PostingKind.DISPATCH)
    grant = RoleGrant.objects.create(
        user=ground.office.user("academy"),
        role=Role.HOST_SUPERVISOR,
        scope=Scope.PERSON,
        person=colleague,
        posting=colleague.postings.get(),
        purpose="development",
        from_date=date(2026, 3, 1),
    )

    def holds(day: date) -> bool:
        return RoleGrant.objects.on(day).filter(pk=grant.pk).exists()

    (order,) = beside(ground)
    apply()
    assert holds(FIRST)
    give_back(ENDS)
    assert holds(ENDS)
    cancel(ground, order, date(2026, 10, 5))
    assert apply(date(2026, 10, 5)) == applying.Applied(1, 0)
    assert holds(date(2026, 10, 6))


def test_late_orders_are_carried_out_in_the_order_of_their_days(ground: Ground) -> None:
    colleague, office = ground.office.person("colleague"), ground.office
    beside = {"kind": PostingKind.CONCURRENT, "share": Decimal("0.200")}
    facts = {"round": ground.round, "decided_on": TODAY, "notice_on": FIRST, "person": colleague}
    facts |= {"issued_by": office.user("planner")}
    later = date(2026, 5, 1)
    Order.objects.create(**facts, number="1", effective_on=later, to_post=office.posts["steward"])
    Order.objects.create(
        **facts, number="2", effective_on=FIRST, to_post=office.posts["owner-platform"], **beside
    )
    assert apply(date(2026, 5, 2)) == applying.Applied(2, 0)
    assert seats(colleague, FIRST) == {
        "colleague": (PostingKind.HOME, Decimal("0.800")),
        "owner-platform": (PostingKind.CONCURRENT, Decimal("0.200")),
    }
    assert seats(colleague, later)["steward"] == (PostingKind.HOME, Decimal("0.800"))


def test_two_drafts_never_order_the_same_person_on_the_same_day(ground: Ground) -> None:
    issue(ground, approved_draft(ground, colleague="steward"))
    second = approved_draft(ground, name="B", colleague="owner-platform")
    with pytest.raises(RuleBroken, match="同じ日の別の発令"):
        issue(ground, second)
    third = approved_draft(ground, name="C", colleague="owner-platform", owner="colleague")
    with clock.fixed(TODAY):
        viewer = ground.office.viewer("planner")
        issued = orders.issue_orders(actor=viewer, draft=third, numbered=NUMBERED)
    assert [order.person for order in issued.orders] == [ground.office.person("owner")]
    assert [move.person for move in issued.clashing] == [ground.office.person("colleague")]
    first = Order.objects.get(person=ground.office.person("colleague"))
    with clock.fixed(TODAY):
        orders.cancel_order(actor=viewer, order=first, numbered=NUMBERED, reason="取りやめ")
    (order,) = issue(ground, third)
    assert order.to_post == ground.office.posts["owner-platform"]
