"""The tree of units keeps its history: every path is right on every day."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer, EmployerKind, Purpose, Role, Scope, Unit, UnitKind, UnitPeriod
from ikusei.org.services import grants, posts, units
from ikusei.org.services.units import UnitSpec
from tests.office import Office

pytestmark = pytest.mark.django_db

START = date(2020, 4, 1)
LATER = date(2022, 4, 1)
LATEST = date(2024, 4, 1)


@pytest.fixture
def city() -> Employer:
    return units.create_employer(
        actor=access.operator(), code="azr", kind=EmployerKind.CITY, name_ja="青空都", name_en="Aozora"
    )


@pytest.fixture
def tree(city: Employer) -> dict[str, Unit]:
    """Two bureaus a and b; below a the division a1, below that the section a11."""
    specs = [
        UnitSpec("a11", "a1", UnitKind.SECTION, "一課"),
        UnitSpec("a", "", UnitKind.BUREAU, "A局"),
        UnitSpec("a1", "a", UnitKind.DIVISION, "一部"),
        UnitSpec("b", "", UnitKind.BUREAU, "B局", order=1),
    ]
    return units.open_units(actor=access.operator(), employer=city, specs=specs, from_date=START)


def path_on(unit: Unit, day: date) -> str:
    """The codes from the root to a unit on a day."""
    period = UnitPeriod.objects.on(day).get(unit=unit)
    codes = dict(Unit.objects.values_list("pk", "code"))
    assert period.path.endswith(f"/{unit.pk}/")
    assert period.parent_id == (int(period.path.split("/")[-3]) if period.path.count("/") > 2 else None)
    return "/".join(codes[int(part)] for part in period.path.strip("/").split("/"))


def test_units_are_opened_in_whatever_order_the_list_has(tree: dict[str, Unit]) -> None:
    assert path_on(tree["a11"], START) == "a/a1/a11"
    assert path_on(tree["b"], START) == "b"


def test_a_list_that_goes_in_a_circle_opens_nothing(city: Employer) -> None:
    specs = [UnitSpec("x", "y", UnitKind.SECTION, "X"), UnitSpec("y", "x", UnitKind.SECTION, "Y")]
    with pytest.raises(RuleBroken, match="x"):
        units.open_units(actor=access.operator(), employer=city, specs=specs, from_date=START)
    assert not Unit.objects.filter(employer=city).exists()


def test_a_code_is_used_once_in_an_employer(city: Employer, tree: dict[str, Unit]) -> None:
    with pytest.raises(RuleBroken, match="a11"):
        units.open_unit(
            actor=access.operator(),
            employer=city,
            parent="b",
            from_date=LATER,
            code="a11",
            kind=UnitKind.SECTION,
            name_ja="同じ",
        )


def test_a_parent_has_to_be_open_on_the_day(city: Employer, tree: dict[str, Unit]) -> None:
    units.close_unit(actor=access.operator(), unit=tree["b"], on=LATER)
    with pytest.raises(RuleBroken, match="b"):
        units.open_unit(
            actor=access.operator(),
            employer=city,
            parent="b",
            from_date=LATEST,
            code="b1",
            kind=UnitKind.SECTION,
            name_ja="遅い課",
        )


def test_a_new_name_begins_on_its_day_and_the_old_one_stays_before(tree: dict[str, Unit]) -> None:
    units.change_unit(actor=access.operator(), unit=tree["a"], on=LATER, name_ja="新A局")
    assert UnitPeriod.objects.on(date(2022, 3, 31)).get(unit=tree["a"]).name_ja == "A局"
    assert UnitPeriod.objects.on(LATER).get(unit=tree["a"]).name_ja == "新A局"
    assert UnitPeriod.objects.filter(unit=tree["a1"]).count() == 1  # nothing moved, so nothing below is split


def test_a_change_on_the_first_day_corrects_the_period_instead_of_splitting_it(tree: dict[str, Unit]) -> None:
    units.change_unit(actor=access.operator(), unit=tree["a"], on=START, name_ja="A局（訂正）")
    assert [period.name_ja for period in UnitPeriod.objects.filter(unit=tree["a"])] == ["A局（訂正）"]


def test_everything_below_moves_along_and_the_days_before_keep_their_paths(tree: dict[str, Unit]) -> None:
    units.change_unit(actor=access.operator(), unit=tree["a1"], on=LATER, parent=tree["b"])
    assert path_on(tree["a11"], date(2022, 3, 31)) == "a/a1/a11"
    assert path_on(tree["a11"], LATER) == "b/a1/a11"
    units.change_unit(actor=access.operator(), unit=tree["a1"], on=LATEST, becomes_root=True)
    assert path_on(tree["a11"], date(2024, 3, 31)) == "b/a1/a11"
    assert path_on(tree["a11"], LATEST) == "a1/a11"
    assert path_on(tree["a11"], START) == "a/a1/a11"


def test_a_change_planned_below_moves_along_too(tree: dict[str, Unit]) -> None:
    units.change_unit(actor=access.operator(), unit=tree["a11"], on=LATEST, name_ja="一課（改）")
    units.change_unit(actor=access.operator(), unit=tree["a1"], on=LATER, parent=tree["b"])
    assert path_on(tree["a11"], LATER) == path_on(tree["a11"], LATEST) == "b/a1/a11"
    assert UnitPeriod.objects.on(LATEST).get(unit=tree["a11"]).name_ja == "一課（改）"


def test_units_whose_number_begins_alike_are_not_taken_along(city: Employer, tree: dict[str, Unit]) -> None:
    """Unit 1 is not part of unit 11: paths are compared with their slashes."""
    specs = [UnitSpec(f"n{number}", "", UnitKind.BUREAU, f"{number}局") for number in range(12)]
    many = units.open_units(actor=access.operator(), employer=city, specs=specs, from_date=START)
    units.change_unit(actor=access.operator(), unit=many["n0"], on=LATER, parent=tree["b"])
    assert {path_on(many[f"n{number}"], LATER) for number in range(1, 12)} == {
        f"n{number}" for number in range(1, 12)
    }


def test_a_unit_cannot_become_part_of_itself(tree: dict[str, Unit]) -> None:
    for inside in ("a", "a11"):
        with pytest.raises(RuleBroken):
            units.change_unit(actor=access.operator(), unit=tree["a"], on=LATER, parent=tree[inside])


def test_a_change_before_a_planned_one_is_refused(tree: dict[str, Unit]) -> None:
    units.change_unit(actor=access.operator(), unit=tree["a"], on=LATEST, name_ja="新A局")
    with pytest.raises(RuleBroken, match="a"):
        units.change_unit(actor=access.operator(), unit=tree["a"], on=LATER, name_ja="中間A局")


def test_a_unit_closes_only_when_nothing_below_it_is_open(tree: dict[str, Unit]) -> None:
    with pytest.raises(RuleBroken, match="一部"):
        units.close_unit(actor=access.operator(), unit=tree["a1"], on=LATER)
    units.close_unit(actor=access.operator(), unit=tree["a11"], on=LATER)
    post = posts.open_post(
        actor=access.operator(), unit=tree["a1"], code="p", from_date=START, name_ja="担当"
    )
    with pytest.raises(RuleBroken, match="一部"):
        units.close_unit(actor=access.operator(), unit=tree["a1"], on=LATER)
    posts.close_post(actor=access.operator(), post=post, on=LATER)
    units.close_unit(actor=access.operator(), unit=tree["a1"], on=LATER)
    assert UnitPeriod.objects.on(date(2022, 3, 31)).filter(unit=tree["a1"]).exists()
    assert not UnitPeriod.objects.on(LATER).filter(unit=tree["a1"]).exists()


def test_a_closed_unit_is_not_changed_any_more(tree: dict[str, Unit]) -> None:
    units.close_unit(actor=access.operator(), unit=tree["b"], on=LATER)
    with pytest.raises(RuleBroken):
        units.change_unit(actor=access.operator(), unit=tree["b"], on=LATEST, name_ja="遅い")
    with pytest.raises(RuleBroken):
        units.change_unit(actor=access.operator(), unit=tree["a"], on=LATEST, parent=tree["b"])


def test_two_employers_may_use_the_same_unit_codes(tree: dict[str, Unit]) -> None:
    other = units.create_employer(
        actor=access.operator(), code="other", kind=EmployerKind.COMPANY, name_ja="別会社"
    )
    opened = units.open_units(
        actor=access.operator(),
        employer=other,
        specs=[UnitSpec("a", "", UnitKind.BUREAU, "本社")],
        from_date=START,
    )
    assert opened["a"].pk != tree["a"].pk


def test_the_code_of_an_employer_is_taken_once(city: Employer) -> None:
    with pytest.raises(RuleBroken, match="azr"):
        units.create_employer(actor=access.operator(), code="azr", kind=EmployerKind.CITY, name_ja="別の都")


def test_a_planner_changes_the_units_of_the_own_employer_only(office: Office) -> None:
    planner = office.viewer("planner")
    units.change_unit(actor=planner, unit=office.units["services"], on=LATEST, name_ja="新サービス課")
    with pytest.raises(PermissionDenied):
        units.change_unit(actor=planner, unit=office.units["platform"], on=LATEST, name_ja="新基盤課")
    with pytest.raises(PermissionDenied):
        units.change_unit(
            actor=planner, unit=office.units["services"], on=LATEST, parent=office.units["govtech"]
        )
    with pytest.raises(PermissionDenied):
        units.close_unit(actor=planner, unit=office.units["platform"], on=LATEST)


def test_a_planner_of_one_bureau_opens_units_below_it_and_nowhere_else(office: Office) -> None:
    grants.give_role(
        actor=access.operator(),
        user=office.user("stranger"),
        role=Role.PLANNER,
        scope=Scope.UNIT,
        unit=office.units["digital"],
        purpose=Purpose.PLACEMENT,
        from_date=START,
    )
    planner = office.viewer("stranger")
    open_section = partial(
        units.open_unit,
        actor=planner,
        employer=office.employers["city"],
        from_date=LATEST,
        kind=UnitKind.SECTION,
        name_ja="新課",
    )
    open_section(parent="planning", code="n1")
    for parent in ("welfare", "", "unknown"):
        with pytest.raises(PermissionDenied):
            open_section(parent=parent, code="n2")
    with pytest.raises(PermissionDenied):
        units.change_unit(actor=planner, unit=office.units["services"], on=LATEST, becomes_root=True)
