"""One's own preference sheet: written, kept when things go wrong, handed in, taken back, read after its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.rotation.models import ProtectedReason, Sheet, WishAnswer
from ikusei.rotation.queries.own_sheet import own_sheet
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_content import wishes_of, with_wishes
from ikusei.rotation.services.wish_comments import add_comment
from ikusei.rotation.services.wish_sheets import (
    SheetClosed,
    SheetConflict,
    SheetRefused,
    save_sheet,
    take_back,
)
from ikusei.rotation.tests.ground import Ground, lay, open_round
from ikusei.rotation.tests.sheets import OPEN, REASON, SECRET_WORDS, file_sheet, wishes_of_owner
from ikusei.rotation.wishing import Wishes, moved
from tests.office import PASSWORD, Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type Clients = Callable[[str | None], PageClient]


@pytest.fixture
def laid(office: Office) -> Ground:
    """The round of FY2026 beside the office."""
    return lay(office)


@pytest.fixture
def while_open() -> Iterator[date]:
    """A day on which sheets can be written."""
    with clock.fixed(OPEN) as day:
        yield day


def saved(sheet: Sheet) -> Wishes:
    """What stands in the database."""
    return wishes_of(with_wishes(Sheet.objects.filter(pk=sheet.pk), protected=True).get(), protected=True)


def form_of(page: object) -> dict[str, object]:
    """The hidden fields of the page that is open."""
    return {
        field.get("name", ""): field.get("value", "")
        for field in page.find_all("input", type="hidden")  # type: ignore[attr-defined]  # a Page
    }


def address(laid: Ground) -> str:
    """Where the owner's sheet is."""
    return f"/wishes/{laid.round.public_id}/"


def test_a_sheet_is_kept_as_it_was_said(laid: Ground, while_open: date) -> None:
    sheet = file_sheet(laid)
    assert saved(sheet) == wishes_of_owner(laid)
    assert sheet.handed_in_at is not None


def test_a_draft_is_not_handed_in_and_may_be_unfinished(laid: Ground, while_open: date) -> None:
    sheet = file_sheet(laid, hand_in=False, intent="")
    assert sheet.handed_in_at is None
    assert saved(sheet).intent == ""


def test_handing_in_asks_for_the_wish_to_stay_or_move(laid: Ground, while_open: date) -> None:
    with pytest.raises(SheetRefused) as refused:
        file_sheet(laid, intent="")
    assert list(refused.value.problems) == ["intent"]


def test_the_same_words_twice_are_one_sheet(laid: Ground, while_open: date) -> None:
    first, second = file_sheet(laid), file_sheet(laid)
    assert (first.pk, first.revision) == (second.pk, second.revision)
    assert Entry.objects.filter(verb="rotation.sheet.hand-in").count() == 1


def test_other_words_from_an_older_page_are_not_written(laid: Ground, while_open: date) -> None:
    sheet = file_sheet(laid, places="南部")
    with pytest.raises(SheetConflict) as conflict:
        file_sheet(laid, places="東部")
    assert conflict.value.stored.places == "南部"
    assert saved(sheet).places == "南部"


@pytest.mark.parametrize("day", [date(2025, 11, 30), date(2026, 1, 10)])
def test_outside_its_days_nothing_is_saved(laid: Ground, day: date) -> None:
    with clock.fixed(day), pytest.raises(SheetClosed):
        save_sheet(
            actor=laid.office.viewer("owner"),
            round_id=laid.round.public_id,
            wishes=Wishes(intent="stay"),
            seen=0,
        )
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("key", ["stranger", "host_supervisor"])
def test_whom_the_round_does_not_ask_cannot_file(laid: Ground, while_open: date, key: str) -> None:
    with pytest.raises(PermissionDenied):
        file_sheet(laid, key)


def test_a_post_outside_rotation_is_refused(laid: Ground, while_open: date) -> None:
    with pytest.raises(SheetRefused) as refused:
        file_sheet(laid, ranked=((laid.office.posts["planner"].pk, ""),))
    assert list(refused.value.problems) == ["ranked"]


def test_a_protected_reason_needs_its_kind_and_words(laid: Ground, while_open: date) -> None:
    with pytest.raises(SheetRefused) as refused:
        file_sheet(laid, protected=replace(REASON, kind=""))
    assert list(refused.value.problems) == ["protected_kind"]
    with pytest.raises(SheetRefused) as refused:
        file_sheet(laid, protected=replace(REASON, text=""))
    assert list(refused.value.problems) == ["protected_text"]


