"""All sheets of a round for the personnel section: who has handed in, filters, one sheet whole, entering one for somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import Category, Purpose
from ikusei.org.services import people
from ikusei.rotation.models import Sheet, Source
from ikusei.rotation.queries.wish_sheets import Wanted, sheet_list
from ikusei.rotation.services.wish_sheets import SheetClosed, SheetRefused, enter_sheet
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from ikusei.rotation.tests.sheets import file_sheet, make_bureau_planner, wishes_of_owner
from tests.office import SINCE, Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

type Clients = Callable[[str | None], PageClient]


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round, with the owner's sheet in it."""
    ground = lay(office)
    file_sheet(ground)
    return ground


@pytest.fixture(autouse=True)
def after_the_sheets() -> Iterator[date]:
    """A day between the sheets and the notice."""
    with clock.fixed(TODAY) as day:
        yield day


def listed(laid: Ground, wanted: Wanted | None = None, *, by: str = "planner") -> set[str]:
    """The keys of those whom the list shows."""
    found = sheet_list(laid.office.viewer(by), wanted or Wanted())
    assert found is not None
    keys = {person.pk: key for key, person in laid.office.people.items()}
    return {keys[row.person_id] for row in found.page}


def test_everybody_whom_the_round_asks_is_listed(laid: Ground) -> None:
    assert listed(laid) == {"owner", "colleague", "steward"}


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted(state="in"), {"owner"}),
        (Wanted(state="out"), {"colleague", "steward"}),
        (Wanted(intent="move"), {"owner"}),
        (Wanted(intent="stay"), set()),
        (Wanted(protected=True), {"owner"}),
    ],
)
def test_the_list_is_filtered(laid: Ground, wanted: Wanted, keys: set[str]) -> None:
    assert listed(laid, wanted) == keys


def test_the_list_is_filtered_by_unit_and_by_post(laid: Ground) -> None:
    assert listed(laid, Wanted(unit=laid.office.units["planning"].pk)) == {"steward"}
    assert listed(laid, Wanted(unit=laid.office.units["digital"].pk)) == {"owner", "colleague", "steward"}
    assert listed(laid, Wanted(post=laid.posts["owner-platform"].pk)) == {"owner"}
    assert listed(laid, Wanted(post=laid.posts["steward"].pk)) == set()


def test_a_planner_of_a_bureau_sees_the_people_of_the_bureau_and_not_themselves(laid: Ground) -> None:
    make_bureau_planner(laid, "colleague")
    assert listed(laid, by="colleague") == {"owner", "steward"}


def test_whole_sheets_are_looked_at_for_placement_and_noted(laid: Ground, client_as: Clients) -> None:
    owner = laid.office.person("owner")
    client_as("planner").open(f"/rotation/wishes/{laid.round.public_id}/{owner.public_id}/")
    look = Entry.objects.get(kind=Entry.Kind.LOOK, verb="rotation.sheet.open")
    assert (look.purpose, look.subject_id) == (Purpose.PLACEMENT, str(owner.public_id))


def test_the_section_enters_a_sheet_and_says_who_said_it(laid: Ground, client_as: Clients) -> None:
    colleague = laid.office.person("colleague")
    client = client_as("planner")
    url = f"/rotation/wishes/{laid.round.public_id}/{colleague.public_id}/enter/"
    client.open(url)
    refused = client.send(url, {"do": "hand-in", "intent": "stay", "places": "南部", "seen": 0}, status=422)
    assert "南部" in refused.html
    post = laid.posts["steward"].pk
    added = client.send(url, {"do": "add-post", "add": post, "said_by": "井上 蓮", "seen": 0}, status=200)
    assert "井上 蓮" in added.html
    data = {"do": "hand-in", "intent": "stay", "post": [post], "said_by": "井上 蓮（電話）", "seen": 0}
    client.send(url, data)
    sheet = Sheet.objects.get(person=colleague)
    assert (sheet.source, sheet.said_by) == (Source.PROXY, "井上 蓮（電話）")
    assert sheet.entered_by == laid.office.user("planner")
    assert "井上 蓮（電話）" in client_as("colleague").open("/wishes/").html


@pytest.mark.parametrize("key", ["manager", "steward", "academy", "owner"])
def test_nobody_else_enters_sheets(laid: Ground, key: str) -> None:
    if key == "academy":
        make_bureau_planner(laid)
    with pytest.raises(PermissionDenied):
        enter_sheet(
            actor=laid.office.viewer(key),
            round_=laid.round,
            person=laid.office.person("colleague"),
            wishes=wishes_of_owner(laid),
            seen=0,
            said_by="井上 蓮",
        )


def test_nothing_is_entered_from_the_notice_on_or_without_a_name(laid: Ground) -> None:
    def enter(said_by: str) -> None:
        enter_sheet(
            actor=laid.office.viewer("planner"),
            round_=laid.round,
            person=laid.office.person("colleague"),
            wishes=wishes_of_owner(laid),
            seen=0,
            said_by=said_by,
        )

    with pytest.raises(SheetRefused):
        enter("  ")
    with clock.fixed(laid.round.notice_on), pytest.raises(SheetClosed):
        enter("井上 蓮")
    assert not Sheet.objects.filter(person=laid.office.person("colleague")).exists()


def test_the_list_costs_the_same_for_many(laid: Ground, client_as: Clients) -> None:
    def add(count: int) -> None:
        begin = Sheet.objects.count()
        rows = [
            people.add_person(
                actor=access.operator(),
                name=f"職員 {begin + number}",
                kana=f"ショクイン {begin + number:05}",
                employment={
                    "employer": laid.office.employers["city"],
                    "staff_number": f"N-{begin + number}",
                    "category": Category.ICT,
                    "from_date": SINCE,
                },
            )
            for number in range(count)
        ]
        Sheet.objects.bulk_create(
            Sheet(round=laid.round, person=row, intent="move", handed_in_at=clock.now(), revision=1)
            for row in rows
        )

    assert_same_cost("preference-sheets", client_as("planner"), "/rotation/wishes/", add)


def test_entering_a_sheet_costs_what_is_recorded(laid: Ground, client_as: Clients) -> None:
    where = f"/rotation/wishes/{laid.round.public_id}/{laid.office.person('owner').public_id}/enter/"
    assert_query_count("preference-sheet-enter", client_as("planner"), where)
