"""Host supervisors are invited for one person, by the person's own section, for as long as the posting lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from ikusei.accounts.models import User
from ikusei.audit.models import Entry
from ikusei.jobs.models import Event
from ikusei.lib import clock
from ikusei.notices.models import Letter
from ikusei.notices.wording import Words, compose
from ikusei.org import access
from ikusei.org.access import NotVisible, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Posting, PostingKind, Purpose, Role, RoleGrant, Scope
from ikusei.org.services import grants, hosts, people, posts
from ikusei.org.services.hosts import LONGEST
from ikusei.org.tasks import close_host_accounts
from ikusei.org.tests.guests import ADDRESS, BACK, dispatch, invite, open_company
from tests.office import Office
from tests.settings import TODAY


class Silent:
    """A progress nobody reads."""


@pytest.fixture
def away(office: Office) -> Posting:
    """The colleague's dispatch to a company."""
    return dispatch(office.person("colleague"), open_company())


def confirmed_by(user: User) -> set[str]:
    """The mail addresses of the people whose levels an account may confirm today."""
    rows = access.people(access.viewer_of(user), Right.LEVELS_CONFIRM)
    return set(rows.values_list("email", flat=True))


def test_an_invitation_makes_an_account_without_a_password_and_a_role_over_one_person(
    office: Office, away: Posting
) -> None:
    grant = invite(office, away)
    user = User.objects.get(email=ADDRESS)
    assert (user.code_only, user.has_usable_password(), user.language, str(user)) == (
        True,
        False,
        "en",
        "Boss",
    )
    assert (grant.role, grant.scope, grant.person, grant.posting) == (
        Role.HOST_SUPERVISOR,
        Scope.PERSON,
        away.person,
        away,
    )
    assert (grant.from_date, grant.until) == (TODAY, BACK)
    assert confirmed_by(user) == {"colleague@example.test"}
    viewer = access.viewer_of(user)
    assert [right for right in Right if viewer.can(right)] == [Right.LEVELS_CONFIRM]


def test_it_is_mailed_in_the_hosts_language_with_the_name_the_way_and_the_last_day(
    office: Office, away: Posting
) -> None:
    invite(office, away, language="ja")
    letter = Letter.objects.select_related("mailing").get()
    assert (letter.address, letter.language, letter.name) == (ADDRESS, "ja", "Boss")
    common = letter.mailing.common
    assert common["person"] == {"ja": "井上 蓮", "en": "Ren Inoue"}
    assert common["last_day"]["ja"] == "2027年3月31日"
    assert common["link"].endswith("/account/login/code/?address=boss%40company.example")
    assert common["inviter"] == {"ja": "青空都 江口 実", "en": "Minoru Eguchi, Aozora"}
    assert common["inviter_address"] == "manager@example.test"
    texts = {code: Words(**words) for code, words in letter.mailing.texts.items()}
    for language, name in (("ja", "井上 蓮"), ("en", "Ren Inoue")):
        words = compose(texts, common | {"name": letter.name}, language)
        assert name in words.subject
        for part in (name, "Boss", common["link"], common["last_day"][language], "15"):
            assert part in words.body
        assert "{" not in words.subject + words.body


def test_it_stands_in_the_trail_and_among_the_news(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    entry = Entry.objects.get(verb="org.host.invite")
    assert (entry.actor, entry.subject_id) == (office.user("manager"), str(away.person.public_id))
    assert entry.after == {"account": grant.user_id, "posting": away.pk, "until": "2027-04-01"}
    event = Event.objects.get(name="org.host.invited")
    assert event.payload == {"person": str(away.person.public_id), "grant": grant.pk}


def test_several_people_of_several_sections_are_confirmed_by_one_host(office: Office, away: Posting) -> None:
    stranger = dispatch(office.person("stranger"), away.post)
    invite(office, away)
    invite(office, stranger, by="steward")
    user = User.objects.get(email=ADDRESS)
    assert user.grants.count() == 2
    assert confirmed_by(user) == {"colleague@example.test", "stranger@example.test"}


def test_an_ordinary_account_keeps_its_password_and_gets_the_role(office: Office, away: Posting) -> None:
    guest = office.user("host_supervisor")
    before = guest.password
    grant = invite(office, away, address="Host_Supervisor@example.test", name="Somebody")
    guest.refresh_from_db()
    assert (grant.user, guest.password, guest.code_only, guest.label) == (guest, before, False, "岡田 涼")


def test_it_ends_on_its_last_day(office: Office, away: Posting) -> None:
    grant = invite(office, away, until=date(2026, 6, 1))
    for day, holds in ((date(2026, 5, 31), True), (date(2026, 6, 1), False)):
        with clock.fixed(day):
            assert bool(confirmed_by(grant.user)) is holds


@pytest.mark.parametrize("how", ["service", "import"])
def test_a_posting_that_ends_early_ends_the_role_however_it_came_to_end(
    office: Office, away: Posting, how: str
) -> None:
    grant = invite(office, away)
    if how == "service":
        posts.end_posting(actor=access.operator(), posting=away, on=date(2026, 5, 1))
    else:
        Posting.objects.filter(pk=away.pk).update(until=date(2026, 5, 1))
    for day, whom in ((date(2026, 4, 30), {"colleague@example.test"}), (date(2026, 5, 1), set())):
        with clock.fixed(day):
            assert confirmed_by(grant.user) == whom


def test_the_end_of_another_posting_ends_nothing(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    home = away.person.postings.get(share=0)
    posts.end_posting(actor=access.operator(), posting=home, on=TODAY)
    assert confirmed_by(grant.user) == {"colleague@example.test"}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("manager", True),
        ("steward", True),
        ("planner", False),
        ("administrator", False),
        ("host_supervisor", False),
        ("colleague", False),
        ("stranger", False),
    ],
)
def test_the_own_section_and_stewards_invite_and_nobody_else(
    office: Office, away: Posting, who: str, allowed: bool
) -> None:
    if allowed:
        assert invite(office, away, by=who).pk
    else:
        with pytest.raises(PermissionDenied):
            invite(office, away, by=who)
        assert not User.objects.filter(email=ADDRESS).exists()


