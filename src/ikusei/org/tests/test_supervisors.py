"""Who supervises whom on a day, and whom a viewer confirms themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikusei.accounts.models import User
from ikusei.org import access
from ikusei.org.models import Person, Post, Posting, PostingKind, PostTerms, Purpose, Role, RoleGrant, Scope
from ikusei.org.queries.supervisors import direct_reports, supervisors
from ikusei.org.services import people, posts
from tests.office import PASSWORD, SINCE, Office
from tests.settings import TODAY

HALF = Decimal("0.5")


def heads(office: Office, key: str, on: date = TODAY) -> list[tuple[str, Decimal, str]]:
    """(unit, share, key of the supervisor or "") of one of the cast, in the order given."""
    by_id = {person.pk: name for name, person in office.people.items()}
    person = office.person(key)
    return [
        (row.unit_en, row.share, by_id.get(row.supervisor_person_id or 0, row.supervisor_name))
        for row in supervisors([person.pk], on).get(person.pk, [])
    ]


def move(office: Office, key: str, post: str, on: date, kind: PostingKind = PostingKind.HOME) -> Posting:
    """End every posting of somebody on a day and post them elsewhere from then."""
    operator = access.operator()
    for posting in office.person(key).postings.on(on):
        posts.end_posting(actor=operator, posting=posting, on=on)
    return posts.assign(
        actor=operator, person=office.person(key), post=office.posts[post], from_date=on, kind=kind
    )


def send(office: Office, key: str, post: Post, on: date) -> Posting:
    """Dispatch somebody to a post at a host; the home post stays with a share of 0."""
    operator = access.operator()
    home = office.person(key).postings.on(on).get()
    posts.end_posting(actor=operator, posting=home, on=on)
    person = office.person(key)
    posts.assign(actor=operator, person=person, post=home.post, from_date=on, share=Decimal(0))
    return posts.assign(actor=operator, person=person, post=post, from_date=on, kind=PostingKind.DISPATCH)


def invite(office: Office, scope: Scope, email: str = "boss@host.test", **about: object) -> RoleGrant:
    """A host supervisor without a person record."""
    user = User.objects.create_user(email=email, password=PASSWORD, label="Boss at the host")
    return RoleGrant.objects.create(
        user=user,
        role=Role.HOST_SUPERVISOR,
        scope=scope,
        purpose=Purpose.SUPERVISION,
        from_date=SINCE,
        **about,
    )


@pytest.fixture
def headless_host(office: Office) -> Office:
    """The host supervisor has left: nobody leads anything at the affiliate."""
    operator = access.operator()
    posting = office.person("host_supervisor").postings.get()
    posts.end_posting(actor=operator, posting=posting, on=date(2025, 4, 1))
    return office


def test_the_head_of_the_unit_supervises(office: Office) -> None:
    assert heads(office, "colleague") == [("Services Section", Decimal(1), "manager")]
    row = supervisors([office.person("colleague").pk], TODAY)[office.person("colleague").pk][0]
    assert row.supervisor_user_id == office.user("manager").pk
    assert row.supervisor_name == "江口 実"


def test_with_concurrent_posts_each_head_supervises_the_share_the_largest_first(office: Office) -> None:
    assert heads(office, "owner") == [
        ("Services Section", HALF, "manager"),
        ("Platform Section", HALF, "host_supervisor"),
    ]
    Posting.objects.filter(person=office.person("owner"), kind=PostingKind.CONCURRENT).update(
        share=Decimal("0.3")
    )
    assert [share for _unit, share, _by in heads(office, "owner")] == [HALF, Decimal("0.3")]


def test_whoever_heads_a_unit_is_supervised_by_the_head_above(office: Office) -> None:
    assert heads(office, "manager") == [("Services Section", Decimal(1), "executive")]
    assert heads(office, "executive") == [("Bureau of Digital Services", Decimal(1), "")]


def test_where_the_head_seat_is_empty_the_nearest_unit_above_counts(office: Office) -> None:
    assert heads(office, "planner") == [("Planning Section", Decimal(1), "executive")]
    assert heads(office, "stranger") == [("Welfare Section", Decimal(1), "")]


def test_a_head_who_is_dispatched_away_leads_nobody(office: Office) -> None:
    send(office, "manager", office.posts["owner-platform"], date(2026, 1, 1))
    assert heads(office, "colleague", date(2025, 12, 31)) == [("Services Section", Decimal(1), "manager")]
    assert heads(office, "colleague") == [("Services Section", Decimal(1), "executive")]


def test_of_a_dispatched_person_only_the_host_supervises(office: Office) -> None:
    send(office, "colleague", office.posts["owner-platform"], date(2026, 1, 1))
    assert heads(office, "colleague") == [("Platform Section", Decimal(1), "host_supervisor")]


def test_a_supervisor_who_changes_in_mid_year_supervises_to_the_day(office: Office) -> None:
    day = date(2026, 1, 15)
    move(office, "manager", "planner", day)
    posts.change_terms(
        actor=access.operator(), post=office.posts["colleague"], on=day, changes={"is_head": True}
    )
    assert heads(office, "owner", date(2026, 1, 14))[0] == ("Services Section", HALF, "manager")
    assert heads(office, "owner", day)[0] == ("Services Section", HALF, "colleague")
    assert heads(office, "colleague", day) == [("Services Section", Decimal(1), "executive")]


def test_of_two_heads_the_larger_share_and_then_the_longer_counts(office: Office) -> None:
    PostTerms.objects.filter(post=office.posts["owner"]).update(is_head=True)
    assert heads(office, "colleague") == [("Services Section", Decimal(1), "manager")]


@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.UNIT])
def test_at_a_host_without_a_head_whoever_was_invited_supervises(headless_host: Office, scope: Scope) -> None:
    office = headless_host
    posting = send(office, "colleague", office.posts["owner-platform"], date(2026, 1, 1))
    assert heads(office, "colleague") == [("Platform Section", Decimal(1), "")]
    about = {"person": office.person("colleague"), "posting": posting}
    grant = invite(office, scope, **about if scope == Scope.PERSON else {"unit": office.units["govtech"]})
    assert heads(office, "colleague") == [("Platform Section", Decimal(1), "Boss at the host")]
    row = supervisors([office.person("colleague").pk], TODAY)[office.person("colleague").pk][0]
    assert (row.supervisor_person_id, row.supervisor_user_id) == (None, grant.user_id)


def test_the_closest_invitation_counts_and_of_equal_ones_the_last(headless_host: Office) -> None:
    office = headless_host
    posting = send(office, "colleague", office.posts["owner-platform"], date(2026, 1, 1))
    invite(office, Scope.UNIT, "a@host.test", unit=office.units["platform"])
    person = office.person("colleague")
    invite(office, Scope.PERSON, "b@host.test", person=person)
    first = invite(office, Scope.PERSON, "c@host.test", person=person, posting=posting)
    last = invite(office, Scope.PERSON, "d@host.test", person=person, posting=posting)
    RoleGrant.objects.filter(pk=last.pk).update(from_date=date(2026, 2, 1))

    def holder(on: date) -> int | None:
        return supervisors([person.pk], on)[person.pk][0].supervisor_user_id

    assert holder(date(2026, 1, 31)) == first.user_id
    assert holder(TODAY) == last.user_id


def test_an_invitation_says_nothing_of_the_post_at_home(headless_host: Office) -> None:
    office = headless_host
    invite(office, Scope.PERSON, person=office.person("owner"))
    assert heads(office, "owner") == [
        ("Services Section", HALF, "manager"),
        ("Platform Section", HALF, "Boss at the host"),
    ]


def test_a_head_at_the_host_who_can_sign_in_goes_before_whoever_was_invited(office: Office) -> None:
    posting = office.person("owner").postings.get(kind=PostingKind.CONCURRENT)
    invite(office, Scope.PERSON, person=office.person("owner"), posting=posting)
    assert heads(office, "owner")[1] == ("Platform Section", HALF, "host_supervisor")
    Person.objects.filter(pk=office.person("host_supervisor").pk).update(user=None)
    assert heads(office, "owner")[1] == ("Platform Section", HALF, "Boss at the host")


def test_nobody_is_invited_to_supervise_themselves(headless_host: Office) -> None:
    office = headless_host
    RoleGrant.objects.create(
        user=office.user("owner"),
        role=Role.HOST_SUPERVISOR,
        scope=Scope.UNIT,
        unit=office.units["platform"],
        purpose=Purpose.SUPERVISION,
        from_date=SINCE,
    )
    assert heads(office, "owner")[1] == ("Platform Section", HALF, "")


def test_direct_reports_are_told_from_those_further_below(office: Office) -> None:
    told = direct_reports(office.viewer("manager"), TODAY)
    assert told.direct == {office.person("owner").pk: HALF, office.person("colleague").pk: Decimal(1)}
    assert told.below == set()
    RoleGrant.objects.create(
        user=office.user("executive"),
        role=Role.MANAGER,
        scope=Scope.TEAM,
        purpose=Purpose.SUPERVISION,
        from_date=SINCE,
    )
    told = direct_reports(office.viewer("executive"), TODAY)
    assert set(told.direct) == {
        office.person(key).pk for key in ("manager", "planner", "academy", "steward", "administrator")
    }
    assert told.below == {office.person("owner").pk, office.person("colleague").pk}


def test_a_host_supervisor_is_the_nearest_of_those_sent_there_only(office: Office) -> None:
    told = direct_reports(office.viewer("host_supervisor"), TODAY)
    assert told.direct == {office.person("owner").pk: HALF}


def test_whoever_was_invited_has_one_direct_report(headless_host: Office) -> None:
    office = headless_host
    posting = office.person("owner").postings.get(kind=PostingKind.CONCURRENT)
    grant = invite(office, Scope.PERSON, person=office.person("owner"), posting=posting)
    told = direct_reports(access.viewer_of(grant.user), TODAY)
    assert (told.direct, told.below) == ({office.person("owner").pk: HALF}, set())


def test_whoever_may_confirm_nobody_has_no_reports(office: Office) -> None:
    told = direct_reports(office.viewer("executive"), TODAY)
    assert (told.direct, told.below) == ({}, set())


def test_the_queries_are_the_same_for_one_person_and_for_many(headless_host: Office) -> None:
    office = headless_host
    invite(office, Scope.UNIT, unit=office.units["platform"])
    with CaptureQueriesContext(connection) as one:
        supervisors([office.person("owner").pk], TODAY)
    new = [
        people.add_person(
            actor=access.operator(),
            name=f"職員 {number}",
            employment={
                "employer": office.employers["city"],
                "staff_number": f"M{number}",
                "category": "ict",
                "from_date": SINCE,
            },
        )
        for number in range(30)
    ]
    Posting.objects.bulk_create(
        [Posting(person=person, post=office.posts["owner-platform"], from_date=SINCE) for person in new]
    )
    with CaptureQueriesContext(connection) as many:
        found = supervisors(Person.objects.values_list("pk", flat=True), TODAY)
    assert len(one) == len(many) == 3
    assert len(found) >= 30
    viewer = office.viewer("manager")
    with CaptureQueriesContext(connection) as reports:
        direct_reports(viewer, TODAY)
    assert len(reports) <= 5
