"""A sheet goes out with today's levels, can be filled in where nobody reaches the system, and comes back."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from ikusei.org.models import Employer, RoleGrant, Scope
from ikusei.skills.models import Assessment, FrameworkVersion
from ikusei.skills.queries.sheets import TooManyPeople, template_workbook
from ikusei.skills.services.levels import rebuild_levels
from ikusei.skills.tests.sheets.ground import HEADINGS, ON, TODAY, bring, check, csv, framework, hire
from tests.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def levels(office: Office) -> None:
    framework()
    bring(csv(["職員番号", *HEADINGS], ["S-owner", 1, 2, 3, 4], ["S-colleague", 0, "", 2, ""]))


def template(office: Office, **changes: Any) -> bytes:
    given: dict[str, Any] = {
        "employer": Employer.objects.get(code="city"),
        "version": FrameworkVersion.objects.get(),
        "unit_id": None,
        "ict_only": True,
        "on": TODAY,
    }
    return template_workbook(office.viewer("steward"), **given | changes)


def changed(content: bytes, number: str, **cells: Any) -> bytes:
    """The workbook with some cells of one person's row changed, by column letter."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    (row,) = (cell.row for cell in sheet["A"] if cell.value == number)
    for letters, value in cells.items():
        sheet[f"{letters}{row}"] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_what_comes_back_as_it_went_out_says_nothing_new(office: Office) -> None:
    result = check(template(office), stated_on=TODAY)
    assert result.sheet.problems == []
    assert result.tally.counts == {"unchanged": 6}


def test_only_what_was_changed_is_new_and_counts_from_the_day_of_the_sheet(office: Office) -> None:
    content = changed(template(office), "S-owner", H=3, K="-")
    result = bring(content, stated_on=TODAY)
    assert result.tally.counts == {"differing": 1, "unchanged": 4}
    assert Assessment.objects.filter(stated_on=TODAY).values_list("skill__key", "level").get() == (
        "reform",
        3,
    )


def test_a_row_with_a_day_of_its_own_says_all_its_levels_again(office: Office) -> None:
    content = changed(template(office), "S-owner", G=date(2026, 4, 10), F="本人")
    result = bring(content, stated_on=TODAY)
    assert result.tally.counts == {"new": 4, "unchanged": 2}
    assert set(Assessment.objects.exclude(stated_on=ON).values_list("stated_on", "rater")) == {
        (date(2026, 4, 10), "self")
    }


def test_every_level_offers_the_scale_and_nothing_becomes_a_formula(office: Office) -> None:
    hire("=1+1", "=HYPERLINK()")
    sheet = load_workbook(io.BytesIO(template(office))).worksheets[0]
    (offer,) = sheet.data_validations.dataValidation
    assert offer.formula1 == '"0,1,2,3,4"'
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_only_people_in_scope_stand_in_it(office: Office) -> None:
    RoleGrant.objects.filter(user=office.user("steward")).update(
        scope=Scope.UNIT, unit=office.units["services"]
    )
    sheet = load_workbook(io.BytesIO(template(office, ict_only=False))).worksheets[0]
    numbers = {cell.value for cell in sheet["A"][2:]}
    assert numbers == {"S-owner", "S-colleague", "S-manager", "S-steward"}


def test_a_unit_limits_it(office: Office) -> None:
    content = template(office, unit_id=office.units["welfare"].pk, ict_only=False)
    numbers = {cell.value for cell in load_workbook(io.BytesIO(content)).worksheets[0]["A"][2:]}
    assert numbers == {"S-stranger", "S-auditor"}


def test_nobody_gets_more_people_than_can_be_filled_in_by_hand(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ikusei.skills.queries.sheets.MOST_PEOPLE", 1)
    with pytest.raises(TooManyPeople):
        template(office)


def test_an_expired_level_is_left_empty(office: Office) -> None:
    Assessment.objects.filter(skill__key="reform").update(expires_on=date(2026, 4, 10))
    bring(csv(["職員番号", "データ分析"], ["S-owner", 0]), stated_on=date(2026, 4, 12))
    rebuild_levels([office.person("owner").pk])
    sheet = load_workbook(io.BytesIO(template(office))).worksheets[0]
    row = next(row for row in sheet.iter_rows(min_row=3, values_only=True) if row[0] == "S-owner")
    assert row[7:] == (None, 0, 3, 4)
