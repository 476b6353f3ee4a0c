"""Orders (発令): issued from approved moves, corrected and cancelled by orders of their own, never edited."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.accounts.models import User
from ikusei.audit import services as audit
from ikusei.jobs import services as jobs
from ikusei.lib import clock, fiscal
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person, Post, Posting, PostingKind, Purpose
from ikusei.rotation.access import require_section
from ikusei.rotation.models import Draft, DraftState, Move, Order, OrderState, Round
from ikusei.rotation.queries.dispatch_ends import dispatch_ends
from ikusei.rotation.queries.standings import standings

APPLY = "rotation.orders-apply"
"""The task that applies what is due."""

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The decision behind orders: its number (決裁番号) and day, and the days of the orders.

    `effective_on` None is the round's day, `notice_on` None the round's notice or, where that has passed, today. A day
    in the past needs `is_retroactive`: whoever issues it has read the warning.
    """

    number: str
    decided_on: date
    effective_on: date | None = None
    notice_on: date | None = None
    is_retroactive: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an order puts somebody."""

    to_post: Post
    kind: PostingKind = PostingKind.HOME
    share: Decimal = WHOLE
    until: date | None = None
    return_post: Post | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """The orders issued, and the moves that wait: those of people not yet hired, and those of people for whom another
    order says something else of the same day.
    """

    orders: list[Order]
    waiting: list[Move]
    clashing: list[Move]


def issue_orders(*, actor: Viewer, draft: Draft, numbered: Numbered) -> Issued:
    """The orders of a draft's approved moves that have none yet. The draft is then ordered.

    Raises PermissionDenied outside the personnel section, RuleBroken where the draft is not approved, there is nothing to
    order, or the days do not fit one another.
    """
    require_section(actor, draft.round.employer)
    user = _account(actor)
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        if locked.state not in (DraftState.APPROVED, DraftState.ORDERED):
            raise RuleBroken(_("Only an approved draft becomes orders."))
        days = _days(draft.round, numbered)
        moves = [row.move for row in standings(draft) if row.is_approved]
        ordered = set(Order.objects.filter(move__in=moves).values_list("move_id", flat=True))
        moves = [move for move in moves if move.pk not in ordered]
        waiting = [move for move in moves if _person(move) is None]
        moves = [move for move in moves if _person(move) is not None]
        clashing = _clashing(moves, days.effective_on)
        moves = [move for move in moves if move not in clashing]
        if not moves:
            raise RuleBroken(
                _(
                    "Every approved move has its order, or waits: for somebody who is not hired yet, or because another order of the same day moves the person."
                )
            )
        people = [_required_person(move).pk for move in moves]
        sat = _main_posts(people, days.effective_on)
        ends = dispatch_ends(draft, moves, days.effective_on)
        orders = Order.objects.bulk_create(
            [_order_of(move, draft, numbered, days, sat, user, ends.get(move.pk)) for move in moves]
        )
        locked.state = DraftState.ORDERED
        locked.save(update_fields=["state", "changed_at"])
        audit.record(
            actor=user,
            verb="rotation.order.issue",
            subject_kind="draft",
            subject_id=draft.public_id,
            purpose=Purpose.PLACEMENT,
            count=len(orders),
        )
        _apply_soon(days.effective_on)
    draft.state = locked.state
    return Issued(orders=orders, waiting=waiting, clashing=clashing)


def correct_order(*, actor: Viewer, order: Order, numbered: Numbered, seat: Seat, reason: str) -> Order:
    """The order that replaces another one. What the first one did is taken back when this one is applied.

    Raises as `issue_orders`, and RuleBroken without a reason or for an order that is not in force or is being replaced.
    """
    return _replace(actor, order, numbered, seat, reason, verb="rotation.order.correct")


def cancel_order(*, actor: Viewer, order: Order, numbered: Numbered, reason: str) -> Order:
    """The order that cancels another one; exactly what that did to the postings is taken back. Raises as `correct_order`.

    Cancelling a correction brings the order back that it had replaced: the new order says what that one said, for the
    same day. Where the correction had not been carried out and the first order holds still, it simply goes on.
    """
    return _replace(actor, order, numbered, None, reason, verb="rotation.order.cancel")


@dataclass(frozen=True, slots=True)
class _Days:
    effective_on: date
    notice_on: date


def _replace(
    actor: Viewer, order: Order, numbered: Numbered, seat: Seat | None, reason: str, *, verb: str
) -> Order:
    require_section(actor, order.round.employer)
    user = _account(actor)
    if not reason.strip():
        raise RuleBroken(_("A correction or cancellation needs its reason."))
    with transaction.atomic():
        first = _locked(order)
        _refuse_closed(first)
        back = restored_by_cancelling(first) if seat is None else None
        if seat is None:
            numbered = _with_day_of(back or first, numbered)
        days = _days(first.round, numbered)
        then = Order(
            round=first.round,
            number=numbered.number.strip(),
            decided_on=numbered.decided_on,
            effective_on=days.effective_on,
            notice_on=days.notice_on,
            person=first.person,
            from_post=first.from_post,
            corrects=first,
            restores=back,
            reason=reason.strip()[:500],
            issued_by=user,
        )
        if seat is not None:
            _set_seat(then, seat)
        elif back is not None:
            _set_seat(then, _seat_of(back))
        if first.state == OrderState.ISSUED:
            first.state = OrderState.CANCELLED if seat is None else OrderState.CORRECTED
            first.problem = ""
            first.save(update_fields=["state", "problem"])
            if then.to_post_id is None:
                then.state, then.applied_at = OrderState.APPLIED, clock.now()
        then.save(force_insert=True)
        audit.record(
            actor=user,
            verb=verb,
            subject_kind="order",
            subject_id=then.public_id,
            purpose=Purpose.PLACEMENT,
            after={"of": str(first.public_id)},
        )
        _apply_soon(days.effective_on)
    return then


def restored_by_cancelling(order: Order) -> Order | None:
    """The order that is in force again where this one is cancelled, by an order of its own; None where there is none.

    An order that brought another back stands for that one: cancelling it brings back what that one had replaced.
    """
    stands = order
    while stands.restores is not None:
        stands = stands.restores
    earlier = stands.corrects
    # A correction that was not carried out has left the first order as it is: nothing has to be brought back.
    return None if earlier is None or earlier.state == OrderState.APPLIED else earlier


def _seat_of(order: Order) -> Seat:
    """Where an order put somebody, or would have."""
    if order.to_post is None:
        raise RuleBroken(_("A cancellation is not corrected: issue a new order."))
    return Seat(
        to_post=order.to_post,
        kind=PostingKind(order.kind),
        share=order.share,
        until=order.until,
        return_post=order.return_post,
    )


def _with_day_of(first: Order, numbered: Numbered) -> Numbered:
    """A cancellation holds from the day of the order it is about, so no warning is needed for that day."""
    return Numbered(
        number=numbered.number,
        decided_on=numbered.decided_on,
        effective_on=first.effective_on,
        notice_on=numbered.notice_on,
        is_retroactive=True,
    )


def _refuse_closed(first: Order) -> None:
    """Raise RuleBroken for an order that cannot be replaced."""
    if first.state not in (OrderState.ISSUED, OrderState.APPLIED):
        raise RuleBroken(_("This order has been replaced or cancelled already."))
    if first.to_post_id is None:
        raise RuleBroken(_("A cancellation is not corrected: issue a new order."))
    if first.corrections.filter(state=OrderState.ISSUED).exists():
        raise RuleBroken(_("Another order replaces this one already and waits to be applied."))


def _set_seat(order: Order, seat: Seat) -> None:
    order.to_post, order.kind, order.share = seat.to_post, seat.kind, seat.share
    order.until, order.return_post = seat.until, seat.return_post
    _check_seat(order)


def _check_seat(order: Order) -> None:
    """Raise RuleBroken where an order's facts do not go together."""
    if not 0 < order.share <= WHOLE:
        raise RuleBroken(_("A share lies above 0 and at most at 100 percent."))
    if order.until is not None and order.until <= order.effective_on:
        raise RuleBroken(_("The end must lie after the beginning."))
    if order.return_post_id is not None and order.until is None:
        raise RuleBroken(_("A post is kept for a return on a day: say until when."))


