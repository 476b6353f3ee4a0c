"""People, their employments, leaves and accounts."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.accounts.models import User
from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Category, Employment, Person
from ikusei.org.models.person import LeaveKind, StartReason
from ikusei.org.services import people
from tests.office import SINCE, Office

DAY = date(2025, 4, 1)


def employment(office: Office, number: str = "N-1", employer: str = "city", **fields: object) -> Employment:
    given: dict[str, object] = {"from_date": SINCE, "category": Category.CLERICAL, **fields}
    return Employment(employer=office.employers[employer], staff_number=number, **given)


def test_a_person_is_found_by_any_name_and_by_staff_number(office: Office) -> None:
    person = people.add_people(
        actor=access.operator(),
        rows=[
            (
                Person(
                    name="髙﨑 花子",
                    used_name="齋藤 花子",
                    kana="タカサキ ハナコ",
                    name_latin="Hanako O'Hara",
                ),
                [employment(office)],
            )
        ],
    )[0]
    for words in ("高崎", "斎藤", "たかさき", "O’HARA", "Ｎ－１"):
        assert Person.objects.filter(search__contains=search_key(words)).get() == person


def test_a_staff_number_belongs_to_one_person_of_an_employer(office: Office) -> None:
    with pytest.raises(RuleBroken, match="S-owner"):
        people.add_people(
            actor=access.operator(), rows=[(Person(name="甲"), [employment(office, "S-owner")])]
        )
    with pytest.raises(RuleBroken, match="N-1"):
        people.add_people(
            actor=access.operator(),
            rows=[(Person(name="甲"), [employment(office)]), (Person(name="乙"), [employment(office)])],
        )
    people.add_people(
        actor=access.operator(), rows=[(Person(name="甲"), [employment(office, "S-owner", "govtech")])]
    )


def test_a_change_of_employment_begins_a_new_row_and_keeps_the_old(office: Office) -> None:
    before = Employment.objects.get(person=office.person("stranger"))
    people.change_employment(
        actor=office.viewer("planner"),
        employment=before,
        on=DAY,
        category=Category.ICT,
        reason=StartReason.CONVERTED,
    )
    rows = Employment.objects.filter(person=office.person("stranger")).order_by("from_date")
    assert [(row.category, row.from_date, row.until) for row in rows] == [
        (Category.CLERICAL, SINCE, DAY),
        (Category.ICT, DAY, None),
    ]
    for day in (SINCE, DAY, date(2024, 1, 1)):
        with pytest.raises(RuleBroken):
            people.change_employment(actor=access.operator(), employment=rows[0], on=day, grade="主任")


def test_leaves_do_not_overlap(office: Office) -> None:
    person = office.person("colleague")
    record = partial(people.record_leave, actor=access.operator(), person=person, kind=LeaveKind.CHILDCARE)
    record(from_date=DAY, until=date(2026, 4, 1))
    with pytest.raises(RuleBroken, match="井上"):
        record(from_date=date(2026, 3, 31), until=None)
    record(from_date=date(2026, 4, 1), until=None)


def test_only_the_personnel_section_of_the_employer_changes_a_record(office: Office) -> None:
    theirs = Employment.objects.get(person=office.person("host_supervisor"))
    for who in ("planner", "manager", "academy", "owner"):
        actor = office.viewer(who)
        with pytest.raises(PermissionDenied):
            people.change_employment(actor=actor, employment=theirs, on=DAY, grade="主任")
        with pytest.raises(PermissionDenied):
            people.record_leave(
                actor=actor, person=theirs.person, kind=LeaveKind.SICK, from_date=DAY, until=None
            )


def test_an_account_is_linked_once(office: Office) -> None:
    person = Person.objects.create(name="丙", search="丙")
    with pytest.raises(RuleBroken):
        people.link_account(actor=access.operator(), person=person, user=office.user("owner"))
    user = User.objects.create_user(email="hei@example.test")
    people.link_account(actor=access.operator(), person=person, user=user)
    with pytest.raises(RuleBroken):
        people.link_account(
            actor=access.operator(), person=person, user=User.objects.create_user(email="tei@example.test")
        )


def test_accounts_are_opened_for_people_with_an_address_of_their_own(office: Office) -> None:
    first, second = (
        Person.objects.create(name=name, email=email, search=name)
        for name, email in (("甲", "Kou@example.test"), ("乙", "kou@example.test"))
    )
    with pytest.raises(RuleBroken):
        people.open_accounts(actor=access.operator(), people=[first, second])
    user = people.open_accounts(actor=access.operator(), people=[first])[0]
    assert (user.email, user.has_usable_password()) == ("kou@example.test", False)
    first.refresh_from_db()
    assert first.user == user
    with pytest.raises(RuleBroken):
        people.open_accounts(actor=access.operator(), people=[second])


def test_an_account_without_a_person_has_no_password_and_a_free_address(office: Office) -> None:
    admin = office.viewer("administrator")
    user = people.open_account(actor=admin, email="Boss@Host.test", label="派遣先の課長")
    assert (user.email, user.has_usable_password(), str(user)) == ("boss@host.test", False, "派遣先の課長")
    with pytest.raises(RuleBroken):
        people.open_account(actor=admin, email="boss@host.test", label="もう一人")
    with pytest.raises(PermissionDenied):
        people.open_account(actor=office.viewer("planner"), email="x@host.test", label="X")
