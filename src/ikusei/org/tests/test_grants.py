"""Roles are given with a scope, a purpose and days, by whoever reaches that scope."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.access import RIGHTS, Right
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose, Role, RoleGrant, Scope
from ikusei.org.queries.grants import IN_WORDS, roles_in_words
from ikusei.org.services import grants
from ikusei.org.services.grants import RoleAsked
from tests.office import SINCE, Office
from tests.settings import TODAY


def give(office: Office, *, by: str = "administrator", **fields: object) -> RoleGrant:
    given: dict[str, object] = {
        "user": office.user("stranger"),
        "role": Role.ACADEMY,
        "scope": Scope.ALL,
        "purpose": Purpose.TRAINING,
        "from_date": TODAY,
        **fields,
    }
    return grants.give_role(actor=office.viewer(by), **given)  # type: ignore[arg-type]


def test_a_role_holds_from_its_first_day_until_its_end(office: Office) -> None:
    give(office, from_date=date(2026, 4, 16), until=date(2026, 5, 1))
    assert not office.viewer("stranger").has_role(Role.ACADEMY)
    give(office, role=Role.STEWARD, from_date=date(2026, 4, 1), until=date(2026, 4, 15))
    assert not office.viewer("stranger").has_role(Role.STEWARD)
    give(office, role=Role.EXECUTIVE, from_date=TODAY, until=date(2026, 4, 16))
    assert office.viewer("stranger").has_role(Role.EXECUTIVE)


def test_the_same_role_is_not_given_twice_on_a_day(office: Office) -> None:
    give(office, until=date(2026, 5, 1))
    with pytest.raises(RuleBroken):
        give(office, from_date=date(2026, 4, 30))
    give(office, from_date=date(2026, 5, 1))
    give(office, scope=Scope.EMPLOYER, employer=office.employers["city"])


@pytest.mark.parametrize("scope", [Scope.UNIT, Scope.EMPLOYER])
def test_a_scope_names_what_its_kind_asks_for(office: Office, scope: Scope) -> None:
    with pytest.raises(ValidationError):
        give(office, scope=scope)
    with pytest.raises(ValidationError):
        give(office, scope=Scope.ALL, unit=office.units["digital"])


def test_a_role_ends_and_one_that_has_not_begun_is_taken_back_whole(office: Office) -> None:
    grant = give(office, from_date=SINCE)
    grants.end_role(actor=office.viewer("administrator"), grant=grant, on=TODAY)
    assert not office.viewer("stranger").has_role(Role.ACADEMY)
    with pytest.raises(RuleBroken):
        grants.end_role(actor=office.viewer("administrator"), grant=grant, on=TODAY)
    planned = give(office, from_date=date(2026, 5, 1))
    grants.end_role(actor=office.viewer("administrator"), grant=planned, on=TODAY)
    assert not RoleGrant.objects.filter(pk=planned.pk).exists()
    assert Entry.objects.filter(verb="org.role.end").count() == 2


def test_only_administrators_give_roles(office: Office) -> None:
    for who in ("planner", "manager", "auditor", "owner"):
        with pytest.raises(PermissionDenied):
            give(office, by=who)


def test_an_administrator_of_one_employer_gives_no_role_beyond_it(office: Office) -> None:
    give(
        office,
        user=office.user("colleague"),
        role=Role.ADMINISTRATOR,
        scope=Scope.EMPLOYER,
        employer=office.employers["city"],
        purpose=Purpose.ADMINISTRATION,
    )
    give(office, by="colleague", scope=Scope.UNIT, unit=office.units["welfare"])
    give(office, by="colleague", scope=Scope.TEAM)
    for beyond in (
        {"scope": Scope.ALL},
        {"scope": Scope.EMPLOYER, "employer": office.employers["govtech"]},
        {"scope": Scope.UNIT, "unit": office.units["platform"]},
        {"scope": Scope.TEAM, "user": office.user("host_supervisor")},
    ):
        with pytest.raises(PermissionDenied):
            give(office, by="colleague", **beyond)
    theirs = RoleGrant.objects.get(user=office.user("administrator"))
    with pytest.raises(PermissionDenied):
        grants.end_role(actor=office.viewer("colleague"), grant=theirs, on=TODAY)


def test_the_bulk_form_gives_all_or_none(office: Office) -> None:
    asked = [
        RoleAsked(
            user=office.user(who),
            role=Role.MANAGER,
            scope=Scope.TEAM,
            purpose=Purpose.SUPERVISION,
            from_date=TODAY,
        )
        for who in ("stranger", "manager")
    ]
    with pytest.raises(RuleBroken):
        grants.give_roles(actor=access.operator(), asked=asked)
    with pytest.raises(RuleBroken):
        grants.give_roles(actor=access.operator(), asked=[asked[0], asked[0]])
    assert not office.viewer("stranger").has_role(Role.MANAGER)
    grants.give_roles(actor=access.operator(), asked=asked[:1])
    assert office.viewer("stranger").has_role(Role.MANAGER)


def test_every_right_that_a_role_gives_is_said_in_words() -> None:
    given = set().union(*RIGHTS.values())
    assert given == set(IN_WORDS)
    assert set(Right) - given == {Right.OWN}
    assert all(row.may for row in roles_in_words())
