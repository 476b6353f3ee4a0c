"""A draft made, explained, planned, approved and ordered by keyboard alone: no mouse, no address typed after the first page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import ROOT, Built, Site, served, site_environment
from tests.browser.keyboard import Keyboard

TODAY = "2026-02-02"
ROWS = 8
"""More rows than the board of the office has."""

A_BUREAU_PLANNER = """
import django
django.setup()
from ikusei.rotation.models import Round
from ikusei.rotation.tests.approved import bureau_planner
from ikusei.rotation.tests.ground import Ground
from tests import office
bureau_planner(Ground(office=office.read(), round=Round.objects.get(), classes={}, posts={}))
"""
"""Makes the academy's account the planner of the Bureau of Digital Services, on the site whose settings it runs with."""


@pytest.fixture
def city(built: Built, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own in February, with a planner of a bureau, and a worker for the planner's searches."""
    folder = tmp_path / "site"
    shutil.copytree(built.folder, folder)
    environment = site_environment(folder, TODAY) | {"DJANGO_SETTINGS_MODULE": "ikusei.config.settings"}
    subprocess.run([sys.executable, "-c", A_BUREAU_PLANNER], cwd=ROOT, env=environment, check=True)
    with served(built, folder, today=TODAY, worker=True) as running:
        yield running


Sit = Callable[[str], Keyboard]


@pytest.fixture
def sit(chromium: Browser, city: Site) -> Iterator[Sit]:
    """Somebody's keyboard, on the first page of rotation; fails where a page threw an error."""
    troubles: list[str] = []
    contexts = []

    def begin(key: str) -> Keyboard:
        context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        session = {"name": "sessionid", "value": city.sessions[key], "url": city.address}
        context.add_cookies([session])  # type: ignore[list-item]  # what Playwright takes
        tab = context.new_page()
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda said: troubles.append(said.text) if is_trouble(said) else None)
        tab.goto(f"{city.address}/rotation/")
        return Keyboard(tab)

    yield begin
    for context in contexts:
        context.close()
    assert troubles == []


def is_trouble(said: ConsoleMessage) -> bool:
    """Whether a page complains of something else than a form that is refused, which is part of the walk."""
    return said.type == "error" and "400 (Bad Request)" not in said.text


@contextmanager
def board_answers(tab: Page) -> Iterator[None]:
    """What is done in the block is answered on the board, and told to whoever does not see it."""
    with tab.expect_response(lambda answer: answer.request.method == "POST"):
        yield
    expect(tab.locator("#board-said")).not_to_be_empty()


def go_to_row(keys: Keyboard, name: str) -> None:
    """On the board: up to the first row, then down to somebody's."""
    bar = keys.tab.locator("tr[data-row]", has_text=name).locator("a.bar:focus")
    for key in ["ArrowUp"] * ROWS + ["ArrowDown"] * ROWS:
        if bar.count():
            return
        keys.press(key)
    raise AssertionError(f"{name} is not reached by arrow keys")


def draft_a_move(keys: Keyboard, name: str, post: str) -> None:
    """On the board: to somebody's bar, M, the post searched and chosen, and on to the button."""
    go_to_row(keys, name)
    keys.press("m")
    expect(keys.tab.get_by_role("heading", name=f"Move {name}")).to_be_visible()
    expect(keys.tab.locator("#find-post")).to_be_focused()
    keys.write(post)
    keys.press("Enter", "ArrowDown")
    keys.to("Draft the move", kind="button")


def test_a_round_is_drafted_explained_planned_approved_and_ordered(sit: Sit) -> None:
    planner = sit("planner")
    begin_and_draft(planner)
    explain_and_settle(planner)
    plan(planner)
    submit(planner)
    approve_as_bureau(sit("academy"))
    approve_and_order(planner)
    print_and_export(planner)
    correct_and_cancel(planner)


