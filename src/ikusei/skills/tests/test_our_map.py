"""Our map: how many hold what, where; what is missing first; what each role is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.models import Category, UnitKind
from ikusei.org.services import posts, units
from ikusei.skills.formats import CoverageData
from ikusei.skills.queries.maps.cells import ALL, OTHERS, Cell
from ikusei.skills.queries.maps.counting import Who
from ikusei.skills.queries.maps.our_map import COLUMNS, Asked, OurMap, our_map
from ikusei.skills.queries.maps.suppression import Shown
from ikusei.skills.tests import crowds
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

pytestmark = pytest.mark.django_db

EVERYONE = access.operator()


def drawn(viewer: Viewer = EVERYONE, **asked: object) -> OurMap:
    return our_map(viewer, Asked(**({"on": TODAY} | asked)))  # type: ignore[arg-type]


def cell(found: OurMap, skill: str, unit: int) -> Cell:
    row = next(row for row in found.rows if row.skill.key == skill)
    return row.total if unit == ALL else next(one for one in row.cells if one.column == unit)


def test_people_are_counted_from_the_level_that_matters_up(office: Office) -> None:
    crowds.language()
    for level in (2, 3, 4):
        crowds.hire(office, "services", 1, {"cloud": level})
    assert cell(drawn(), "cloud", ALL).count == Shown(2, 2)
    assert cell(drawn(level=2), "cloud", ALL).count == Shown(3, 3)


def test_the_level_that_matters_is_that_of_the_coverage_rule(office: Office) -> None:
    crowds.language(CoverageData("cloud", 2, 5))
    crowds.hire(office, "services", 3, {"cloud": 2})
    found = cell(drawn(), "cloud", office.units["digital"].pk)
    assert (found.count, found.need, found.state) == (Shown(3, 3), 5, "short")


def test_somebody_on_two_posts_is_counted_once_where_the_larger_share_is(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services", 1, {"cloud": 3})[0]
    posts.end_posting(actor=EVERYONE, posting=person.postings.get(), on=date(2025, 4, 1))
    crowds.post_to(office, person, "services", "0.4", from_date=date(2025, 4, 1))
    crowds.post_to(office, person, "platform", "0.6", from_date=date(2025, 4, 1))
    now, before = drawn(), drawn(on=date(2025, 6, 1))
    assert cell(now, "cloud", ALL).count == Shown(1, 1)
    assert cell(now, "cloud", office.units["govtech"].pk).count == Shown(1, 1)
    assert cell(before, "cloud", office.units["digital"].pk).count == Shown(0, 0)


def test_the_map_of_an_earlier_day_counts_where_people_worked_then(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services", 1, {"cloud": 3})[0]
    posts.end_posting(actor=EVERYONE, posting=person.postings.get(), on=date(2026, 4, 1))
    crowds.post_to(office, person, "platform", "1", from_date=date(2026, 4, 1))
    assert cell(drawn(on=date(2026, 3, 31)), "cloud", office.units["digital"].pk).count == Shown(1, 1)
    assert cell(drawn(), "cloud", office.units["govtech"].pk).count == Shown(1, 1)
    assert cell(drawn(on=date(2025, 5, 31)), "cloud", ALL).count == Shown(0, 0)


def test_an_expired_level_does_not_count(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services")[0]
    crowds.say(person, "cloud", 4, expires_on=TODAY)
    assert cell(drawn(), "cloud", ALL).count == Shown(0, 0)
    assert cell(drawn(on=date(2026, 4, 14)), "cloud", ALL).count == Shown(1, 1)


def test_only_ict_staff_are_counted_unless_everyone_with_a_level_is_asked_for(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 3}, category=Category.CLERICAL)
    assert cell(drawn(), "cloud", ALL).count == Shown(0, 0)
    assert cell(drawn(who=Who.RATED), "cloud", ALL).count == Shown(2, 2)


def test_a_unit_that_needs_a_skill_and_has_nobody_is_marked(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 2})
    found = drawn()
    assert cell(found, "cloud", office.units["digital"].pk).state == "zero"
    assert cell(found, "law", office.units["digital"].pk).state == ""
    assert found.summary.nobody == 1


def test_one_person_alone_is_marked_where_the_skill_is_needed(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 1, {"cloud": 3, "law": 3})
    found = drawn()
    assert cell(found, "cloud", office.units["digital"].pk).state == "single"
    assert cell(found, "law", office.units["digital"].pk).state == ""
    assert found.summary.single == 1


def test_a_rule_for_every_unit_applies_where_a_job_type_asks_for_the_skill(office: Office) -> None:
    crowds.language(CoverageData("law", 3, 2))
    crowds.hire(office, "services", 1, job_type="analyst")
    crowds.hire(office, "platform", 1, job_type="engineer")
    found = drawn()
    assert cell(found, "law", office.units["digital"].pk).need == 2
    assert cell(found, "law", office.units["govtech"].pk).need is None


def test_a_units_own_rule_is_counted_at_its_own_level(office: Office) -> None:
    crowds.language(CoverageData("cloud", 3, 1), CoverageData("cloud", 4, 2, "services"))
    crowds.hire(office, "services", 2, {"cloud": 3})
    crowds.hire(office, "services", 1, {"cloud": 4})
    found = cell(drawn(unit_id=office.units["digital"].pk), "cloud", office.units["services"].pk)
    assert (found.count, found.need, found.level) == (Shown(1, 1), 2, 4)


def test_what_nobody_can_comes_first_then_what_one_alone_can_then_the_shortage(office: Office) -> None:
    crowds.language(
        CoverageData("data", 2, 9),
        CoverageData("cloud", 3, 1),
        CoverageData("law", 2, 1),
        CoverageData("design", 2, 1),
    )
    crowds.hire(office, "services", 2, {"data": 2, "law": 2}, job_type="architect")
    crowds.hire(office, "services", 1, {"data": 2, "cloud": 3}, job_type="architect")
    order = [row.skill.key for row in drawn().rows]
    assert order == ["design", "cloud", "data", "law"]
    assert [row.skill.key for row in drawn(order="framework").rows] == list(crowds.SKILLS)


def test_a_units_map_has_its_parts_as_columns_and_those_directly_in_it(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 3})
    crowds.hire(office, "digital", 1, {"cloud": 3})
    crowds.hire(office, "platform", 4, {"cloud": 3})
    found = drawn(unit_id=office.units["digital"].pk)
    assert cell(found, "cloud", ALL).count == Shown(3, 3)
    assert cell(found, "cloud", office.units["services"].pk).count == Shown(2, 2)
    assert cell(found, "cloud", office.units["digital"].pk).count == Shown(1, 1)


def test_a_unit_that_does_not_exist_on_the_day_is_not_found(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    with pytest.raises(NotVisible):
        drawn(unit_id=99_999_999)
    client_as("steward").open("/units/99999999/map/", status=404)


def test_many_units_are_folded_and_open_on_the_next_page(office: Office) -> None:
    crowds.language()
    specs = [
        units.UnitSpec(f"u{number}", "", UnitKind.BUREAU, f"局{number}", f"Bureau {number}")
        for number in range(COLUMNS + 3)
    ]
    opened = units.open_units(actor=EVERYONE, employer=office.employers["city"], specs=specs, from_date=SINCE)
    office.units.update(opened)
    for code in opened:
        crowds.hire(office, code, 1, {"cloud": 3})
    first, second = drawn(), drawn(columns=2)
    assert len(first.columns) == COLUMNS + 1
    assert first.columns[-1].id == OTHERS
    numbers = [one.count.low for one in first.rows[0].cells]
    assert sum(numbers) == cell(first, first.rows[0].skill.key, ALL).count.low
    shown = {column.id for column in first.columns} | {column.id for column in second.columns}
    assert {unit.pk for unit in opened.values()} <= shown


def test_two_days_are_compared_cell_by_cell(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 3})
    found = cell(drawn(compare=date(2025, 5, 1)), "cloud", ALL)
    assert (found.before, found.change) == (Shown(0, 0), 2)
    page = client_as("steward").open("/our-map/?compare=2025-05-01", language="en")
    assert "2 more" in page
    assert "as before" in page


def test_an_executive_is_told_steps_where_a_steward_is_told_numbers(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 7, {"cloud": 3})
    crowds.hire(office, "services", 3, {"law": 3})
    unit = office.units["digital"].pk
    steward, executive = drawn(office.viewer("steward")), drawn(office.viewer("executive"))
    assert [cell(steward, key, unit).count for key in ("cloud", "law", "design")] == [
        Shown(7, 7),
        Shown(3, 3),
        Shown(0, 0),
    ]
    assert [cell(executive, key, unit).count for key in ("cloud", "law", "design")] == [
        Shown(5, 9),
        Shown(1, 4),
        Shown(0, 0),
    ]
    assert executive.limited
    assert not steward.limited


def test_a_unit_with_fewer_than_five_people_is_not_told_in_numbers(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "welfare-office", 4, {"cloud": 3})
    found = drawn(office.viewer("executive"))
    assert cell(found, "cloud", office.units["welfare"].pk).count == Shown(0, None)
    assert cell(found, "law", office.units["welfare"].pk).state == "hidden"


def test_a_manager_counts_their_own_exactly_and_the_others_in_steps(office: Office) -> None:
    crowds.language()
    crowds.hire(office, "services", 2, {"cloud": 3})
    crowds.hire(office, "planning", 6, {"cloud": 3})
    found = drawn(office.viewer("manager"), unit_id=office.units["digital"].pk)
    assert cell(found, "cloud", office.units["services"].pk).count == Shown(2, 2)
    assert cell(found, "cloud", office.units["planning"].pk).count == Shown(5, 9)
    assert cell(found, "cloud", ALL).count == Shown(7, 11)


def test_whoever_left_the_managers_team_is_no_longer_seen_exactly_on_earlier_days(office: Office) -> None:
    crowds.language()
    gone = crowds.hire(office, "services", 5, {"cloud": 3})
    for person in gone:
        posts.end_posting(actor=EVERYONE, posting=person.postings.get(), on=date(2026, 4, 1))
        crowds.post_to(office, person, "platform", "1", from_date=date(2026, 4, 1))
    found = drawn(office.viewer("manager"), on=date(2026, 3, 1), unit_id=office.units["digital"].pk)
    assert cell(found, "cloud", office.units["services"].pk).count == Shown(5, 9)


@pytest.mark.parametrize("role", ["executive", "manager", "academy"])
def test_a_page_says_the_same_whether_one_person_more_or_less_holds_a_skill(
    office: Office, client_as: ClientAs, role: str
) -> None:
    """Taking numbers from numbers is of no use: total, parts, levels, files and the people's list all stand still."""
    crowds.language()
    crowds.hire(office, "planning", 12, {"cloud": 3})
    crowds.hire(office, "planning", 2, {"cloud": 4, "law": 3})
    crowds.hire(office, "welfare-office", 6, {"law": 4})
    wavering = crowds.hire(office, "welfare-office", 1, {"cloud": 3})[0]
    crowds.hire(office, "welfare-office", 1, {"cloud": 3})
    digital, welfare = office.units["digital"].pk, office.units["welfare"].pk
    client = client_as(role)
    pages = [
        "/our-map/",
        "/our-map/?level=4",
        "/our-map/?order=framework&compare=2025-05-01",
        "/our-map/?format=csv",
        "/our-map/?format=svg",
        f"/units/{digital}/map/",
        f"/units/{welfare}/map/",
        f"/units/{welfare}/map/?level=3&format=csv",
        f"/our-map/people/?skill=cloud&unit={welfare}",
        "/our-map/people/?skill=cloud",
        "/our-map/people/?only=single",
        "/our-map/trend/?skill=cloud",
        f"/our-map/trend/?skill=cloud&unit={welfare}&format=csv",
    ]

    def said() -> list[str]:
        return [_without_tokens(client.get(url).content.decode()) for url in pages]

    before = said()
    crowds.say(wavering, "cloud", 2, on=date(2025, 7, 1))
    assert said() == before