def test_leading_the_place_to_which_somebody_was_sent_is_not_enough(office: Office, away: Posting) -> None:
    grants.give_role(
        actor=access.operator(),
        user=office.user("stranger"),
        role=Role.MANAGER,
        scope=Scope.UNIT,
        unit=away.post.unit,
        purpose=Purpose.SUPERVISION,
        from_date=TODAY,
    )
    with pytest.raises(PermissionDenied):
        invite(office, away, by="stranger")


def test_nobody_invites_for_themselves(office: Office) -> None:
    own = dispatch(office.person("steward"), open_company())
    with pytest.raises(PermissionDenied):
        invite(office, own, by="steward")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("Colleague@example.test", "nobody confirms their own levels"),
        ("manager@example.test", "your own address"),
    ],
)
def test_neither_the_person_nor_the_inviter_can_be_invited(
    office: Office, away: Posting, address: str, words: str
) -> None:
    with translation.override("en"), pytest.raises(RuleBroken, match=words):
        invite(office, away, address=address)


def test_the_same_address_is_not_invited_twice_and_again_after_the_end(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    with pytest.raises(RuleBroken):
        invite(office, away, name="B", address=ADDRESS.upper())
    assert RoleGrant.objects.filter(person=away.person).count() == 1
    with clock.fixed(date(2026, 5, 1)):
        hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
        assert invite(office, away).user == grant.user


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), BACK + timedelta(days=1)])
def test_the_last_day_lies_between_today_and_the_end_of_the_dispatch(
    office: Office, away: Posting, until: date
) -> None:
    with pytest.raises(RuleBroken):
        invite(office, away, until=until)


def test_a_posting_without_an_agreed_end_gives_a_year_at_most_and_tells_no_secret_end(office: Office) -> None:
    concurrent = office.person("owner").postings.get(kind=PostingKind.CONCURRENT)
    posts.end_posting(actor=access.operator(), posting=concurrent, on=date(2026, 7, 1))
    with pytest.raises(RuleBroken):
        invite(office, concurrent, until=TODAY + LONGEST + timedelta(days=1))
    grant = invite(office, concurrent)
    assert grant.until == TODAY + LONGEST
    with clock.fixed(date(2026, 7, 1)):
        assert confirmed_by(grant.user) == set()


def test_a_unit_of_the_own_employer_whose_head_has_an_account_needs_no_invitation(office: Office) -> None:
    home = office.person("colleague").postings.get()
    with pytest.raises(RuleBroken, match="江口 実"):
        invite(office, home, by="steward")
    User.objects.filter(pk=office.user("manager").pk).update(is_active=False)
    assert invite(office, home, by="steward").posting == home


def test_a_posting_that_does_not_run_today_gives_no_invitation(office: Office, away: Posting) -> None:
    past = away.person.postings.get(share=1, kind=PostingKind.HOME)
    attached = away.person.postings.get(share=0)
    for posting in (past, attached):
        with pytest.raises(RuleBroken):
            invite(office, posting)
    others = office.person("stranger").postings.get()
    with pytest.raises(RuleBroken):
        hosts.invite_host(
            actor=office.viewer("steward"),
            person=away.person,
            posting_id=others.pk,
            name="Boss",
            address=ADDRESS,
            language="en",
        )