def test_a_protected_reason_can_be_taken_out_again(laid: Ground, while_open: date) -> None:
    sheet = file_sheet(laid)
    save_sheet(
        actor=laid.office.viewer("owner"),
        round_id=laid.round.public_id,
        wishes=wishes_of_owner(laid, protected=False),
        seen=sheet.revision,
        hand_in=True,
    )
    assert not ProtectedReason.objects.exists()


def test_a_sheet_can_be_taken_back_until_its_last_day(laid: Ground) -> None:
    file_sheet(laid)
    owner, round_id = laid.office.viewer("owner"), laid.round.public_id
    with clock.fixed(date(2026, 1, 9)):
        assert take_back(actor=laid.office.viewer("owner"), round_id=round_id).handed_in_at is None
    file_sheet(laid)
    with clock.fixed(date(2026, 1, 10)), pytest.raises(SheetClosed):
        take_back(actor=laid.office.viewer("owner"), round_id=round_id)
    assert owner.person is not None


def test_posts_move_up_and_down_and_out() -> None:
    rows = ((1, "a"), (2, ""), (3, ""))
    assert moved(rows, "up", 3) == ((1, "a"), (3, ""), (2, ""))
    assert moved(rows, "down", 1) == ((2, ""), (1, "a"), (3, ""))
    assert moved(rows, "up", 1) == rows
    assert moved(rows, "remove", 2) == ((1, "a"), (3, ""))
    assert moved(rows, "add", 4) == (*rows, (4, ""))
    assert moved(rows, "add", 3) == rows


def test_the_page_is_filled_in_without_a_script(laid: Ground, while_open: date, client_as: Clients) -> None:
    client = client_as("owner")
    client.open("/wishes/")
    post = laid.posts["colleague"].pk
    added = client.send(
        address(laid), {"do": "add-post", "add": post, "places": "北部", "seen": 0}, status=200
    )
    assert [field.get("value") for field in added.find_all("input", name="post")] == [str(post)]
    assert "北部" in added.html
    assert not Sheet.objects.exists()
    data = {"do": "hand-in", "post": [post], f"reason-{post}": "近い", "intent": "move", "seen": 0}
    client.send(address(laid), data)
    assert saved(Sheet.objects.get()).ranked == ((post, "近い"),)


def test_a_post_chosen_and_not_added_is_not_lost(laid: Ground, while_open: date, client_as: Clients) -> None:
    post = laid.posts["colleague"].pk
    client_as("owner").send(address(laid), {"do": "save", "add": post, "seen": 0})
    assert saved(Sheet.objects.get()).ranked == ((post, ""),)


def test_a_refused_sheet_keeps_what_was_typed(laid: Ground, while_open: date, client_as: Clients) -> None:
    data = {"do": "hand-in", "concerns": "九月に試験", "protected_text": SECRET_WORDS, "seen": 0}
    page = client_as("owner").send(address(laid), data, status=422)
    assert "九月に試験" in page.html
    assert SECRET_WORDS in page.html
    assert not Sheet.objects.exists()


def test_two_tabs_show_both_versions_and_lose_neither(
    laid: Ground, while_open: date, client_as: Clients
) -> None:
    client = client_as("owner")
    client.send(address(laid), {"do": "save", "places": "南部", "seen": 0})
    page = client.send(address(laid), {"do": "save", "places": "東部", "seen": 0}, status=409)
    assert "南部" in page.html
    assert "東部" in page.html
    client.send(address(laid), {"do": "save", "places": "東部", "seen": form_of(page)["seen"]})
    assert saved(Sheet.objects.get()).places == "東部"


def test_what_is_typed_when_the_last_day_has_passed_is_shown_again(laid: Ground, client_as: Clients) -> None:
    with clock.fixed(date(2026, 1, 10)):
        data = {"do": "hand-in", "intent": "move", "concerns": "九月に試験", "seen": 0}
        page = client_as("owner").send(address(laid), data, status=409)
    assert "九月に試験" in page.html
    assert not Sheet.objects.exists()


def test_what_is_typed_after_the_session_ended_waits_for_its_owner(
    laid: Ground, while_open: date, client_as: Clients
) -> None:
    client = client_as("owner")
    mark = form_of(client.open("/wishes/"))["owner"]
    client.logout()
    data = {"do": "hand-in", "intent": "move", "concerns": "九月に試験", "owner": mark, "seen": 0}
    kept = client.send(address(laid), data, status=403)
    assert "九月に試験" in kept.html
    assert not Sheet.objects.exists()
    assert client.login(username=laid.office.person("owner").email, password=PASSWORD)
    assert "九月に試験" in client.open(address(laid)).html


