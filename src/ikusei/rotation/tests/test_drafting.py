"""Moves of a draft through the services: put, merged, refused, undone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible
from ikusei.org.errors import RuleBroken
from ikusei.org.models import PostingKind, Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import Draft, DraftState, Move, Restriction, RestrictionKind, Sharing
from ikusei.rotation.queries.seats import seats
from ikusei.rotation.services import drafts
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from tests.office import PASSWORD, SINCE, Office


@pytest.fixture
def laid(office: Office) -> Iterator[Ground]:
    with clock.fixed(ground.TODAY):
        yield ground.lay(office)


@pytest.fixture
def draft(laid: Ground) -> Draft:
    return drafts.new_draft(actor=laid.office.viewer("planner"), round_=laid.round, name="A")


def another_planner(laid: Ground) -> User:
    """A second account of the personnel section."""
    user = User.objects.create_user(email="second@example.test", password=PASSWORD, label="Second")
    grants.give_role(
        actor=org_access.operator(),
        user=user,
        role=Role.PLANNER,
        scope=Scope.EMPLOYER,
        purpose=Purpose.PLACEMENT,
        employer=laid.office.employers["city"],
        from_date=SINCE,
    )
    return user


def key(laid: Ground, who: str) -> str:
    return f"p{laid.office.person(who).pk}"


def put(
    laid: Ground, draft: Draft, who: str, to: str | None, year: int = 2026, **more: object
) -> drafts.Changed:
    return drafts.put_move(
        actor=laid.office.viewer("planner"),
        draft=draft,
        person_key=key(laid, who),
        year=year,
        to_post=None if to is None else laid.posts[to].pk,
        **more,  # type: ignore[arg-type]  # fields of a move
    )


def test_a_new_draft_knows_where_everybody_sits_and_belongs_to_its_owner_alone(
    laid: Ground, draft: Draft
) -> None:
    assert draft.sharing == Sharing.OWNER
    assert draft.basis[str(laid.office.person("colleague").pk)] == [laid.posts["colleague"].pk, "2024-04-01"]
    assert str(laid.posts["owner"].pk) in draft.basis_posts


def test_a_move_seats_somebody_from_its_year_on_and_remembers_where_they_came_from(
    laid: Ground, draft: Draft
) -> None:
    put(laid, draft, "colleague", "host_supervisor", 2027, kind=PostingKind.DISPATCH)
    board = seats(laid.office.viewer("planner"), draft)
    home, host = laid.posts["colleague"].pk, laid.posts["host_supervisor"].pk
    assert board.now.main[key(laid, "colleague")] == (home, host, host, host, host)
    assert draft.moves.get().from_post_id == home


def test_a_one_year_dispatch_goes_back_to_its_reserved_post(laid: Ground, draft: Draft) -> None:
    home, host = laid.posts["colleague"].pk, laid.posts["owner-platform"].pk
    put(
        laid,
        draft,
        "colleague",
        "owner-platform",
        kind=PostingKind.DISPATCH,
        until_year=2027,
        return_post=home,
    )
    now = seats(laid.office.viewer("planner"), draft).now
    assert now.main[key(laid, "colleague")] == (host, home, home, home, home)


def test_an_earlier_move_changes_where_a_later_one_comes_from(laid: Ground, draft: Draft) -> None:
    put(laid, draft, "colleague", "host_supervisor", 2028)
    put(laid, draft, "colleague", "steward", 2026)
    assert draft.moves.get(year=2028).from_post_id == laid.posts["steward"].pk


def test_a_move_to_where_somebody_sits_anyway_takes_the_move_of_that_year_back(
    laid: Ground, draft: Draft
) -> None:
    put(laid, draft, "colleague", "steward")
    put(laid, draft, "colleague", "colleague")
    assert not draft.moves.exists()
    with pytest.raises(RuleBroken):
        put(laid, draft, "colleague", "colleague")


@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({"year": 2031}, "steward"),
        ({"share": Decimal(0)}, "steward"),
        ({"share": Decimal("1.5")}, "steward"),
        ({"until_year": 2026}, "steward"),
        ({"return_post": 1}, "steward"),
        ({"kind": "loan"}, "steward"),
        ({"kind": PostingKind.CONCURRENT}, "steward"),
        ({"kind": PostingKind.CONCURRENT, "share": Decimal("0.5")}, None),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(
    laid: Ground, draft: Draft, fields: dict[str, object], to: str | None
) -> None:
    with pytest.raises(RuleBroken):
        put(laid, draft, "colleague", to, **fields)  # type: ignore[arg-type]
    assert not draft.moves.exists()
    assert Draft.objects.get().revision == 0


def test_a_post_outside_the_rotation_takes_nobody(laid: Ground, draft: Draft) -> None:
    with pytest.raises(RuleBroken):
        drafts.put_move(
            actor=laid.office.viewer("planner"),
            draft=draft,
            person_key=key(laid, "colleague"),
            year=2026,
            to_post=laid.office.posts["manager"].pk,
        )


def test_concurrent_posts_stand_beside_the_main_one_below_the_whole_of_the_time(
    laid: Ground, draft: Draft
) -> None:
    put(laid, draft, "colleague", "steward", kind=PostingKind.CONCURRENT, share=Decimal("0.4"))
    board = seats(laid.office.viewer("planner"), draft)
    assert board.now.main[key(laid, "colleague")][0] == laid.posts["colleague"].pk
    assert board.now.concurrent[key(laid, "colleague")][0] == ((laid.posts["steward"].pk, 0.4),)
    with pytest.raises(RuleBroken):
        put(laid, draft, "colleague", "owner", kind=PostingKind.CONCURRENT, share=Decimal("0.6"))


def test_two_planners_who_move_different_people_both_keep_their_work(laid: Ground, draft: Draft) -> None:
    put(laid, draft, "colleague", "steward", seen_revision=0)
    put(laid, draft, "steward", "colleague", seen_revision=0)
    assert draft.moves.count() == 2
    assert Draft.objects.get().revision == 2


def test_a_second_change_to_the_same_person_is_refused_with_the_first_one_shown(
    laid: Ground, draft: Draft
) -> None:
    put(laid, draft, "colleague", "steward", seen_revision=0)
    with pytest.raises(drafts.EditConflict) as caught:
        put(laid, draft, "colleague", "host_supervisor", seen_revision=0)
    assert [move["to_post"] for move in caught.value.theirs["moves"]] == [laid.posts["steward"].pk]
    assert caught.value.revision == 1
    put(laid, draft, "colleague", "host_supervisor", seen_revision=caught.value.revision)
    assert draft.moves.get().to_post_id == laid.posts["host_supervisor"].pk


def test_undo_takes_back_ones_own_last_change_and_then_the_one_before(laid: Ground, draft: Draft) -> None:
    planner = laid.office.viewer("planner")
    put(laid, draft, "colleague", "steward")
    put(laid, draft, "colleague", "host_supervisor", note="talked on Monday")
    drafts.undo(actor=planner, draft=draft)
    assert draft.moves.get().to_post_id == laid.posts["steward"].pk
    drafts.undo(actor=planner, draft=draft)
    assert not draft.moves.exists()
    with pytest.raises(RuleBroken):
        drafts.undo(actor=planner, draft=draft)


def test_many_moves_of_a_plan_are_one_revision_undone_together_and_leave_pins_alone(
    laid: Ground, draft: Draft
) -> None:
    planner = laid.office.viewer("planner")
    put(laid, draft, "colleague", "steward")
    drafts.pin_move(actor=planner, draft=draft, move=draft.moves.get(), is_pinned=True)
    put(laid, draft, "steward", "owner")
    people = (key(laid, "colleague"), key(laid, "steward"))
    spec = drafts.MoveSpec(person_key=people[1], year=2026, to_post=laid.posts["colleague"].pk)
    drafts.put_moves(actor=planner, draft=draft, moves=[spec], replaces=people)
    where = {move.person_id: move.to_post_id for move in draft.moves.all()}
    assert where == {
        laid.office.person("colleague").pk: laid.posts["steward"].pk,
        laid.office.person("steward").pk: laid.posts["colleague"].pk,
    }
    drafts.undo(actor=planner, draft=draft)
    assert draft.moves.get(person=laid.office.person("steward")).to_post_id == laid.posts["owner"].pk


def test_a_decision_about_a_seat_needs_a_reason_and_can_be_lifted_and_undone(
    laid: Ground, draft: Draft
) -> None:
    planner = laid.office.viewer("planner")
    asked = {
        "actor": planner,
        "draft": draft,
        "person_key": key(laid, "colleague"),
        "kind": RestrictionKind.FORBID,
        "posts": [laid.posts["steward"].pk],
        "from_year": 2026,
        "until_year": 2028,
    }
    with pytest.raises(RuleBroken):
        drafts.add_restriction(**asked, reason=" ")  # type: ignore[arg-type]
    drafts.add_restriction(**asked, reason="Is needed where they are.")  # type: ignore[arg-type]
    drafts.lift_restriction(actor=planner, draft=draft, restriction=Restriction.objects.get())
    assert not Restriction.objects.exists()
    drafts.undo(actor=planner, draft=draft)
    row = Restriction.objects.get()
    assert (row.reason, [post.pk for post in row.posts.all()]) == (
        "Is needed where they are.",
        [laid.posts["steward"].pk],
    )


def test_a_placeholder_stands_on_the_unassigned_list_and_can_be_given_a_seat(
    laid: Ground, draft: Draft
) -> None:
    planner = laid.office.viewer("planner")
    made = drafts.add_planned(
        actor=planner, draft=draft, label="Engineer 1", grade="主事", from_date=laid.round.effective_on
    )
    board = seats(planner, draft)
    assert f"n{made.pk}" in board.now.unassigned(2026)
    drafts.put_move(
        actor=planner, draft=draft, person_key=f"n{made.pk}", year=2026, to_post=laid.posts["steward"].pk
    )
    assert f"n{made.pk}" not in seats(planner, draft).now.unassigned(2026)


def test_an_owners_own_draft_is_hidden_from_everybody_else_and_changed_by_nobody_else(
    laid: Ground, draft: Draft
) -> None:
    other = another_planner(laid)
    with pytest.raises(NotVisible):
        drafts.put_move(
            actor=org_access.viewer_of(other),
            draft=draft,
            person_key=key(laid, "colleague"),
            year=2026,
            to_post=laid.posts["steward"].pk,
        )
    with pytest.raises(PermissionDenied):
        drafts.put_move(
            actor=laid.office.viewer("manager"),
            draft=draft,
            person_key=key(laid, "colleague"),
            year=2026,
            to_post=laid.posts["steward"].pk,
        )
    drafts.share_draft(actor=laid.office.viewer("planner"), draft=draft, sharing=Sharing.SECTION)
    drafts.put_move(
        actor=org_access.viewer_of(other),
        draft=draft,
        person_key=key(laid, "colleague"),
        year=2026,
        to_post=laid.posts["steward"].pk,
    )
    assert draft.moves.count() == 1


def test_a_copy_has_moves_of_its_own(laid: Ground, draft: Draft) -> None:
    planner = laid.office.viewer("planner")
    put(laid, draft, "colleague", "steward")
    copy = drafts.copy_draft(actor=planner, draft=draft, name="B")
    put(laid, copy, "colleague", "host_supervisor")
    assert draft.moves.get().to_post_id == laid.posts["steward"].pk
    assert copy.moves.get().to_post_id == laid.posts["host_supervisor"].pk


def test_a_dropped_draft_takes_no_more_moves(laid: Ground, draft: Draft) -> None:
    drafts.drop_draft(actor=laid.office.viewer("planner"), draft=draft)
    with pytest.raises(RuleBroken):
        put(laid, draft, "colleague", "steward")


def test_the_trail_names_neither_people_nor_posts_of_a_draft(laid: Ground, draft: Draft) -> None:
    put(laid, draft, "colleague", "steward")
    entry = Entry.objects.filter(verb="rotation.move.put").get()
    assert entry.subject_id == str(draft.public_id)
    assert entry.after is not None
    assert set(entry.after) == {"revision", "year"}


def test_a_planner_moves_nobody_outside_the_scope(laid: Ground, draft: Draft) -> None:
    with pytest.raises(NotVisible):
        put(laid, draft, "host_supervisor", "steward")
    assert not Move.objects.exists()


def test_a_draft_that_was_submitted_meanwhile_is_neither_shared_nor_renamed_nor_dropped(
    laid: Ground, draft: Draft
) -> None:
    planner = laid.office.viewer("planner")
    shared, renamed, dropped = (Draft.objects.get(pk=draft.pk) for _ in range(3))
    Draft.objects.filter(pk=draft.pk).update(state=DraftState.SECTION)
    with pytest.raises(RuleBroken):
        drafts.share_draft(actor=planner, draft=shared, sharing=Sharing.SECTION)
    with pytest.raises(RuleBroken):
        drafts.rename_draft(actor=planner, draft=renamed, name="B")
    with pytest.raises(RuleBroken):
        drafts.drop_draft(actor=planner, draft=dropped)
    draft.refresh_from_db()
    assert (draft.state, draft.sharing, draft.name) == (DraftState.SECTION, Sharing.OWNER, "A")
