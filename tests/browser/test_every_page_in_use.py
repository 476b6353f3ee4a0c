"""What holds for every page of tests/pages.py in use: on a narrow phone, by keyboard, without a script.

A file of its own beside test_every_page.py: each file runs in one process with one server, and the two take the same time.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page as BrowserPage

from tests.pages import PAGES, Page

MOST_STEPS = 400
"""Tab stops after which a page that has not let go of the focus is a trap."""

Visit = Callable[..., BrowserPage]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
def test_nothing_sticks_out_at_320_pixels(page: Page, visit: Visit) -> None:
    tab = visit(page, width=320, height=640)
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    widest = """[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    assert tab.evaluate(sideways) == 0, tab.evaluate(widest)


@every_page
def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(page: Page, visit: Visit) -> None:
    tab = visit(page)
    wanted = tab.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e =>
            !e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) &&
            !(e.type === "radio" && !e.checked) && !e.closest("details:not([open]) > :not(summary)")).length"""
    )
    reached, unseen = walk(tab)
    assert unseen == [], "the focus cannot be seen"
    assert reached >= wanted


def walk(tab: BrowserPage) -> tuple[int, list[str]]:
    """How many different elements Tab reaches from the top, and those whose focus shows no outline."""
    seen: set[str] = set()
    unseen: list[str] = []
    last = ""
    for _step in range(MOST_STEPS):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(
            """() => {
                const e = document.activeElement;
                if (!e || e === document.body) return null;
                window.stops = window.stops || new Map();
                if (!window.stops.has(e)) window.stops.set(e, String(window.stops.size));
                const s = getComputedStyle(e);
                const shown = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 || s.boxShadow !== "none";
                return {key: window.stops.get(e), html: e.outerHTML.slice(0, 120), shown};
            }"""
        )
        if stop is not None and stop["key"] == last:
            continue  # a date has a stop for its year, month and day
        if stop is None or stop["key"] in seen:
            return len(seen), unseen
        last = stop["key"]
        seen.add(stop["key"])
        if not stop["shown"]:
            unseen.append(stop["html"])
    raise AssertionError(f"still not round after {MOST_STEPS} steps")


@every_page
def test_it_reads_without_java_script(page: Page, visit: Visit) -> None:
    tab = visit(page, java_script_enabled=False)
    assert tab.locator("h1").inner_text().strip()
    main = tab.locator("main")
    assert len(main.inner_text().split()) > 3, "nothing to read"
    # What waits to be filled by a script would stand there empty.
    assert tab.locator("main [aria-busy=true]").count() == 0
    assert [cell for cell in main.locator("td, dd").all_inner_texts() if cell == "…"] == []
