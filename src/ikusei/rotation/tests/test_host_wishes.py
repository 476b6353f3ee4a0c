"""Hosts say whom they need, who should stay and who may go; nobody speaks for a unit that is not theirs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import HostAsk, HostWish
from ikusei.rotation.queries.host_wishes import SIZE, Asked, host_page, open_wish, section_page
from ikusei.rotation.services.host_wishes import add_wish, withdraw_wish
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from ikusei.skills.models import FrameworkVersion
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_same_cost

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

IN_TIME = date(2026, 1, 12)
OWN = "/wishes/hosts/"
ALL = "/rotation/host-wishes/"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.fixed(IN_TIME):
        yield


@pytest.fixture
def laid(office: Office, skill_map: FrameworkVersion) -> Ground:
    return ground.lay(office)


def host_manager(office: Office) -> Viewer:
    """The host supervisor as manager of the affiliate's section."""
    user = office.user("host_supervisor")
    grants.give_role(
        actor=access.operator(),
        user=user,
        role=Role.MANAGER,
        scope=Scope.TEAM,
        purpose=Purpose.SUPERVISION,
        from_date=SINCE,
    )
    return access.viewer_of(user)


def need(laid: Ground, post: str = "owner-platform", **more: object) -> Asked:
    return Asked(HostAsk.NEED, post_id=laid.posts[post].pk, **more)  # type: ignore[arg-type]


def test_a_host_speaks_of_its_own_posts_and_the_people_who_work_there(laid: Ground) -> None:
    manager = host_manager(laid.office)
    page = host_page(manager)
    assert set(page.targets.posts) == {laid.posts["owner-platform"].pk, laid.posts["host_supervisor"].pk}
    assert set(page.targets.people) == {laid.office.person("owner").pk}
    asked = need(laid, skill_key="digital-strategy", level=3, count=2)
    wish = add_wish(actor=manager, round_=laid.round, asked=asked, said_by="ignored")
    keep = Asked(HostAsk.KEEP, person_id=laid.office.person("owner").pk)
    kept = add_wish(actor=manager, round_=laid.round, asked=keep)
    assert (wish.unit, kept.unit, wish.said_by) == (laid.office.units["platform"],) * 2 + ("",)
    assert [line.subject for line in host_page(manager).lines][1].startswith("開発担当")


def test_a_manager_sees_and_says_nothing_of_other_units(laid: Ground) -> None:
    host, manager = host_manager(laid.office), laid.office.viewer("manager")
    wish = add_wish(actor=host, round_=laid.round, asked=need(laid))
    assert host_page(manager).lines == []
    with pytest.raises(NotVisible):
        open_wish(manager, wish.public_id)
    with pytest.raises(PermissionDenied):
        add_wish(actor=manager, round_=laid.round, asked=need(laid))
    with pytest.raises(PermissionDenied):
        withdraw_wish(actor=manager, wish=wish)


@pytest.mark.parametrize(
    "more",
    [{"count": 0}, {"skill_key": "digital-strategy"}, {"skill_key": "no-such", "level": 2}, {"level": 2}],
)
def test_a_wish_that_says_too_little_is_refused(laid: Ground, more: dict[str, object]) -> None:
    with pytest.raises(RuleBroken):
        add_wish(actor=host_manager(laid.office), round_=laid.round, asked=need(laid, **more))  # type: ignore[arg-type]
    assert not HostWish.objects.exists()


def test_the_same_is_said_once_until_it_is_taken_back(laid: Ground) -> None:
    manager, person = host_manager(laid.office), laid.office.person("owner").pk
    keep = add_wish(actor=manager, round_=laid.round, asked=Asked(HostAsk.KEEP, person_id=person))
    with pytest.raises(RuleBroken):
        add_wish(actor=manager, round_=laid.round, asked=Asked(HostAsk.RETURN, person_id=person))
    withdraw_wish(actor=manager, wish=keep)
    add_wish(actor=manager, round_=laid.round, asked=Asked(HostAsk.RETURN, person_id=person))
    assert HostWish.objects.count() == 2


def test_after_its_last_day_a_host_is_silent_and_the_section_names_who_said_it(laid: Ground) -> None:
    with clock.fixed(date(2026, 1, 17)):
        manager, planner = host_manager(laid.office), laid.office.viewer("planner")
        with pytest.raises(RuleBroken):
            add_wish(actor=manager, round_=laid.round, asked=need(laid))
        with pytest.raises(RuleBroken):
            add_wish(actor=planner, round_=laid.round, asked=need(laid))
        wish = add_wish(actor=planner, round_=laid.round, asked=need(laid), said_by="Okada")
        assert wish.said_by == "Okada"
    with clock.fixed(laid.round.notice_on), pytest.raises(RuleBroken):
        withdraw_wish(actor=laid.office.viewer("planner"), wish=wish)


