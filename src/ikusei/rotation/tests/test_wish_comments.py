"""Comments of section chiefs: about the people whose home section they lead, added and never changed, secret till the notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import NotVisible
from ikusei.org.models import Posting, PostingKind
from ikusei.org.queries.supervisors import home_supervisors
from ikusei.org.services import posts
from ikusei.rotation.models import ChiefComment
from ikusei.rotation.queries.wish_comments import comment_list
from ikusei.rotation.services.wish_comments import CommentRefused, add_comment, enter_comment
from ikusei.rotation.tests.ground import Ground, lay
from ikusei.rotation.tests.sheets import OPEN, file_sheet
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type Clients = Callable[[str | None], PageClient]


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round of FY2026 beside the office, the owner's sheet handed in."""
    ground = lay(office)
    file_sheet(ground)
    return ground


@pytest.fixture(autouse=True)
def while_open() -> Iterator[date]:
    """A day on which sheets and comments can be written."""
    with clock.fixed(OPEN) as day:
        yield day


def say(
    laid: Ground, key: str = "owner", *, by: str = "manager", last: int = 0, **words: str
) -> ChiefComment:
    """A comment of a chief about one of the cast."""
    return add_comment(
        actor=laid.office.viewer(by),
        round_id=laid.round.public_id,
        person_id=laid.office.person(key).public_id,
        opinion=words.get("opinion", "move"),
        text=words.get("text", "外を見る時期です"),
        last=last,
    )


def dispatch_owner(laid: Ground) -> None:
    """The owner works at the affiliate alone, and keeps the home posting without a share."""
    Posting.objects.filter(person=laid.office.person("owner"), kind=PostingKind.HOME).update(share=Decimal(0))


def test_the_chief_sees_the_people_of_the_own_section(laid: Ground) -> None:
    found = comment_list(laid.office.viewer("manager"))
    assert found is not None
    names = {row.person.pk: row.handed_in_at is not None for row in found.rows}
    assert names == {laid.office.person("owner").pk: True, laid.office.person("colleague").pk: False}


def test_the_home_section_speaks_for_whoever_is_dispatched(laid: Ground) -> None:
    dispatch_owner(laid)
    assert say(laid).opinion == "move"
    with pytest.raises(PermissionDenied):
        say(laid, by="host_supervisor")


def test_the_home_posting_is_that_with_the_own_employer(laid: Ground) -> None:
    dispatch_owner(laid)
    owner = laid.office.person("owner")
    found = home_supervisors([owner.pk], OPEN, employer_id=laid.round.employer_id)
    assert found[owner.pk].unit_id == laid.office.units["services"].pk
    assert found[owner.pk].supervisor_person_id == laid.office.person("manager").pk


def test_whoever_leads_the_unit_above_speaks_where_nobody_leads_the_section(laid: Ground) -> None:
    posting = Posting.objects.get(person=laid.office.person("manager"))
    posts.end_posting(actor=access.operator(), posting=posting, on=OPEN)
    owner = laid.office.person("owner")
    found = home_supervisors([owner.pk], OPEN, employer_id=laid.round.employer_id)
    assert found[owner.pk].supervisor_person_id == laid.office.person("executive").pk


def test_nobody_comments_on_people_of_another_section(laid: Ground) -> None:
    with pytest.raises(NotVisible):
        say(laid, "steward")
    with pytest.raises(NotVisible):
        say(laid, "stranger")


def test_comments_are_added_and_the_last_one_counts(laid: Ground) -> None:
    first = say(laid)
    second = say(laid, last=first.pk, opinion="stay", text="もう一年")
    assert [one.pk for one in ChiefComment.objects.all()] == [second.pk, first.pk]
    assert ChiefComment.objects.get(pk=first.pk).text == "外を見る時期です"


def test_the_same_comment_twice_is_one(laid: Ground) -> None:
    assert say(laid).pk == say(laid).pk


def test_a_comment_from_an_older_page_is_not_added_unseen(laid: Ground) -> None:
    say(laid)
    with pytest.raises(CommentRefused):
        say(laid, text="別の意見")
    assert ChiefComment.objects.count() == 1


def test_after_the_last_day_nothing_is_added(laid: Ground) -> None:
    with clock.fixed(date(2026, 1, 17)), pytest.raises(CommentRefused):
        say(laid)


def test_the_section_enters_a_comment_and_says_whose_it_is(laid: Ground) -> None:
    owner = laid.office.person("owner")

    def enter(said_by: str = "江口 実") -> ChiefComment:
        return enter_comment(
            actor=laid.office.viewer("planner"),
            round_=laid.round,
            person=owner,
            opinion="stay",
            text="もう一年",
            said_by=said_by,
            last=0,
        )

    with clock.fixed(date(2026, 2, 2)):
        made = enter()
        assert (made.said_by, made.author) == ("江口 実", laid.office.user("planner"))
        with pytest.raises(CommentRefused):
            enter(" ")
    with clock.fixed(date(2026, 3, 24)), pytest.raises(CommentRefused):
        enter()


def test_the_person_learns_of_it_nowhere_before_the_notice(laid: Ground, client_as: Clients) -> None:
    say(laid)
    client = client_as("owner")
    for url in ("/wishes/", "/me/changes/", "/me/looks/", "/me/", "/"):
        page = client.open(url)
        assert "外を見る時期です" not in page.html, url
    assert "意見" not in client.open("/me/changes/").text(client.open("/me/changes/").find_all("main")[0])


def test_a_comment_is_written_on_the_page(laid: Ground, client_as: Clients) -> None:
    client = client_as("manager")
    url = f"/wishes/comments/{laid.round.public_id}/{laid.office.person('owner').public_id}/"
    assert "九月に試験" in client.open(url).html
    client.send(url, {"opinion": "stay", "text": "もう一年", "last": 0})
    assert ChiefComment.objects.get().text == "もう一年"
    late = client.send(url, {"opinion": "move", "text": "別の意見", "last": 0}, status=409)
    assert "別の意見" in late.html
    assert "もう一年" in late.html


def test_a_comment_typed_after_the_session_ended_is_shown_again(laid: Ground, client_as: Clients) -> None:
    url = f"/wishes/comments/{laid.round.public_id}/{laid.office.person('owner').public_id}/"
    page = client_as(None).send(url, {"opinion": "stay", "text": "もう一年", "last": 0}, status=403)
    assert "もう一年" in page.html


def test_the_list_costs_what_is_recorded(laid: Ground, client_as: Clients) -> None:
    assert_query_count("comments", client_as("manager"), "/wishes/comments/")