def test_an_invitation_ends_at_once(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    with clock.fixed(date(2026, 5, 7)):
        hosts.end_invitation(actor=office.viewer("steward"), grant=grant)
        assert confirmed_by(grant.user) == set()
        with pytest.raises(RuleBroken):
            hosts.end_invitation(actor=office.viewer("steward"), grant=grant)
    grant.refresh_from_db()
    assert grant.until == date(2026, 5, 7)
    assert Entry.objects.get(verb="org.host.end").before == {"until": "2027-04-01"}


def test_an_invitation_of_today_is_taken_back_whole(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
    assert not RoleGrant.objects.filter(user=grant.user).exists()


def test_it_is_sent_again_after_a_while(office: Office, away: Posting) -> None:
    grant = invite(office, away)
    manager = office.viewer("manager")
    with pytest.raises(RuleBroken):
        hosts.invite_again(actor=manager, grant=grant)
    for letter in Letter.objects.select_related("mailing"):
        letter.mailing.created_at -= timedelta(minutes=11)
        letter.mailing.save()
    hosts.invite_again(actor=manager, grant=grant)
    assert Letter.objects.count() == 2
    with clock.fixed(BACK), pytest.raises(RuleBroken):
        hosts.invite_again(actor=office.viewer("steward"), grant=grant)


@pytest.mark.parametrize("who", ["planner", "host_supervisor", "colleague"])
def test_only_inviters_end_and_send_again(office: Office, away: Posting, who: str) -> None:
    grant = invite(office, away)
    for do in (hosts.end_invitation, hosts.invite_again):
        with pytest.raises(PermissionDenied):
            do(actor=office.viewer(who), grant=grant)


def test_another_role_is_no_invitation(office: Office) -> None:
    with pytest.raises(NotVisible):
        hosts.end_invitation(actor=office.viewer("steward"), grant=office.viewer("manager").grants[0])


def test_accounts_without_a_role_are_closed_at_night_and_opened_by_the_next_invitation(
    office: Office, away: Posting
) -> None:
    grant = invite(office, away)
    assert close_host_accounts(Silent()) == {"closed": 0}
    Posting.objects.filter(pk=away.pk).update(until=date(2026, 5, 1))
    with clock.fixed(date(2026, 5, 1)):
        assert close_host_accounts(Silent()) == {"closed": 1}
        assert close_host_accounts(Silent()) == {"closed": 0}
    assert Entry.objects.get(verb="org.host.close").count == 1
    assert not User.objects.get(pk=grant.user_id).is_active
    assert User.objects.filter(is_active=False).count() == 1
    Posting.objects.filter(pk=away.pk).update(until=BACK)
    with clock.fixed(date(2026, 5, 2)):
        hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
        invite(office, away)
    assert User.objects.get(pk=grant.user_id).is_active


def test_a_closed_ordinary_account_is_not_opened_by_an_invitation(office: Office, away: Posting) -> None:
    User.objects.filter(email="auditor@example.test").update(is_active=False)
    with pytest.raises(RuleBroken):
        invite(office, away, address="auditor@example.test")
    assert not User.objects.get(email="auditor@example.test").is_active


def test_an_account_by_code_gets_no_other_role_and_no_person(office: Office, away: Posting) -> None:
    user = invite(office, away).user
    with pytest.raises(RuleBroken):
        grants.give_role(
            actor=access.operator(),
            user=user,
            role=Role.STEWARD,
            scope=Scope.ALL,
            purpose=Purpose.DEVELOPMENT,
            from_date=TODAY,
        )
    with pytest.raises(RuleBroken):
        people.link_account(actor=access.operator(), person=away.person, user=user)


@pytest.mark.parametrize(
    "broken",
    [
        {"scope": Scope.PERSON},
        {"scope": Scope.PERSON, "person": "owner", "unit": "services"},
        {"scope": Scope.PERSON, "person": "owner", "employer": "city"},
        {"scope": Scope.TEAM, "person": "owner"},
        {"scope": Scope.ALL, "person": "owner"},
        {"scope": Scope.UNIT, "unit": "services", "person": "owner"},
        {"scope": Scope.EMPLOYER, "employer": "city", "person": "owner"},
        {"scope": Scope.TEAM, "posting": "owner"},
    ],
)
def test_the_database_keeps_scopes_whole(office: Office, broken: dict[str, str]) -> None:
    named: dict[str, object] = dict(broken)
    if "person" in broken:
        named["person"] = office.person("owner")
    if "posting" in broken:
        named["posting"] = office.person("owner").postings.first()
    if "unit" in broken:
        named["unit"] = office.units["services"]
    if "employer" in broken:
        named["employer"] = office.employers["city"]
    row = RoleGrant(
        user=office.user("stranger"),
        role=Role.HOST_SUPERVISOR,
        purpose=Purpose.SUPERVISION,
        from_date=TODAY,
        **named,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
