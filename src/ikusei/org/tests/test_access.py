"""Who reaches whom: by grant, scope and day; strangers get 404, the unentitled 403; looks are noted once."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible, Right
from ikusei.org.models import Employment, Post, Posting, PostingKind, Purpose, Role, Scope, Unit
from ikusei.org.services import grants, posts
from tests.office import CAST, SINCE, Office
from tests.settings import TODAY

EVERYONE = {member.key for member in CAST}
CITY = EVERYONE - {"host_supervisor"}


def reached(office: Office, who: str, right: Right = Right.PEOPLE_LIST) -> set[str]:
    """The members of the cast whom somebody reaches under a right."""
    keys = {person.pk: key for key, person in office.people.items()}
    return {keys[pk] for pk in access.people(office.viewer(who), right).values_list("pk", flat=True)}


def listed(office: Office, who: str, on: date = TODAY) -> set[str]:
    """The members of the cast whose employments of a day somebody lists."""
    keys = {person.pk: key for key, person in office.people.items()}
    rows = access.employments(office.viewer(who), Right.PEOPLE_LIST, on)
    return {keys[pk] for pk in rows.values_list("person_id", flat=True)}


def give(office: Office, who: str, role: Role, scope: Scope, **fields: object) -> None:
    given: dict[str, object] = {"purpose": Purpose.SUPERVISION, "from_date": SINCE, **fields}
    grants.give_role(
        actor=access.operator(),
        user=office.user(who),
        role=role,
        scope=scope,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("owner", {"owner"}),
        ("executive", {"executive"}),
        ("auditor", {"auditor"}),
        ("manager", {"owner", "colleague", "manager"}),
        ("host_supervisor", {"host_supervisor"}),
        ("planner", CITY),
        ("academy", CITY),
        ("steward", EVERYONE),
        ("administrator", EVERYONE),
    ],
)
def test_each_role_lists_the_people_of_its_scope(office: Office, who: str, whom: set[str]) -> None:
    assert reached(office, who) == whom
    assert listed(office, who) == whom


def test_nobody_reaches_nobody(office: Office) -> None:
    assert not access.people(access.viewer_of(None), Right.PEOPLE_LIST).exists()
    assert not access.employments(access.viewer_of(None), Right.PEOPLE_LIST, TODAY).exists()
    assert access.people(access.operator(), Right.PEOPLE_LIST).count() == len(CAST)


def test_a_role_gives_no_right_that_is_not_in_its_row(office: Office) -> None:
    assert reached(office, "academy", Right.PEOPLE_OPEN) == {"academy"}
    assert reached(office, "administrator", Right.LEVELS_SEE) == {"administrator"}
    with pytest.raises(PermissionDenied):
        access.require(office.viewer("planner"), Right.GRANTS_MANAGE)


def test_a_unit_scope_reaches_those_posted_below_whoever_employs_them(office: Office) -> None:
    give(office, "stranger", Role.MANAGER, Scope.UNIT, unit=office.units["govtech"])
    assert reached(office, "stranger") == {"stranger", "host_supervisor", "owner"}
    give(office, "auditor", Role.MANAGER, Scope.UNIT, unit=office.units["digital"])
    assert reached(office, "auditor") == CITY - {"stranger"}


def test_the_host_sees_somebody_only_while_they_are_posted_there(office: Office) -> None:
    posting = Posting.objects.get(person=office.person("owner"), kind=PostingKind.CONCURRENT)
    posts.end_posting(actor=access.operator(), posting=posting, on=date(2026, 4, 16))
    assert reached(office, "host_supervisor", Right.LEVELS_CONFIRM) == {"owner", "host_supervisor"}
    posting.until = TODAY
    posting.save()
    assert reached(office, "host_supervisor", Right.LEVELS_CONFIRM) == {"host_supervisor"}
    assert listed(office, "host_supervisor", on=SINCE) == {"host_supervisor"}


def test_a_posting_that_has_not_begun_gives_no_access(office: Office) -> None:
    post = posts.open_post(
        actor=access.operator(), unit=office.units["platform"], code="next", from_date=SINCE, name_ja="次"
    )
    posts.assign(
        actor=access.operator(),
        person=office.person("colleague"),
        post=post,
        from_date=date(2026, 4, 16),
        share=Decimal(0),
    )
    assert "colleague" not in reached(office, "host_supervisor", Right.LEVELS_CONFIRM)


def test_a_role_over_one_person_reaches_exactly_that_person_on_its_days(office: Office) -> None:
    give(
        office,
        "stranger",
        Role.PLANNER,
        Scope.PERSON,
        person=office.person("owner"),
        from_date=date(2026, 4, 10),
        until=date(2026, 4, 20),
    )
    for day, whom in (
        (date(2026, 4, 9), {"stranger"}),
        (date(2026, 4, 10), {"stranger", "owner"}),
        (date(2026, 4, 19), {"stranger", "owner"}),
        (date(2026, 4, 20), {"stranger"}),
    ):
        with clock.fixed(day):
            assert reached(office, "stranger") == whom
            assert listed(office, "stranger", on=day) == whom
    viewer = office.viewer("stranger")
    owner, colleague = office.person("owner"), office.person("colleague")
    assert access.may_change_person(viewer, Right.ORG_EDIT, owner)
    assert not access.may_change_person(viewer, Right.ORG_EDIT, colleague)
    assert access.open_person(viewer, Right.PEOPLE_OPEN, owner.public_id) == owner
    with pytest.raises(NotVisible):
        access.open_person(viewer, Right.PEOPLE_OPEN, colleague.public_id)
    # One person is no unit, no tree and not everyone.
    assert set(access.unit_scope(viewer, Right.ORG_EDIT) or ()) == set()
    assert not any(access.may_change_unit(viewer, Right.ORG_EDIT, unit) for unit in office.units.values())
    assert not access.may_change_tree(viewer, Right.ORG_EDIT, office.employers["city"])
    assert not access.reaches_everyone(viewer, Right.ORG_EDIT)
    assert not access.reaches_unit(viewer, Right.ORG_EDIT, employer_id=1, path="/1/")


@given(
    named=st.sets(st.sampled_from([member.key for member in CAST]), max_size=4),
    unit=st.sampled_from([None, "digital", "welfare", "govtech"]),
    employer=st.sampled_from([None, "city", "govtech"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scopes_add_up_whatever_they_are_and_cost_the_same(
    office: Office, named: set[str], unit: str | None, employer: str | None
) -> None:
    below = {
        "digital": CITY - {"stranger", "auditor"},
        "welfare": {"stranger", "auditor"},
        "govtech": {"host_supervisor", "owner"},
    }
    employed = {"city": CITY, "govtech": {"host_supervisor"}}
    with transaction.atomic():
        for key in named:
            give(office, "stranger", Role.PLANNER, Scope.PERSON, person=office.person(key))
        if unit is not None:
            give(office, "stranger", Role.PLANNER, Scope.UNIT, unit=office.units[unit])
        if employer is not None:
            give(office, "stranger", Role.PLANNER, Scope.EMPLOYER, employer=office.employers[employer])
        expected = {"stranger"} | named | below.get(unit or "", set()) | employed.get(employer or "", set())
        viewer = office.viewer("stranger")
        with CaptureQueriesContext(connection) as captured:
            rows = access.people(viewer, Right.PEOPLE_LIST)
            assert len(set(rows.values_list("pk", flat=True))) == len(expected)
        assert len(captured) == 1
        assert reached(office, "stranger") == expected
        assert listed(office, "stranger") == expected
        for key, person in office.people.items():
            granted = key in expected - {"stranger"} or key in named
            changes = access.may_change_person(viewer, Right.ORG_EDIT, person)
            if key != "stranger":
                assert changes is granted
        transaction.set_rollback(True)


def test_a_team_is_wherever_the_manager_is_posted_today(office: Office) -> None:
    manager = office.person("manager")
    home = Posting.objects.get(person=manager)
    posts.end_posting(actor=access.operator(), posting=home, on=TODAY)
    assert reached(office, "manager") == {"manager"}
    post = posts.open_post(
        actor=access.operator(), unit=office.units["welfare"], code="m", from_date=SINCE, name_ja="課長"
    )
    posts.assign(actor=access.operator(), person=manager, post=post, from_date=TODAY)
    assert reached(office, "manager") == {"manager", "stranger", "auditor"}


def test_an_employer_scope_ends_with_the_employment(office: Office) -> None:
    Employment.objects.filter(person=office.person("stranger")).update(until=TODAY)
    assert reached(office, "planner") == CITY - {"stranger"}
    assert listed(office, "planner", on=date(2026, 4, 14)) == CITY - {"stranger"}
    assert listed(office, "steward", on=date(2026, 4, 14)) == EVERYONE


def test_an_employer_scope_lists_the_own_rows_of_somebody_with_two_employers(office: Office) -> None:
    second = Employment.objects.create(
        person=office.person("colleague"),
        employer=office.employers["govtech"],
        staff_number="G-1",
        category="ict",
        from_date=SINCE,
    )
    rows = access.employments(office.viewer("planner"), Right.PEOPLE_LIST, TODAY)
    assert second not in rows
    assert second in access.employments(office.viewer("manager"), Right.PEOPLE_LIST, TODAY)


def test_several_grants_add_up(office: Office) -> None:
    give(office, "host_supervisor", Role.PLANNER, Scope.UNIT, unit=office.units["welfare"])
    assert reached(office, "host_supervisor") == {"host_supervisor", "stranger", "auditor"}
    give(office, "host_supervisor", Role.ACADEMY, Scope.EMPLOYER, employer=office.employers["city"])
    assert reached(office, "host_supervisor") == CITY | {"host_supervisor"}
    assert reached(office, "host_supervisor", Right.LEVELS_CONFIRM) == {"host_supervisor", "owner"}


def test_the_units_of_a_scope_are_those_of_today(office: Office) -> None:
    codes = {unit.pk: code for code, unit in office.units.items()}

    def units(who: str) -> set[str] | None:
        scope = access.unit_scope(office.viewer(who), Right.PEOPLE_LIST)
        return None if scope is None else {codes[pk] for pk in scope}

    assert units("manager") == {"services"}
    assert units("planner") == {"digital", "planning", "services", "welfare", "welfare-office"}
    assert units("steward") is None
    assert units("owner") == set()


def test_strangers_get_404_and_the_unentitled_403(office: Office) -> None:
    owner, host = office.person("owner").public_id, office.person("host_supervisor").public_id
    assert access.open_person(office.viewer("manager"), Right.PEOPLE_OPEN, owner) == office.person("owner")
    with pytest.raises(PermissionDenied):
        access.open_person(office.viewer("academy"), Right.PEOPLE_OPEN, owner)
    with pytest.raises(PermissionDenied):
        access.open_person(office.viewer("manager"), Right.ORG_EDIT, owner)
    for who, whom in (("stranger", owner), ("planner", host), ("academy", host), ("executive", owner)):
        with pytest.raises(NotVisible):
            access.open_person(office.viewer(who), Right.PEOPLE_OPEN, whom)


def test_being_somebody_is_no_right_to_change_their_record(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        access.require_person(office.viewer("owner"), Right.ORG_EDIT, office.person("owner"))
    access.require_person(office.viewer("planner"), Right.ORG_EDIT, office.person("planner"))
    with pytest.raises(PermissionDenied):
        access.require_person(office.viewer("planner"), Right.ORG_EDIT, office.person("host_supervisor"))


def test_a_right_over_a_unit_follows_the_tree_of_today(office: Office) -> None:
    give(office, "stranger", Role.PLANNER, Scope.UNIT, unit=office.units["digital"])
    planner = office.viewer("stranger")

    def may(unit: Unit) -> bool:
        return access.may_change_unit(planner, Right.ORG_EDIT, unit)

    assert may(office.units["digital"])
    assert may(office.units["services"])
    assert not may(office.units["welfare"])
    assert not access.may_change_tree(planner, Right.ORG_EDIT, office.employers["city"])
    assert access.may_change_tree(office.viewer("planner"), Right.ORG_EDIT, office.employers["city"])


def test_looks_are_written_once_and_own_ones_never(office: Office) -> None:
    viewer = office.viewer("manager")
    access.open_person(viewer, Right.PEOPLE_OPEN, office.person("owner").public_id)
    access.open_person(viewer, Right.PEOPLE_OPEN, office.person("manager").public_id)
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.people.list", count=3)
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.people.list", count=0)
    assert not Entry.objects.filter(kind=Entry.Kind.LOOK).exists()
    access.flush_looks(viewer)
    access.flush_looks(viewer)
    looks = Entry.objects.filter(kind=Entry.Kind.LOOK).order_by("pk")
    assert [(look.subject_kind, look.count, look.purpose) for look in looks] == [
        ("person", 1, Purpose.SUPERVISION),
        ("people", 3, Purpose.SUPERVISION),
    ]
    assert looks[0].subject_id == str(office.person("owner").public_id)


def test_a_refused_look_is_not_noted_as_one(office: Office) -> None:
    viewer = office.viewer("stranger")
    with pytest.raises(NotVisible):
        access.open_person(viewer, Right.PEOPLE_OPEN, office.person("owner").public_id)
    assert viewer.looks == []


def test_a_post_of_another_employer_does_not_extend_an_employer_scope(office: Office) -> None:
    """The owner works at the affiliate too; that makes nobody there the city planner's."""
    assert Post.objects.filter(unit=office.units["platform"]).exists()
    assert "host_supervisor" not in reached(office, "planner", Right.PEOPLE_OPEN)


def test_a_look_by_somebody_who_also_places_people_is_noted_as_placement(office: Office) -> None:
    give(office, "manager", Role.PLANNER, Scope.ALL, purpose=Purpose.PLACEMENT)
    viewer = office.viewer("manager")
    access.open_person(viewer, Right.PEOPLE_OPEN, office.person("owner").public_id)
    assert [look.purpose for look in viewer.looks] == [Purpose.PLACEMENT]