def begin_and_draft(keys: Keyboard) -> None:
    """A new draft, a move, and a dispatch of a year with the post to come back to."""
    tab = keys.tab
    keys.skip()
    keys.go("New draft")
    keys.skip()
    keys.to("Name of the draft")
    keys.write("By keyboard")
    keys.go("Begin", kind="button")
    keys.skip()
    expect(tab.get_by_role("status").filter(has_text="The draft is begun")).to_be_visible()
    keys.to("Section", kind="a")
    draft_a_move(keys, "Ren Inoue", "platform")
    with board_answers(tab):
        keys.press("Enter")
    inoue = tab.locator("tr[data-row]", has_text="Ren Inoue")
    expect(inoue.locator("a.bar:focus")).to_contain_text("moved")
    expect(tab.locator("#board-said")).to_contain_text("Drafted. Ren Inoue")
    dispatch(keys)


def dispatch(keys: Keyboard) -> None:
    """Megumi Kudo goes to the host for a year; her post is kept."""
    tab = keys.tab
    draft_a_move(keys, "Megumi Kudo", "platform")
    keys.press("Shift+Tab")
    keys.press("Enter")
    keys.to("Kind")
    keys.write("dispatch")
    keys.to("Comes back in")
    keys.press("ArrowDown")
    keys.to("Search for the post kept")
    keys.write("planning")
    keys.press("Enter", "ArrowDown")
    keys.to("Draft the move", kind="button")
    with board_answers(tab):
        keys.press("Enter")
    kudo = tab.locator("tr[data-row]", has_text="Megumi Kudo")
    expect(kudo).to_contain_text("dispatch")
    expect(tab.locator("#consequences")).to_contain_text(re.compile("back in FY2027: Planning Section"))


def explain_and_settle(keys: Keyboard) -> None:
    """What the moves bring about, a pin, the smallest change of a broken rule, a forbid, and back to the row."""
    tab = keys.tab
    go_to_row(keys, "Ren Inoue")
    keys.press("c")
    expect(tab.locator("#consequences-who")).to_be_focused()
    expect(tab.locator("#consequences")).to_contain_text("What the left team loses")
    keys.to("^Pin$", kind="button")
    with board_answers(tab):
        keys.press("Enter")
    expect(tab.get_by_role("button", name="Unpin")).to_be_focused()
    expect(tab.locator("tr[data-row]", has_text="Ren Inoue")).to_contain_text("pinned")
    keys.press("Escape")
    go_to_row(keys, "Megumi Kudo")
    keys.press("c")
    expect(tab.locator("#consequences-who")).to_have_text("Megumi Kudo")
    expect(tab.locator("#consequences")).to_contain_text("too many: 1")
    keys.to("^Megumi Kudo stays in", kind="button")
    with board_answers(tab):
        keys.press("Enter")
    expect(tab.locator("#board-said")).to_contain_text("Done. Megumi Kudo: 0 rules")
    expect(tab.locator("#consequences-who")).to_be_focused()
    forbid(keys)