def test_a_post_out_of_rotation_and_a_person_elsewhere_cannot_be_spoken_of(laid: Ground) -> None:
    manager = host_manager(laid.office)
    with pytest.raises(RuleBroken):
        add_wish(
            actor=manager,
            round_=laid.round,
            asked=Asked(HostAsk.NEED, post_id=laid.office.posts["manager"].pk),
        )
    with pytest.raises(PermissionDenied):
        add_wish(
            actor=manager,
            round_=laid.round,
            asked=Asked(HostAsk.KEEP, person_id=laid.office.person("colleague").pk),
        )


def test_the_section_reads_all_and_enters_by_proxy_in_the_browser(laid: Ground, client_as: ClientAs) -> None:
    add_wish(actor=host_manager(laid.office), round_=laid.round, asked=need(laid, text="urgent"))
    client = client_as("planner")
    page = client.open(f"{ALL}?unit={laid.office.units['services'].pk}")
    assert "urgent" in page
    data = {"subject": f"person.{laid.office.person('colleague').pk}", "ask": "return", "count": "1"}
    url = f"{ALL}?unit={laid.office.units['services'].pk}"
    client.send(url, data, status=200)
    client.send(url, data | {"said_by": "Eguchi"})
    wish = HostWish.objects.get(ask="return")
    client.send(f"{ALL}{wish.public_id}/withdraw/")
    found = section_page(laid.office.viewer("planner"))
    assert found is not None
    assert len(found.lines) == 1


def sheet_of(client: PageClient) -> openpyxl.Workbook:
    response = client.get(OWN, {"format": "xlsx"})
    return openpyxl.load_workbook(io.BytesIO(response.content))


def bring(client: PageClient, book: openpyxl.Workbook, status: int) -> Page:
    target = io.BytesIO()
    book.save(target)
    upload = SimpleUploadedFile("host.xlsx", target.getvalue())
    return client.send(OWN, {"sheet": "1", "file": upload}, status=status, language="en")


def test_a_sheet_goes_out_and_comes_back_with_problems_by_row(laid: Ground, client_as: ClientAs) -> None:
    host_manager(laid.office)
    client = client_as("host_supervisor")
    book = sheet_of(client)
    sheet = book.worksheets[0]
    rows = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
    post = rows[f"post.{laid.posts['owner-platform'].pk}"]
    person = rows[f"person.{laid.office.person('owner').pk}"]
    sheet.cell(post, 4, "needed")
    sheet.cell(post, 5, "２")
    sheet.cell(post, 6, "digital-strategy")
    sheet.cell(post, 7, "3")
    sheet.cell(person, 4, "needed")
    assert "not one that fits the row" in bring(client, book, 200)
    assert not HostWish.objects.exists()
    sheet.cell(person, 4, "異動してよい")
    bring(client, book, 302)
    assert list(HostWish.objects.order_by("ask").values_list("ask", "count", "skill_key", "level")) == [
        ("need", 2, "digital-strategy", 3),
        ("return", 1, "", None),
    ]
    bring(client, sheet_of(client), 302)
    assert HostWish.objects.count() == 2  # what came back unchanged is no news


def test_what_is_no_such_sheet_is_said(laid: Ground, client_as: ClientAs) -> None:
    host_manager(laid.office)
    client = client_as("host_supervisor")
    upload = SimpleUploadedFile("x.xlsx", b"not a workbook")
    client.send(OWN, {"sheet": "1", "file": upload}, status=200)
    book = openpyxl.Workbook()
    assert not HostWish.objects.exists()
    assert bring(client, book, 200).status == 200


def test_without_a_round_the_pages_say_so(office: Office, client_as: ClientAs) -> None:
    assert "No round has begun" in client_as("manager").open(OWN, language="en")
    assert "No round was planned" in client_as("planner").open(ALL, language="en")
    client_as("owner").open(OWN, status=403)
    client_as("executive").open(ALL, status=403)


def test_wishes_cost_the_same_however_many_there_are(laid: Ground, client_as: ClientAs) -> None:
    user = host_manager(laid.office).user

    def more(number: int) -> None:
        for _place in range(number):
            HostWish.objects.create(
                round=laid.round,
                unit=laid.office.units["platform"],
                ask=HostAsk.NEED,
                post=laid.posts["owner-platform"],
                author=laid.office.user("planner"),
            )

    assert_same_cost("own-host-wishes", client_as(user), OWN, more, many=40)
    assert_same_cost("host-wishes", client_as("planner"), ALL, more, many=40)
    page = client_as("planner").open(ALL, page="2")
    assert len(list(page.find_all("button"))) >= SIZE  # each wish of the page can be taken back
