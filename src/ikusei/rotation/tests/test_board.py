"""The board's pages: what they show, what they keep, what they cost, and from whom they are hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import urlencode, urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.models import Leave, PlannedPerson, Posting
from ikusei.org.services import posts as org_posts
from ikusei.rotation.models import Draft, Move, Restriction, Sharing
from ikusei.rotation.services import drafts
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.approved import bureau_planner
from ikusei.rotation.tests.ground import Ground
from ikusei.rotation.tests.test_drafting import another_planner, put
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[..., PageClient]

MOST_OF_A_MOVE = 34
"""Queries of a drafted move with all that it brings about: a planner waits for them at every drop of a bar."""


@pytest.fixture
def laid(office: Office) -> Iterator[Ground]:
    with clock.fixed(ground.TODAY):
        yield ground.lay(office)


@pytest.fixture
def draft(laid: Ground) -> Draft:
    return drafts.new_draft(actor=laid.office.viewer("planner"), round_=laid.round, name="A")


def board_of(draft: Draft, rest: str = "") -> str:
    return f"/rotation/drafts/{draft.public_id}/{rest}"


def key(laid: Ground, who: str) -> str:
    return f"p{laid.office.person(who).pk}"


def test_the_board_shows_everybody_by_unit_with_one_bar_for_each_posting(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", "steward", 2027)
    page = client_as("planner").open(board_of(draft), language="en")
    row = next(iter(page.find_all("tr", data_row=key(laid, "colleague"))))
    assert [cell.get("colspan") for cell in row.iter("td")] == [None, "4"]
    assert "moved" in page.text(row)
    assert "Services Section" in page


def test_the_board_can_be_narrowed_to_names_units_and_the_moved(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", "steward")
    client = client_as("planner")

    def shown(**query: str) -> set[str]:
        rows = client.open(f"{board_of(draft)}?{urlencode(query)}", language="en").find_all("tr")
        return {row.get("data-row", "") for row in rows if row.get("data-row")}

    assert shown(show="moved") == {key(laid, "colleague")}
    assert shown(q="イノウエ") == {key(laid, "colleague")}
    assert key(laid, "steward") in shown(unit=str(laid.posts["steward"].unit_id))
    assert key(laid, "owner") not in shown(unit=str(laid.posts["steward"].unit_id))


def test_a_move_is_put_by_the_plain_form_and_its_consequences_are_told(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    url = board_of(draft, "move/")
    assert "Ren Inoue" in client.open(url, language="en", p=key(laid, "colleague"), y="2026")
    host = laid.posts["owner-platform"].pk
    sent = client.send(url, {"p": key(laid, "colleague"), "year": "2026", "to_post": str(host), "seen": "0"})
    assert Move.objects.get().kind == "dispatch"
    page = client.open(sent.response.headers["Location"], language="en")
    assert "What the left team loses" in page
    assert "What the new team gains" in page
    assert "Rules broken" in page


def test_on_the_board_the_answer_is_the_consequences_and_the_new_row(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    answer = client_as("planner").post(
        board_of(draft, "move/"),
        {"p": key(laid, "colleague"), "year": "2026", "to_post": str(laid.posts["steward"].pk), "seen": "0"},
        headers={"HX-Request": "true", "Accept-Language": "en"},
    )
    said = answer.content.decode()
    assert answer.headers["HX-Trigger"] == "drafted"
    assert f'id="row-{key(laid, "colleague")}"' in said
    assert "data-rows" in said


def test_whoever_comes_second_sees_both_versions_and_keeps_what_they_typed(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    drafts.share_draft(actor=laid.office.viewer("planner"), draft=draft, sharing=Sharing.SECTION)
    second = client_as(another_planner(laid))
    put(laid, draft, "colleague", "steward")
    typed = {
        "p": key(laid, "colleague"),
        "year": "2027",
        "to_post": str(laid.posts["host_supervisor"].pk),
        "note": "talked with the host",
        "seen": "0",
    }
    page = second.send(board_of(draft, "move/"), typed, status=409, language="en")
    assert "FY2026: Planning Section Officer" in page
    assert page.find_all("input", name="note", value="talked with the host")
    # A form that does not say what its sender saw has seen nothing.
    second.send(board_of(draft, "move/"), {name: typed[name] for name in typed if name != "seen"}, status=409)
    seen = page.find_all("input", name="seen")[0].get("value")
    second.send(board_of(draft, "move/"), typed | {"seen": str(seen)})
    assert {move.year for move in draft.moves.all()} == {2026, 2027}


def test_a_form_without_a_post_is_shown_again(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    typed = {"p": key(laid, "colleague"), "year": "2026", "to_post": "", "seen": "0"}
    client_as("planner").send(board_of(draft, "move/"), typed, status=400)
    assert not Move.objects.exists()


def test_a_broken_rule_offers_a_change_that_the_button_makes(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", None)
    client = client_as("planner")
    page = client.open(board_of(draft, f"people/{key(laid, 'colleague')}/"), language="en")
    form = next(
        form
        for form in page.root.iter("form")
        if any(field.get("name") == "breach" for field in form.iter("input"))
    )
    data = {field.get("name", ""): field.get("value", "") for field in form.iter("input")}
    client.send(form.get("action", ""), data)
    left = list(draft.moves.values_list("to_post", flat=True))
    assert left != [None]


def test_a_move_can_be_pinned_taken_back_and_undone(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    put(laid, draft, "colleague", "steward")
    client, move = client_as("planner"), Move.objects.get()
    pinning = board_of(draft, f"moves/{move.pk}/pin/")
    for said, is_pinned in (("1", True), ("0", False), ("1", True), ("1", True)):
        client.send(pinning, {"pin": said})
        assert Move.objects.get().is_pinned is is_pinned
    client.send(board_of(draft, f"moves/{move.pk}/back/"), {"seen": "4"})
    assert not Move.objects.exists()
    client.send(board_of(draft, "undo/"))
    assert Move.objects.get().is_pinned


def test_a_seat_shows_who_could_come_in_the_order_of_names(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "steward", None)
    url = board_of(draft, f"seats/{laid.posts['steward'].pk}/2026/")
    page = client_as("planner").open(url, language="en")
    names = [name for name in ("Hana Aoki", "Ren Inoue") if name in page]
    assert names
    assert page.text().index(names[0]) <= page.text().index(names[-1])


def test_a_decision_is_recorded_by_its_form_and_lifted(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    url = board_of(draft, f"people/{key(laid, 'colleague')}/decide/")
    client.open(url, language="en")
    data = {
        "kind": "forbid",
        "posts": [str(laid.posts["steward"].pk)],
        "from_year": "2026",
        "until_year": "2026",
        "reason": "Needed here.",
    }
    client.send(url, data)
    row = Restriction.objects.get()
    assert (row.draft, row.from_year, row.until_year) == (draft, 2026, 2027)
    client.send(board_of(draft, f"decisions/{row.pk}/lift/"))
    assert not Restriction.objects.exists()


def test_a_placeholder_is_planned_and_changed_by_its_forms(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    client.send(board_of(draft, "planned/new/"), {"label": "Engineer 1", "from_date": "2026-04-01"})
    page = client.open(board_of(draft), language="en", show="planned")
    assert "Engineer 1" in page


def test_a_move_of_somebody_not_yet_hired_is_answered_with_the_way_to_the_placeholder(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    client.send(board_of(draft, "planned/new/"), {"label": "Engineer 1", "from_date": "2026-04-01"})
    planned = PlannedPerson.objects.get()
    move = {"p": f"n{planned.pk}", "year": "2026", "to_post": str(laid.posts["steward"].pk), "seen": "0"}
    answer = client.post(board_of(draft, "move/"), move, headers={"HX-Request": "true"})
    assert board_of(draft, f"planned/{planned.public_id}/") in answer.content.decode()


def test_drafts_beside_one_another_tell_who_sits_elsewhere(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    put(laid, draft, "colleague", "steward")
    copy = drafts.copy_draft(actor=laid.office.viewer("planner"), draft=draft, name="B")
    put(laid, copy, "colleague", "host_supervisor")
    query = f"?d={draft.public_id}&d={copy.public_id}"
    page = client.open(f"/rotation/drafts/compare/{query}", language="en")
    assert "Ren Inoue" in page
    assert "Platform Section" in page
    file = client.get(f"/rotation/drafts/compare/table.csv{query}").content.decode("utf-8-sig")
    assert len(file.splitlines()) == 2


def test_a_draft_says_what_changed_and_goes_on_from_there(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", "steward")
    client, operator = client_as("planner"), org_access.operator()
    person = laid.office.person("colleague")
    posting = Posting.objects.get(person=person)
    org_posts.end_posting(actor=operator, posting=posting, on=ground.TODAY)
    org_posts.assign(actor=operator, person=person, post=laid.posts["owner-platform"], from_date=ground.TODAY)
    assert "The records have changed" in client.open(board_of(draft), language="en")
    page = client.open(board_of(draft, "rebase/"), language="en")
    assert "now comes from" in page
    client.send(board_of(draft, "rebase/"), {"harmless": "on"})
    assert Move.objects.get().from_post_id == laid.posts["owner-platform"].pk
    assert "Nothing has changed since" in client.open(board_of(draft, "rebase/"), language="en")


def test_a_move_that_has_happened_goes_and_comes_back_by_undoing(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", "owner-platform")
    operator, person = org_access.operator(), laid.office.person("colleague")
    org_posts.end_posting(actor=operator, posting=Posting.objects.get(person=person), on=ground.TODAY)
    org_posts.assign(actor=operator, person=person, post=laid.posts["owner-platform"], from_date=ground.TODAY)
    client = client_as("planner")
    client.send(board_of(draft, "rebase/"), {"harmless": "on"})
    assert not Move.objects.exists()
    client.send(board_of(draft, "undo/"))
    assert Move.objects.count() == 1


PAGES = ("", "targets/", "undo/", "rebase/", "copy/", "name/", "share/", "drop/", "planned/new/")


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_of_its_owner_alone_is_not_there_for_another_planner(
    laid: Ground, draft: Draft, client_as: ClientAs, page: str
) -> None:
    other = client_as(another_planner(laid))
    (other.send if page == "undo/" else other.open)(board_of(draft, page), status=404)
    other.open(f"/rotation/drafts/compare/?d={draft.public_id}", status=404)


def test_nobody_else_learns_of_a_draft(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    put(laid, draft, "colleague", "steward")
    for who in ("colleague", "manager", "executive", "steward", "host_supervisor"):
        client_as(who).open(board_of(draft), status=403)
        client_as(who).open(board_of(draft, f"people/{key(laid, 'colleague')}/"), status=403)


def test_the_board_costs_the_same_for_any_number_of_moves(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")
    few = assert_query_count("draft", client, board_of(draft))
    put(laid, draft, "colleague", "steward")
    put(laid, draft, "steward", "colleague")
    assert assert_query_count("draft", client, board_of(draft)) == few


def test_bringing_up_to_date_costs_what_is_recorded_for_the_section_and_for_a_bureau(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    put(laid, draft, "colleague", "steward")
    draft.sharing, draft.bureau = Sharing.BUREAU, laid.office.units["digital"]
    draft.save()
    bureau_planner(laid)
    assert_query_count("rebase-bureau", client_as("academy"), board_of(draft, "rebase/"))
    draft.basis["999999"] = [laid.posts["steward"].pk, "2020-04-01"]  # somebody who has left the round
    draft.save()
    assert_query_count("rebase", client_as("planner"), board_of(draft, "rebase/"))


def test_posts_are_kept_for_a_return_at_home_only(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    page = client_as("planner").open(board_of(draft, f"move/?p={key(laid, 'colleague')}"))
    to, back = (
        {option.get("value") for option in page.find_all("select", name=name)[0].iter("option")}
        for name in ("to_post", "return_post")
    )
    assert {str(laid.posts[where].pk) for where in ("owner-platform", "host_supervisor")} <= to - back
    assert str(laid.posts["steward"].pk) in to & back


def test_posts_to_drop_a_bar_on_lead_to_their_seats_from_the_board_and_from_a_page_of_their_own(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client, seat = client_as("planner"), board_of(draft, f"seats/{laid.posts['steward'].pk}/2026/")
    part = client.get(board_of(draft, "targets/"), headers={"HX-Request": "true"}).content.decode()
    page = client.open(board_of(draft, "targets/"))
    links = {urljoin(board_of(draft), href) for href in re.findall(r'href="([^"]+)"', part)}
    assert seat in links
    links = {urljoin(board_of(draft, "targets/"), link.get("href", "")) for link in page.find_all("a")}
    assert seat in links


def test_the_board_says_who_is_on_leave_on_the_day_of_the_moves(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client, person = client_as("planner"), laid.office.person("colleague")
    assert "on leave" not in client.open(board_of(draft), language="en")
    Leave.objects.create(person=person, kind="childcare", from_date=ground.TODAY, until=date(2026, 9, 1))
    assert "on leave" in client.open(board_of(draft), language="en")


def test_the_answer_to_a_move_costs_the_same_for_any_number_of_moves(
    laid: Ground, draft: Draft, client_as: ClientAs
) -> None:
    client = client_as("planner")

    def asked(who: str, post: str, year: int) -> int:
        move = {"p": key(laid, who), "year": str(year), "to_post": str(laid.posts[post].pk), "seen": "9"}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(board_of(draft, "move/"), move, headers={"HX-Request": "true"})
            assert answer.status_code == 200
            return len(captured)

    asked("colleague", "steward", 2026)  # whatever is kept for the life of a process is read now
    few = asked("colleague", "owner", 2028)
    put(laid, draft, "steward", "colleague", 2027)
    put(laid, draft, "owner", "steward", 2029)
    assert asked("colleague", "steward", 2029) == few
    assert few <= MOST_OF_A_MOVE