def _without_tokens(html: str) -> str:
    """A page without what is new in every answer."""
    return "\n".join(line for line in html.splitlines() if "csrf" not in line.lower() and "nonce" not in line)


def test_a_host_supervisor_has_no_counts(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    client_as("host_supervisor").open("/our-map/", status=403)
    client_as("owner").open("/our-map/", status=403)


def test_the_file_tells_what_the_page_tells(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    crowds.hire(office, "planning", 7, {"cloud": 3})
    response = client_as("executive").get("/our-map/?format=csv&order=framework")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    cloud = next(row for row in rows if row[0] == "クラウド")
    assert "7" not in cloud
    assert cloud[2] == "5～9"


def test_the_picture_is_well_formed(office: Office, client_as: ClientAs) -> None:
    crowds.language(CoverageData("cloud", 3, 2))
    crowds.hire(office, "services", 1, {"cloud": 3})
    content = client_as("steward").get("/our-map/?format=svg").content
    assert "1 / 2" in crowds.words_of_picture(content)


def test_a_units_coverage_says_who_covers_it_and_the_look_is_noted(
    office: Office, client_as: ClientAs
) -> None:
    crowds.language(CoverageData("cloud", 3, 3))
    able = crowds.hire(office, "services", 2, {"cloud": 3})
    page = client_as("manager").open(f"/units/{office.units['services'].pk}/map/", language="en")
    assert "2 of 3 needed 1 missing" in page
    assert all(person.display_name in page for person in able)
    look = Entry.objects.get(verb="skills.map.coverage")
    assert look.count == 2


def test_a_units_coverage_names_nobody_outside_the_viewers_scope(office: Office, client_as: ClientAs) -> None:
    crowds.language(CoverageData("cloud", 3, 3))
    able = crowds.hire(office, "planning", 6, {"cloud": 3})
    page = client_as("executive").open(f"/units/{office.units['planning'].pk}/map/", language="en")
    assert "5–9 of 3 needed" in page
    assert not any(person.display_name in page for person in able)
    assert not Entry.objects.filter(verb="skills.map.coverage").exists()


def test_the_map_counts_the_posted_and_names_those_without_a_posting_apart(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "services", 1, {"cloud": 3})[0]
    posts.end_posting(actor=EVERYONE, posting=person.postings.get(), on=date(2026, 4, 1))
    found = drawn()
    assert cell(found, "cloud", ALL).count == Shown(1, 1)
    assert cell(found, "cloud", 0).count == Shown(1, 1)


def test_without_a_framework_in_use_the_page_says_so(office: Office, client_as: ClientAs) -> None:
    page = client_as("steward").open("/our-map/", language="en")
    assert "No framework is in use on this day" in page


def test_without_ict_staff_the_page_says_whom_it_counts(office: Office, client_as: ClientAs) -> None:
    crowds.language(use_from=date(2020, 1, 1))
    page = client_as("steward").open("/our-map/?on=2021-01-01", language="en")
    assert "Nobody is counted here on this day" in page


def test_the_page_costs_the_same_for_ten_people_and_a_thousand(office: Office, client_as: ClientAs) -> None:
    crowds.language(CoverageData("cloud", 3, 2))
    assert_same_cost(
        "our-map",
        client_as("executive"),
        "/our-map/",
        lambda number: crowds.hire(office, "planning", number, {"cloud": 3, "data": 3}),
    )


def test_a_units_page_costs_the_same_for_ten_people_and_a_thousand(
    office: Office, client_as: ClientAs
) -> None:
    crowds.language(CoverageData("cloud", 3, 2))
    assert_same_cost(
        "unit-map",
        client_as("manager"),
        f"/units/{office.units['services'].pk}/map/",
        lambda number: crowds.hire(office, "services", number, {"cloud": 3, "data": 3}),
    )
