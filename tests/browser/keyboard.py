"""Somebody at a keyboard without a mouse: Tab to what is wanted, then Enter, Space, arrows and letters."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

PATIENT = 25
"""So many presses of Tab somebody makes before they want another way."""

AT = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    const label = e.labels?.length ? e.labels[0].innerText : "";
    return {
        words: (e.getAttribute("aria-label") || label || e.innerText || "").trim().replace(/\\s+/g, " "),
        kind: e.localName,
        is_shown: r.width > 0 && (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 || s.boxShadow !== "none"),
    };
}"""


class Keyboard:
    """Walks a page by Tab. Every stop has to be seen, and what is done often has to be near."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.tab.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type words where the focus is."""
        self.tab.keyboard.type(words)

    def at(self) -> dict[str, Any] | None:
        """What has the focus: its words, its kind of element, whether the focus is seen; None where nothing has it."""
        return self.tab.evaluate(AT)  # type: ignore[no-any-return]  # JSON

    def to(self, words: str, *, kind: str = "", most: int = PATIENT) -> None:
        """Press Tab until something whose words match has the focus."""
        passed = []
        for _press in range(most):
            self.press("Tab")
            here = self.at()
            if here is None:
                continue
            assert here["is_shown"] or here["kind"] == "input", f"the focus cannot be seen: {here}"
            if re.search(words, here["words"]) and kind in ("", here["kind"]):
                return
            passed.append(f"{here['kind']} {here['words'][:40]}")
        raise AssertionError(f"{words!r} is more than {most} stops away: {passed}")

    def go(self, words: str, *, kind: str = "", most: int = PATIENT) -> None:
        """Tab to a link or button that leads to another page, press it and wait for the page."""
        self.to(words, kind=kind, most=most)
        with self.tab.expect_navigation():
            self.press("Enter")

    def skip(self) -> None:
        """From the top of a page to its main part."""
        here = self.at()
        if here is None or here["kind"] != "main":
            self.to("Skip to the main part")
            self.press("Enter")
