"""/people/: who is found, in which order, by whom, at which cost; and the same as a file."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Category, Employment, Person, Posting
from ikusei.org.services import people, posts
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db

Clients = Callable[[str], PageClient]


def names(page: Page) -> list[str]:
    """The names of the list, in its order."""
    rows = [row for table in page.find_all("table", id="people") for row in table.findall("tbody/tr")]
    cells = [row.find("th") for row in rows]
    return [next(cell.itertext()) for cell in cells if cell is not None]


def hire(office: Office, count: int, unit: str = "planning", start: int = 0) -> list[Person]:
    """So many people, posted in a unit."""
    rows = [
        (
            Person(name=f"新人 {number:04}", kana=f"シンジン {number:04}"),
            [
                Employment(
                    employer=office.units[unit].employer,
                    staff_number=f"H-{number:04}",
                    category=Category.CLERICAL,
                    grade="主事",
                    from_date=SINCE,
                )
            ],
        )
        for number in range(start, start + count)
    ]
    hired = people.add_people(actor=access.operator(), rows=rows)
    post = posts.open_post(
        actor=access.operator(),
        unit=office.units[unit],
        code=f"many-{start}",
        from_date=SINCE,
        name_ja="担当",
        name_en="Officer",
    )
    posts.assign_all(
        actor=access.operator(),
        postings=[Posting(person=person, post=post, from_date=SINCE) for person in hired],
    )
    return hired


@pytest.mark.parametrize(("who", "count"), [("manager", 3), ("planner", 10), ("administrator", 11)])
def test_everyone_lists_the_people_of_their_scope(
    client_as: Clients, office: Office, who: str, count: int
) -> None:
    page = client_as(who).open("/people/")
    assert len(names(page)) == count
    look = Entry.objects.get(verb="org.people.list")
    assert (look.count, look.actor) == (count, office.user(who))


@pytest.mark.parametrize(
    "words",
    ["青木", "アオキ", "あおき", "ｱｵｷ", "aoki", "Hana Aoki", "hana", "青木　花", "S-owner", "s－OWNER"],
)
def test_somebody_is_found_by_name_reading_letters_and_number(client_as: Clients, words: str) -> None:
    assert names(client_as("planner").open("/people/", q=words)) == ["青木 花"]


def test_every_word_has_to_be_found(client_as: Clients) -> None:
    client = client_as("planner")
    assert names(client.open("/people/", q="青木 蓮")) == []
    assert "Nobody was found" in client.open("/people/", q="青木 蓮", language="en")


def test_percent_signs_and_underscores_are_looked_for_as_they_are(client_as: Clients) -> None:
    assert names(client_as("planner").open("/people/", q="%")) == []
    assert names(client_as("planner").open("/people/", q="_oki")) == []


def test_a_search_does_not_reach_beyond_the_scope(client_as: Clients) -> None:
    assert names(client_as("manager").open("/people/", q="上田")) == []
    client_as("host_supervisor").open("/people/", q="青木", status=403)


def test_the_list_is_narrowed_by_unit_with_its_parts_employer_category_and_grade(
    client_as: Clients, office: Office
) -> None:
    client = client_as("administrator")

    def count(**query: object) -> int:
        return len(names(client.open(f"/people/?{urlencode(query)}")))

    assert count(unit=office.units["digital"].pk) == 8
    assert count(unit=office.units["planning"].pk) == 4
    assert count(unit=office.units["platform"].pk) == 2
    assert count(employer=office.employers["govtech"].pk) == 1
    assert count(category="ict") == 4
    assert count(grade="主任") == 1
    assert count(grade="other") == 0
    assert count(unit=office.units["digital"].pk, category="ict", q="青木") == 1
    assert count(unit="no number", employer="-1", category="no such", sort="no such") == 11


def test_the_list_is_sorted_both_ways(client_as: Clients, office: Office) -> None:
    client = client_as("planner")
    by_name = names(client.open("/people/"))
    assert by_name[0] == "青木 花"
    assert names(client.open("/people/", sort="-name")) == by_name[::-1]
    by_number = names(client.open("/people/", sort="number"))
    assert by_number[0] == office.person("academy").name
    assert names(client.open("/people/", sort="-number")) == by_number[::-1]
    assert names(client.open("/people/", sort="-grade"))[0] == office.person("executive").name


def test_dispatch_and_concurrent_posts_are_marked(client_as: Clients) -> None:
    page = client_as("manager").open("/people/", q="青木", language="en")
    assert "concurrent" in page
    assert "concurrent" not in client_as("manager").open("/people/", q="井上", language="en")


def test_the_list_is_read_as_of_a_day(client_as: Clients, office: Office) -> None:
    Employment.objects.filter(person=office.person("stranger")).update(until=date(2025, 4, 1))
    client = client_as("administrator")
    assert "上田 葵" not in names(client.open("/people/"))
    assert "上田 葵" in names(client.open("/people/", on="2025-03-31"))
    assert names(client.open("/people/", on="2024-03-31")) == []


def test_days_to_come_are_read_by_the_personnel_section_alone(client_as: Clients, office: Office) -> None:
    Employment.objects.filter(person=office.person("colleague")).update(until=date(2026, 7, 1))
    assert "井上 蓮" not in names(client_as("planner").open("/people/", on="2026-07-01"))
    assert "井上 蓮" in names(client_as("manager").open("/people/", on="2026-07-01"))


def test_pages_follow_each_other_and_one_after_the_last_is_the_first(
    client_as: Clients, office: Office
) -> None:
    hire(office, 60)
    client = client_as("planner")
    pages = [names(client.open("/people/", page=str(number))) for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 20]
    assert not set(pages[0]) & set(pages[1])
    assert names(client.open("/people/", page="99", q="新人"))[0] == "新人 0000"
    assert len(names(client.open("/people/", page="2", q="新人"))) == 10
    assert len(names(client.open("/people/", page="2", sort="number"))) == 20
    assert names(client.open("/people/", page="x"))[0] == "青木 花"


def test_somebody_with_two_employers_stands_once(client_as: Clients, office: Office) -> None:
    Employment.objects.create(
        person=office.person("colleague"),
        employer=office.employers["govtech"],
        staff_number="G-1",
        category="ict",
        from_date=date(2025, 4, 1),
    )
    client = client_as("administrator")
    assert names(client.open("/people/")).count("井上 蓮") == 1
    assert names(client.open("/people/", q="井上")) == ["井上 蓮"]
    assert names(client.open("/people/", employer=str(office.employers["govtech"].pk))) == [
        "井上 蓮",
        "岡田 涼",
    ]


def test_academy_staff_see_names_without_a_way_to_the_record(client_as: Clients, office: Office) -> None:
    record = f"/people/{office.person('owner').public_id}/"
    assert record in client_as("manager").open("/people/").links()
    assert record not in client_as("academy").open("/people/").links()


def test_the_list_costs_the_same_for_ten_people_and_for_a_thousand(
    client_as: Clients, office: Office
) -> None:
    made = 0

    def add(count: int) -> None:
        nonlocal made
        hire(office, count, "services", start=made)
        made += count

    for who in ("planner", "manager"):
        assert_same_cost(f"people-{who}", client_as(who), "/people/", add)
        assert_same_cost(f"people-{who}-search", client_as(who), "/people/?q=新人", add)


def test_the_file_holds_everybody_found_and_runs_nothing(client_as: Clients, office: Office) -> None:
    Person.objects.filter(pk=office.person("owner").pk).update(name="=HYPERLINK(1)", name_latin="")
    hire(office, 55)
    client = client_as("planner")
    response = client.get("/people/export/", {"q": ""}, headers={"Accept-Language": "en"})
    text = response.content.decode("utf-8-sig")
    lines = text.splitlines()
    assert response.headers["Content-Disposition"] == 'attachment; filename="people-2026-04-15.csv"'
    assert lines[0].startswith("Name,Reading,Staff number,Employer,Unit,Post,Grade,Category")
    assert len(lines) == 1 + 10 + 55
    assert "'=HYPERLINK(1)" in text
    assert not any(line.startswith("=") for line in lines)
    look = Entry.objects.get(verb="org.people.export")
    assert (look.count, look.actor) == (65, office.user("planner"))


def test_the_file_goes_no_further_than_the_list(client_as: Clients) -> None:
    text = client_as("manager").get("/people/export/").content.decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert client_as("host_supervisor").get("/people/export/").status_code == 403
    assert client_as("owner").get("/people/export/").status_code == 403
