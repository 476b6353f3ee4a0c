"""What holds for every page of tests/pages.py: nothing for axe and the validator to find."""

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
