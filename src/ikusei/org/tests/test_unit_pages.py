"""The tree, one unit, and what the personnel section changes there."""

from collections.abc import Callable
from datetime import date

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Post, PostTerms, Unit, UnitKind, UnitPeriod
from ikusei.org.queries.headcount import Told
from ikusei.org.services import units
from ikusei.org.services.units import UnitSpec
from ikusei.org.tests.test_people_page import hire
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count, assert_same_cost

pytestmark = pytest.mark.django_db

Clients = Callable[[str], PageClient]


def rows(page: Page, name: str) -> list[list[str]]:
    """The cells of a table's rows."""
    return [
        [page.text(cell) for cell in row]
        for table in page.find_all("table", id=name)
        for row in table.findall("tbody/tr")
    ]


def test_the_tree_shows_two_levels_with_exact_numbers_in_scope(client_as: Clients) -> None:
    shown = rows(client_as("planner").open("/units/", language="en"), "units")
    assert [(row[0], row[2]) for row in shown] == [
        ("Bureau of Digital Services", "8"),
        ("Planning Section", "4"),
        ("Services Section", "3"),
        ("Bureau of Welfare", "2"),
        ("Welfare Section", "1"),
    ]


def test_outside_ones_scope_small_numbers_are_not_told(client_as: Clients) -> None:
    shown = {row[0]: row[2] for row in rows(client_as("manager").open("/units/", language="en"), "units")}
    assert shown["Services Section"] == "3"
    assert shown["Planning Section"] == "under 5"
    assert shown["Bureau of Digital Services"] == "about 10"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (1, "under 5"), (4, "under 5"), (5, "about 5"), (8, "about 10"), (1187, "about 1,185")],
)
def test_a_number_is_told_in_steps_of_five(client_as: Clients, number: int, words: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert str(Told(number, is_exact=False)) == words
        assert str(Told(number, is_exact=True)) == f"{number:,}"


def test_the_tree_of_another_employer_can_be_chosen(client_as: Clients) -> None:
    page = client_as("owner").open("/units/", employer="govtech", language="en")
    assert [row[0] for row in rows(page, "units")] == ["GovTech", "Platform Section"]
    client_as("owner").open("/units/", employer="nobody", status=404)


def test_the_tree_is_read_as_of_a_day(client_as: Clients, office: Office) -> None:
    units.change_unit(
        actor=access.operator(),
        unit=office.units["services"],
        on=date(2025, 4, 1),
        parent=office.units["welfare"],
        name_en="Moved Section",
    )
    client = client_as("planner")
    now = [row[0] for row in rows(client.open("/units/", language="en"), "units")]
    assert now.index("Moved Section") > now.index("Bureau of Welfare")
    then = [row[0] for row in rows(client.open("/units/", on="2025-03-31", language="en"), "units")]
    assert then.index("Services Section") < then.index("Bureau of Welfare")
    assert "No unit is open" in client.open("/units/", on="2020-01-01", language="en")


def test_a_planned_change_is_for_the_personnel_section(client_as: Clients, office: Office) -> None:
    services = office.units["services"]
    units.change_unit(actor=access.operator(), unit=services, on=date(2026, 7, 1), name_en="New name")
    url = f"/units/{services.pk}/"
    assert "New name" in client_as("planner").open(url, language="en")
    for day in ("2026-04-15", "2026-08-01"):
        page = client_as("manager").open(url, on=day, language="en")
        assert "New name" not in page
        assert "30 June 2026" not in page


def test_a_unit_shows_posts_and_the_people_in_scope(client_as: Clients, office: Office) -> None:
    url = f"/units/{office.units['services'].pk}/"
    page = client_as("manager").open(url, language="en")
    assert sorted(row[0].split(" ")[0] for row in rows(page, "holders")) == ["Hana", "Minoru", "Ren"]
    assert [row[5] for row in rows(page, "posts")] == ["1", "1", "1"]
    assert "Minoru Eguchi" in page
    look = Entry.objects.get(verb="org.unit.people")
    assert look.count == 3


def test_strangers_see_the_posts_and_not_who_has_them(client_as: Clients, office: Office) -> None:
    url = f"/units/{office.units['services'].pk}/"
    page = client_as("stranger").open(url, language="en")
    assert rows(page, "holders") == []
    assert [row[5] for row in rows(page, "posts")] == ["–", "–", "–"]
    assert "under 5" in page
    for key in ("owner", "manager", "colleague"):
        assert office.person(key).name_latin not in page
    assert not Entry.objects.filter(kind=Entry.Kind.LOOK).exists()


def test_somebody_from_ones_own_team_is_seen_in_another_unit(client_as: Clients, office: Office) -> None:
    """The owner works in the services section too, so the manager there sees the owner at the affiliate, nobody else."""
    page = client_as("manager").open(f"/units/{office.units['platform'].pk}/", language="en")
    assert [row[0] for row in rows(page, "holders")] == ["Hana Aoki アオキ ハナ"]
    assert {row[5] for row in rows(page, "posts")} == {"–"}


def test_the_history_of_a_unit_names_what_it_was_part_of(client_as: Clients, office: Office) -> None:
    services = office.units["services"]
    units.change_unit(
        actor=access.operator(), unit=services, on=date(2025, 4, 1), parent=office.units["welfare"]
    )
    shown = rows(client_as("owner").open(f"/units/{services.pk}/", language="en"), "names")
    assert [(row[0], row[1], row[4]) for row in shown] == [
        ("1 April 2025", "", "Bureau of Welfare"),
        ("1 April 2024", "31 March 2025", "Bureau of Digital Services"),
    ]


def test_a_unit_that_is_not_there_on_the_day_says_so(client_as: Clients, office: Office) -> None:
    page = client_as("owner").open(f"/units/{office.units['services'].pk}/", on="2020-01-01", language="en")
    assert "not open on this day" in page
    assert rows(page, "posts") == []
    client_as("owner").open("/units/999999/", status=404)


def test_a_unit_is_opened_renamed_moved_and_closed_through_its_forms(
    client_as: Clients, office: Office
) -> None:
    client = client_as("planner")
    digital = office.units["digital"]
    client.send(
        f"/units/{digital.pk}/parts/new/",
        {
            "code": "data",
            "kind": "section",
            "name_ja": "データ課",
            "order": "3",
            "from_date": "2026-04-01",
        },
    )
    data = Unit.objects.get(code="data")
    client.send(
        f"/units/{data.pk}/change/", {"on": "2026-05-01", "kind": "section", "name_ja": "データ活用課"}
    )
    search = client.open(f"/units/{data.pk}/move/", q="福祉局")
    assert f"?unit={office.units['welfare'].pk}" in search.links()
    assert "該当する組織" in client.open(f"/units/{data.pk}/move/", q="ガブテック")
    client.send(f"/units/{data.pk}/move/?unit={office.units['welfare'].pk}", {"on": "2026-06-01"})
    client.send(f"/units/{data.pk}/close/", {"on": "2026-06-30"})
    history = UnitPeriod.objects.filter(unit=data).order_by("from_date")
    assert [(row.name_ja, row.parent_id, row.until) for row in history] == [
        ("データ課", digital.pk, date(2026, 5, 1)),
        ("データ活用課", digital.pk, date(2026, 6, 1)),
        ("データ活用課", office.units["welfare"].pk, date(2026, 7, 1)),
    ]
    client.send(
        "/employers/city/units/new/",
        {"code": "new", "kind": "bureau", "name_ja": "新局", "order": "0", "from_date": "2026-04-01"},
    )
    assert UnitPeriod.objects.get(unit__code="new").parent_id is None


def test_a_broken_rule_is_told_above_the_form(client_as: Clients, office: Office) -> None:
    page = client_as("planner").send(
        f"/units/{office.units['digital'].pk}/close/", {"on": "2026-06-30"}, status=200, language="en"
    )
    assert "are still open on that day" in page


def test_a_post_is_opened_changed_and_closed_through_its_forms(client_as: Clients, office: Office) -> None:
    client = client_as("planner")
    terms = {
        "name_ja": "データ担当",
        "grade": "主任",
        "job_type": "data-analyst",
        "capacity": "2",
        "authorised_headcount": "1",
        "gq_share": "30",
        "dq_share": "62.5",
    }
    url = f"/units/{office.units['planning'].pk}/posts/new/"
    client.send(url, {**terms, "code": "p-9", "from_date": "2026-04-01"})
    post = Post.objects.get(code="p-9")
    assert str(PostTerms.objects.get(post=post).dq_share) == "0.625"
    change = client.open(f"/posts/{post.pk}/change/")
    assert [field.get("value") for field in change.find_all("input", name="dq_share")] == ["62.5"]
    client.send(f"/posts/{post.pk}/change/", {**terms, "capacity": "3", "on": "2026-05-01"})
    client.send(f"/posts/{post.pk}/close/", {"on": "2026-06-30"})
    assert [
        (row.capacity, row.until) for row in PostTerms.objects.filter(post=post).order_by("from_date")
    ] == [(2, date(2026, 5, 1)), (3, date(2026, 7, 1))]
    again = client.send(url, {**terms, "code": "p-9", "from_date": "2026-04-01"}, status=200)
    assert "p-9" in again


@pytest.mark.parametrize("rest", ["parts/new/", "change/", "move/", "close/", "posts/new/"])
def test_only_the_personnel_section_of_the_employer_changes_units(
    client_as: Clients, office: Office, rest: str
) -> None:
    mine, theirs = office.units["services"].pk, office.units["platform"].pk
    client_as("planner").open(f"/units/{mine}/{rest}")
    client_as("planner").open(f"/units/{theirs}/{rest}", status=403)
    client_as("manager").open(f"/units/{mine}/{rest}", status=403)
    client_as("planner").open(f"/units/999999/{rest}", status=404)


def test_buttons_stand_where_they_may_be_used(client_as: Clients, office: Office) -> None:
    mine, theirs = office.units["services"].pk, office.units["platform"].pk
    assert f"/units/{mine}/close/" in client_as("planner").open(f"/units/{mine}/").links()
    assert f"/units/{theirs}/close/" not in client_as("planner").open(f"/units/{theirs}/").links()
    assert f"/units/{mine}/close/" not in client_as("manager").open(f"/units/{mine}/").links()


def test_the_tree_and_a_unit_cost_the_same_for_ten_people_and_for_a_thousand(
    client_as: Clients, office: Office
) -> None:
    made = 0

    def add(count: int) -> None:
        nonlocal made
        hire(office, count, "services", start=made)
        made += count

    assert_same_cost("units", client_as("manager"), "/units/", add)
    url = f"/units/{office.units['services'].pk}/"
    for who in ("manager", "planner", "owner"):
        assert_same_cost(f"unit-{who}", client_as(who), url, add)


def test_a_tree_of_many_units_stays_small(client_as: Clients, office: Office) -> None:
    specs = [UnitSpec(f"d{number}", "digital", UnitKind.DIVISION, f"第{number}部") for number in range(150)]
    deep = [
        UnitSpec(f"s{number}", f"d{number % 150}", UnitKind.SECTION, f"第{number}課") for number in range(600)
    ]
    units.open_units(
        actor=access.operator(), employer=office.employers["city"], specs=[*specs, *deep], from_date=SINCE
    )
    assert_query_count("units-many", client_as("planner"), "/units/")
