"""A site of its own served by `ikusei serve`, and a Chromium that visits it as any role."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as BrowserPage

from tests.pages import Page
from tools import environment

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 30.0
"""Seconds that a server has to answer for the first time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder belongs to the browser suite."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, a session for every role, and what stands for the placeholders of tests/pages.py."""

    address: str
    sessions: dict[str, str]
    places: dict[str, str]

    def url(self, page: Page) -> str:
        """Where a page is on this site."""
        path = page.url
        for place, value in self.places.items():
            path = path.replace(f"{{{place}}}", value)
        return self.address + path

    def read(self, page: Page) -> str:
        """The HTML of a page as the server sends it to its role."""
        headers = {"Accept-Language": "ja"}
        if page.role != "nobody":
            headers["Cookie"] = f"sessionid={self.sessions[page.role]}"
        asked = urllib.request.Request(self.url(page), headers=headers)  # noqa: S310  # our own address
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            html: bytes = answer.read()
        return html.decode()


@dataclass(frozen=True, slots=True)
class Built:
    """A folder with a database and static files, to be copied for whoever wants to change something."""

    folder: Path
    sessions: dict[str, str]
    places: dict[str, str]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The office as a site, built once for each process of the suite."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.site"],
        cwd=ROOT,
        env=site_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return Built(folder=folder, sessions=told["sessions"], places=told["places"])


@pytest.fixture(scope="session")
def site(built: Built) -> Iterator[Site]:
    """The site that tests read and do not change."""
    with served(built, built.folder) as running:
        yield running


@pytest.fixture
def own_site(built: Built, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own, for tests that change something."""
    folder = tmp_path / "site"
    shutil.copytree(built.folder, folder)
    with served(built, folder) as running:
        yield running


def site_environment(folder: Path, today: str = "2026-04-15") -> dict[str, str]:
    """The settings of a city's server, whatever the suite around it runs on."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("IKUSEI_", "DATABASE_", "DJANGO_"))
    }
    return kept | {
        "IKUSEI_DATA_DIR": str(folder),
        "IKUSEI_TODAY": today,
        "IKUSEI_SECRET_KEY": "only for tests",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }


@contextmanager
def served(built: Built, folder: Path, *, today: str = "2026-04-15", worker: bool = False) -> Iterator[Site]:
    """The site in a folder, served while the block runs, on a day; with a worker for what runs in the background."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    log = folder / "server.log"
    command = [sys.executable, "-m", "django", "serve", "--port", str(port), "--workers", "1"]
    with log.open("w") as said:
        server = subprocess.Popen(
            [*command, "--with-worker"] if worker else command,
            env=site_environment(folder, today) | {"DJANGO_SETTINGS_MODULE": "ikusei.config.settings"},
            stdout=said,
            stderr=said,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/account/login/", server, log)
        yield Site(address=f"http://127.0.0.1:{port}", sessions=built.sessions, places=built.places)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers; fail with its log where it ends or stays silent."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):  # noqa: S310  # our own address on this machine
                return
        except (urllib.error.URLError, ConnectionError):
            server_needs_a_moment()
    raise AssertionError("The server does not answer:\n" + log.read_text()[-3000:])


def server_needs_a_moment() -> None:
    """Let the server start; there is nothing to wait on but time."""
    time.sleep(0.1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium."""
    program = environment.chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()


@dataclass(slots=True)
class Room:
    """A context with its one tab: what one page fetched the next has. A new tab for every page takes longer than its page."""

    context: BrowserContext
    tab: BrowserPage
    hears: Callable[[str], None] | None = None

    def tell(self, trouble: str) -> None:
        """Pass what went wrong in the tab on to whoever visits now."""
        if self.hears:
            self.hears(trouble)


@pytest.fixture(scope="session")
def rooms(chromium: Browser) -> Iterator[dict[str, Room]]:
    """The rooms in which pages were read so far, by role, language and options."""
    opened: dict[str, Room] = {}
    yield opened
    for room in opened.values():
        room.context.close()


@pytest.fixture
def visit(chromium: Browser, site: Site, rooms: dict[str, Room]) -> Iterator[Callable[..., BrowserPage]]:
    """A visitor: visit(page, language="en", width=320, java_script_enabled=False) -> the open page, which works.

    Fails at the end where a page threw an error, wrote one to the console (a breach of the content security policy
    does) or asked for something that is not there.
    """
    visitor = Visitor(chromium, site, rooms)
    yield visitor.visit
    visitor.close()


class Visitor:
    """Opens pages and remembers what went wrong on them. It reads: nothing that it does is kept."""

    def __init__(self, browser: Browser, site: Site, rooms: dict[str, Room]) -> None:
        self.browser = browser
        self.site = site
        self.rooms = rooms
        self.used: list[Room] = []
        self.troubles: list[str] = []

    def visit(
        self, page: Page, *, language: str = "ja", width: int = 1280, height: int = 900, **options: Any
    ) -> BrowserPage:
        """The page as its role sees it."""
        room = self._room(page.role, language, options)
        assert room not in self.used, "one tab shows one page"
        self.used.append(room)
        room.hears = lambda trouble: self.troubles.append(f"{page.name}: {trouble}")
        room.tab.set_viewport_size({"width": width, "height": height})
        response = room.tab.goto(self.site.url(page), wait_until="load")
        assert response is not None
        assert response.status == 200, f"{page.name}: {response.status}"
        assert room.tab.locator("html").get_attribute("lang") == language
        return room.tab

    def _room(self, role: str, language: str, options: dict[str, Any]) -> Room:
        key = f"{role} {language} {options}"
        if key not in self.rooms:
            context = self.browser.new_context(
                locale="ja-JP" if language == "ja" else "en-GB", timezone_id="Asia/Tokyo", **options
            )
            if role != "nobody":
                session = self.site.sessions[role]
                context.add_cookies([{"name": "sessionid", "value": session, "url": self.site.address}])
            room = self.rooms[key] = Room(context, context.new_page())
            room.tab.on("pageerror", lambda error: room.tell(str(error)))
            room.tab.on("console", lambda said: room.tell(said.text) if said.type == "error" else None)
        return self.rooms[key]

    def close(self) -> None:
        """Leave the pages; fails where one had trouble."""
        for room in self.used:
            room.tab.goto("about:blank")
            room.hears = None
        assert self.troubles == []
