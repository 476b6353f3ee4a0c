"""The picture of a round says who sits where in each year, and what a move changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ikusei.lib import clock
from ikusei.org.access import operator
from ikusei.org.models import Leave, PostingKind, Purpose, Role, Scope
from ikusei.org.services import grants, posts
from ikusei.org.services.placing import place
from ikusei.org.services.shares import give_back
from ikusei.rotation.keys import person_key
from ikusei.rotation.picture import DISPATCH, MoveFacts, Picture, seating
from ikusei.rotation.tests import ground
from tests.office import Office

pytestmark = pytest.mark.django_db


def key(office: Office, who: str) -> str:
    return person_key(office.person(who).pk)


def picture_of(office: Office) -> Picture:
    with clock.fixed(ground.TODAY):
        return ground.lay(office).picture()


def test_everybody_in_the_category_is_there_with_seat_and_years(office: Office) -> None:
    picture = picture_of(office)
    owner = picture.people[key(office, "owner")]
    assert owner.main is not None
    assert owner.main.post == office.posts["owner"].pk
    assert owner.main.years == pytest.approx(2.0, abs=0.01)
    assert owner.base == (office.posts["owner"].pk,) * 5
    assert owner.base_concurrent[0] == ((office.posts["owner-platform"].pk, 0.5),)
    assert key(office, "manager") not in picture.people


def test_a_move_for_a_year_returns_to_the_reserved_post(office: Office) -> None:
    picture = picture_of(office)
    there, home = office.posts["owner-platform"].pk, office.posts["colleague"].pk
    move = MoveFacts(
        person=key(office, "colleague"),
        year=2027,
        post=there,
        kind=DISPATCH,
        until_year=2028,
        return_post=home,
    )
    seats = seating(picture, [move])
    assert seats.main[key(office, "colleague")] == (home, there, home, home, home)
    assert seats.has_moved(key(office, "colleague"), 2027)
    assert not seats.has_moved(key(office, "colleague"), 2026)
    assert seats.sitting(there, 2027) == (key(office, "colleague"),)


def test_who_leaves_sits_nowhere_and_who_has_no_post_is_unassigned(office: Office) -> None:
    with clock.fixed(ground.TODAY):
        laid = ground.lay(office)
        employment = office.person("colleague").employments.get()
        employment.until = date(2028, 4, 1)
        employment.save()
        picture = laid.picture()
    seats = seating(picture, [MoveFacts(person=key(office, "owner"), year=2026, post=None)])
    assert seats.main[key(office, "colleague")][2:] == (None, None, None)
    assert seats.unassigned(2026) == [key(office, "owner")]


def test_a_posting_that_ends_before_the_moves_leaves_a_seat_that_was(office: Office) -> None:
    with clock.fixed(ground.TODAY):
        laid = ground.lay(office)
        posting = office.person("colleague").postings.get()
        posts.end_posting(actor=operator(), posting=posting, on=date(2026, 4, 1))
        picture = laid.picture()
    colleague = picture.people[key(office, "colleague")]
    assert colleague.main is not None
    assert colleague.base == (None,) * 5


def test_long_leave_on_the_day_of_the_moves_is_marked(office: Office) -> None:
    Leave.objects.create(
        person=office.person("owner"), kind="childcare", from_date=date(2026, 1, 1), until=date(2026, 9, 1)
    )
    assert picture_of(office).people[key(office, "owner")].is_away


def test_a_planner_of_a_bureau_knows_that_other_bureaus_seats_are_taken_and_not_by_whom(
    office: Office,
) -> None:
    with clock.fixed(ground.TODAY):
        laid = ground.lay(office)
        grants.give_role(
            actor=operator(),
            user=office.user("stranger"),
            role=Role.PLANNER,
            scope=Scope.UNIT,
            unit=office.units["welfare"],
            purpose=Purpose.PLACEMENT,
            from_date=ground.TODAY,
        )
        picture = laid.picture("stranger")
        of_section = laid.picture("planner")
    taken = office.posts["owner"].pk
    assert key(office, "owner") not in picture.people
    assert seating(picture, ()).filled(taken, 2026) == 1
    assert seating(picture, ()).sitting(taken, 2026) == ()
    assert seating(of_section, ()).filled(taken, 2026) == 1
    assert of_section.others == {}


def test_years_in_a_post_run_on_while_a_concurrent_one_takes_of_it_and_gives_it_back(office: Office) -> None:
    with clock.fixed(ground.TODAY):
        laid = ground.lay(office)
        before = laid.picture().people[key(office, "colleague")].main
    assert before is not None
    person = office.person("colleague")
    begins, ends = date(2026, 1, 10), date(2026, 2, 1)
    with clock.fixed(begins):
        place(
            actor=operator(),
            person=person,
            post=office.posts["owner-platform"],
            on=begins,
            kind=PostingKind.CONCURRENT,
            share=Decimal("0.2"),
            until=ends,
        )
    with clock.fixed(ground.TODAY):
        assert give_back(actor=operator(), person=person) == 1
        assert person.postings.filter(post_id=before.post).count() == 3
        after = laid.picture().people[key(office, "colleague")].main
    assert after == before