def test_what_is_typed_after_the_session_ended_is_not_shown_to_somebody_else(
    laid: Ground, while_open: date, client_as: Clients
) -> None:
    client = client_as("owner")
    mark = form_of(client.open("/wishes/"))["owner"]
    client.logout()
    client.send(address(laid), {"protected_text": SECRET_WORDS, "owner": mark, "seen": 0}, status=403)
    assert client.login(username=laid.office.person("colleague").email, password=PASSWORD)
    assert SECRET_WORDS not in client.open(address(laid)).html
    assert "preference_sheet_typed" not in client.session


def test_a_form_without_its_owners_mark_waits_nowhere(
    laid: Ground, while_open: date, client_as: Clients
) -> None:
    client = client_as(None)
    client.send(address(laid), {"concerns": "planted", "owner": "forged", "seen": 0}, status=403)
    assert "preference_sheet_typed" not in client.session


def test_after_its_last_day_the_page_stays_to_read(laid: Ground, client_as: Clients) -> None:
    file_sheet(laid)
    with clock.fixed(date(2026, 1, 20)):
        page = client_as("owner").open("/wishes/")
    assert "北部" in page.html
    assert SECRET_WORDS in page.html
    assert page.find_all("textarea") == []


def test_what_was_said_last_year_is_shown_and_can_be_taken_over(laid: Ground, client_as: Clients) -> None:
    file_sheet(laid)
    again = open_round(laid.office, 2027)
    with clock.fixed(date(2026, 12, 15)):
        client = client_as("owner")
        assert "九月に試験" in client.open("/wishes/").html
        page = client.send(f"/wishes/{again.public_id}/", {"do": "as-before"}, status=200)
        assert page.find_all("textarea", name="concerns")[0].text == "\n九月に試験".lstrip()
        assert Sheet.objects.filter(round=again).count() == 0


def test_the_chiefs_words_and_answers_are_read_from_the_day_of_the_notice(
    laid: Ground, client_as: Clients
) -> None:
    file_sheet(laid)
    with clock.fixed(OPEN):
        add_comment(
            actor=laid.office.viewer("manager"),
            round_id=laid.round.public_id,
            person_id=laid.office.person("owner").public_id,
            opinion="move",
            text="外を見る時期です",
            last=0,
        )
    planner = laid.office.user("planner")
    answer = WishAnswer.objects.create(
        round=laid.round,
        person=laid.office.person("owner"),
        proposed="a",
        text="席が空きませんでした",
        edited_by=planner,
    )
    with clock.fixed(date(2026, 3, 23)):
        page = client_as("owner").open("/wishes/")
        assert "外を見る時期です" not in page.html
        assert "席が空きませんでした" not in page.html
    with clock.fixed(date(2026, 3, 24)):
        page = client_as("owner").open("/wishes/")
        assert "外を見る時期です" in page.html
        assert "席が空きませんでした" not in page.html, "nobody has released it"
        WishAnswer.objects.filter(pk=answer.pk).update(released_by=planner, released_at=clock.now())
        assert "席が空きませんでした" in client_as("owner").open("/wishes/").html
    with clock.fixed(date(2026, 3, 23)):
        assert "席が空きませんでした" not in client_as("owner").open("/wishes/").html


def test_no_round_asks_a_clerk(laid: Ground, while_open: date) -> None:
    assert own_sheet(laid.office.viewer("stranger")) is None


def test_the_page_costs_what_is_recorded(laid: Ground, while_open: date, client_as: Clients) -> None:
    file_sheet(laid, hand_in=False)
    assert_query_count("wishes", client_as("owner"), "/wishes/")


def test_after_the_notice_the_page_names_what_was_wished_and_costs_what_is_recorded(
    laid: Ground, client_as: Clients
) -> None:
    file_sheet(laid)
    posts = choices_of(laid.round).labels
    with clock.fixed(date(2026, 3, 24)):
        page = client_as("owner").open("/wishes/")
        assert_query_count("wishes-noticed", client_as("owner"), "/wishes/")
    ranked = Sheet.objects.get().ranked.values_list("post_id", flat=True)
    assert ranked
    assert all(posts[post] in page for post in ranked)


def test_the_first_page_says_until_when_the_sheet_is_asked_for(
    laid: Ground, while_open: date, client_as: Clients
) -> None:
    heading = "2026年1月9日"
    client = client_as("owner")
    assert heading in client.open("/")
    assert_query_count("home-owner-sheet", client, "/")
    file_sheet(laid)
    assert "/wishes/" in client.open("/").links()
    assert heading not in client_as("stranger").open("/")
    with clock.fixed(date(2026, 1, 10)):
        assert heading not in client.open("/")