def forbid(keys: Keyboard) -> None:
    """Megumi Kudo must not sit at the host: a decision with its reason."""
    tab = keys.tab
    keys.go("Pin, forbid or name posts")
    keys.skip()
    keys.to("must sit there")
    keys.press("ArrowDown")
    keys.to("Search for a post")
    keys.write("platform")
    keys.press("Enter", "ArrowDown")
    keys.to("Reason")
    keys.write("The examination in September")
    keys.go("Decide", kind="button")
    expect(tab.get_by_role("status").filter(has_text="The decision is recorded.")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("Must not sit in: GovTech Aozora Platform Section")
    keys.skip()
    keys.go("Back to the board")
    expect(tab.locator("tr[data-row]", has_text="Megumi Kudo").locator("a.bar:focus")).to_be_visible()


def more(keys: Keyboard, words: str) -> None:
    """From the board to a page about its draft."""
    keys.to("Skip to the main part")
    keys.press("Enter")
    keys.to("More about this draft")
    keys.press("Enter")
    keys.go(words)


def plan(keys: Keyboard) -> None:
    """The planner is asked, told to begin with little time, and its plan is taken."""
    tab = keys.tab
    more(keys, "Ask for a plan")
    keys.skip()
    keys.to("Seconds to search")
    keys.press("Control+a")
    keys.write("2")
    keys.go("Ask for a plan", kind="button")
    expect(tab.get_by_role("heading", name="A plan was found")).to_be_visible(timeout=60_000)
    expect(tab.get_by_role("heading", name="Proposed moves")).to_be_visible()
    keys.skip()
    keys.go("Take all into the draft", kind="button")
    expect(tab.get_by_role("status").filter(has_text="The draft holds the plan")).to_be_visible()


def submit(keys: Keyboard) -> None:
    """The draft goes before the Bureau of Digital Services."""
    tab = keys.tab
    more(keys, "Submit for approval")
    keys.skip()
    keys.to("Before which bureau first")
    keys.write("Bureau of Digital")
    keys.go("Submit for approval", kind="button")
    expect(tab.get_by_role("status").filter(has_text="The draft is submitted")).to_be_visible()


def approve_as_bureau(keys: Keyboard) -> None:
    """The bureau's planner is told what a rejection needs, then approves and hands on."""
    tab = keys.tab
    keys.to("^Rotation$", kind="summary")
    keys.press("Enter")
    keys.go("Approvals")
    keys.skip()
    keys.go("By keyboard", kind="a")
    keys.skip()
    keys.to("Approve", kind="input")
    keys.press("ArrowDown")
    keys.go("^Save$", kind="button")
    expect(tab.get_by_role("alert")).to_be_focused()
    expect(tab.get_by_role("alert")).to_contain_text("Nothing was saved")
    keys.to("Reject", kind="input")
    keys.press("ArrowUp")
    keys.go("Approve all others", kind="button")
    expect(tab.get_by_role("status").filter(has_text="Saved and handed on.")).to_be_visible()


def approve_and_order(keys: Keyboard) -> None:
    """The personnel section approves with an account of its own, and issues the orders under a decision number."""
    tab = keys.tab
    keys.to("^Rotation$", kind="summary")
    keys.press("Enter")
    keys.go("Approvals")
    keys.skip()
    keys.go("By keyboard", kind="a")
    keys.skip()
    keys.to("Skip the moves")
    keys.press("Enter")
    keys.go("Approve all others", kind="button")
    keys.skip()
    keys.go("Issue the orders")
    keys.skip()
    keys.to("Decision number")
    keys.write("7総人第1号")
    keys.go("Issue the orders", kind="button")
    expect(tab.get_by_role("status").filter(has_text="The orders are issued.")).to_be_visible()
    expect(tab.locator("#orders")).to_contain_text("Ren Inoue")


def print_and_export(keys: Keyboard) -> None:
    """The sheet to be printed in Japanese, and a workbook in columns of the office's own."""
    tab = keys.tab
    keys.skip()
    keys.go("^Print$")
    expect(tab.locator(".order-sheet").first).to_contain_text("7総人第1号")
    keys.skip()
    keys.go("^Orders$", kind="a")
    keys.skip()
    keys.go("^Export$")
    keys.skip()
    keys.go("New columns")
    keys.skip()
    keys.to("Name of the layout")
    keys.write("Our columns")
    keys.go("^Save$", kind="button", most=120)
    keys.skip()
    keys.to("^Columns")
    keys.write("Our")
    keys.go("^Show$", kind="button")
    keys.skip()
    keys.to("^Save .*xlsx")
    with tab.expect_download() as saved:
        keys.press("Enter")
    assert saved.value.suggested_filename.endswith(".xlsx")
    keys.to("Skip to the main part")
    keys.press("Enter")
    keys.go("^Orders$", kind="a")


def correct_and_cancel(keys: Keyboard) -> None:
    """The order is corrected by one of its own, and that is cancelled again."""
    tab = keys.tab
    keys.skip()
    keys.go("Ren Inoue", kind="a")
    keys.skip()
    keys.go("Correct the order")
    keys.skip()
    keys.to("Decision number")
    keys.write("7総人第2号")
    keys.to("Reason")
    keys.write("The share was wrong")
    keys.go("correction|Correct", kind="button")
    expect(tab.locator("main")).to_contain_text("Corrected by")
    keys.skip()
    keys.go("7総人第2号", kind="a")
    keys.skip()
    keys.go("Cancel the order")
    keys.skip()
    keys.to("Decision number")
    keys.write("7総人第3号")
    keys.to("Reason")
    keys.write("Decided too early")
    keys.go("[Cc]ancel", kind="button")
    expect(tab.locator("main")).to_contain_text("Cancelled by")
