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

MANY_SIGNS = 40
"""More than so many signs below the heading and with it are something to read."""

PRESSES = 10
"""So often Tab is pressed before anybody asks how far it came."""

Visit = Callable[..., BrowserPage]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
def test_it_is_walked_by_keyboard_and_fits_320_pixels(page: Page, visit: Visit) -> None:
    tab = visit(page)
    wanted = tab.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e =>
            !e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) &&
            !(e.type === "radio" && !e.checked) && !e.closest("details:not([open]) > :not(summary)")).length"""
    )
    reached, unseen = walk(tab)
    assert unseen == [], "the focus cannot be seen"
    assert reached >= wanted
    tab.set_viewport_size({"width": 320, "height": 640})
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    widest = """[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    assert tab.evaluate(sideways) == 0, tab.evaluate(widest)


def walk(tab: BrowserPage) -> tuple[int, list[str]]:
    """How many different elements Tab reaches from the top until it comes round, and those whose focus shows no outline."""
    tab.evaluate(
        """() => {
            window.stops = new Map();
            window.round = false;
            document.addEventListener("focusin", event => {
                const e = event.target;
                window.round = window.round || window.stops.has(e) && e !== window.last;
                window.last = e;
                if (window.stops.has(e)) return;
                const s = getComputedStyle(e);
                const shown = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 || s.boxShadow !== "none";
                window.stops.set(e, shown ? "" : e.outerHTML.slice(0, 120));
            });
        }"""
    )
    for _some in range(MOST_STEPS // PRESSES):
        for _press in range(PRESSES):
            tab.keyboard.press("Tab")
        if tab.evaluate("window.round"):
            stops: list[str] = tab.evaluate("[...window.stops.values()]")
            return len(stops), [html for html in stops if html]
    raise AssertionError(f"still not round after {MOST_STEPS} steps")


@every_page
def test_it_reads_without_java_script(page: Page, visit: Visit) -> None:
    tab = visit(page, java_script_enabled=False)
    assert tab.locator("h1").inner_text().strip()
    main = tab.locator("main")
    # Japanese has no spaces between words: a sentence counts by its length.
    read = main.inner_text()
    assert len(read.split()) > 3 or len(read) > MANY_SIGNS, "nothing to read"
    # What waits to be filled by a script would stand there empty.
    assert tab.locator("main [aria-busy=true]").count() == 0
    assert [cell for cell in main.locator("td, dd").all_inner_texts() if cell == "…"] == []
