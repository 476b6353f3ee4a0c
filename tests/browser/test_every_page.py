"""What holds for every page of tests/pages.py."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as BrowserPage

from tests.browser.conftest import Site
from tests.pages import LANGUAGES, PAGES, Page

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_STEPS = 400
"""Tab stops after which a page that has not let go of the focus is a trap."""

Visit = Callable[..., BrowserPage]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(page: Page, language: str, visit: Visit) -> None:
    tab = visit(
        page, language=language, bypass_csp=True
    )  # axe is put in from outside; the page's policy forbids that
    assert violations(tab) == []


def violations(tab: BrowserPage) -> list[str]:
    """What axe finds: the rule, the element, and what to do."""
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = tab.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
    )
    return [
        f"{rule['id']}: {node['html'][:160]} - {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def test_the_validator_finds_nothing(site: Site, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for page in PAGES:
        (tmp_path / f"{page.name}.html").write_text(site.read(page), encoding="utf-8")
    found = validate(tmp_path)
    for page in PAGES:
        with subtests.test(page.name):
            assert found.get(f"{page.name}.html", []) == []


def validate(folder: Path) -> dict[str, list[str]]:
    """What html-validate says of each file of a folder, with the rules of tests/browser/html-validate.json."""
    node = shutil.which("node") or str(ROOT / ".venv" / "node" / "bin" / "node")
    command = [
        node, "node_modules/html-validate/bin/html-validate.mjs", "--formatter", "json",
        "--config", "tests/browser/html-validate.json", *map(str, sorted(folder.glob("*.html"))),
    ]  # fmt: skip
    answer = folder / "answer.json"
    with answer.open("w") as file:  # not a pipe: the validator ends before a full one is emptied
        subprocess.run(command, cwd=ROOT, stdout=file, check=False)
    return {
        Path(result["filePath"]).name: [
            f"{message['line']}:{message['column']} {message['ruleId']}: {message['message']}"
            for message in result["messages"]
        ]
        for result in json.loads(answer.read_text(encoding="utf-8"))
    }


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
