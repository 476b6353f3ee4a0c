"""Pictures of every page of the demonstration city, Japanese and English, wide and narrow, into shots/.

Usage: python tools/shots.py [NAME...]     (names as in tests/pages.py and WAYS; all without one)
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.pages import LANGUAGES, PAGES
from tools import environment


@dataclass(frozen=True, slots=True)
class Way:
    """A page that stands at another address in every city: where a persona begins, and the links they follow from there.

    A link is a selector, or an address below the page before ("./rebase/").
    """

    name: str
    persona: str
    begin: str
    links: tuple[str, ...]


DRAFT = "#drafts tbody tr:last-child a"
"""The oldest draft of the round, on the home of rotation."""

MENU = ".board-menu__list a[href*='{}']"

WAYS = (
    Way("draft", "planner", "/rotation/", (DRAFT,)),
    Way(
        "draft-person",
        "planner",
        "/rotation/",
        (DRAFT, "a[href='?show=moved']", "tr[data-row] a[data-person]"),
    ),
    Way("draft-move", "planner", "/rotation/", (DRAFT, "a[href='?show=moved']", "a.bar[data-moved]")),
    Way(
        "draft-decide",
        "planner",
        "/rotation/",
        (DRAFT, "a[href='?show=moved']", "tr[data-row] a[data-person]", "main a[href$='/decide/']"),
    ),
    Way("draft-coverage", "planner", "/rotation/", (DRAFT, MENU.format("/coverage/"))),
    Way("draft-rebase", "planner", "/rotation/", (DRAFT, "./rebase/")),
    Way("draft-compare", "planner", "/rotation/", ("a[href*='/compare/']",)),
    Way("plans", "planner", "/rotation/", (DRAFT, MENU.format("/plan/"))),
    Way("approval", "bureau-planner", "/rotation/approvals/", ("#approvals a",)),
    Way("order", "planner", "/rotation/orders/", ("#orders a",)),
    Way("order-correct", "planner", "/rotation/orders/", ("#orders a", "a[href$='/correct/']")),
    Way("rotation-post", "planner", "/rotation/posts/", ("#posts a",)),
    Way("rotation-post-rule", "planner", "/rotation/posts/", ("#posts a", "a[href$='/rule/']")),
    Way("preference-sheet", "planner", "/rotation/wishes/", ("#sheets a",)),
    Way("comment", "manager", "/wishes/comments/", ("#comments a",)),
    Way("recruitment-offer", "professional", "/recruitment/", ("#offers a",)),
    Way("recruitment-section", "planner", "/rotation/recruitments/", ("#offers a",)),
    Way("rates", "planner", "/growth-classes/", ("a[href$='/rates/']",)),
)

FOLDER = ROOT / "shots"
WIDTHS = (1280, 360)
LOCALES = {"ja": "ja-JP", "en": "en-GB"}
PATIENCE = 180.0
"""Seconds that the city may take to be built and served."""


def main(names: list[str]) -> None:
    """Write the pictures; says which pages did not answer 200."""
    pages = [
        page
        for page in PAGES
        if (not names or page.name in names) and (page.persona or page.role == "nobody")
    ]
    ways = [way for way in WAYS if not names or way.name in names]
    program = environment.chromium()
    if program is None:
        sys.exit("Chromium is not installed.")
    FOLDER.mkdir(exist_ok=True)
    with city() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for language in LANGUAGES:
            for persona in sorted({page.persona for page in pages} | {way.persona for way in ways}):
                context = enter(browser, address, persona, language)
                for page in pages:
                    if page.persona == persona:
                        shoot(context, page.name, address + page.url, language)
                for way in ways:
                    if way.persona == persona and (url := follow(context, address, way)) is not None:
                        shoot(context, way.name, url, language)
                context.close()
        browser.close()


@contextmanager
def city() -> Iterator[str]:
    """The address of the demonstration city while the block runs; built first where it does not stand yet."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    server = subprocess.Popen(
        ["tools/demo"], cwd=ROOT, env=os.environ | {"PORT": str(port)}, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("The demonstration city could not be served.")
            time.sleep(0.2)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def answers(address: str) -> bool:
    """Whether the server is there."""
    try:
        with urllib.request.urlopen(f"{address}/account/login/", timeout=PATIENCE):  # noqa: S310  # our own address
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def enter(browser: Browser, address: str, persona: str, language: str) -> BrowserContext:
    """A context signed in as a persona (as nobody without one)."""
    context = browser.new_context(locale=LOCALES[language], timezone_id="Asia/Tokyo", reduced_motion="reduce")
    if persona:
        tab = context.new_page()
        tab.goto(f"{address}/demonstration/")
        tab.locator(f"form[action$='/enter/{persona}/'] button").click()
        tab.wait_for_url(f"{address}/")
        tab.close()
    return context


def follow(context: BrowserContext, address: str, way: Way) -> str | None:
    """The address at the end of a way; None, and said, where a link is missing."""
    tab = context.new_page()
    tab.goto(address + way.begin)
    for link in way.links:
        if link.startswith("./"):
            tab.goto(urljoin(tab.url, link))
            continue
        found = tab.locator(link)
        if not found.count():
            print(f"{way.name}: no {link} on {tab.url}")
            tab.close()
            return None
        tab.goto(urljoin(tab.url, found.first.get_attribute("href") or ""))
    url = tab.url
    tab.close()
    return url


def shoot(context: BrowserContext, name: str, url: str, language: str) -> None:
    """One picture for each width, of the whole page."""
    tab = context.new_page()
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        response = tab.goto(url, wait_until="networkidle")
        if response is None or response.status != 200:
            print(f"{name} {language}: {response.status if response else 'no answer'}")
        tab.screenshot(path=FOLDER / f"{name}-{language}-{width}.png", full_page=True)
    tab.close()


if __name__ == "__main__":
    main(sys.argv[1:])