def _order_of(
    move: Move,
    draft: Draft,
    numbered: Numbered,
    days: _Days,
    sat: dict[int, int],
    user: User,
    end: int | None,
) -> Order:
    """The order of a move; `end` is the fiscal year in which a dispatch ends of which the move does not say it."""
    person = _required_person(move)
    until_year = end if move.until_year is None else move.until_year
    order = Order(
        round=draft.round,
        draft=draft,
        move=move,
        number=numbered.number.strip(),
        decided_on=numbered.decided_on,
        effective_on=days.effective_on,
        notice_on=days.notice_on,
        person=person,
        from_post_id=sat.get(person.pk, move.from_post_id),
        to_post=move.to_post,
        kind=move.kind,
        share=move.share,
        until=fiscal.start_of(until_year) if until_year else None,
        return_post=move.return_post,
        issued_by=user,
    )
    _check_seat(order)
    return order


def _clashing(moves: list[Move], day: date) -> list[Move]:
    """The moves of people whom another order in force moves on the same day: to a main post, or to the same concurrent one."""
    rows = Order.objects.filter(
        person_id__in=[_required_person(move).pk for move in moves],
        effective_on=day,
        state__in=(OrderState.ISSUED, OrderState.APPLIED),
        to_post__isnull=False,
    )
    seats = {_slot(*row) for row in rows.values_list("person_id", "kind", "to_post_id")}
    return [move for move in moves if _slot(_required_person(move).pk, move.kind, move.to_post_id) in seats]


