"""The board of a draft in a browser: a move by keyboard alone, undoing it, a move by dragging, and what is told of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site


@pytest.fixture
def board(chromium: Browser, own_site: Site) -> Iterator[Page]:
    """The board as the planner sees it; fails where the page threw an error or broke its policy."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    session = {"name": "sessionid", "value": own_site.sessions["planner"], "url": own_site.address}
    context.add_cookies([session])  # type: ignore[list-item]  # what Playwright takes
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    tab.goto(f"{own_site.address}/rotation/drafts/{own_site.places['draft']}/")
    tab.wait_for_load_state("networkidle")
    yield tab
    context.close()
    assert troubles == []


def row_of(tab: Page, name: str) -> str:
    """The selector of somebody's row."""
    key = tab.locator("tr[data-row]", has_text=name).get_attribute("data-row")
    return f"#row-{key}"


def choose_post(tab: Page, unit: str) -> None:
    """Choose the first post of a unit in the form that is open, by keyboard."""
    group = tab.locator(f"dialog[open] select[name=to_post] optgroup[label*='{unit}'] option").first
    tab.locator("dialog[open] select[name=to_post]").select_option(group.get_attribute("value"))


def test_a_move_is_drafted_and_undone_by_keyboard_alone(board: Page) -> None:
    row = row_of(board, "Ren Inoue")
    first = board.locator("a.bar").first
    first.focus()
    for _step in range(10):
        if board.locator(f"{row} a.bar:focus").count():
            break
        board.keyboard.press("ArrowDown")
    expect(board.locator(f"{row} a.bar:focus")).to_be_visible()
    board.keyboard.press("m")
    expect(board.locator("dialog[open] h2")).to_have_text("Move Ren Inoue")
    choose_post(board, "Platform Section")
    board.locator("dialog[open] select[name=to_post]").press("Tab")
    board.locator("dialog[open] button[type=submit]").focus()
    board.keyboard.press("Enter")
    expect(board.locator("#consequences")).to_contain_text("What the left team loses")
    expect(board.locator("#board-said")).to_contain_text("Ren Inoue")
    expect(board.locator("dialog[open]")).to_have_count(0)
    expect(board.locator(f"{row} a.bar:focus")).to_contain_text("Platform Section")
    board.keyboard.press("u")
    expect(board.locator(row)).not_to_contain_text("moved")
    expect(board.locator("#consequences")).to_contain_text("No move of this person is drafted.")


def test_escape_closes_the_form_and_gives_the_bar_the_focus_back(board: Page) -> None:
    row = row_of(board, "Ren Inoue")
    board.locator(f"{row} a.bar").first.focus()
    board.keyboard.press("m")
    expect(board.locator("dialog[open] form")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator("dialog[open]")).to_have_count(0)
    expect(board.locator(f"{row} a.bar:focus")).to_be_visible()


def test_a_bar_dragged_onto_a_post_moves_the_person(board: Page) -> None:
    row = row_of(board, "Ren Inoue")
    board.locator("#targets summary").click()
    bar = board.locator(f"{row} a.bar").first.bounding_box()
    target = board.locator("li.target", has_text="platform:").first.bounding_box()
    assert bar is not None
    assert target is not None
    board.mouse.move(bar["x"] + 12, bar["y"] + bar["height"] / 2)
    board.mouse.down()
    board.mouse.move(bar["x"] + 60, bar["y"] + 30, steps=3)
    board.mouse.move(target["x"] + 20, target["y"] + target["height"] / 2, steps=5)
    board.mouse.up()
    expect(board.locator(row)).to_contain_text("moved")
    expect(board.locator("#consequences")).to_contain_text("What the new team gains")


def test_a_drag_let_go_elsewhere_drafts_nothing(board: Page) -> None:
    row = row_of(board, "Ren Inoue")
    bar = board.locator(f"{row} a.bar").first.bounding_box()
    assert bar is not None
    board.mouse.move(bar["x"] + 12, bar["y"] + bar["height"] / 2)
    board.mouse.down()
    board.mouse.move(bar["x"] + 80, bar["y"] + 60, steps=3)
    board.mouse.up()
    expect(board.locator("dialog[open]")).to_have_count(0)
    expect(board.locator(row)).not_to_contain_text("moved")