def _slot(person: int, kind: str, post: int | None) -> tuple[int, int | None]:
    """What somebody has one of on a day: a main post, a concurrent posting in a post."""
    return person, post if kind == PostingKind.CONCURRENT else None


def _person(move: Move) -> Person | None:
    """Whom a move is about: somebody planned is who they were hired as."""
    if move.person is not None:
        return move.person
    return None if move.planned is None else move.planned.hired_as


def _required_person(move: Move) -> Person:
    person = _person(move)
    if person is None:
        raise RuleBroken(_("%(name)s is not hired yet.") % {"name": move.planned})
    return person


def _days(round: Round, numbered: Numbered) -> _Days:
    """The days of the orders, checked against one another."""
    today = clock.today()
    if not numbered.number.strip():
        raise RuleBroken(_("An order needs the number of its decision."))
    effective_on = numbered.effective_on or round.effective_on
    if effective_on < today and not numbered.is_retroactive:
        raise RuleBroken(_("This day has passed: the order would be retroactive. Confirm that it shall be."))
    if effective_on < round.effective_on:
        raise RuleBroken(_("The moves of this round begin later; no order of it is in force before that."))
    notice_on = numbered.notice_on or max(round.notice_on, today)
    if notice_on < round.notice_on:
        raise RuleBroken(_("Nobody may be told before the notice of the round."))
    if notice_on > max(effective_on, today):
        raise RuleBroken(_("People are told at the latest on the day of the move."))
    return _Days(effective_on=effective_on, notice_on=max(notice_on, today))


def _main_posts(people: list[int], day: date) -> dict[int, int]:
    """Person -> the post in which they work before the day: of the postings recorded today, the main one."""
    rows = (
        Posting.objects.on(min(day, clock.today()))
        .filter(person_id__in=people)
        .exclude(kind=PostingKind.CONCURRENT)
        .order_by("share", "-from_date", "-pk")
    )
    return dict(rows.values_list("person_id", "post_id"))


def _apply_soon(effective_on: date) -> None:
    """Wake the worker where something is due today: nobody waits for the night."""
    if effective_on <= clock.today():
        jobs.enqueue(owner=None, task=APPLY)


def _locked(order: Order) -> Order:
    rows = Order.objects.select_for_update(of=("self",)).select_related("round__employer", "person")
    return rows.get(pk=order.pk)


def _account(actor: Viewer) -> User:
    if actor.user is None:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    return actor.user
